"""The formatted form of a mail: what of it may leave, and the plain text that says the same.

Nothing in it fetches, runs or hides anything: no pictures, styles, classes, forms, scripts or frames, and links only to
the web and to mail addresses. A link whose words are another address than where it leads shows that beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import nh3

from backend.actions.services.lying_links import lies

MAX_HTML_CHARS = 100_000
#: A page that is nested more deeply takes its readers very long.
_MAX_DEPTH = 200
_BLOCKS = frozenset(
    {"p", "div", "blockquote", "pre", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "li", "hr", "br"}
)
_TAGS = (
    _BLOCKS
    | {"a", "b", "strong", "i", "em", "u", "s", "del", "code", "sub", "sup", "small", "span"}
    | {
        "thead",
        "tbody",
        "tfoot",
        "th",
        "td",
        "caption",
    }
)
_EMPTY = frozenset({"br", "hr"})
_END_BY_THEMSELVES = _EMPTY | {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "option",
    "img",
    "input",
    "meta",
    "link",
    "wbr",
    "col",
}
_PARAGRAPHS = frozenset({"p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "textarea", "select", "svg"}
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=_WITH_CONTENT - _TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    generic_attribute_prefixes=set(),
    link_rel=None,
)
#: Control and direction signs, and those that nobody sees.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    "|[\u034f\u115f\u1160\u2800\u3164\uffa0\U000e0000-\U000e0fff]"
)
_EMPTY_LINES, _BLANKS, _LINE_ENDS = re.compile(r"\n{3,}"), re.compile(r"\s+"), re.compile(r"[\t\n\r]+")
_SLASHES = "/\\"
#: What a page becomes by being read is read again, until nothing changes: most take two rounds.
_MAX_ROUNDS = 5
_NESTED = "This page is nested too deeply. Make it simpler, or send plain text."
_UNSTABLE = "The elements of this page stand in each other as they must not. Make it simpler, or send plain text."
_TOO_LARGE = f"A formatted text may have {MAX_HTML_CHARS} characters. Shorten it, or attach a document."


@dataclass(frozen=True, slots=True)
class Formatted:
    """`html` is what leaves, `text` says the same in plain words, `links` are the addresses that it leads to."""

    html: str
    text: str
    links: tuple[str, ...]


def formatted(html: str) -> Formatted:
    """What of a page may leave. Given its own result it changes nothing, so readers cannot understand it otherwise.

    A large page takes half a second: call it beside the event loop. ValueError with what to do for a page that is too
    large, nested too deeply, or that every reading changes.
    """
    page = html
    for _ in range(_MAX_ROUNDS):
        form = _read_once(page)
        if form.html == page:
            return form
        page = form.html
    raise ValueError(_UNSTABLE)


def _read_once(html: str) -> Formatted:
    depth = _Depth()
    depth.feed(html[: MAX_HTML_CHARS + 1])
    if depth.most > _MAX_DEPTH:
        raise ValueError(_NESTED)
    if len(html) > MAX_HTML_CHARS:
        raise ValueError(_TOO_LARGE)
    clean = _seen(_CLEANER.clean(_seen(html)))  # written as numbers (`&#x202e;`) they are signs only now
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    if len(reader.html()) > MAX_HTML_CHARS:
        raise ValueError(_TOO_LARGE)
    return Formatted(reader.html(), reader.text(), tuple(dict.fromkeys(reader.links)))


def _seen(html: str) -> str:
    """Without what nobody sees, and with one kind of line ends."""
    return _UNSEEN.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))


class _Depth(HTMLParser):
    """How many elements are open at once, at the most; those that end by themselves are not counted."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 0
        self._now = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _END_BY_THEMSELVES:
            self._now += 1
            self.most = max(self.most, self._now)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _END_BY_THEMSELVES:
            self._now = max(0, self._now - 1)


class _Reader(HTMLParser):
    """Reads what was cleaned: writes it once more, with the addresses of links that lie, and as plain text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._html: list[str] = []
        self._lines: list[str] = [""]
        self._items: list[int | None] = []
        self._link: tuple[str, list[str]] | None = None
        self._quoted = 0
        self._verbatim = 0

    def html(self) -> str:
        return "".join(self._html).strip()

    def text(self) -> str:
        lines = [line.rstrip() for line in self._lines]
        return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip() + "\n" if any(lines) else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: _attribute(name, value or "") for name, value in attrs}
        if tag == "a" and self._link is not None:  # a link within another ends that, also before a table
            self.handle_endtag("a")
        self._html.append(_opened(tag, given))
        if tag == "a":
            self._link = (given.get("href") or "", [])
        elif tag in ("ul", "ol"):
            start = given.get("start") or "1"
            self._items.append(None if tag == "ul" else int(start) if start.isascii() and start.isdigit() else 1)
        elif tag == "blockquote":
            self._quoted += 1
        elif tag == "pre":
            self._verbatim += 1
        self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        self._html.append("" if tag in _EMPTY else f"</{tag}>")
        if tag in ("ul", "ol") and self._items:
            self._items.pop()
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        elif tag == "pre":
            self._verbatim = max(0, self._verbatim - 1)
        if tag in _PARAGRAPHS and not (tag in ("ul", "ol") and self._items):
            self._lines += ["", ""]
        elif tag in _BLOCKS and tag not in _EMPTY and self._lines[-1].strip():
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        if data.startswith("\n") and self._html and self._html[-1] == "<pre>":
            self._html.append("\n")  # the first line end after it is none of the text
        self._html.append(escape(data, quote=False))
        if self._link is not None:
            self._link[1].append(data)
        if self._verbatim:
            first, *rest = data.split("\n")
            self._write(first)
            for line in rest:
                self._lines.append("")
                self._write(line)
        else:
            self._write(_BLANKS.sub(" ", data))

    def _begin(self, tag: str) -> None:
        if tag == "li":
            self._new_line()
            number = self._items[-1] if self._items else None
            self._lines[-1] += "  " * max(0, len(self._items) - 1) + ("- " if number is None else f"{number}. ")
            if number is not None:
                self._items[-1] = number + 1
        elif tag == "hr":
            self._new_line()
            self._lines[-1] = "---"
            self._lines.append("")
        elif tag == "br":
            self._lines.append("")
        elif tag in ("td", "th") and self._lines[-1].strip():
            self._lines[-1] += "  "
        elif tag in _BLOCKS:
            self._new_line()

    def _new_line(self) -> None:
        if self._lines[-1].strip() and not self._lines[-1].endswith(("- ", ". ")):
            self._lines.append("")

    def _write(self, words: str) -> None:
        if not self._lines[-1]:
            words = words if self._verbatim else words.lstrip()
            self._lines[-1] = "> " * self._quoted if words else ""
        self._lines[-1] += words

    def _end_link(self) -> None:
        href, words = self._link or ("", [])
        self._link = None
        if not href:
            return
        self.links.append(href)
        label = " ".join("".join(words).split())
        shown = f"[{href}]"
        if lies(label, href):
            self._html.append(escape(f" {shown}" if label else shown, quote=False))
            self._write(f" {shown}" if label else shown)
        elif shown not in label and label not in (href, href.removeprefix("mailto:")):
            self._lines[-1] += f" <{href}>"


def page_of(html: str) -> str:
    """A whole page, as a mail carries it."""
    head = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body dir="auto">\n'
    return f"{head}{html}\n</body></html>\n"


def _opened(tag: str, attrs: Mapping[str, str]) -> str:
    given = "".join(f' {name}="{escape(value)}"' for name, value in attrs.items())
    return f"<{tag}{given}>"


def _attribute(name: str, value: str) -> str:
    """An address as browsers read it: without line ends and tabs, and with two slashes however many stand there."""
    if name != "href":
        return value
    address = _BLANKS.sub("%20", _LINE_ENDS.sub("", value).strip())
    scheme, colon, rest = address.partition(":")
    return f"{scheme}://{rest.lstrip(_SLASHES)}" if colon and scheme.casefold() in ("http", "https") else address
