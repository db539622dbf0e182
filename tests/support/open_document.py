"""Texts (.odt), workbooks (.ods) and presentations (.odp) of OpenDocument, written as markup."""

import zipfile
from collections.abc import Mapping, Sequence

from tests.support.files import zipped

_KIND = "application/vnd.oasis.opendocument."
_NAMES = {
    **{name: name for name in ("office", "table", "text", "style", "meta", "manifest", "presentation", "chart")},
    "draw": "drawing",
}
_FOREIGN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    "math": "http://www.w3.org/1998/Math/MathML",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}
SPACES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in {
        **{name: f"urn:oasis:names:tc:opendocument:xmlns:{space}:1.0" for name, space in _NAMES.items()},
        **_FOREIGN,
    }.items()
)


def package(what: str, members: Mapping[str, str]) -> bytes:
    """Its kind comes first and nothing is compressed, by which such a file is known."""
    encoded = {name: member.encode() for name, member in members.items()}
    return zipped({"mimetype": f"{_KIND}{what}".encode(), **encoded}, compression=zipfile.ZIP_STORED)


def book(*tables: str, styles: str = "", **parts: str) -> bytes:
    """A workbook; `parts` are further members by name without its ending, with ``_`` in place of the slash."""
    return package("spreadsheet", {"content.xml": _content("spreadsheet", tables, styles)} | _named(parts))


def show(*slides: str, styles: str = "", **parts: str) -> bytes:
    """A presentation, with parts as a `book` has them."""
    return package("presentation", {"content.xml": _content("presentation", slides, styles)} | _named(parts))


def text_document(*blocks: str, automatic: str = "", what: str = "text", **parts: str) -> bytes:
    """A text of paragraphs and of markup with its own styles, and with parts as a `book` has them."""
    body = [one if one.startswith("<") else paragraph(one) for one in blocks]
    return package(what, {"content.xml": _content("text", body, automatic)} | _named(parts))


def _content(what: str, body: Sequence[str], styles: str) -> str:
    return (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{what}>{''.join(body)}</office:{what}></office:body></office:document-content>"
    )


def _named(parts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name.replace('_', '/')}.xml": part for name, part in parts.items()}


def slide(title: str, *content: str, notes: str = "", style: str = "") -> str:
    """Of texts, a box each, and markup."""
    boxes = "".join(one if one.startswith("<") else text_box(one) for one in content)
    spoken = notes and f"<presentation:notes>{text_box(notes, 'notes')}</presentation:notes>"
    return f'<draw:page draw:style-name="{style}">{text_box(title, "title")}{boxes}{spoken}</draw:page>'


def text_box(text: str, role: str = "outline") -> str:
    box = f"<draw:text-box><text:p>{text}</text:p></draw:text-box>"
    return f'<draw:frame presentation:class="{role}">{box}</draw:frame>'


def hidden_slides(name: str) -> str:
    """A style of slides that are not shown."""
    dress = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    return f'<style:style style:name="{name}" style:family="drawing-page">{dress}</style:style>'


def table(*rows: str, name: str = "Plan", style: str = "", columns: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{columns}{"".join(rows)}</table:table>'


def table_style(name: str, *, shown: bool) -> str:
    display = f'<style:table-properties table:display="{str(shown).lower()}"/>'
    return f'<style:style style:name="{name}" style:family="table">{display}</style:style>'


def row(*cells: str | None, attributes: str = "") -> str:
    """Of texts, markup, and None for what another cell covers."""
    inner = "".join(
        "<table:covered-table-cell/>" if one is None else one if one.startswith("<") else cell(one) for one in cells
    )
    return f"<table:table-row {attributes}>{inner}</table:table-row>"


def cell(content: str = "", **attributes: int | str) -> str:
    """Of a text or markup; `attributes` by their names with ``_`` for the dash: ``number_rows_spanned=2``."""
    named = " ".join(f'table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    inner = content if not content or content.startswith("<") else f"<text:p>{content}</text:p>"
    return f"<table:table-cell {named}>{inner}</table:table-cell>"


def paragraph(*content: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{"".join(content)}</text:p>'


def heading(text: str, level: int = 1, *, style: str = "", attributes: str = "") -> str:
    return f'<text:h text:style-name="{style}" text:outline-level="{level}" {attributes}>{text}</text:h>'


def listed(*items: str, style: str = "", attributes: str = "") -> str:
    """A list of texts and of items as markup."""
    named = style and f'text:style-name="{style}"'
    inner = "".join(one if one.startswith("<") else item(one) for one in items)
    return f"<text:list {named} {attributes}>{inner}</text:list>"


def item(*content: str, attributes: str = "", tag: str = "list-item") -> str:
    """Of paragraphs, and lists as markup."""
    inner = "".join(one if one.startswith("<") else paragraph(one) for one in content)
    return f"<text:{tag} {attributes}>{inner}</text:{tag}>"


def style(name: str, properties: str = "", *, family: str = "paragraph", parent: str = "", attributes: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{parent}" {attributes}>'
        f"{properties}</style:style>"
    )


def shown_text(display: str) -> str:
    """The properties of a style: ``none`` for text that is not shown, ``true`` for text that is."""
    return f'<style:text-properties text:display="{display}"/>'


def list_style(name: str, *levels: str, attributes: str = "") -> str:
    """`levels` are the attributes of each in order; a bullet where there are none."""
    made = "".join(
        f'<text:list-level-style-number text:level="{level}" {one}/>'
        if one
        else f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="•"/>'
        for level, one in enumerate(levels, start=1)
    )
    return f'<text:list-style style:name="{name}" {attributes}>{made}</text:list-style>'


def outline(*levels: str) -> str:
    """The style that numbers headings."""
    made = "".join(
        f'<text:outline-level-style text:level="{level}" {one}/>' for level, one in enumerate(levels, start=1)
    )
    return f'<text:outline-style style:name="Outline">{made}</text:outline-style>'


def style_part(common: str = "", *, automatic: str = "", pages: str = "") -> str:
    """The part ``styles`` of a document; `pages` are its master pages."""
    return (
        f"<office:document-styles {SPACES}><office:styles>{common}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{pages}</office:master-styles></office:document-styles>"
    )


def master_page(name: str, margins: str = "", *, following: str = "") -> str:
    after = following and f'style:next-style-name="{following}"'
    return f'<style:master-page style:name="{name}" {after}>{margins}</style:master-page>'


def margin(kind: str, *content: str, attributes: str = "") -> str:
    """A header or footer of a master page, of paragraphs and of markup."""
    inner = "".join(one if one.startswith("<") else paragraph(one) for one in content)
    return f"<style:{kind} {attributes}>{inner}</style:{kind}>"


def note(text: str, kind: str = "footnote", mark: str = "1") -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
        f"<text:note-body>{paragraph(text)}</text:note-body></text:note>"
    )


def comment(text: str, author: str = "") -> str:
    creator = author and f"<dc:creator>{author}</dc:creator>"
    return f"<office:annotation>{creator}<dc:date>2026-01-02T10:00:00</dc:date>{paragraph(text)}</office:annotation>"


def box(*content: str) -> str:
    """A frame with a box of paragraphs and of markup."""
    inner = "".join(one if one.startswith("<") else paragraph(one) for one in content)
    return f"<draw:frame><draw:text-box>{inner}</draw:text-box></draw:frame>"


def drawn(content: str = "", *, part: str = "") -> str:
    """A frame with an object, which is the given markup, or lies in a part of the file."""
    href = part and f'xlink:href="./{part}"'
    return (
        f'<draw:frame><draw:object {href}>{content}</draw:object><draw:image xlink:href="./pictures/1"/></draw:frame>'
    )


def chart_part(*rows: str, title: str = "", axis: str = "") -> str:
    """The part of a chart that is drawn from a table."""
    named = title and f"<chart:title>{paragraph(title)}</chart:title>"
    along = axis and f"<chart:axis><chart:title>{paragraph(axis)}</chart:title></chart:axis>"
    head, *others = rows
    shown = table(f"<table:table-header-rows>{head}</table:table-header-rows>", *others, name="local-table")
    chart = f"<chart:chart>{named}<chart:plot-area>{along}</chart:plot-area>{shown}</chart:chart>"
    return (
        f"<office:document-content {SPACES}><office:body><office:chart>{chart}</office:chart></office:body>"
        "</office:document-content>"
    )
