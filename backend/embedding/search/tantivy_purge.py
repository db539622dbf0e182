"""Deleted words leave the tantivy index: segments that hold deleted chunks are written anew, a few chunks at a time.

tantivy only marks chunks as deleted; their words stay in the segment's files until it is merged, which for a large
segment may be never. What is still there is added again, and a segment that has nothing left is removed with its files.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import tantivy

from backend.embedding.search import tantivy_schema as layout
from backend.embedding.search.models import IndexEntry


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the index as `meta.json` names it. `kept` chunks of it are not deleted."""

    id: str
    kept: int
    deleted: int


def segments(folder: Path) -> list[Segment]:
    """In the order in which searches number them."""
    found = []
    for record in orjson.loads((folder / "meta.json").read_bytes())["segments"]:
        deleted = (record.get("deletes") or {}).get("num_deleted_docs", 0)
        found.append(Segment(record["segment_id"], record["max_doc"] - deleted, deleted))
    return found


def with_deleted(folder: Path) -> set[str]:
    """Ids of the segments that hold deleted chunks."""
    return {segment.id for segment in segments(folder) if segment.deleted}


def kept_in(index: tantivy.Index, folder: Path, wanted: set[str], limit: int) -> list[IndexEntry]:
    """Up to `limit` chunks that are not deleted, of the wanted segments. Call it right after a commit and a reload."""
    searcher = index.searcher()
    found = searcher.search(tantivy.Query.all_query(), max(searcher.num_docs, 1), count=False).hits
    by_segment: dict[int, list[tantivy.DocAddress]] = defaultdict(list)
    for _, address in found:
        by_segment[address.segment_ord].append(address)
    entries: list[IndexEntry] = []
    for number, segment in enumerate(segments(folder)):
        addresses = by_segment.get(number, [])
        if len(addresses) != segment.kept:  # a merge ended in between: these numbers are of other segments
            return []
        if segment.id in wanted:
            room = limit - len(entries)
            entries.extend(layout.from_document(searcher.doc(address)) for address in addresses[:room])
    return entries


def write_anew(writer: tantivy.IndexWriter, entries: list[IndexEntry], next_key: Callable[[], int]) -> None:
    """Adds these chunks once more, in place of themselves."""
    for entry in entries:
        writer.delete_documents_by_term(layout.CHUNK, entry.chunk_id)
        writer.add_document(layout.to_document(entry, next_key()))
