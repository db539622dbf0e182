"""Equations in MathML as linear text, written as those of Office files are: ``(a+b)/2``, ``x^2``, ``√(n)``.

https://www.w3.org/TR/MathML3/chapter3.html
"""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from backend.extraction.extractors.equations import MAX_DEPTH, grouped

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
#: What says the same once more in another language, and what is not shown.
_LEFT_OUT = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
#: Signs without a width, for readers aloud.
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")


def linear(element: Element, depth: int = 0) -> str:
    """An equation, or a part of one."""
    name = element.tag.removeprefix(MATHML)
    if depth > MAX_DEPTH or name in _LEFT_OUT:
        return ""
    if name in _TOKENS:
        return " ".join("".join(element.itertext()).translate(_INVISIBLE).split())
    parts = [linear(child, depth + 1) for child in element]
    form = _FORMS.get(name)
    return form(element, parts) if form is not None else _row(parts)


def _row(parts: Sequence[str]) -> str:
    """Side by side; a word such as ``sin`` stands apart from what it is followed by."""
    text = ""
    word = False
    for part in filter(None, parts):
        text += f" {part}" if word and part[0].isalnum() else part
        last = part.split(" ")[-1]
        word = last.isalpha() and len(last) > 1
    return text


def _scripts(element: Element, parts: Sequence[str]) -> str:
    base, *scripts = parts or [""]
    name = element.tag.removeprefix(MATHML)
    if name in {"msup", "mover"}:
        scripts.insert(0, "")
    below, above = [*scripts, "", ""][:2]
    text = grouped(base) + (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "")
    # A sum, an integral or a limit stands before what it is of.
    return f"{text} " if name in {"munder", "munderover"} or _is_operator(element) else text


def _is_operator(element: Element) -> bool:
    return len(element) > 0 and element[0].tag == f"{MATHML}mo"


def _fraction(element: Element, parts: Sequence[str]) -> str:
    return "/".join(map(grouped, parts[:2]))


def _square_root(element: Element, parts: Sequence[str]) -> str:
    return f"√({_row(parts)})"


def _root(element: Element, parts: Sequence[str]) -> str:
    base, degree = [*parts, "", ""][:2]
    return f"{degree}√({base})"


def _fenced(element: Element, parts: Sequence[str]) -> str:
    return f"{element.get('open', '(')}{', '.join(parts)}{element.get('close', ')')}"


def _table(element: Element, parts: Sequence[str]) -> str:
    return f"[{'; '.join(parts)}]"


def _table_row(element: Element, parts: Sequence[str]) -> str:
    return ", ".join(parts)


_FORMS: dict[str, Callable[[Element, Sequence[str]], str]] = {
    "mfrac": _fraction,
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _scripts),
    "msqrt": _square_root,
    "mroot": _root,
    "mfenced": _fenced,
    "mtable": _table,
    "mtr": _table_row,
}
