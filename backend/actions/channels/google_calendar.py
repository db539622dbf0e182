"""Appointments in a person's own Google calendar: one request under an id of our own, or for one version of an event.

| call | error | means |
|---|---|---|
| any | it did not arrive, 401, 403, 429, or a limit | did not happen |
| any | 400, 413 | did not happen, and will not |
| `events.insert` | 409 | something has this id: with the action's mark it is what was sent, else that did not happen |
| `events.insert` | 404 | did not happen: the calendar is gone |
| `events.patch` | 412 | with the action's mark it is what was sent; else it was changed meanwhile: did not happen |
| `events.delete` | 412 | it was changed meanwhile: did not happen |
| `events.patch`, `events.delete` | 404, 410 | did not happen: the event is gone |
| any | every other answer, a lost connection, a time-out | ambiguous |

Before an event is made it is looked whether an earlier attempt has made it: Google does not promise to see every id
that comes twice. What was lost is looked for by the event's id; each change leaves the action's id and the digest of
what it said in a private property of the event, its mark. An id is never given out again there: an event that is
cancelled has existed, and is not made once more.
https://developers.google.com/workspace/calendar/api/guides/errors (2026-11)
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from backend.actions.base import Lost, NotDone, Outgoing
from backend.actions.models import Attempt, Receipt
from backend.actions.services.calendar_event import Event, is_sealed
from backend.connectors.acting.calendar_api import LABEL, CalendarApi
from backend.connectors.http import no_answer
from backend.connectors.manifest import Setup
from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)

_BAD_REQUEST, _NOT_FOUND, _CONFLICT, _GONE, _CHANGED, _TOO_LARGE = 400, 404, 409, 410, 412, 413
#: Of what is prepared: the event is there already.
_THERE = "there"
_LOST = "Google Calendar did not say whether it is done."
_MEANWHILE = "The event was changed meanwhile. Nothing was overwritten; look at it as it is now, and propose it again."
_NOT_THERE = "It is not in the calendar any more. This attempt changed nothing."
_TAKEN = "Google Calendar holds something else under this id. Nothing was made; propose it again."


class GoogleCalendarChannel:
    """One calendar."""

    def __init__(self, setup: Setup) -> None:
        self._api = CalendarApi(setup)

    async def close(self) -> None:
        await self._api.close()

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        """Whether an earlier attempt has made it. Errors: `NotDone` (id_taken), `SourceError`."""
        if outgoing.request["method"] != "POST":
            return {}
        event = await self._event(outgoing.request)
        if event is None:
            return {}
        if _done(event, outgoing.request, outgoing.key, datetime.now(UTC)) is None:
            raise NotDone("id_taken", _TAKEN)
        return {_THERE: outgoing.request["event_id"]}

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        request = outgoing.request
        if _THERE in outgoing.prepared:
            return await self._what_is_there(outgoing, now)
        try:
            answer = await self._api.change(
                request["method"],
                request["path"],
                params=request["params"],
                headers=request["headers"],
                content=outgoing.content,
            )
            if request["method"] == "DELETE":
                return Receipt(at=now, id=request["event_id"], details={"status": "cancelled"})
            return _receipt(_checked(answer.json(), request), now)
        except SourceRateLimited as error:
            raise NotDone(error.code, error.message, again_after_seconds=error.retry_after_seconds or 0.0) from error
        except (ReauthRequired, PermissionMissing, InvalidConfig) as error:
            raise NotDone(error.code, error.message) from error
        except SourceRefused as error:
            return await self._refused(error, outgoing, now)
        except SourceError as error:
            if isinstance(error, TransientFailure) and not error.arrived:
                raise NotDone(error.code, error.message, again_after_seconds=0.0) from error
            raise Lost("answer_lost", _LOST) from error

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        """The event with the action's mark; of a cancellation, the event cancelled. Errors: `SourceError`."""
        event = await self._event(request)
        return None if event is None else _done(event, request, attempt.key, attempt.began_at)

    async def _refused(self, error: SourceRefused, outgoing: Outgoing, now: datetime) -> Receipt:
        """What a refusal means: where an earlier attempt may be its cause, what is there says so."""
        method, status = outgoing.request["method"], error.answer_status
        if status in (_BAD_REQUEST, _TOO_LARGE):
            raise NotDone("refused", "Google Calendar refused this. Nothing was changed.") from error
        if (method, status) in (("POST", _CONFLICT), ("PATCH", _CHANGED)):
            return await self._what_is_there(outgoing, now)
        if (method, status) == ("DELETE", _CHANGED):
            raise NotDone("changed", _MEANWHILE) from error
        if status == _NOT_FOUND or (status == _GONE and method != "POST"):
            raise NotDone("gone", _NOT_THERE) from error
        raise Lost("answer_unclear", _LOST) from error

    async def _what_is_there(self, outgoing: Outgoing, now: datetime) -> Receipt:
        """It is what was sent, or something else, and then this was not done."""
        try:
            event = await self._event(outgoing.request)
        except SourceError as unseen:
            raise Lost("answer_unclear", _LOST) from unseen
        if event is not None and (found := _done(event, outgoing.request, outgoing.key, now)):
            return found
        if outgoing.request["method"] == "POST":
            raise NotDone("id_taken", _TAKEN)
        raise NotDone("changed", _MEANWHILE)

    async def _event(self, request: Mapping[str, Any]) -> Event | None:
        return await self._api.event(request["calendar"], request["event_id"])


def _done(event: Event, request: Mapping[str, Any], action_id: str, at: datetime) -> Receipt | None:
    """Whether what is there is what was sent."""
    is_cancelled = event.get("status") == "cancelled"
    if request["method"] == "PATCH":
        is_ours = is_sealed(event, action_id, request["seal"])
    elif request["method"] == "POST":  # of what is cancelled only the id is sure to be told, and that is ours alone
        is_ours = is_sealed(event, action_id, request["seal"]) or (is_cancelled and "extendedProperties" not in event)
    else:
        is_ours = is_cancelled
    return _receipt(event, at) if is_ours else None


def _receipt(event: Event, at: datetime) -> Receipt:
    link = event.get("htmlLink")
    url = link if isinstance(link, str) and link.startswith("https://") else None
    return Receipt(at=at, id=str(event["id"]), url=url, details={"status": str(event.get("status") or "confirmed")})


def _checked(found: Any, request: Mapping[str, Any]) -> Event:
    """Errors: `TransientFailure` for an answer that does not name the event: it is evidence of nothing."""
    if not isinstance(found, dict) or found.get("id") != request["event_id"]:
        raise no_answer(LABEL)
    return found
