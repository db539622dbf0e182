"""What a sentence says otherwise than its source: a negation on one side, an opposite, another number, day or name.

Rules over words, for a claim and the one to three sentences that support it best. A word of the claim is looked for in
the source where the same words stand around it, so that of "warm water increases it, salt reduces it" each half is held
against its own. What cannot be told apart for certain (two signs that may cancel each other out, other things with
other numbers) is uncertain: then the source is no support, and no contradiction either.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.rag.polarity import Reading, Word, asserts, read
from backend.text.opposites import denied_by, opposites_made_of
from backend.text.quantities import Quantity
from backend.text.sentences import split_sentences

# So much of what the claim names must be in the source, or they speak of different things.
_SAME_MATTER = 0.5
_SAME_MATTER_WITHOUT_SUBJECT = 0.75
# The opposite must stand in the likelier place by this factor.
_CLEARLY = 1.03
_LEAST_AROUND = 0.04
_MOST_NUMBERS = 2
_DIRECTED = frozenset({"amount", "cause", "effect"})
_HAVING_EFFECT = frozenset({"amount", "cause"})


@dataclass(frozen=True, slots=True)
class Difference:
    """`claimed` and `stated` are the words on either side, as written. `certain`: both cannot be true."""

    kind: str
    claimed: str
    stated: str
    certain: bool = True

    def __str__(self) -> str:
        return f"{self.claimed} ≠ {self.stated}"


def states_direction(claim: str, source: str) -> bool:
    """Whether the source has a word of its own for every rise, fall and cause that the claim speaks of."""
    stated = {axis for word in read(source).words for axis, _ in word.sides}
    claimed = ({axis for axis, _ in word.sides} & _HAVING_EFFECT for word in read(claim).words)
    return all(axes & stated or (axes == {"cause"} and stated & _DIRECTED) for axes in claimed if axes)


def differences(claim: str, source: str, *, about: str = "") -> tuple[Difference, ...]:
    """In the order of negations, opposites, quantities, names. `about`: title and heading of the source."""
    parts = [source[part.start : part.end] for part in split_sentences(source)]
    said = " ".join(part for part in parts if asserts(part) or not asserts(claim))
    if not said:
        return (Difference("question", "", "?", certain=False),)
    one, other = read(claim), read(said)
    turned = list({each.stated: each for each in (*_negations(one, other), *_opposites(one, other))}.values())
    if len(turned) % 2 == 0:  # "not … before" is "… after"; two turns of one sense
        turned = [_doubtful(each) for each in turned]
    found = [*turned, *_quantities(one, other), *_names(one, other)]
    if not found:
        return ()
    if not _same_matter(one, other, about, found):
        found = [_doubtful(each) for each in found]
    return tuple(found)


def _doubtful(difference: Difference) -> Difference:
    return Difference(difference.kind, difference.claimed, difference.stated, certain=False)


def _same_matter(claim: Reading, source: Reading, about: str, found: Sequence[Difference]) -> bool:
    """Whether both speak of the same: most of what the claim names, above all what it names first, is in the source."""
    differing = {word for each in found for word in each.claimed.split()}
    named = [word for word in claim.words if word.names and not word.sides and word.written not in differing]
    if not named:
        return False
    known = source.keys | read(about).keys
    shared = [bool(word.keys & known) for word in named]
    share = sum(shared) / len(shared)
    if sum(shared) < min(2, len(claim.content) - 1):
        return False
    if any(
        mine.names and theirs.names and mine.comparable(theirs) and not mine.agrees(theirs)
        for mine in claim.quantities
        for theirs in source.quantities
    ):
        return False
    return share >= (_SAME_MATTER if shared[0] else _SAME_MATTER_WITHOUT_SUBJECT)


def _negations(claim: Reading, source: Reading) -> Iterator[Difference]:
    """A negation on one side whose first word stands on the other side without one."""
    for one, other, swapped in ((claim, source, False), (source, claim, True)):
        for negation in one.negations:
            head = negation.head
            if head.sides:  # an opposite says the same: that is compared by its side
                continue
            there = [word for word in other.content if word.keys & head.keys]
            if not there or any(word.negated for word in there):
                continue
            scope = frozenset[str]().union(*(word.keys for word in negation.scope))
            if any(word.negated and word.keys & scope for word in other.content):
                continue
            nearest = max(there, key=lambda word: _around(one, head, other, word))
            if _around(one, head, other, nearest) < _LEAST_AROUND:
                continue
            certain = (len(one.negations) % 2 == 1 or len(other.negations) > 0) and _shared_within(one, head, other)
            with_no, without = f"{negation.written} {head.written}", nearest.written
            yield Difference("negation", *((without, with_no) if swapped else (with_no, without)), certain=certain)
    yield from _denials(claim, source)


def _shared_within(one: Reading, head: Word, other: Reading) -> bool:
    """Whether what both sides name stands in the clause of `head` rather than in others."""
    within = [word.clause == head.clause for word in one.content if word is not head and word.keys & other.keys]
    return 2 * sum(within) >= len(within)


def _denials(claim: Reading, source: Reading) -> Iterator[Difference]:
    """Words that deny a word of the other side by how they are made: unsafe and safe."""
    for one, other, swapped in ((claim, source, False), (source, claim, True)):
        others = {word.folded: word for word in other.content}
        for word in one.content:
            if word.folded in others:
                continue
            for base in denied_by(word.folded):
                said = others.get(base) or next((each for each in other.content if f"~{base}" in each.keys), None)
                if said is not None and said.negated == word.negated and base not in {w.folded for w in one.content}:
                    pair = (said.written, word.written) if swapped else (word.written, said.written)
                    yield Difference("negation", *pair)
                    break


def _opposites(claim: Reading, source: Reading) -> Iterator[Difference]:
    for word in claim.words:
        if word.sides:
            opposite = _listed_opposite(word, claim, source)
        else:
            opposite = _made_opposite(word, claim, source) if word.names else None
        if opposite is not None:
            yield Difference("opposite", word.shown, opposite.shown)


def _listed_opposite(word: Word, claim: Reading, source: Reading) -> Word | None:
    same = best = _LEAST_AROUND
    found: Word | None = None
    mine = dict(word.sides)
    known = {(each.folded, each.negated) for each in claim.words if each.sides}
    for other in source.words:
        if (other.folded, other.negated) in known and other.folded != word.folded:
            continue  # the claim has that word, too, and of something else
        theirs = dict(other.sides)
        shared = [
            (side * (-1 if word.negated else 1), theirs[axis] * (-1 if other.negated else 1))
            for axis, side in mine.items()
            if axis in theirs
        ] or [*_effects(word, other), *_effects(other, word)]
        if not shared:
            continue
        around = _around(claim, word, source, other)
        if any(one == two for one, two in shared):
            same = max(same, around * (_CLEARLY if word.folded == other.folded else 1))
        elif around > best:
            best, found = around, other
    return found if best > same * _CLEARLY else None


def _effects(word: Word, other: Word) -> list[tuple[int, int]]:
    """What raises or lowers something has an effect on it; "no effect" says otherwise, "not raised" leaves it open."""
    effect = dict(word.sides).get("effect")
    if effect is None or other.negated or not _HAVING_EFFECT & {axis for axis, _ in other.sides}:
        return []
    return [(effect * (-1 if word.negated else 1), 1)]


def _made_opposite(word: Word, claim: Reading, source: Reading) -> Word | None:
    if word.keys & source.keys:
        return None
    for made in opposites_made_of(word.folded):
        for other in source.content:
            if (other.folded == made or f"~{made}" in other.keys) and not other.keys & claim.keys:
                return other if other.negated == word.negated else None
    return None


def _around(one: Reading, word: Word, other: Reading, there: Word) -> float:
    """How alike the words are that stand around two words: nearer ones count more."""
    return _alike(one.nearness(word.index), other.nearness(there.index), word.keys | there.keys)


def _alike(
    mine: Mapping[frozenset[str], float],
    theirs: Mapping[frozenset[str], float],
    own: frozenset[str] = frozenset(),
) -> float:
    """The words that are in both, each by how near it is in either; `own`: of what they stand around."""
    by_key = {key: near for keys, near in sorted(theirs.items(), key=lambda one: one[1]) for key in keys}
    return sum(near * max(by_key.get(key, 0) for key in keys) for keys, near in mine.items() if not keys & own)


def _quantities(claim: Reading, source: Reading) -> Iterator[Difference]:
    """Numbers, dates and times of the claim that the source gives otherwise."""
    mine, theirs = claim.quantities, source.quantities
    agreed = {id(there) for there in theirs if any(one.comparable(there) and one.agrees(there) for one in mine)}
    for one in mine:
        others = [there for there in theirs if one.comparable(there)]
        if not others or any(one.agrees(there) for there in others):
            continue
        free = [there for there in others if id(there) not in agreed]
        if not free:
            continue
        near = {id(there): _around_quantities(claim, one, source, there) for there in free}
        best = max(free, key=lambda there: near[id(there)])
        # A number of nothing, or one of many: who knows which one is meant.
        certain = near[id(best)] >= _LEAST_AROUND and not one.names and "bare" not in one.measure
        certain = certain and len(free) <= _MOST_NUMBERS
        yield Difference("quantity", claim.shown(one), source.shown(best), certain=certain)


def _around_quantities(claim: Reading, one: Quantity, source: Reading, there: Quantity) -> float:
    return _alike(claim.nearness(claim.index_at(one.start)), source.nearness(source.index_at(there.start)))


_RUN = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}(?: [A-ZÀ-ÖØ-Þ][\w'’-]{1,40}){0,3}")
_BESIDE_NAME = re.compile(r"\w+|[.,;:!?()|]")
_BESIDE_CHARS = 60
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|sind|im|den|dem|ein|eine|wird|wurde|von|nicht)\b")


@lru_cache(maxsize=512)
def slots(text: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Each run of capitalised words, with the two words before it and the two behind it, folded."""
    found = []
    for match in _RUN.finditer(text):
        before = _BESIDE_NAME.findall(text[max(0, match.start() - _BESIDE_CHARS) : match.start()].casefold())
        after = _BESIDE_NAME.findall(text[match.end() : match.end() + _BESIDE_CHARS].casefold())
        found.append((match.group(), ("^", "^", *before)[-2:], (*after, ".", ".")[:2]))
    return tuple(found)


def _names(claim: Reading, source: Reading) -> Iterator[Difference]:
    """A name in the place where the source has another one."""
    theirs = [slot for slot in slots(source.text) if slot[0].casefold() not in claim.text.casefold()]
    for name, before, after in slots(claim.text):
        words = name.split()
        if any(word.casefold() in source.text.casefold() for word in words):
            continue
        if before[-1] in {"^", "."} and len(words) == 1:
            continue
        for other, their_before, their_after in theirs:
            ahead, behind = _equal(before[::-1], their_before[::-1]), _equal(after, their_after)
            if (ahead == 2 and behind) or (ahead and behind == 2):
                # Every noun of German is capitalised: two of them may be two words for one thing.
                certain = not _GERMAN.search(claim.text) or (len(words) > 1 and " " in other)
                yield Difference("name", name, other, certain=certain)
                break


def _equal(one: Sequence[str], other: Sequence[str]) -> int:
    return next((count for count, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), 2)
