"""A calendar to make appointments in, with the same client at Google as other accounts to act with."""

from backend.connectors.acting.calendar_api import CalendarApi
from backend.connectors.base import Account, ActingAccount, Capability
from backend.connectors.google import CONSENT, GoogleConnectorSettings
from backend.connectors.manifest import Manifest, Scope, Setup
from backend.connectors.source_events import Cursor
from backend.errors import SourceError
from backend.mail_address import mail_key

SLUG = "google_calendar"
#: The narrowest of each kind: https://developers.google.com/workspace/calendar/api/auth (2026-11)
_EVENTS = "https://www.googleapis.com/auth/calendar.events.owned"
_FREE_BUSY = "https://www.googleapis.com/auth/calendar.events.freebusy"
_CALENDARS = "https://www.googleapis.com/auth/calendar.calendars.readonly"


class GoogleCalendarActionSettings(GoogleConnectorSettings):
    """The client of Google's for actions, with the Google Calendar API switched on in its project."""

    api_url: str = "https://www.googleapis.com"


class GoogleCalendarAccount(ActingAccount):
    """The own calendar of whoever allowed it."""

    def __init__(self, setup: Setup) -> None:
        self._api = CalendarApi(setup)

    async def check(self) -> Account:
        found = await self._api.calendar()
        return Account(mail_key(found.id), found.name, found.id)

    async def capabilities(self) -> tuple[Capability, ...]:
        try:
            await self.check()
        except SourceError as error:
            return (Capability("sending", "failed", error.message),)
        return (Capability("sending", "passed", "Appointments that you approved can be made."),)

    async def close(self) -> None:
        await self._api.close()


MANIFEST = Manifest(
    slug=SLUG,
    purpose="actions",
    registered_as="google",
    name="Google Calendar",
    icon="calendar",
    description="Makes, changes and cancels the appointments that you approved, in your own calendar.",
    scopes=(
        Scope(
            _EVENTS, "To make, change or cancel an appointment in your own calendar, once you approved exactly this."
        ),
        Scope(_FREE_BUSY, "To see when you and those whom you invite are busy: when, not with what."),
        Scope(_CALENDARS, "To know whose calendar it is, and in which time zone."),
    ),
    credentials=("oauth",),
    modes=("personal",),
    rights=(),
    cursor=Cursor,
    open=GoogleCalendarAccount,
    settings=GoogleCalendarActionSettings,
    consent=CONSENT,
)
