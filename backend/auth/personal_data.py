"""What a subject of the house must offer about a person: everything of theirs, to be deleted with the account."""

from typing import Protocol

from backend.access import Caller


class PersonalData(Protocol):
    """Implementations: `documents.personal_data.DocumentData`, `conversation.personal_data.ConversationData`,
    `connectors.personal_data.ConnectionData`."""

    async def delete_all(self, caller: Caller) -> None:
        """Deletes everything that the caller owns. Running it again after a crash finishes what was begun."""
        ...


class InTheirName(Protocol):
    """What goes on in somebody's name without them. Implementation: `connectors.personal_data.ConnectionData`."""

    async def stop(self, user_id: str) -> None:
        """Ends it when the account is deactivated. It may be called again."""
        ...
