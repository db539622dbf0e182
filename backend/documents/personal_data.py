"""The documents of a person, for the end of an account."""

from backend.access import Caller
from backend.documents.library import LibraryService
from backend.documents.repository import DocumentRepository

_AT_ONCE = 100


class DocumentData:
    """Implements `auth.personal_data.PersonalData`."""

    def __init__(self, documents: DocumentRepository, library: LibraryService) -> None:
        self._documents = documents
        self._library = library

    async def delete_all(self, caller: Caller) -> None:
        ids = [document.id async for document in self._documents.held_by(caller)]
        for start in range(0, len(ids), _AT_ONCE):
            await self._library.unscoped_delete(ids[start : start + _AT_ONCE])
