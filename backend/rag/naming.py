"""Which document a person means: the one whose title or file name has their words, if only one does.

Every word that says something must be found in the name (in another form, as a part of a compound, misspelt), figures
as they are. Where two names fit nearly equally, none is meant.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from backend.access import Caller
from backend.documents.models import DocumentStatus
from backend.documents.repository import DocumentQuery
from backend.embedding.search.models import Filters, Hit
from backend.embedding.search.spelling import edit_distance
from backend.errors import NotFound
from backend.rag.document_kinds import same_kind
from backend.rag.ports import PassageSearch, Shelf, VersionTexts
from backend.rag.scoped import restriction
from backend.text.dates import month_number
from backend.text.folding import fold, reduced
from backend.text.function_words import OF_QUESTIONS
from backend.text.terms import terms
from backend.text.word_forms import compound_parts, form_terms

_WORD = re.compile(r"\d+|[^\W\d_]+")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_SEARCHED = 12
_LISTED = 60
_LOOKED_UP = 2
_LEAST_LOOKED_UP = 3
_LEAST_SPELT = 5
_LEAST_PART = 4
_LEAST_ALIKE = 3
_READ = 3
_HEAD_CHARS = 400
_READ_CHARS = 60_000

#: How much a word counts that is found in another form, and as a part of a compound; less with a slip of the pen.
FORM = 0.95
PART = 0.8
_SLIP = 0.75
_CUT_SHORT = 0.7
_FURTHER_ON = 0.7
_GENERIC_WEIGHT = 0.3
_FIGURE_WEIGHT = 1.5
# Of the subject's weight, what the name must have; and how much better the best must be than the next.
_LEAST_COVERED = 0.75
_GAP = 0.1
_LEAST_TOLD = 0.45
_SHARE = 0.25

#: Words for documents as such: they may be missing in the name, and name none.
GENERIC = frozenset(
    fold(
        """
        document documents doc docs file files text page pages pdf paper papers mail mails email emails e-mail thread
        message letter attachment spreadsheet sheet table csv xlsx docx txt md eml html json write called named full
        say says said tells told wrote written decided happened whole entire complete latest current new newest our
        dokument dokumente datei dateien schreiben brief nachricht tabelle seite anhang unterlage aktuelle aktuellen
        sagt sagte steht schreibt schrieb wegen betreffend neue neuen ganze ganzen unsere unserer unseren
        fichier fichiers courriel courrier lettre pièce tableau archivo archivos correo carta mensaje tabla documento
        documentos
        """
    ).split()
)


#: Function words of German, French and Spanish that questions in English have as names, or that join parts of names.
_JOINING = """
vom zum zur am beim ins aus bei fur uber bis nach ohne unter vor einer einem einen eines mein meine unser unsere
au aux en dans sur pour par avec mon ma mes notre nos a al por con para sobre mi mis nuestro nuestra
pls plz bitte mal
"""
_EMPTY = OF_QUESTIONS | frozenset(_JOINING.split())


@dataclass(frozen=True, slots=True)
class Named:
    """A document by what it is called: `names` are its title, its file name and where it lies, as words."""

    document_id: str
    title: str
    names: tuple[tuple[str, ...], ...]
    covered: float = 0.0
    """Of the subject, how much its names have: 0 to 1."""
    share: float = 0.0
    """Of its title or file name, how much the subject has: 0 to 1."""

    @property
    def score(self) -> float:
        return (1 - _SHARE) * self.covered + _SHARE * self.share


class DocumentFinder:
    """Finds by name among what the caller may see."""

    def __init__(self, search: PassageSearch, shelf: Shelf) -> None:
        self._search = search
        self._shelf = shelf

    async def find(
        self, caller: Caller, subject: str, *, filters: Filters, outdated: frozenset[str] = frozenset()
    ) -> Named | None:
        """The one document that is called so, or None. `outdated`: ids of documents that another one replaces; one of
        these is meant only where no other is called so. Errors: `Unavailable`.
        """
        words = name_words(subject)
        if not any(_says_something(word) for word in words):
            return None
        known = await self._candidates(caller, subject, words, filters)
        fitting = [one for one in (_judged(words, one) for one in known) if one.covered >= _LEAST_COVERED]
        fitting = [one for one in fitting if one.document_id not in outdated] or fitting
        fitting.sort(key=lambda one: -one.score)
        if not fitting or (len(fitting) > 1 and fitting[0].score - fitting[1].score < _GAP):
            return None
        return fitting[0]

    async def find_about(
        self, caller: Caller, subject: str, texts: VersionTexts, *, filters: Filters, outdated: frozenset[str]
    ) -> Hit | None:
        """Of the documents found for a subject that none is called by, the one that has most of its words, at least one
        of them in its name or at its beginning, if only one does. Errors: `Unavailable`.
        """
        words = [word for word in name_words(subject) if _says_something(word)]
        result = await self._search.search(caller, subject, filters=filters, limit=_READ, group="document")
        hits = [hit for hit in result.hits if hit.document_id not in outdated]
        judged: list[tuple[float, Hit]] = []
        for hit in hits if words else ():
            try:
                text = (await texts.text(caller, hit.document_id, hit.version)).text
            except NotFound:  # it has gone since it was found
                continue
            judged.append((await asyncio.to_thread(_told_of, words, hit, text), hit))
        judged.sort(key=lambda item: -item[0])
        if not judged or judged[0][0] < _LEAST_TOLD:
            return None
        return judged[0][1] if len(judged) == 1 or judged[0][0] - judged[1][0] >= _GAP else None

    async def hit_of(self, caller: Caller, document_id: str, subject: str) -> Hit | None:
        """A passage of a document, which tells its version and where it is from. Errors: `Unavailable`."""
        only = Filters(document_ids=frozenset({document_id}))
        found = await self._search.search(caller, subject, filters=only, limit=1, group="document")
        return found.hits[0] if found.hits else None

    async def _candidates(self, caller: Caller, subject: str, words: Sequence[str], filters: Filters) -> list[Named]:
        found: dict[str, Named] = {}
        longest = sorted((word for word in words if len(word) >= _LEAST_LOOKED_UP), key=len, reverse=True)
        pages = await asyncio.gather(*(self._called(caller, word, filters) for word in longest[:_LOOKED_UP]))
        found.update((one.document_id, one) for page in pages for one in page)
        result = await self._search.search(caller, subject, filters=filters, limit=_SEARCHED, group="document")
        for hit in result.hits:
            found.setdefault(hit.document_id, _named(hit.document_id, hit.title, hit.path))
        return list(found.values())

    async def _called(self, caller: Caller, word: str, filters: Filters) -> list[Named]:
        """The documents with a word in their title, without what may be its ending."""
        part = word if word.isdigit() else terms(word)[0]
        query = DocumentQuery(status=DocumentStatus.indexed, title=part, within=restriction(filters))
        rows, _ = await self._shelf.page(caller, query, before=None, limit=_LISTED)
        return [_named(row["id"], row["title"], row.get("path") or row.get("filename")) for row in rows]


def name_words(text: str) -> list[str]:
    """The words of a name or of what is said for one, folded, without function words and single letters."""
    found = dict.fromkeys(fold(word) for word in _WORD.findall(text))
    return [word for word in found if word.isdigit() or (len(word) > 1 and word not in _EMPTY)]


@lru_cache(maxsize=65_536)
def alike(asked: str, word: str) -> float:
    """How far one folded word is another: 1 the same, less for other forms, parts of compounds and slips; else 0."""
    if asked == word:
        return 1.0
    if asked.isdigit() or word.isdigit():
        return float(_number_of(asked) == _number_of(word))
    one, other = terms(asked)[0], terms(word)[0]
    if one == other:
        return FORM
    if same_kind(asked, word):
        return PART
    shorter, longer = sorted((reduced(asked), reduced(word)), key=len)
    if len(shorter) >= _LEAST_PART and longer.startswith(shorter) and len(longer) - len(shorter) <= 2:
        return FORM
    if shorter[:_LEAST_PART] in longer and _as_part(shorter) in compound_parts(longer, "de"):
        return PART
    if len(shorter) >= _LEAST_SPELT and shorter[0] == longer[0]:
        most = 1 if len(shorter) < 2 * _LEAST_SPELT - 2 else 2
        return _SLIP if edit_distance(shorter, longer, most) <= most else 0.0
    return 0.0


def _number_of(word: str) -> str | None:
    """The figures of a word or of the month that it names, without zeros before them."""
    if word.isdigit():
        return word.lstrip("0")
    month = month_number(word)
    return str(month) if month else None


@lru_cache(maxsize=4096)
def _as_part(word: str) -> str | None:
    """A folded word as `compound_parts` writes it."""
    return next(iter(form_terms(word, "de")), None)


def _says_something(word: str) -> bool:
    return word not in GENERIC


def _weight(word: str) -> float:
    if word in GENERIC:
        return _GENERIC_WEIGHT
    return _FIGURE_WEIGHT if word.isdigit() else 1.0


def _named(document_id: str, title: str, path: str | None) -> Named:
    place, _, file = (path or "").rpartition("/")
    names = (title, _EXTENSION.sub("", file), place, path or "")
    return Named(document_id, title, tuple(tuple(name_words(name)) if name else () for name in names))


def _judged(subject: Sequence[str], one: Named) -> Named:
    everywhere = {word for name in one.names for word in name}
    found = {word: max((alike(word, other) for other in everywhere), default=0.0) for word in subject}
    said = [word for word in subject if _says_something(word)]
    # What is only in the folder's name names no document.
    own = [*one.names[0], *one.names[1]]
    if not any(_best(word, own) for word in said) or any(word.isdigit() and not found[word] for word in subject):
        return one
    counted = [word for word in subject if _says_something(word) or found[word]]
    total = sum(map(_weight, counted))
    covered = sum(_weight(word) * found[word] for word in counted) / total
    share = max(_share(subject, name) for name in one.names[:2])
    return replace(one, covered=covered, share=share)


def _told_of(words: Sequence[str], hit: Hit, text: str) -> float:
    """How far a document is about the words: those in its name or at its beginning count in full, 0 to 1."""
    names = _named(hit.document_id, hit.title, hit.path).names
    head = {*name_words(text[:_HEAD_CHARS]), *(word for name in names for word in name)}
    everything = {*head, *name_words(text[:_READ_CHARS])}
    first = [_found(word, head) for word in words]
    counted = [value or _FURTHER_ON * _found(word, everything) for word, value in zip(words, first, strict=True)]
    if not any(first) or any(word.isdigit() and not value for word, value in zip(words, counted, strict=True)):
        return 0.0
    return sum(counted) / len(counted)


def _found(word: str, there: Iterable[str]) -> float:
    """How far a word is among others; only what may be it is looked at closely."""
    begins, inside = word[:_LEAST_ALIKE], word[:-1]
    near = (
        other
        for other in there
        if word.isdigit() or other.startswith(begins) or inside in other or same_kind(word, other)
    )
    return max((_CUT_SHORT if _cut_short(word, other) else alike(word, other) for other in near), default=0.0)


def _cut_short(word: str, other: str) -> bool:
    """ "cert" for certificate."""
    return len(word) >= _LEAST_PART and len(other) - len(word) > 2 and other.startswith(word)


def _share(subject: Iterable[str], name: Sequence[str]) -> float:
    words = list(subject)
    return sum(_best(word, words) for word in name) / len(name) if name else 0.0


def _best(word: str, others: Iterable[str]) -> float:
    return max((alike(other, word) for other in others), default=0.0)
