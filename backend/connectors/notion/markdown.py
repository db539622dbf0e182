"""Notion's Markdown, read: plain lines, the subpages it names, and the blocks that are not in it. Pure.

Its form: https://developers.notion.com/guides/data-apis/enhanced-markdown (2026-11).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from uuid import UUID

from backend.connectors.notion.lines import Line, mark

_ID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_TAG = re.compile(r"</?([a-z][a-z0-9_-]*)((?:\s[^<>]*)?)/?>")
_ATTRIBUTE = re.compile(r"(?<![a-z-])([a-z][a-z-]*)=\"([^\"]*)\"")
_FENCE = re.compile(r"\s*(`{3,})")
_HEADING = re.compile(r"(#{1,4}) (.*)")
_ATTRIBUTES = re.compile(r"\{(?:[a-z-]+=\"[^\"]*\"\s*)+\}")
_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(([^()\s]*)\)")
_EMPHASIS = re.compile(r"\*\*|~~|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_ESCAPE = re.compile(r"\\([\\*~`$\[\]<>{}|^])")
_ESCAPED_FROM = 0xE000  # of the private use area, where no text is
_ESCAPED = re.compile("[\ue000-\ue07f]")
#: What an address of a stored file carries while it is valid, for an hour.
_SIGNED = ("X-Amz-Signature=", "X-Amz-Algorithm=", "exp=", "expirationTimestamp=")


@dataclass(frozen=True, slots=True)
class Named:
    """What a page names, by id: subpages, databases in it, and blocks that its Markdown leaves out."""

    pages: frozenset[str]
    databases: frozenset[str]
    unknown: frozenset[str]


def id_in(text: str) -> str | None:
    """The last id in an address or a text, as the API writes it."""
    found = _ID.findall(text)
    return str(UUID(found[-1])) if found else None


def named_in(markdown: str) -> Named:
    pages: set[str] = set()
    databases: set[str] = set()
    unknown: set[str] = set()
    for line in _outside_of_code(markdown):
        for tag, attributes in _tags(_protected(line)):
            id_ = _id_at(attributes.get("url", ""))
            if id_ is None:
                continue
            match tag:
                case "page":
                    pages.add(id_)
                case "database":
                    databases.add(id_)
                case "unknown":
                    unknown.add(id_)
    return Named(frozenset(pages), frozenset(databases), frozenset(unknown))


def lines_of(markdown: str, unknown: Mapping[str, list[Line]]) -> list[Line]:
    """Plain lines.

    Args:
        unknown: what was read apart, by the id of the block that the Markdown leaves out.
    """
    lines: list[Line] = []
    cells: list[str] = []
    fence: str | None = None
    for raw in markdown.splitlines():
        if (opens := _FENCE.match(raw)) and (fence is None or opens[1] == fence):
            fence = opens[1] if fence is None else None
            continue
        if fence is not None:
            lines.append(Line(raw))
            continue
        match raw.strip():
            case cell if cell.startswith("<td"):
                cells.append(_plain(_protected(cell)))
            case "</tr>":
                lines.append(Line(" | ".join(cells)))
                cells = []
            case _:
                lines += _plain_lines(raw, unknown)
    return lines


def without_signature(url: str) -> str:
    """A stored file's name instead of its address, which is another one every time; other addresses as they are."""
    at = urlsplit(url)
    if any(part in at.query for part in _SIGNED) or at.scheme == "file":
        return unquote(at.path.rsplit("/", 1)[-1])
    return url


def _id_at(url: str) -> str | None:
    """Of the block that an address names, or else of its page; a view of a database stands behind the question mark."""
    at = urlsplit(url)
    return id_in(at.fragment) or id_in(at.path)


def _plain_lines(raw: str, unknown: Mapping[str, list[Line]]) -> list[Line]:
    text = _protected(raw.strip("\t "))
    tags = _tags(text)
    if len(tags) == 1 and tags[0][0] == "unknown" and _TAG.sub("", text).strip() == "":
        attributes = tags[0][1]
        found = unknown.get(_id_at(attributes.get("url", "")) or "")
        return found if found is not None else [Line(mark(attributes.get("alt") or "a block"))]
    heading = _HEADING.match(text)
    level = len(heading[1]) if heading else 0
    plain = _plain(heading[2] if heading else text)
    if not plain and _TAG.search(text):
        return []  # only the frame of something: a list of columns, a callout
    return [Line(part.strip(), level) for part in plain.split("\n")]


def _plain(text: str) -> str:
    text = _without_attributes(text)
    text = _LINK.sub(_link, text)
    text = _TAG.sub(_tag, text)
    text = _EMPHASIS.sub("", text)
    return _ESCAPED.sub(lambda found: chr(ord(found[0]) - _ESCAPED_FROM), text).replace("`", "").strip()


def _without_attributes(text: str) -> str:
    """Without what Notion writes at the end of a line about its look: ``{color="blue"}``."""
    whole = text.rstrip()
    begin = whole.rfind("{")
    if begin < 0 or not _ATTRIBUTES.fullmatch(whole, begin):
        return text
    return whole[:begin].rstrip()


def _link(found: re.Match[str]) -> str:
    _picture, words, url = found.groups()
    at = without_signature(url)
    if not words or words == at:
        return at
    return f"{words} ({at})" if at.startswith(("http://", "https://")) and "notion.so" not in at else words


def _tag(found: re.Match[str]) -> str:
    tag, attributes = found[1], dict(_ATTRIBUTE.findall(found[2]))
    closes = found[0].startswith("</")
    match tag:
        case "br":
            return "\n"
        case "unknown":
            return mark(attributes.get("alt") or "a block")
        case "mention-date":
            return "" if closes else " ".join(attributes.get(one, "") for one in ("start", "end")).strip()
        case "audio" | "file" | "pdf" | "video" if not closes and "src" in attributes:
            return f"{without_signature(attributes['src'])} "
        case _:
            return ""


def _tags(text: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (found[1], dict(_ATTRIBUTE.findall(found[2]))) for found in _TAG.finditer(text) if not found[0].startswith("</")
    ]


def _protected(text: str) -> str:
    """What a backslash makes plain, out of the way of everything that has a meaning."""
    return _ESCAPE.sub(lambda found: chr(_ESCAPED_FROM + ord(found[1])), text)


def _outside_of_code(markdown: str) -> list[str]:
    lines: list[str] = []
    fence: str | None = None
    for raw in markdown.splitlines():
        if (opens := _FENCE.match(raw)) and (fence is None or opens[1] == fence):
            fence = opens[1] if fence is None else None
        elif fence is None:
            lines.append(raw)
    return lines
