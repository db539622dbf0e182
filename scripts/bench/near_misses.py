"""Questions that a library of known things cannot answer, made from questions that it can.

What is asked is exchanged for what another question asks of another article: "How many points did the Panthers defense
surrender?" becomes "How many metric tons did …". The thing that is asked about stays known; what is asked of it is
nowhere. Where only a question word asks ("Who beat …?"), a word that is no name is exchanged. Some results are odd
sentences: they are for fitting weights, not for reading.
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from backend.quoting.answer_types import names
from backend.text.folding import fold
from backend.text.terms import content_words

_HEAD = re.compile(
    r"\b(?:how (?:many|much)|what|which|whose)\b\s+(?:(?:is|are|was|were)\s+|(?:kind|type|sort|part) of\s+)?"
    r"(?:the |a |an )?([a-z][\w-]*(?: [a-z][\w-]*){0,2}?)(?=\s+(?:of|for|in|at|on|with|to|from|by|per|is|are|was|were|"
    r"do|does|did|has|have|had|can|may|must|will|would|should|that|who|when|be|been)\b|[?,;])",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:how many|how much|what|which|whose|who|when|where|why|how)\b", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"\b[a-z][a-z-]{3,}\b")
_SEED = 7

type Span = tuple[int, int]


def near_misses(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A changed question for each row of XQuAD (`_id`, `text`, `doc`) that can be changed; the same ones each time."""
    choose = random.Random(_SEED)
    questions = [(str(row["_id"]), str(row["text"]).strip(), str(row["doc"]).split("#")[0]) for row in rows]
    found: dict[str, str] = {}
    for id_, text, article in questions:
        others = [t for _, t, a in questions if a != article and _question_word(t) == _question_word(text)]
        changed = _with_other_head(text, others, choose) or _with_other_word(text, others, choose)
        if changed:
            found[id_] = changed
    return found


def _with_other_head(text: str, others: Sequence[str], choose: random.Random) -> str | None:
    span = _head(text)
    known = content_words(text).keys()
    heads = [other[slice(*head)] for other in others if (head := _head(other))]
    heads = [head for head in heads if known.isdisjoint(content_words(head))]
    return _exchanged(text, span, choose.choice(heads)) if span and heads else None


def _with_other_word(text: str, others: Sequence[str], choose: random.Random) -> str | None:
    spans = _plain_words(text)
    words = [other[slice(*span)] for other in others for span in _plain_words(other)]
    if not spans or not words:
        return None
    span = choose.choice(spans)
    ending = text[span[1] - 2 : span[1]]
    alike = [word for word in words if word.endswith(ending) and word not in text]
    rest = alike or [word for word in words if word not in text]
    return _exchanged(text, span, choose.choice(rest)) if rest else None


def _head(text: str) -> Span | None:
    match = _HEAD.search(text)
    return match.span(1) if match and content_words(match.group(1)) else None


def _plain_words(text: str) -> list[Span]:
    called = {fold(name) for name in names(text)}
    return [
        match.span()
        for match in _PLAIN_WORD.finditer(text)
        if content_words(match.group()).keys() & content_words(text).keys() and fold(match.group()) not in called
    ]


def _question_word(text: str) -> str:
    match = _QUESTION_WORD.search(text)
    return match.group().casefold() if match else ""


def _exchanged(text: str, span: Span, by: str) -> str:
    return text[: span[0]] + by + text[span[1] :]
