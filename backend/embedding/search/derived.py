"""An index that is derived from the stored chunks: it may be lost at any time and is then built again.

Embedded indexes (faiss, tantivy) are derived: the database holds the truth and numbers its changes
(`index_seq`). A derived index remembers how far it has come, so that after a restart only the rest is taken in.
Indexes on a server of their own (Chroma, Pinecone, MongoDB) keep what they were given and do not implement this.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable


@runtime_checkable
class ForgetsDeleted(Protocol):
    """An index in the data folder whose files go on holding words of what was deleted until they are rewritten."""

    async def forget_deleted(self) -> None:
        """Rewrites what holds deleted words. Searches and writes go on meanwhile. Errors: `Unavailable`."""
        ...


@runtime_checkable
class DerivedIndex(Protocol):
    """What the indexing service needs for catching up."""

    @property
    def last_seq(self) -> int:
        """Every change up to this sequence number is in the index and survives a crash; 0: build it from the start."""
        ...

    async def save(self, seq: int) -> None:
        """Makes the present state durable and remembers `seq`, the highest change that it contains for certain.

        Later changes may be in it as well: taking them in once more does no harm, since writes are idempotent.
        """
        ...


type Finish = Callable[[], Awaitable[None]]


@runtime_checkable
class SavedFromACopy(Protocol):
    """A derived index whose state takes long to write: only what is to be written is taken while others wait."""

    async def begin_save(self, seq: int) -> Finish:
        """Copies the present state, as `save` does with `seq`, and returns what makes the copy durable.

        Writes and searches go on while that runs. It does nothing when the index was emptied meanwhile, or when a
        later state is durable already. Errors of what is returned: `OSError`.
        """
        ...
