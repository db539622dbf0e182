"""Deleted words leave the tantivy index: segments that hold deleted chunks are written anew, a few chunks at a time.

tantivy only marks chunks as deleted; their words stay in the segment's files until it is merged, which for a large
segment may be never. What is still there is added again, and a segment that has nothing left is removed with its files.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import tantivy

from backend.embedding.search import tantivy_schema as layout
from backend.text.analysis import clean


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


def kept_in(index: tantivy.Index, folder: Path, wanted: set[str], limit: int) -> list[layout.Words]:
    """Up to `limit` chunks that are not deleted, of the wanted segments. Call it right after a commit and a reload."""
    searcher = index.searcher()
    found = searcher.search(tantivy.Query.all_query(), max(searcher.num_docs, 1), count=False).hits
    by_segment: dict[int, list[tantivy.DocAddress]] = defaultdict(list)
    for _, address in found:
        by_segment[address.segment_ord].append(address)
    entries: list[layout.Words] = []
    for number, segment in enumerate(segments(folder)):
        addresses = by_segment.get(number, [])
        if len(addresses) != segment.kept:  # a merge ended in between: these numbers are of other segments
            return []
        if segment.id in wanted:
            room = limit - len(entries)
            entries.extend(layout.from_document(searcher.doc(address)) for address in addresses[:room])
    return entries


def moved(index: tantivy.Index, places: Mapping[str, str | None]) -> list[layout.Words]:
    """The chunks of these documents, as they are in a folder that is another one now."""
    searcher = index.searcher()
    within = tantivy.Query.term_set_query(index.schema, layout.DOCUMENT, list(places))
    found = searcher.search(within, max(searcher.num_docs, 1), count=False).hits
    entries = [layout.from_document(searcher.doc(address)) for _, address in found]
    return [replace(entry, path=(path := places[entry.document_id]) and clean(path)) for entry in entries]


def write_anew(
    writer: tantivy.IndexWriter,
    entries: list[layout.Words],
    *,
    next_key: Callable[[], int],
    row_of: Callable[[str], int],
) -> None:
    """Adds these chunks once more, in place of themselves; `row_of` gives the row of a document."""
    for entry in entries:
        writer.delete_documents_by_term(layout.CHUNK, entry.chunk_id)
        writer.add_document(layout.to_document(entry, key=next_key(), row=row_of(entry.document_id)))
