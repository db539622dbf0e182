"""One registration at Google for mail and calendar: each is allowed by itself, with its own scopes."""

import pytest
from starlette.applications import Starlette

from tests.integration.actions.calendar_place import appointment, connect_calendar
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, becomes, mail_to, proposed
from tests.integration.actions.test_gmail import connect_mailbox
from tests.support.accounts import world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.gmail_service import GmailService
from tests.support.google_calendar import GoogleCalendarService
from tests.support.mailbox import mailbox
from tests.support.provider_wire import served


async def test_a_mail_and_an_appointment_leave_once_from_accounts_that_were_allowed_apart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    gmail = GmailService()
    calendar = GoogleCalendarService(consents=gmail.consents)
    with mailbox() as mail:
        async with served(Starlette(routes=[*gmail.app.routes, *calendar.routes])) as url:
            registered = {
                "google_client_id": CLIENT_ID,
                "google_client_secret": CLIENT_SECRET,
                "google_api_url": url,
                **{f"google_{name}_url": f"{url}/{name}" for name in ("authorize", "token", "revoke")},
            }
            actions = {"undo_seconds": 0, **registered}
            settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, actions=actions)
            async with running_app(settings) as app, world(app, mail) as here:
                await here.administrator(email="admin@example.com")
                ada = await proven(here)
                from_mailbox = (await connect_mailbox(ada, gmail))["id"]
                in_calendar = (await connect_calendar(ada, calendar))["id"]
                scopes = [granted.scope for granted in gmail.consents.access.values()]
                assert not [scope for scope in scopes if "calendar" in scope and "gmail" in scope]
                ways = (await ada.call("GET", "/actions/ways")).json()["items"]
                assert [(one["via"], one["kind"]) for one in ways[:2]] == [
                    (in_calendar, "calendar"), (from_mailbox, "email"),
                ]  # fmt: skip
                for body in (
                    {**mail_to("dana@example.com"), "via": from_mailbox},
                    {"kind": "calendar", "payload": appointment(), "via": in_calendar},
                ):
                    action = await proposed(ada, body)
                    await approve(ada, action)
                    await becomes(ada, action["id"], "succeeded")
                assert (len(gmail.drafts.sent), len(calendar.calendar(ada.email).events)) == (1, 1)
