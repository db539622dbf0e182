"""Conversations of the signed-in person."""

from collections.abc import AsyncIterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse

from backend.api import sse
from backend.api.chat_schemas import (
    ConversationChange,
    ConversationPage,
    ConversationWithMessages,
    MessagePage,
    NewConversation,
)
from backend.api.dependencies import CurrentCaller
from backend.api.idempotency import IdempotencyKey
from backend.api.paging import Cursor, Limit, decode_cursor, decode_time_cursor, encode_cursor, encode_time_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Conversations
from backend.api.sse import StreamGuard
from backend.conversation.events import ConversationStreamEvent, ConversationView
from backend.events.base import Reading

router = APIRouter(prefix="/conversations", tags=["conversations"], responses=PROBLEM_RESPONSES)


async def _follow(
    conversations: Conversations, caller: CurrentCaller, last_event_id: sse.LastEventId = None
) -> Reading:
    return await conversations.follow(caller, after=sse.position(last_event_id))


@router.post("", status_code=201)
async def create_conversation(
    conversations: Conversations,
    caller: CurrentCaller,
    body: NewConversation | None = None,
    idempotency_key: IdempotencyKey = None,
) -> ConversationView:
    """Begins a conversation. Without a title its first question names it."""
    title = body.title if body else None
    scope = body.scope.to_filters() if body and body.scope else None
    return (await conversations.create(caller, title=title, scope=scope, key=idempotency_key)).view()


@router.get("")
async def list_conversations(
    conversations: Conversations, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 50
) -> ConversationPage:
    """The latest changed first."""
    items, next_ = await conversations.page(caller, before=decode_time_cursor(cursor), limit=limit)
    return ConversationPage(items=[item.view() for item in items], next_cursor=encode_time_cursor(next_))


@router.get("/events", response_class=EventSourceResponse, openapi_extra=sse.ENDLESS)
async def watch_conversations(
    follow: Annotated[Reading, Depends(_follow)], guard: StreamGuard
) -> AsyncIterable[ConversationStreamEvent]:
    """What becomes of one's conversations, from now or from `Last-Event-ID` on. Begin it, then fetch the list."""
    async for event in sse.frames(follow, guard):
        yield cast("ConversationStreamEvent", event)


@router.get("/{conversation_id}")
async def get_conversation(
    conversations: Conversations, caller: CurrentCaller, conversation_id: str, limit: Limit = 50
) -> ConversationWithMessages:
    """The conversation with its newest messages; older ones at `GET /conversations/{id}/messages`."""
    conversation, messages, older = await conversations.opened(caller, conversation_id, limit=limit)
    return ConversationWithMessages(
        **conversation.view().model_dump(),
        messages=messages,
        next_cursor=encode_cursor(older),
    )


@router.get("/{conversation_id}/messages")
async def list_messages(
    conversations: Conversations, caller: CurrentCaller, conversation_id: str, cursor: Cursor = None, limit: Limit = 50
) -> MessagePage:
    """The newest messages, oldest of them first; `next_cursor` leads to older ones."""
    items, older = await conversations.messages(caller, conversation_id, before=decode_cursor(cursor), limit=limit)
    return MessagePage(items=items, next_cursor=encode_cursor(older))


@router.patch("/{conversation_id}")
async def rename_conversation(
    conversations: Conversations, caller: CurrentCaller, conversation_id: str, body: ConversationChange
) -> ConversationView:
    """Gives the conversation a name, which stays, or another scope for the questions to come."""
    changed = await conversations.change(caller, conversation_id, title=body.title, scope=body.new_scope)
    return changed.view()


@router.delete("/{conversation_id}", status_code=204)
async def delete_conversation(conversations: Conversations, caller: CurrentCaller, conversation_id: str) -> None:
    """Deletes the conversation with everything in it; an answer being written there is stopped."""
    await conversations.delete(caller, conversation_id)
