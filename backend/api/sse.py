"""Event streams: the one place that turns positioned events into `text/event-stream`.

Each event has `id:` (a position; send the last one back as `Last-Event-ID` to go on where it was), `event:` (the type)
and `data:` (JSON with the same `type`). Everything that can be refused is refused with a problem before the stream
begins; what fails later is an `error` event, and the last one. While nothing happens the framework sends a comment
every 15 seconds, so that proxies keep the connection.

A stream outlives the request that was authenticated, so its reader is confirmed again while it runs:
`account_inactive`, `session_ended` and `key_invalid` end it within two seconds of the account's deactivation or
deletion, or of the end of the session or key that opened it, in whichever process that happened.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated

import structlog
from fastapi import Depends, Header
from fastapi.sse import ServerSentEvent

from backend.api.dependencies import Confirm, CurrentIdentity
from backend.api.services import Identities
from backend.errors import BibliosError, FieldProblem, InvalidInput, Unauthenticated, Unavailable
from backend.events.base import Reader, Reading, StreamError

log = structlog.get_logger(__name__)

#: Within this time of the end of a right to read, its streams end.
END_SECONDS = 2.0
#: Half of it; the rest is for a busy machine.
CONFIRM_SECONDS = END_SECONDS / 2
_LARGEST_POSITION = 2**53

#: For `openapi_extra=` of streams without an end, so that whoever calls every route of the schema can tell them.
ENDLESS = {"x-endless-stream": True}

LastEventId = Annotated[str | None, Header(max_length=64)]

type Sleep = Callable[[float], Awaitable[None]]


async def get_stream_guard(identities: Identities, identity: CurrentIdentity) -> Confirm:
    """Raises `Unauthenticated`, each time it is called, once the reader may no longer read."""
    return partial(identities.confirm, identity)


StreamGuard = Annotated[Confirm, Depends(get_stream_guard)]


def position(last_event_id: str | None) -> int | None:
    """The place after which a reader goes on; None without one. Errors: `InvalidInput`."""
    if not last_event_id:
        return None
    if not last_event_id.isascii() or not last_event_id.isdigit() or int(last_event_id) > _LARGEST_POSITION:
        message = "Last-Event-ID must be the id of an event of this stream, a whole number."
        raise InvalidInput(message, fields=[FieldProblem("last-event-id", "invalid_event_id", message)])
    return int(last_event_id)


async def frames(reading: Reading, confirm: Confirm, *, sleep: Sleep = asyncio.sleep) -> AsyncIterator[ServerSentEvent]:
    """Ready-made frames, until the stream ends by itself, fails, or its reader is no longer allowed to read.

    A stream that just ends without its last event was cut by a server that stops: its reader comes back.

    They are built without validation: their parts come from a log, and there are hundreds of them in an answer. A
    route types them as the union that they carry, so that it lands in the OpenAPI schema.
    """
    reader = Reader()
    guarding = asyncio.create_task(_guard(reader, confirm, sleep))
    last = 0
    failure: BibliosError | None = None
    try:
        async with aclosing(reading(reader)) as events:
            async for event in events:
                last = event.id
                yield ServerSentEvent.model_construct(id=str(last), event=event.type, raw_data=event.data)
        if guarding.done():
            failure = guarding.result()
    except BibliosError as error:
        log.warning("stream_failed", code=error.code, error=str(error))
        failure = error
    finally:
        guarding.cancel()
    if failure is not None:
        data = StreamError(code=failure.code, message=failure.message, retryable=failure.status >= 500)
        yield ServerSentEvent.model_construct(id=str(last), event=data.type, raw_data=data.model_dump_json())


async def _guard(reader: Reader, confirm: Confirm, sleep: Sleep) -> BibliosError:
    """Ends the reader when it may no longer read, or when nobody can tell whether it may, and says why."""
    while True:
        await sleep(CONFIRM_SECONDS)
        try:
            await confirm()
        except Unauthenticated as error:
            reader.end()
            return error
        except BibliosError as error:  # the database is away: whoever reads from it notices by itself
            log.warning("reader_not_confirmed", code=error.code)
        except Exception:  # a stream that nobody guards any more must not go on
            log.exception("reader_guard_failed")
            reader.end()
            return Unavailable("Something went wrong on our side. Open the page again.", dependency="events")
