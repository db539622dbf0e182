"""Questions about the library itself ("What documents do I have?"), answered from its list: no passage says that.

Also which documents are about something, and which are called something: those are looked for, and named with links.
"""

import re
from collections.abc import Sequence

from backend.access import Caller
from backend.documents.models import DocumentStatus, Kind
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.rag.naming import FORM, PART, alike, name_words
from backend.rag.ports import Shelf

_MOST_TITLES = 20
_MOST_CALLED = 50
_PAGE = 200
#: More documents than these are not looked through for their names.
_MOST_PAGES = 10
#: One document that is called so is a passage like others.
_SEVERAL = 2
_NOTHING_THERE = "There is no document where you asked that could be read."
_MARKUP = re.compile(r"[\\\[\]()*_`<>~|]")
_ANY_DOCUMENT = frozenset({"document", "documents", "file", "files", "dokumente", "dateien", "documentos", "fichiers"})
_TABLES = frozenset({Kind.csv, Kind.xlsx})
#: What the formats of documents are called.
_FORMATS = {
    "pdf": frozenset({Kind.pdf}),
    **dict.fromkeys(("spreadsheet", "table", "tabelle"), _TABLES),
    **dict.fromkeys(("mail", "email", "courriel", "correo"), frozenset({Kind.email})),
    **dict.fromkeys(("presentation", "slides", "prasentation", "folien"), frozenset({Kind.pptx})),
    **dict.fromkeys(("picture", "image", "photo", "bild", "foto"), frozenset({Kind.image})),
    **dict.fromkeys(("calendar", "kalender"), frozenset({Kind.calendar})),
}
_THINGS = r"(?:documents?|docs|files?|dokumente|dateien|documentos|fichiers)"
_ASKS = re.compile(
    rf"^\W*(?:"
    rf"(?:what|which) (?:kinds? of )?{_THINGS} (?:do|can|may) (?:I|you|we) (?:have|see|read|know|ask)(?: about| of)?"
    rf"|(?:what|which) {_THINGS} (?:are|have) (?:there|here|been (?:uploaded|added|indexed))"
    rf"|(?:what|which) {_THINGS} are (?:in|part of)"
    rf"|what(?: is|'s|’s) in"
    rf"|how many {_THINGS} (?:do (?:I|you|we) have|are there|are in)"
    rf"|(?:please )?(?:list|show|name)(?: me)?(?: all)?(?: of)? (?:my|the|our|your|all) {_THINGS}"
    rf"|welche {_THINGS} (?:habe ich|haben wir|hast du|gibt es)"
    rf"|quels {_THINGS} (?:ai-je|avons-nous)"
    rf"|qué {_THINGS} (?:tengo|tenemos|hay)"
    rf")(?: (?:in|of)?(?: ?(?:my|the|our|your|this))? ?(?:library|collection|bibliothek))?(?: here)?\W*$",
    re.IGNORECASE,
)
_LIBRARY_ITSELF = re.compile(r"what(?: is|'s|’s) in\W*$|are (?:in|part of)\W*$", re.IGNORECASE)


def asks_what_is_there(question: str) -> bool:
    """Whether a question is about which documents there are, and about nothing else."""
    return bool(_ASKS.match(question)) and not _LIBRARY_ITSELF.search(question)


async def what_is_there(caller: Caller, shelf: Shelf, *, scoped: bool = False) -> str:
    """How many documents the caller may read, and what the newest are called, as Markdown. `scoped`: it is the shelf of
    a question that is asked in some of them.
    """
    counts = await shelf.count_by_status(caller)
    total = counts.get(DocumentStatus.indexed, 0)
    waiting = counts.get(DocumentStatus.queued, 0) + counts.get(DocumentStatus.processing, 0)
    if not total:
        nothing = _NOTHING_THERE if scoped else "There is no document in your library yet that could be read."
        return nothing if not waiting else _waiting(waiting)
    rows, _ = await shelf.page(caller, DocumentQuery(status=DocumentStatus.indexed), before=None, limit=_MOST_TITLES)
    count = "1 document" if total == 1 else f"{total} documents"
    told = f"Where you asked there {'is' if total == 1 else 'are'} {count}" if scoped else f"You have {count}"
    head = told + ("." if total <= len(rows) else f". The newest {len(rows)} are:")
    rest = f"\n\n{_waiting(waiting)}" if waiting else ""
    return _listed(head, [(row["id"], row["title"]) for row in rows]) + rest


async def called_so(caller: Caller, shelf: Shelf, kind: str, *, language: str = "en") -> str | None:
    """Which documents are what a person asks for all of, by title, file, folder or format, as Markdown; None if not at
    least two are. `language`: of the question; in German a Mietvertrag is a Vertrag.
    """
    words = [word for word in name_words(kind) if word not in _ANY_DOCUMENT] or name_words(kind)
    found: list[tuple[str, str]] = []
    before: str | None = None
    for _ in range(_MOST_PAGES):
        query = DocumentQuery(status=DocumentStatus.indexed)
        rows, before = await shelf.page(caller, query, before=before, limit=_PAGE)
        found += [(row["id"], row["title"]) for row in rows if _is_of_kind(row, words, compounds=language == "de")]
        if before is None:
            break
    if len(found) < _SEVERAL:
        return None
    shown = found[:_MOST_CALLED]
    return _listed(
        f"{len(found)} documents are called so{':' if shown == found else f'; {len(shown)} of them:'}", shown
    )


def about(hits: Sequence[Hit], subject: str) -> str:
    """Which documents have something about a subject, by what was found for it, best first, as Markdown."""
    titles = dict.fromkeys((hit.document_id, hit.title) for hit in hits)
    count = "1 document has" if len(titles) == 1 else f"{len(titles)} documents have"
    return _listed(f"{count} something about “{sanitise(subject, ())}”:", list(titles))


def _is_of_kind(row: DocumentRow, words: Sequence[str], *, compounds: bool) -> bool:
    """Whether each of the words is one of a document's names, in some form, or its format."""
    names = name_words(f"{row['title']} {row.get('filename') or ''} {row.get('path') or ''}")
    least = PART if compounds else FORM
    formats = [word for word, kinds in _FORMATS.items() if row.get("kind") in kinds]
    return all(any(alike(word, other) >= least for other in (*names, *formats)) for word in words)


def _listed(head: str, documents: Sequence[tuple[str, str]]) -> str:
    """Documents by id and title, as links below a line."""
    return f"{head}\n\n" + "\n".join(f"- {link_to(title, id_)}" for id_, title in documents)


def link_to(title: str, document_id: str) -> str:
    """A document's title as a link to it, as Markdown."""
    return f"[{link_text(title)}](/documents/{document_id})"


def link_text(title: str) -> str:
    """Words of a document as Markdown that shows them and does nothing else."""
    shown = sanitise(" ".join(title.split()), ())
    return _MARKUP.sub(r"\\\g<0>", shown) or "…"


def _waiting(count: int) -> str:
    return f"{count} more {'is' if count == 1 else 'are'} still being read."
