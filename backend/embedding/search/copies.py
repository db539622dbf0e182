"""The same thing in several places: a mail in two mailboxes, a file that was uploaded and lies in a drive as well.

Two documents are one thing when their sources call them alike, or when they are the same bytes in the hands of two
holders. What is told apart in one place stays apart: a file that somebody keeps twice, and a mail whose sender gave it
the name of another one in the same mailbox. All that is compared here is visible to the caller already.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.access import Holder
from backend.documents.holders import HolderNames
from backend.embedding.search.hydration import DocumentHead
from backend.embedding.search.models import Copy, Hit, HitConnection

_MOST_SHOWN = 20


def same_thing(one: DocumentHead, other: DocumentHead) -> bool:
    """Whether two documents are one thing in two places."""
    if one.same_as is not None and one.same_as == other.same_as:
        # The mailboxes of one connection are seen by different people.
        return one.holder != other.holder or one.access != other.access
    return one.file is not None and one.file == other.file and one.holder != other.holder


@dataclass(slots=True)
class _Shown:
    hit: Hit
    head: DocumentHead
    words: str


class Folded:
    """The hits of a search, best first, of which none is the same as a better one.

    Args:
        by_passage: of one thing every passage is a hit, and only one that says nothing more than a better one is left
            out; else the best one stands for the thing.
    """

    def __init__(self, *, by_passage: bool) -> None:
        self._by_passage = by_passage
        self._shown: list[_Shown] = []
        self._by_identity: dict[str, list[_Shown]] = {}
        self.left_out = 0

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def hits(self) -> list[Hit]:
        return [shown.hit for shown in self._shown]

    @property
    def heads(self) -> list[DocumentHead]:
        return [shown.head for shown in self._shown]

    def add(self, hit: Hit, head: DocumentHead) -> None:
        """Takes a hit in, unless it is the same as a better one."""
        words = " ".join(hit.text.split()) if head.identities else ""
        for identity in head.identities:
            for better in self._by_identity.get(identity, ()):
                if same_thing(better.head, head) and (not self._by_passage or words in better.words):
                    self.left_out += 1
                    return
        shown = _Shown(hit, head, words)
        self._shown.append(shown)
        for identity in head.identities:
            self._by_identity.setdefault(identity, []).append(shown)


async def with_connections(
    hits: Sequence[Hit], heads: Sequence[DocumentHead], copies: Collection[DocumentHead], names: HolderNames
) -> list[Hit]:
    """The hits with what they say of their connections, and of where else they are.

    Args:
        heads: of the hits, in their order.
        copies: of all hits together, as the caller may see them.
    """
    held = {head.holder for head in (*heads, *copies) if head.connection_id is not None}
    if not held and not copies:
        return [*hits]
    found = await names.names([Holder.parse(holder) for holder in held]) if held else {}
    called = {str(holder): name for holder, name in found.items()}
    return [
        replace(hit, connection=_connection(head, called), also=_also(head, copies, called))
        for hit, head in zip(hits, heads, strict=True)
    ]


def _also(head: DocumentHead, copies: Collection[DocumentHead], called: Mapping[str, str]) -> tuple[Copy, ...]:
    others = [
        Copy(copy.document_id, copy.title, copy.url, copy.source, copy.path, _connection(copy, called))
        for copy in copies
        if same_thing(head, copy)
    ]
    return tuple(sorted(others, key=lambda copy: copy.document_id)[:_MOST_SHOWN])


def _connection(head: DocumentHead, called: Mapping[str, str]) -> HitConnection | None:
    if head.connection_id is None:
        return None
    return HitConnection(head.connection_id, called.get(head.holder, ""), head.source)
