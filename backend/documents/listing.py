"""Documents as the API shows them to a caller; lists are JSON from the start, being what clients ask for most often."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import orjson

from backend.access import Caller, Holder, untold_principal
from backend.db.collection import Record
from backend.documents.demo_marks import is_demo
from backend.documents.holders import HolderNames, owner_view, rights
from backend.documents.repository import DocumentQuery, DocumentRepository, DocumentRow, to_row


@dataclass(frozen=True, slots=True)
class _Line:
    """One row as JSON without its last brace, and what depends on who looks: kept apart, since lines are remembered."""

    id: str
    holder: str
    inside: bool
    shared_with: bytes
    json: bytes


async def page_json(
    documents: DocumentRepository,
    names: HolderNames,
    caller: Caller,
    query: DocumentQuery,
    *,
    before: str | None,
    limit: int,
) -> tuple[list[bytes], str | None]:
    """What `DocumentRepository.page` gives, each row as JSON with `owner`, `may` and `access`."""
    if query.title:
        rows, last = await documents.page(caller, query, before=before, limit=limit)
        return await _shown(names, caller, [_line_of(row) for row in rows]), last
    # Most people have nothing shared with them: then there is one part, and nothing to merge.
    parts = [part for part in await documents.shaped(caller, query, _line, before=before, limit=limit + 1) if part]
    lines = parts[0] if len(parts) == 1 else sorted((line for part in parts for line in part), key=_ID, reverse=True)
    shown = lines[:limit]
    return await _shown(names, caller, shown), shown[-1].id if len(lines) > limit else None


async def view(names: HolderNames, caller: Caller, row: DocumentRow) -> dict[str, Any]:
    """One row as the API shows it. `access`: who may see it beside its holder, for whoever may change that."""
    shown: dict[str, Any] = dict(row)
    holder = Holder.parse(shown.pop("holder"))
    shared_with = shown.pop("shared_with")
    may = rights(caller, holder, inside=row["parent_id"] is not None)
    shown["owner"] = owner_view(holder, await names.names([holder]))
    shown["may"] = list(may)
    shown["access"] = shared_with if "edit" in may else None
    shown["narrowed"] = _is_narrowed(row)
    shown["collections"] = _COLLECTIONS
    shown["demo"] = is_demo(row["source"], row["external_id"])
    return shown


_ID = attrgetter("id")
#: The contract names them; no document is in one before there are collections.
_COLLECTIONS: list[dict[str, str]] = []


def _line(record: Record) -> _Line:
    return _line_of(to_row(record))


def _line_of(row: DocumentRow) -> _Line:
    plain: dict[str, Any] = dict(row)
    holder, shared_with = plain.pop("holder"), plain.pop("shared_with")
    plain["narrowed"] = _is_narrowed(row)
    plain["collections"] = _COLLECTIONS
    plain["demo"] = is_demo(row["source"], row["external_id"])
    return _Line(
        row["id"],
        holder,
        row["parent_id"] is not None,
        orjson.dumps(shared_with),
        orjson.dumps(plain, option=orjson.OPT_UTC_Z)[:-1],
    )


def _is_narrowed(row: DocumentRow) -> bool:
    connection_id = row["connection_id"]
    return connection_id is not None and untold_principal(connection_id) in row["shared_with"]


async def _shown(names: HolderNames, caller: Caller, lines: Sequence[_Line]) -> list[bytes]:
    """The rows with what depends on the caller; a page has few holders, so their part is written once for each."""
    holders = {text: Holder.parse(text) for text in {line.holder for line in lines}}
    known = await names.names(holders.values()) if holders else {}
    ends: dict[tuple[str, bool], tuple[bytes, bool]] = {}
    for text, holder in holders.items():
        owner = orjson.dumps(owner_view(holder, known))
        for inside in (False, True):
            may = rights(caller, holder, inside=inside)
            ends[text, inside] = (b',"owner":%b,"may":%b,"access":' % (owner, orjson.dumps(may)), "edit" in may)
    rows = []
    for line in lines:
        end, changeable = ends[line.holder, line.inside]
        rows.append(b"%b%b%b}" % (line.json, end, line.shared_with if changeable else b"null"))
    return rows
