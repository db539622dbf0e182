"""Questions and the stream of their answers (see `sse`)."""

from collections.abc import AsyncIterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse

from backend.api import sse
from backend.api.chat_schemas import LONGEST_QUESTION_CHARS, ChatConfig, Feedback, NewMessage, Regeneration
from backend.api.dependencies import CurrentCaller, CurrentUser, may_be_hinted
from backend.api.idempotency import IdempotencyKey
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Answering, Conversations, Demo, Pipeline, Review
from backend.api.sse import StreamGuard
from backend.conversation.answering import Watch
from backend.conversation.events import ChatEvent, MessageView

router = APIRouter(tags=["chat"], responses=PROBLEM_RESPONSES)


async def _ask(
    answering: Answering,
    caller: CurrentCaller,
    user: CurrentUser,
    conversation_id: str,
    body: NewMessage,
    idempotency_key: IdempotencyKey = None,
) -> Watch:
    filters = body.filters.to_filters() if body.filters else None
    return await answering.ask(
        caller, conversation_id, body.content, filters=filters, key=idempotency_key, hints=may_be_hinted(user)
    )


async def _regenerate(
    answering: Answering, caller: CurrentCaller, user: CurrentUser, message_id: str, body: Regeneration | None = None
) -> Watch:
    in_passages = body is not None and body.look_up == "passages"
    return await answering.regenerate(caller, message_id, hints=may_be_hinted(user), in_passages=in_passages)


async def _resume(
    answering: Answering,
    caller: CurrentCaller,
    message_id: str,
    last_event_id: sse.LastEventId = None,
) -> Watch:
    return await answering.watch(caller, message_id, after=sse.position(last_event_id) or 0)


@router.post("/conversations/{conversation_id}/messages", response_class=EventSourceResponse)
async def send_message(watch: Annotated[Watch, Depends(_ask)], guard: StreamGuard) -> AsyncIterable[ChatEvent]:
    """Asks a question; the answer streams. 409 `answer_in_progress` while another answer is written there."""
    async for event in sse.frames(watch.events, guard):
        yield cast("ChatEvent", event)


@router.get("/messages/{message_id}/events", response_class=EventSourceResponse)
async def watch_message(watch: Annotated[Watch, Depends(_resume)], guard: StreamGuard) -> AsyncIterable[ChatEvent]:
    """Watches an answer from its beginning, or from `Last-Event-ID` on; several readers may. A finished answer is
    replayed."""
    async for event in sse.frames(watch.events, guard):
        yield cast("ChatEvent", event)


@router.post("/messages/{message_id}/regenerate", response_class=EventSourceResponse)
async def regenerate_message(
    watch: Annotated[Watch, Depends(_regenerate)], guard: StreamGuard
) -> AsyncIterable[ChatEvent]:
    """Writes the latest answer anew; it streams, and takes the old one's place once it stands."""
    async for event in sse.frames(watch.events, guard):
        yield cast("ChatEvent", event)


@router.post("/messages/{message_id}/stop")
async def stop_message(
    answering: Answering, conversations: Conversations, caller: CurrentCaller, message_id: str
) -> MessageView:
    """Ends an answer and keeps what there is of it. A finished answer stays as it is."""
    message = await answering.stop(caller, message_id)
    return (await conversations.views(caller, [message]))[0]


@router.post("/messages/{message_id}/feedback")
async def rate_message(
    conversations: Conversations, caller: CurrentCaller, message_id: str, body: Feedback
) -> MessageView:
    """Says whether an answer was good, and why not; null takes it back. 409 `not_an_answer` for a question."""
    return await conversations.rate(caller, message_id, body.to_opinion())


@router.get("/chat/config")
async def get_chat_config(demo: Demo, pipeline: Pipeline, review: Review, caller: CurrentCaller) -> ChatConfig:
    """How questions are answered on this server."""
    return ChatConfig(
        mode=pipeline.mode,
        model=pipeline.model_name,
        demo_available=demo.available,
        max_question_chars=LONGEST_QUESTION_CHARS,
        admins_see_questions=review.admins_see_questions,
    )
