"""The conversations of a person, for the end of an account."""

from backend.access import Caller
from backend.conversation.service import ConversationService

_AT_ONCE = 100


class ConversationData:
    """Implements `auth.personal_data.PersonalData`."""

    def __init__(self, conversations: ConversationService) -> None:
        self._conversations = conversations

    async def delete_all(self, caller: Caller) -> None:
        while True:
            found, _ = await self._conversations.page(caller, before=None, limit=_AT_ONCE)
            if not found:
                return
            for conversation in found:
                await self._conversations.delete(caller, conversation.id)
