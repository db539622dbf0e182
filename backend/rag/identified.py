"""An identifier alone ("TK-3130", "§ 14", "invoice 2052"): the sentences or rows that hold it, by document.

Where it heads something, what stands below it is told, and no sentence that only mentions it.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.embedding.search.models import Hit
from backend.quoting.candidates import Candidate, find_candidates
from backend.quoting.line_roles import Role
from backend.rag.carrying_over import depends_on_history
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.intent import without_courtesy
from backend.rag.naming import GENERIC, alike, name_words
from backend.rag.ports import PassageSearch
from backend.rag.quotes import excerpt_of, heading_text, shown_heading
from backend.rag.shelf import link_to
from backend.rag.whole_requests import bare_phrase
from backend.text.folding import fold
from backend.text.variants import identifiers, variants

_SEARCHED = 8
_MOST_DOCUMENTS = 3
_MOST_OF_ONE = 3
_BELOW_HEADING = 4
_PARAGRAPH = re.compile(r"§{1,2} ?(\d{1,4}[a-z]?)(?![\w.])", re.IGNORECASE)
_PLACE = re.compile(
    r"(article|artikel|art\.?|clause|section|abschnitt|ziffer|chapter|kapitel|step|schritt|appendix|anhang|artículo|"
    r"chapitre|capítulo) (\d{1,4}(?:\.\d{1,3}){0,3})(?![\w.])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,-])(\d{3,12})(?![\w.,-]*\w)")
#: What a number may be the number of; the word itself may be another one in the document.
_NUMBERED = frozenset(
    fold(
        """
        invoice bill receipt ticket order case issue number no nr id ref reference code item sku part error incident
        customer contract policy booking flight account room page change request
        rechnung beleg quittung bestellung auftrag vorgang akte aktenzeichen nummer fall fehler artikelnummer kunde
        kundennummer vertrag vertragsnummer buchung konto rechnungsnummer ticketnummer
        facture commande numéro dossier factura pedido número contrato
        """
    ).split()
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """`holds` tells whether a text has it; `rest`: the other words of the phrase that say something."""

    holds: Callable[[str], bool]
    rest: tuple[str, ...]


class Identified:
    def __init__(self, search: PassageSearch) -> None:
        self._search = search

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the question is more than an identifier, or no passage has it. Errors: `Unavailable`."""
        question = asked.question
        if question.history and depends_on_history(question.text):
            return None
        bare = bare_phrase(without_courtesy(question.text))
        identifier = identifier_of(bare.phrase) if bare else None
        if bare is None or identifier is None or (bare.defined and identifier.rest):
            return None
        more = await self._search.search(
            question.caller, bare.phrase, filters=question.filters, limit=_SEARCHED, group="document"
        )
        hits = list(dict.fromkeys([*(source.hit for source in asked.sources), *more.hits]))
        found = await asyncio.to_thread(_statements, identifier, hits)
        return Composed(tuple(_pieces(found))) if found else None


def identifier_of(phrase: str) -> Identifier | None:
    """The one identifier of a phrase; None where there is none, or more than one."""
    if match := _PARAGRAPH.search(phrase):
        holds = re.compile(rf"§{{1,2}}\s?{re.escape(match[1])}(?![\w])", re.IGNORECASE)
    elif match := _PLACE.search(phrase):
        holds = re.compile(rf"\b{re.escape(match[1])} {re.escape(match[2])}(?![\w])", re.IGNORECASE)
    else:
        return _name(phrase) or _number(phrase)
    return Identifier(lambda text: bool(holds.search(text)), _rest(phrase, match.start(), match.end()))


def _name(phrase: str) -> Identifier | None:
    spans = {found.term: (found.start, found.end) for found in identifiers(phrase)}
    if len(spans) != 1:
        return None
    ((term, (start, end)),) = spans.items()
    return Identifier(lambda text: any(found.term == term for found in variants(text)), _rest(phrase, start, end))


def _number(phrase: str) -> Identifier | None:
    """A number beside what it is the number of."""
    numbers = list(_NUMBER.finditer(phrase))
    if len(numbers) != 1 or _NUMBERED.isdisjoint(name_words(phrase)):
        return None
    number = numbers[0][1]
    holds = re.compile(rf"(?<![\w.,]){number}(?![\w]|[.,]\d)")
    return Identifier(lambda text: bool(holds.search(text)), _rest(phrase, numbers[0].start(), numbers[0].end()))


def _rest(phrase: str, start: int, end: int) -> tuple[str, ...]:
    rest = f"{phrase[:start]} {phrase[end:]}"
    return tuple(word for word in name_words(rest) if word not in GENERIC and word not in _NUMBERED)


def _statements(identifier: Identifier, hits: Sequence[Hit]) -> list[tuple[Hit, list[Candidate]]]:
    """By document, best first, what is told of the identifier."""
    found: dict[str, tuple[int, Hit, list[Candidate]]] = {}
    for hit in hits:
        if identifier.rest and not _has(identifier.rest, f"{hit.title} {hit.path or ''} {hit.text}"):
            continue
        rank, told = _of_passage(identifier, hit)
        if told and (hit.document_id not in found or rank < found[hit.document_id][0]):
            found[hit.document_id] = (rank, hit, told)
    best = min((rank for rank, _, _ in found.values()), default=0)
    return [(hit, told) for rank, hit, told in found.values() if rank == best][:_MOST_DOCUMENTS]


def _of_passage(identifier: Identifier, hit: Hit) -> tuple[int, list[Candidate]]:
    """What a passage tells of it, and how well it is named there: 0 by a heading or the title, 1 in what is said."""
    candidates = find_candidates([hit])
    for at, candidate in enumerate(candidates):
        if candidate.role is Role.heading and identifier.holds(candidate.text):
            below = candidates[at + 1 :]
            ends = next((n for n, one in enumerate(below) if one.role is Role.heading), len(below))
            if ends:
                return 0, [one for one in below[:ends] if one.role is not Role.label][:_BELOW_HEADING]
    said = [one for one in candidates if one.role in (Role.says, Role.field)]
    holding = [one for one in said if identifier.holds(one.text)]
    if identifier.holds(f"{hit.title}\n{hit.path or ''}\n{(hit.heading or '').rpartition(' › ')[2]}"):
        return 0, [*holding, *(one for one in said if one not in holding)][:_MOST_OF_ONE]
    return 1, _with_before(said, holding)[:_MOST_OF_ONE]


def _with_before(said: Sequence[Candidate], holding: Sequence[Candidate]) -> list[Candidate]:
    """One sentence with the one before it, which says what it is about; rows and several stand for themselves."""
    if len(holding) != 1 or "|" in holding[0].text or holding[0] is said[0]:
        return list(holding)
    at = next(at for at, one in enumerate(said) if one is holding[0])
    return [said[at - 1], holding[0]]


def _has(words: Sequence[str], text: str) -> bool:
    there = name_words(text)
    return all(any(alike(word, other) for other in there) for word in words)


def _pieces(found: Sequence[tuple[Hit, list[Candidate]]]) -> list[str | Excerpt]:
    pieces: list[str | Excerpt] = []
    for hit, told in found:
        quotes = [(one, excerpt_of(hit, one.start, one.end)) for one in sorted(told, key=lambda one: one.start)]
        pieces.append(f"{'\n\n' if pieces else ''}{link_to(hit.title, hit.document_id)}\n")
        for one, quote in quotes:
            if quote is not None:
                lead = heading_text(one.lead)
                pieces += [f"\n- **{shown_heading(lead)}**: " if lead else "\n- ", quote]
    return pieces
