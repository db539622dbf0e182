"""The list of documents as JSON: the page that clients ask for most often."""

from operator import itemgetter

import orjson

from backend.access import Caller
from backend.db.collection import Record
from backend.documents.repository import DocumentQuery, DocumentRepository, to_row

type _Line = tuple[str, bytes]
"""Id and JSON of one row."""


async def page_json(
    documents: DocumentRepository, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
) -> tuple[list[bytes], str | None]:
    """What `DocumentRepository.page` gives, each row as JSON."""
    if query.title:
        rows, last = await documents.page(caller, query, before=before, limit=limit)
        return [orjson.dumps(row, option=orjson.OPT_UTC_Z) for row in rows], last
    # Most people have nothing shared with them: then there is one part, and nothing to merge.
    parts = [part for part in await documents.shaped(caller, query, _line, before=before, limit=limit + 1) if part]
    lines = parts[0] if len(parts) == 1 else sorted((line for part in parts for line in part), key=_ID, reverse=True)
    shown = lines[:limit]
    return [text for _, text in shown], shown[-1][0] if len(lines) > limit else None


_ID = itemgetter(0)


def _line(record: Record) -> _Line:
    row = to_row(record)
    return row["id"], orjson.dumps(row, option=orjson.OPT_UTC_Z)
