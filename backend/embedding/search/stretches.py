"""Neighbouring chunks of one document as one stretch of its text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from backend.documents.breaks import joined
from backend.documents.models import Break
from backend.embedding.search.hydration import ChunkRow

# A hit shows at most this many chunks in one piece, about 2,000 characters: a passage to read, not the document.
MOST_CHUNKS = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Chunks in the order of the text; `text` is None when they leave a gap that must be read from the version."""

    chunks: tuple[ChunkRow, ...]
    text: str | None

    @property
    def start(self) -> int:
        return self.chunks[0].start

    @property
    def end(self) -> int:
        return max(chunk.end for chunk in self.chunks)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Where its words stand. What was indexed without breaks stands where the largest part of its chunk does."""
        return joined(
            (chunk.end, chunk.breaks or (Break(chunk.start, chunk.page, chunk.heading),)) for chunk in self.chunks
        )


def neighbours(chunk_id: str, candidates: Collection[str]) -> tuple[str, ...]:
    """The chunk and those candidates of the same version that follow on it without a break, in the text's order.

    Reads the position from the id (``{document}.{version}.{ordinal}``); an id of another form has no neighbours.
    """
    stem, dot, ordinal = chunk_id.rpartition(".")
    if not dot or not ordinal.isdecimal():
        return (chunk_id,)
    first = last = int(ordinal)
    while last - first + 1 < MOST_CHUNKS:
        if f"{stem}.{last + 1}" in candidates:
            last += 1
        elif first > 0 and f"{stem}.{first - 1}" in candidates:
            first -= 1
        else:
            break
    return tuple(f"{stem}.{number}" for number in range(first, last + 1))


def stitch(chunks: Sequence[ChunkRow]) -> Stretch:
    """One stretch of chunks of one version, in the text's order; overlaps are kept once."""
    text: str | None = chunks[0].text
    end = chunks[0].end
    for chunk in chunks[1:]:
        if chunk.start > end:
            text = None
        elif text is not None and chunk.end > end:
            text += chunk.text[end - chunk.start :]
        end = max(end, chunk.end)
    return Stretch(tuple(chunks), text)
