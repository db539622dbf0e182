"""Tags of HTML by what they do: begin blocks, end others, stand alone."""

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_TEXT_BLOCKS = {"p", "div", "blockquote", "address", "dl", "dt", "dd", "ul", "ol", "hr", "table", "caption", "body"}
_PAGE_BLOCKS = {
    "section",
    "article",
    "main",
    "header",
    "figure",
    "figcaption",
    "fieldset",
    "form",
    "details",
    "summary",
}
BLOCKS = frozenset(_TEXT_BLOCKS | _PAGE_BLOCKS)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Tags that a new tag of the same family ends, when their own end tag was left out (HTML 5, 13.1.2.4).
CLOSED_BY = {
    "li": {"li"},
    "p": BLOCKS | set(HEADINGS) | {"pre"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "tbody", "thead", "tfoot"},
    "td": {"td", "th", "tr", "tbody", "thead", "tfoot"},
    "th": {"td", "th", "tr", "tbody", "thead", "tfoot"},
}
TABLE_PARTS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"})
ROW_GROUPS = frozenset({"tbody", "thead", "tfoot"})
#: What may stand in a head: any other tag ends one without an end tag, as in browsers.
HEAD_PARTS = frozenset({"head", "title", "meta", "link", "base", "style", "script", "noscript", "template"})
#: In these a button is the heading of what it opens.
BUTTON_OWNERS = frozenset({*HEADINGS, "summary", "dt"})
