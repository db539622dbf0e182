"""What a quoted sentence needs beside it to be understood: who "she" is, the exception, the cause.

A quote grows by whole sentences that stand next to it in its paragraph, so that it stays one stretch of the text.
"""

import re
from collections.abc import Sequence

from backend.embedding.search.models import Hit
from backend.quoting.answer_types import AnswerType, offers
from backend.quoting.candidates import Candidate
from backend.quoting.line_roles import Role

_LONGEST_BESIDE_CHARS = 260
# Begins with what the sentence before named. "Es gibt" and "it is" name nothing, and then a sentence too much is shown.
_POINTS_BACK = re.compile(
    r"(?:he|she|it|they|this|these|those|its|his|her|their|such|both|er|sie|dies(?:e|er|es)?|deren|dessen|beide|il|elle|"
    r"ils|elles|celui-ci|celle-ci|ellos|ellas|éste|ésta)\b",
    re.IGNORECASE,
)
# "This time", "diese Zeit" within its first words: which one, the sentence before says.
_NAMED_BEFORE = re.compile(
    r"(?:[^\W\d_]+\s){1,6}(?:this|these|such|diese[rsmn]?|jene[rsmn]?|celui-ci|este|esta)\s+(?!year|month|week|quarter|"
    r"morning|evening|summer|winter|spring|jahr|monat|woche|año|semana)[^\W\d_]{3}",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"(?:therefore|thus|hence|consequently|as a result|for (?:this|that) reason|that(?: is|['’]s) why|so|"
    r"deshalb|daher|darum|deswegen|folglich|somit|aus diesem grund|c'est pourquoi|donc|por eso|por lo tanto)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"(?:but|however|only|except|instead|unless|exceptions?|this does not|otherwise|aber|jedoch|nur|sondern|"
    r"stattdessen|"
    r"ausgenommen|ausnahmen?|dies gilt nicht|das gilt nicht|es sei denn|mais|sauf|sinon|pero|salvo|excepto|sino)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|never|nobody|nothing|cannot|without|nicht|kein(?:e|en|er|em)?|nie|niemand|nichts|pas|jamais|nunca)\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
_SAYS_WHY = re.compile(
    r"\b(?:because|since|due to|so that|in order to|to avoid|to prevent|reasons?|therefore|caused?|"
    r"as a result|weil|damit|"
    r"wegen|grund|gründe|deshalb|daher|denn|aufgrund|parce que|afin|puisque|raison|porque|ya que|razón|motivo)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"(?:this|that|it|they|these|das|dies|sie|es|the reason)\b", re.IGNORECASE)


def completed(
    chosen: Sequence[Candidate], everything: Sequence[Candidate], passages: Sequence[Hit], kind: AnswerType
) -> list[tuple[Candidate, int, int]]:
    """Each chosen sentence with the stretch to quote, as offsets into its version; none that an earlier stretch has.

    `everything`: all sentences of the passages, in reading order. `kind`: what the question asks for.
    """
    places = {id(candidate): place for place, candidate in enumerate(everything)}
    quotes: list[tuple[Candidate, int, int]] = []
    for candidate in chosen:
        place = places[id(candidate)]
        before = everything[place - 1] if place else None
        after = everything[place + 1] if place + 1 < len(everything) else None
        first, last = _stretch(
            candidate,
            before if before and _adjoin(before, candidate, passages) else None,
            after if after and _adjoin(candidate, after, passages) else None,
            kind,
        )
        taken = [(start, end) for other, start, end in quotes if other.passage == candidate.passage]
        if _within(candidate.start, taken):
            continue
        start = candidate.start if _within(first.start, taken) else first.start
        end = candidate.end if _within(last.start, taken) else last.end
        quotes.append((candidate, start, end))
    return quotes


def _within(place: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in ranges)


def _stretch(
    candidate: Candidate, before: Candidate | None, after: Candidate | None, kind: AnswerType
) -> tuple[Candidate, Candidate]:
    """The first and the last sentence to quote."""
    first = last = candidate
    follows = _FOLLOWS.match(candidate.text)
    if before and (follows or _POINTS_BACK.match(candidate.text) or _NAMED_BEFORE.match(candidate.text)):
        first = before
    turns = after is not None and _TURNS.match(after.text)
    corrects = after is not None and _DENIES.search(candidate.text) and _REFERS.match(after.text)
    if after and (turns or corrects):
        last = after
    if kind is AnswerType.reason and not follows and not _SAYS_WHY.search(candidate.text):
        # The cause stands beside the fact, most often after it.
        says_why = [
            one for one in (after, before) if one and (_SAYS_WHY.search(one.text) or offers(kind, one.text, one.words))
        ]
        cause = next(iter(says_why), after or before)
        if cause is not None and cause is after:
            last = after
        elif cause is not None:
            first = cause
    return first, last


def _adjoin(one: Candidate, other: Candidate, passages: Sequence[Hit]) -> bool:
    """Whether two sentences are neighbours in one paragraph, and short enough to be shown together."""
    if one.passage != other.passage or Role.says not in (one.role, other.role) or one.role is not other.role:
        return False
    if "|" in one.text or "|" in other.text or one.is_question:
        return False
    hit = passages[one.passage]
    between = hit.text[one.end - hit.start : other.start - hit.start]
    return (
        not between.strip() and between.count("\n") < 2 and min(len(one.text), len(other.text)) <= _LONGEST_BESIDE_CHARS
    )
