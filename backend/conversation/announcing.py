"""Tells a person's other tabs and devices what became of their conversations."""

from pydantic import TypeAdapter

from backend.access import Caller
from backend.conversation.events import ConversationChanged, ConversationDeleted, ConversationEvent
from backend.conversation.models import Conversation
from backend.conversation.storage import ConversationRepository
from backend.events.base import Events, Reading, TopicKind

CONVERSATIONS_OF: TopicKind[ConversationChanged | ConversationDeleted] = TopicKind(
    "conversations", TypeAdapter(ConversationEvent)
)


class Announcer:
    """Call it after a change is stored."""

    def __init__(self, events: Events, conversations: ConversationRepository) -> None:
        self._events = events
        self._conversations = conversations

    async def changed(self, conversation: Conversation) -> None:
        """It was begun, renamed, or is being answered, as it stands now."""
        await self._events.publish(
            CONVERSATIONS_OF.of(conversation.owner_id), ConversationChanged(conversation=conversation.view())
        )

    async def touched(self, caller: Caller, conversation_id: str) -> None:
        """Like `changed`, for whoever changed it without reading it; nothing for one that is gone."""
        conversation = await self._conversations.get(caller, conversation_id)
        if conversation is not None:
            await self.changed(conversation)

    async def deleted(self, caller: Caller, conversation_id: str) -> None:
        await self._events.publish(
            CONVERSATIONS_OF.of(caller.user_id), ConversationDeleted(conversation_id=conversation_id)
        )

    async def follow(self, caller: Caller, *, after: int | None) -> Reading:
        """What becomes of the caller's conversations from a position, or from now on."""
        return await self._events.follow(CONVERSATIONS_OF.of(caller.user_id), after=after)
