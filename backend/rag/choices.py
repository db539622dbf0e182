"""Asking back which of several is meant, and joining what is chosen with the question that it completes."""

import re
from collections.abc import Sequence

from backend.text.folding import fold
from backend.text.question_words import ARTICLES, PARTICLES, PREPOSITIONS, PRONOUNS

_ITEM = re.compile(r"^(?:[-*•]|\d{1,2}[.)])[ \t]+(\S.*)$", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\([\\\[\]()*_`<>~|])")
_WHICH = {
    "en": "Which {what} do you mean?",
    "de": "Wer oder was ist mit „{what}“ gemeint?",
    "fr": "De quel « {what} » s'agit-il ?",
    "es": "¿A cuál «{what}» se refiere?",
}
_MOST_WORDS_OF_A_NAME = 3

#: Ordinals by their stems, so that every ending is one: "zweite", "zweiten", "deuxième".
_ORDINALS = (
    ("first", "1st", "1", "erst", "premier", "premiere", "primer", "former"),
    ("second", "2nd", "2", "zweit", "deuxieme", "second", "segund"),
    ("third", "3rd", "3", "dritt", "troisieme", "tercer"),
    ("fourth", "4th", "4", "viert", "quatrieme", "cuart"),
)
_LAST = ("last", "latter", "letzt", "dernier", "derniere", "ultim")
_ENDING = re.compile(r"(?:e[nrs]?|[oa]s?|s)?\Z")
_FILLING = (
    frozenset(map(fold, ARTICLES | PARTICLES | PRONOUNS | PREPOSITIONS.keys()))
    | {"the", "that", "this", "one", "ones", "mean", "meant", "meine", "meinte", "option", "number", "nummer", "choice"}
    | {"numero", "celui", "celle", "the", "about", "thanks", "danke"}
)


def listed(text: str) -> tuple[str, ...]:
    """The items of the Markdown lists of an answer, in order, without their marks."""
    return tuple(_ESCAPED.sub(r"\1", item.strip()) for item in _ITEM.findall(text))


def ordinal(word: str, count: int) -> int | None:
    """Which of `count` things an ordinal or a figure means, from 0; None for another word."""
    folded = fold(word)
    if _is_one_of(folded, _LAST):
        return count - 1
    for place, stems in enumerate(_ORDINALS[:count]):
        if _is_one_of(folded, stems):
            return place
    return None


def _is_one_of(word: str, stems: Sequence[str]) -> bool:
    return any(word.startswith(stem) and _ENDING.fullmatch(word, len(stem)) for stem in stems)


def asked_back(what: str, language: str) -> str:
    """The question back; `what`: the name that several have. It is followed by a list of them."""
    return _WHICH[language].format(what=what)


def joined_with_choice(message: str, question: str, answer: str) -> str | None:
    """The question asked before with what the message chooses of the answer's list; None if it says anything else."""
    choice = _chosen(message, listed(answer))
    if choice is None:
        return None
    words = choice.split()
    if len(words) <= _MOST_WORDS_OF_A_NAME and all(word[:1].isupper() for word in words):
        for found in _WORD.finditer(question):
            if any(fold(found[0]) == fold(word) for word in words):
                return f"{question[: found.start()]}{choice}{question[found.end() :]}"
    return f"{question} ({choice})"


def _chosen(message: str, choices: Sequence[str]) -> str | None:
    said = [word for word in _WORD.findall(message) if fold(word) not in _FILLING]
    if len(choices) > 1 and len(said) == 1 and (place := ordinal(said[0], len(choices))) is not None:
        return choices[place]
    wanted = {fold(word) for word in said}
    fitting = [choice for choice in choices if wanted and wanted <= {fold(word) for word in _WORD.findall(choice)}]
    exact = [choice for choice in fitting if fold(choice) == fold(message.strip(" .!?"))]
    return (exact or fitting)[0] if len(exact or fitting) == 1 else None
