"""Equations of Office files as linear text: ``(a+b)/2``, ``x^2``, ``√(n)`` (ECMA-376, part 1, 22.1)."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_DEPTH = 60


def linear(element: Element, depth: int = 0) -> str:
    """An equation, or a part of one."""
    if depth > MAX_DEPTH:
        return ""

    def part(name: str) -> str:
        found = element.find(f"{M}{name}")
        return inner(found) if found is not None else ""

    def inner(parent: Element) -> str:
        return "".join(linear(child, depth + 1) for child in parent)

    tag = element.tag
    if tag in {f"{M}t", f"{_W}t"}:
        return element.text or ""
    if tag in {f"{M}ctrlPr", f"{M}rPr", f"{_W}rPr", f"{_W}del"} or tag.endswith("Pr"):
        return ""
    form = _FORMS.get(tag)
    return form(element, part, inner) if form is not None else inner(element)


type _Part = Callable[[str], str]
type _Inner = Callable[[Element], str]


def _fraction(element: Element, part: _Part, inner: _Inner) -> str:
    return f"{grouped(part('num'))}/{grouped(part('den'))}"


def _scripts(element: Element, part: _Part, inner: _Inner) -> str:
    below, above = part("sub"), part("sup")
    base = grouped(part("e"))
    return base + (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "")


def _root(element: Element, part: _Part, inner: _Inner) -> str:
    degree = part("deg")
    return f"{degree}√({part('e')})" if degree else f"√({part('e')})"


def _nary(element: Element, part: _Part, inner: _Inner) -> str:
    sign = element.find(f"{M}naryPr/{M}chr")
    below, above = part("sub"), part("sup")
    shown = sign.get(f"{M}val", "∫") if sign is not None else "∫"
    return shown + (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "") + f" {part('e')}"


def _delimited(element: Element, part: _Part, inner: _Inner) -> str:
    signs = [
        found.get(f"{M}val", "") if (found := element.find(f"{M}dPr/{M}{name}")) is not None else usual
        for name, usual in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
    ]
    return signs[0] + signs[1].join(inner(one) for one in element.findall(f"{M}e")) + signs[2]


def _function(element: Element, part: _Part, inner: _Inner) -> str:
    return f"{part('fName')}({part('e')})"


def _rows(element: Element, part: _Part, inner: _Inner) -> str:
    rows = [", ".join(inner(cell) for cell in row.findall(f"{M}e")) for row in element.findall(f"{M}mr")]
    return "[" + "; ".join(rows or [inner(one) for one in element.findall(f"{M}e")]) + "]"


_FORMS: dict[str, Callable[[Element, _Part, _Inner], str]] = {
    f"{M}f": _fraction,
    f"{M}sSup": _scripts,
    f"{M}sSub": _scripts,
    f"{M}sSubSup": _scripts,
    f"{M}rad": _root,
    f"{M}nary": _nary,
    f"{M}d": _delimited,
    f"{M}func": _function,
    f"{M}m": _rows,
    f"{M}eqArr": _rows,
}


def grouped(text: str) -> str:
    """In brackets where more than one sign would be torn apart."""
    return text if len(text) <= 1 or text.isalnum() or (text[0] == "(" and text[-1] == ")") else f"({text})"
