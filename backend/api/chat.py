"""Questions and the stream of their answers.

A stream is `text/event-stream`: each event has `id:` (a position; send the last one back as `Last-Event-ID` to go on
where it was), `event:` (the type) and `data:` (JSON with the same `type`). Everything that can be refused is refused
with a problem before the stream begins; what fails later is an `error` event. A comment is sent now and then to
keep proxies from closing a quiet connection.
"""

from collections.abc import AsyncIterable
from contextlib import aclosing
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backend.api.chat_schemas import LONGEST_QUESTION_CHARS, ChatConfig, Feedback, NewMessage
from backend.api.dependencies import CurrentCaller, Services
from backend.api.idempotency import IdempotencyKey
from backend.api.problems import PROBLEM_RESPONSES
from backend.conversation.answering import Watch
from backend.conversation.events import ChatEvent, MessageView
from backend.embedding.search.models import Filters
from backend.errors import FieldProblem, InvalidInput

router = APIRouter(tags=["chat"], responses=PROBLEM_RESPONSES)

_LARGEST_EVENT_ID = 2**53


async def _ask(
    services: Services,
    caller: CurrentCaller,
    conversation_id: str,
    body: NewMessage,
    idempotency_key: IdempotencyKey = None,
) -> Watch:
    filters = body.filters.to_filters() if body.filters else Filters()
    return await services.answering.ask(caller, conversation_id, body.content, filters=filters, key=idempotency_key)


async def _regenerate(services: Services, caller: CurrentCaller, message_id: str) -> Watch:
    return await services.answering.regenerate(caller, message_id)


async def _resume(
    services: Services,
    caller: CurrentCaller,
    message_id: str,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> Watch:
    return await services.answering.watch(caller, message_id, after=_position(last_event_id))


@router.post("/conversations/{conversation_id}/messages", response_class=EventSourceResponse)
async def send_message(watch: Annotated[Watch, Depends(_ask)]) -> AsyncIterable[ChatEvent]:
    """Asks a question; the answer streams. 409 `answer_in_progress` while another answer is written there."""
    async for event in _wire(watch):
        yield event


@router.get("/messages/{message_id}/events", response_class=EventSourceResponse)
async def watch_message(watch: Annotated[Watch, Depends(_resume)]) -> AsyncIterable[ChatEvent]:
    """Watches an answer from its beginning, or from `Last-Event-ID` on; several readers may. A finished answer is
    replayed."""
    async for event in _wire(watch):
        yield event


@router.post("/messages/{message_id}/regenerate", response_class=EventSourceResponse)
async def regenerate_message(watch: Annotated[Watch, Depends(_regenerate)]) -> AsyncIterable[ChatEvent]:
    """Writes the latest answer anew; it streams, and takes the old one's place once it stands."""
    async for event in _wire(watch):
        yield event


@router.post("/messages/{message_id}/stop")
async def stop_message(services: Services, caller: CurrentCaller, message_id: str) -> MessageView:
    """Ends an answer and keeps what there is of it. A finished answer stays as it is."""
    message = await services.answering.stop(caller, message_id)
    return (await services.conversations.views(caller, [message]))[0]


@router.post("/messages/{message_id}/feedback")
async def rate_message(services: Services, caller: CurrentCaller, message_id: str, body: Feedback) -> MessageView:
    """Says whether an answer was good; null takes it back."""
    return await services.conversations.rate(caller, message_id, body.value, body.comment)


@router.get("/chat/config")
async def get_chat_config(services: Services, caller: CurrentCaller) -> ChatConfig:
    """How questions are answered on this server."""
    return ChatConfig(
        mode=services.pipeline.mode,
        model=services.pipeline.model_name,
        demo_available=services.demo.available,
        max_question_chars=LONGEST_QUESTION_CHARS,
    )


async def _wire(watch: Watch) -> AsyncIterable[ChatEvent]:
    """Ready-made frames. They are typed as what they carry, so that the union lands in the OpenAPI schema; built
    without validation, since their parts come from the log and there are hundreds of them in an answer."""
    async with aclosing(watch.events()) as events:
        async for event in events:
            frame = ServerSentEvent.model_construct(id=str(event.id), event=event.type, raw_data=event.data)
            yield cast("ChatEvent", frame)


def _position(last_event_id: str | None) -> int:
    if not last_event_id:
        return 0
    if not last_event_id.isascii() or not last_event_id.isdigit() or int(last_event_id) > _LARGEST_EVENT_ID:
        message = "Last-Event-ID must be the id of an event of this stream, a whole number."
        raise InvalidInput(message, fields=[FieldProblem("last-event-id", "invalid_event_id", message)])
    return int(last_event_id)
