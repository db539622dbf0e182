"""How it is known before that the library does not hold an answer, and how a model says so."""

import re
from collections.abc import Sequence
from typing import Literal

from backend.embedding.search.models import Hit
from backend.llm.prompts import NOT_FOUND_MARK
from backend.text.folding import fold
from backend.text.variants import identifiers, variants

# Capitals and then at least two figures: ZX-49, TK3130, MS17-010. No year (FY2024, EN 2019), and no "top-10".
_IDENTIFIER = re.compile(r"(?!FY|CW|KW|HY)[A-Z]{2,}[\W_]?(\d[^a-z]*)")
# As it is typed in haste: hm4471920.
_TYPED = re.compile(r"(?!fy|cw|kw|hy)[a-z]{2,4}[\W_]?(\d{5,})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W_]+")
# "Tidewatch 3.1": a name in capitals or with one, and the version of what is called so.
_VERSION = re.compile(r"\b([A-Z][\w-]*(?: version| release)?) (v?\d+(?:\.\d+)+)(?![\w.,-]*\d)")
_DOTTED = re.compile(r"(?<![\w.,-])v?(\d+(?:\.\d+)*)(?!\w)")
# The letters of a folded identifier, before its figures.
_LETTERS = re.compile(r"[^\W\d_]+(?=\d)")

_DECORATION = " \t\r\n`*_\"'“”.:"


def absent_identifiers(question: str, passages: Sequence[Hit]) -> tuple[str, ...]:
    """The identifiers or versions that a question asks about, as written, if none of them stands in any passage, its
    title or path, and one that differs by its figures alone does.

    ZX-4819 says nothing of ZX-49, however near the two are, and Tidewatch 3.10 nothing of Tidewatch 3.1; TK3130 is
    TK-3130. What only has another name in the passages (COVID-19, the coronavirus) is not absent.
    """
    texts = [f"{hit.title}\n{hit.path or ''}\n{hit.heading or ''}\n{hit.text}" for hit in passages]
    return _absent_names(question, texts) or _absent_versions(question, texts)


def _absent_names(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    asked = {
        found.term: question[found.start : found.end]
        for found in identifiers(question)
        if _is_identifier(question[found.start : found.end])
    }
    if not asked:
        return ()
    stated: set[str] = set()
    for text in texts:
        stated |= {found.term for found in variants(text)} | set(_WORD.findall(fold(text)))
    near = {_letters(term) for term in stated} - {""}
    if not stated.isdisjoint(asked) or near.isdisjoint(map(_letters, asked)):
        return ()
    return tuple(asked.values())


def _absent_versions(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    asked = [(_named(match[1]), match[2].removeprefix("v"), match[0]) for match in _VERSION.finditer(question)]
    others = False
    for name, version, _ in asked:
        for text in texts:
            if name not in fold(text):
                continue
            if any(_is_of(version, match[1]) for match in _DOTTED.finditer(text)):
                return ()
            others = others or any(_named(match[1]) == name for match in _VERSION.finditer(text))
    return tuple(written for _, _, written in asked) if others else ()


def _named(written: str) -> str:
    return fold(written.removesuffix(" version").removesuffix(" release"))


def _is_of(version: str, stated: str) -> bool:
    """Whether one is the other or belongs to it: 3.1.4 and 3 to 3.1, and not 3.10."""
    return f"{stated}.".startswith(f"{version}.") or f"{version}.".startswith(f"{stated}.")


def _letters(term: str) -> str:
    found = _LETTERS.match(term)
    return found[0] if found else ""


def _is_identifier(written: str) -> bool:
    match = _IDENTIFIER.fullmatch(written) or _TYPED.fullmatch(written)
    return match is not None and sum(map(str.isdigit, match[1])) > 1 and not _YEAR.fullmatch(match[1])


def nothing_about(names: Sequence[str], *, whole: bool, scoped: bool = False) -> str:
    """What is said in place of an answer about something with a similar name. `whole`: everything was looked into;
    `scoped`: of a part of the library alone.
    """
    if scoped:
        return f"Nothing where you asked mentions {' or '.join(names)}, and nowhere else was looked. Ask in everything."
    return (
        f"Nothing that {'you may read here' if whole else 'has been read so far'} mentions {' or '.join(names)}. "
        "Check how it is written, or add documents about it."
    )


class AbstentionGate:
    """Holds the beginning of an answer back while it may still be the mark for "not found".

    The mark must not be seen for a moment and then vanish; any other beginning passes after its first letters.
    """

    def __init__(self) -> None:
        self._held = ""
        self.verdict: Literal["open", "answers", "abstains"] = "open"

    def feed(self, text: str) -> str:
        """What may be shown by now."""
        if self.verdict == "answers":
            return text
        self._held += text
        bare = self._held.strip(_DECORATION)
        if bare.startswith(NOT_FOUND_MARK):
            self.verdict = "abstains"
        if self.verdict == "abstains" or NOT_FOUND_MARK.startswith(bare):
            return ""
        self.verdict = "answers"
        return self._held

    def finish(self) -> str:
        """What was still held when the answer ended."""
        return self._held if self.verdict == "open" else ""
