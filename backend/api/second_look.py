"""What is made by whoever may no longer make it: looked at again once it is there, and taken back.

The end of an account, a session or a key does away with what it finds, and asks nobody who is at something. So either
it has found what was made, or the second look finds the end.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from backend.api.dependencies import Confirm
from backend.documents.incoming import Stored
from backend.documents.library import LibraryService
from backend.errors import Unauthenticated
from backend.uninterrupted import uninterrupted


async def confirmed[Made](
    confirm: Confirm, make: Coroutine[Any, Any, Made], take_back: Callable[[Made], Awaitable[object]]
) -> Made:
    """What `make` gives, if its sender may still make it. Errors: `Unauthenticated`, and nothing of it is left then."""

    async def steps() -> Made:
        made = await make
        try:
            await confirm()
        except Unauthenticated:
            await take_back(made)
            raise
        return made

    return await uninterrupted(steps())


def without_new_documents(library: LibraryService) -> Callable[[list[Stored]], Awaitable[None]]:
    """Takes back what was stored; of what was there before it leaves what there is now."""

    async def take_back(results: list[Stored]) -> None:
        await library.unscoped_delete([item.id for item in results if item.outcome == "created"])

    return take_back
