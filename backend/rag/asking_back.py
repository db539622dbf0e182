"""Asks back where a question names somebody, or something, of whom the passages know several with different answers."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from backend.llm.streaming import sanitise
from backend.rag.choices import asked_back
from backend.rag.composing import Asked, Composed, Composer, Excerpt, composed
from backend.rag.models import Offer, Source
from backend.rag.references import Word, is_german, language_of_question, words_of
from backend.text import question_words as closed
from backend.text.folding import fold
from backend.text.function_words import OF_QUESTIONS
from backend.text.terms import content_terms, terms

_MOST_CHOICES = 4
#: What is longer tells more than a name.
_LONGEST_WORDS = 40
_MARKUP = re.compile(r"[\\\[\]()*_`<>~|]")
_FULL_NAME = re.compile(r"(?<![\w.'’-])([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+) (?=([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+)(?![\w-]))")
_BEFORE_NAMES = "herr herrn frau dr prof mr mrs ms miss sir madame monsieur mme señor señora don doña"
_TITLES = frozenset(_BEFORE_NAMES.split())
_OF_ALL = "all every each any both which list compare difference alle welche beide jede jeder tous todas"
_SEVERAL = frozenset(_OF_ALL.split())
_POSSESSIVE = re.compile(r"['’]s?$")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: A word without a capital, and not of an address.
_SMALL = re.compile(r"(?<![\w.@/-])[a-zß-öø-ÿ]\w*(?![\w@-]|\.\w)")
_SEGMENT = re.compile(
    r"[^\w\s'’-]| [-–—] |\b(?:of|for|with|in|at|on|von|vom|für|mit|bei|zu|zur|zum|der|des|de|du|del|pour)\b"
)


@dataclass(frozen=True, slots=True)
class _Side:
    """One that may be meant: how it is called, the question that says so, and the passages that are about it."""

    called: str
    query: str
    sources: tuple[Source, ...]
    named_at: tuple[int, int] | None = None
    """Where the first passage names it, in the text of its version."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody's first and last name, `at` an offset into the text of a passage."""

    given: str
    family: str
    source: Source
    at: int

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"


class AskingBack:
    """`inner`: what would answer; only where they answer differently for each side is it asked which is meant."""

    def __init__(self, inner: Sequence[Composer]) -> None:
        self._inner = inner

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the question leaves nothing open. Errors: `UpstreamError` of the embedder."""
        for what, sides in (*_people(asked), *_things(asked)):
            told = await self._with_answers(asked, _not_told_apart(what, asked.query, sides))
            if 1 < len(told) <= _MOST_CHOICES:
                return _question_back(what, told, language_of_question(asked.question.text))
        return None

    async def _with_answers(self, asked: Asked, sides: Sequence[_Side]) -> list[_Side]:
        """Those that have an answer; none where two have the same one, which then is the answer for both."""
        answers: dict[str, _Side] = {}
        for side in sides if 1 < len(sides) <= _MOST_CHOICES else ():
            question = replace(asked.question, text=side.query)
            answer = await composed(self._inner, Asked(question, side.query, side.sources))
            quotes = [piece for piece in answer.pieces if isinstance(piece, Excerpt)] if answer else []
            if quotes and answers.setdefault(quotes[0].shown, side) is not side:
                return []
        return list(answers.values())


def _question_back(what: str, sides: Sequence[_Side], language: str) -> Composed:
    head = asked_back(_MARKUP.sub(r"\\\g<0>", what), language)
    pieces: list[str | Excerpt] = [f"{head}\n"]
    choices: list[Offer] = []
    for side in sides:
        called = sanitise(side.called, ())
        shown = _MARKUP.sub(r"\\\g<0>", called)
        choices.append(Offer(called, side.sources[0].hit.document_id))
        pieces.append("\n- ")
        pieces.append(Excerpt(side.sources[0].hit, *side.named_at, shown) if side.named_at else shown)
    return Composed(tuple(pieces), "ask_back", tuple(choices))


def _people(asked: Asked) -> list[tuple[str, list[_Side]]]:
    """Of each name that stands alone in the question, those who are called so."""
    words = words_of(asked.query)
    names = _full_names(asked.sources) if len(words) <= _LONGEST_WORDS else []
    found: list[tuple[str, list[_Side]]] = []
    for at, word in enumerate(words):
        if not word.is_content or (at and words[at - 1].lower in closed.ARTICLES | _TITLES):
            continue
        bare = _POSSESSIVE.sub("", word.text)
        if bare.casefold() in _TITLES:
            continue
        # "danas phone number", as it is typed.
        for name in dict.fromkeys((bare, bare.removesuffix("s"))):
            called = _called(name, names, asked.sources) if _WORD.fullmatch(name) else {}
            if len(called) > 1 and not _is_told(words, at, called):
                end = word.start + len(name)
                rest = asked.query[end:].removeprefix("s") if name != bare else asked.query[end:]
                sides = [
                    _Side(full, f"{asked.query[: word.start]}{full}{rest}", sources, named_at)
                    for full, (sources, named_at) in called.items()
                ]
                found.append((name[:1].upper() + name[1:], sides))
                break
    return found


def _is_told(words: Sequence[Word], at: int, called: Collection[str]) -> bool:
    """Whether the word beside it says which: one of their names, or a name that none of them has."""
    beside = [words[at - 1]] if at and words[at].joined else []
    beside += [words[at + 1]] if at + 1 < len(words) and words[at + 1].joined else []
    known = {fold(part) for full in called for part in full.split()}
    if any(fold(_POSSESSIVE.sub("", word.text)) in known for word in beside):
        return True
    # Of German a noun has a capital, too.
    return not is_german(words) and any(word.named and word.is_content for word in beside)


def _full_names(sources: Sequence[Source]) -> list[_Named]:
    """Everybody whom the passages name by a first and a last name, in their order."""
    small = frozenset(word for source in sources for word in _SMALL.findall(source.hit.text))
    found = []
    for source in sources:
        for match in _FULL_NAME.finditer(source.hit.text):
            given, family = match[1], _POSSESSIVE.sub("", match[2])
            # What stands somewhere without a capital is no name, though a heading may have it with one.
            if not any(_is_common(part) or part.casefold() in small for part in (given, family)):
                found.append(_Named(given, family, source, match.start()))
    return found


def _called(
    name: str, names: Sequence[_Named], sources: Sequence[Source]
) -> dict[str, tuple[tuple[Source, ...], tuple[int, int]]]:
    """Those whose first or whose last name it is, with the passages about them and where the first names them in full.

    Beside the passages that name somebody in full these are the others of a document that names nobody else so.
    """
    wanted = fold(name)
    first: dict[str, list[_Named]] = {}
    last: dict[str, list[_Named]] = {}
    families: dict[str, set[str]] = {}
    for one in names:
        families.setdefault(one.given, set()).add(one.family)
        if fold(one.given) == wanted:
            first.setdefault(one.full, []).append(one)
        elif fold(one.family) == wanted and fold(one.given) not in _TITLES:
            last.setdefault(one.full, []).append(one)
    # What stands before several last names is no first name: "Mandant Weber", "Mandant Ott".
    alone = {full: found for full, found in last.items() if len(families[found[0].given]) == 1}
    called = first if len(first) > 1 else alone
    documents = {full: {one.source.hit.document_id for one in found} for full, found in called.items()}
    sides = {}
    for full, found in called.items():
        others = {id_ for other, ids in documents.items() if other != full for id_ in ids}
        own = {one.source for one in found}
        naming = found[0].source
        about = [one for one in sources if one in own or one.hit.document_id in documents[full] - others]
        start = naming.hit.start + found[0].at
        sides[full] = ((naming, *(one for one in about if one != naming)), (start, start + len(full)))
    return sides


def _is_common(word: str) -> bool:
    return word.casefold() in closed.CLOSED or word.casefold() in OF_QUESTIONS


def _things(asked: Asked) -> list[tuple[str, list[_Side]]]:
    """Of a thing with an article, the documents that are called so and by a word more."""
    words = words_of(asked.query)
    if len(words) > _LONGEST_WORDS or any(word.lower in _SEVERAL for word in words):
        return []
    small = frozenset(word for source in asked.sources for word in _SMALL.findall(source.hit.text))
    disputed = {one.document_id for pair in asked.contradictions for one in (pair.older, pair.newer)}
    of_document: dict[str, list[Source]] = {}
    for source in asked.sources:
        of_document.setdefault(source.hit.document_id, []).append(source)
    found = []
    for at, word in enumerate(words):
        if not word.is_content or not any(one.lower in closed.ARTICLES for one in words[max(0, at - 2) : at]):
            continue
        called = {id_: own for id_, own in of_document.items() if _is_a(word.lower, own[0].hit.title, small)}
        if len(called) < 2 or not disputed.isdisjoint(called):
            continue
        titles = {id_: _title_words(own[0]) for id_, own in called.items()}
        common = frozenset.intersection(*titles.values())
        apart = {id_: own - common for id_, own in titles.items()}
        asked_words = {one.lower for one in words}
        # Editions of one document, told apart by figures alone, are no choice: the newest is meant.
        if not all(apart.values()) or any(not asked_words.isdisjoint(own) for own in apart.values()):
            continue
        sides = [_Side(own[0].hit.title, f"{asked.query} ({own[0].hit.title})", tuple(own)) for own in called.values()]
        found.append((word.text, sides))
    return found


def _is_a(kind: str, title: str, small: frozenset[str]) -> bool:
    """Whether a title names a thing of a kind: "Lease of the mill", "Mill lease", "Lease Harrow", not "Lease rules"."""
    for segment in _SEGMENT.split(title):
        words = [word.casefold() for word in _WORD.findall(segment)]
        if kind in words:
            return all(word not in small for word in words[words.index(kind) + 1 :])
    return False


def _title_words(source: Source) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(source.hit.title) if not _is_common(word))


def _not_told_apart(what: str, query: str, sides: Sequence[_Side]) -> list[_Side]:
    """Without the sides of which the question says less than of another: it does not mean them."""
    wanted = content_terms(query) - frozenset(terms(what))
    met = [
        wanted & frozenset(term for source in side.sources for term in terms(f"{source.hit.title} {source.hit.text}"))
        for side in sides
    ]
    return [side for side, own in zip(sides, met, strict=True) if not any(own < other for other in met)]
