"""Styles of an OpenDocument text: whose text nobody sees, which list and which page they name, which is the title's."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from backend.extraction.extractors.open_document import STYLE, TABLE, TEXT

_MAX_ANCESTORS = 100
_TITLE = "Title"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, itself or by those that it is based on.

    `hides`: its text is not shown; None where nothing says so. `numbers`: the list style of its paragraphs; None where
    none is named, empty where there shall be none. `page`: the master page that begins there.
    """

    hides: bool | None = None
    numbers: str | None = None
    page: str = ""
    is_title: bool = False


class Styles:
    """By family and name, of parts that hold styles: those that everything may use, and those of one part alone."""

    def __init__(self, *parts: Element | None) -> None:
        self._elements = {
            (one.get(f"{STYLE}family", ""), one.get(f"{STYLE}name", "")): one
            for part in parts
            if part is not None
            for one in part.findall(f"{STYLE}style")
        }
        self._known: dict[tuple[str, str], Style] = {}

    def of(self, element: Element, family: str = "paragraph") -> Style:
        """That of a paragraph, or of a piece of ``text`` or a ``table``."""
        key = family, element.get(f"{TABLE if family == 'table' else TEXT}style-name", "")
        if key not in self._known:
            self._known[key] = self._made(*key)
        return self._known[key]

    def _made(self, family: str, name: str) -> Style:
        chain = list(self._chain(family, name))
        said = (display for one in chain if (display := _display(one)) is not None)
        lists = (found for one in chain if (found := one.get(f"{STYLE}list-style-name")) is not None)
        return Style(
            hides=next((display == "none" for display in said), None),
            numbers=next(lists, None),
            page=next((page for one in chain if (page := one.get(f"{STYLE}master-page-name"))), ""),
            is_title=any(one.get(f"{STYLE}name") == _TITLE for one in chain),
        )

    def _chain(self, family: str, name: str) -> Iterator[Element]:
        for _ in range(_MAX_ANCESTORS):
            if (one := self._elements.get((family, name))) is None:
                return
            yield one
            name = one.get(f"{STYLE}parent-style-name", "")


def _display(style: Element) -> str | None:
    properties = style.find(f"{STYLE}text-properties")
    return properties.get(f"{TEXT}display") if properties is not None else None
