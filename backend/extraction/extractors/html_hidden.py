"""What of a page nobody sees, or belongs to the site rather than to the page."""

import re
from collections.abc import Set as AbstractSet

_SKIPPED = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "canvas", "head"})
_CONTROLS = frozenset({"select", "button", "textarea", "datalist", "dialog"})
_FURNITURE = frozenset({"nav", "footer", "aside"})
_FURNITURE_ROLES = frozenset({"navigation", "contentinfo", "complementary", "search", "banner"})
_HIDDEN_STYLE = re.compile(
    r"(?<![\w-])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}(?:hidden|collapse)"
    r"|opacity\s{0,9}:\s{0,9}(?:0{0,9}\.0\d{0,9}|0{1,9}|\d(?:\.\d{0,9})?%)(?![.\d])"
    r"|(?:(?:margin-)?(?:left|top|right)|text-indent)\s{0,9}:\s{0,9}-\d{4})",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"(?<![\w-])font-size\s{0,9}:\s{0,9}(\d{0,9}(?:\.\d{0,9})?)(%|[a-z]{0,5})", re.IGNORECASE)
_PIXELS = {"em": 16.0, "rem": 16.0, "%": 0.16, "pt": 1.33, "vw": 10.0, "vh": 10.0, "mm": 3.8, "cm": 38.0, "in": 96.0}
_LEAST_PIXELS = 2


def is_left_out(tag: str, values: dict[str, str], reachable: AbstractSet[str]) -> bool:
    """Whether a reader of the page would not see the tag's content, or it is the site's furniture.

    `reachable`: ids of what is hidden until a button opens it.
    """
    if tag in _SKIPPED | _CONTROLS | _FURNITURE or values.get("role", "") in _FURNITURE_ROLES:
        return True
    if values.get("id") in reachable or values.get("hidden") == "until-found":
        return False
    return "hidden" in values or values.get("aria-hidden") == "true" or _hides(values.get("style", ""))


def _hides(style: str) -> bool:
    """Whether a style leaves nothing to be seen: not shown, see-through, off the page or too small."""
    if not style:
        return False
    first, *others = style.split("/*")
    style = first + "".join(part.partition("*/")[2] for part in others)
    if _HIDDEN_STYLE.search(style):
        return True
    size = _FONT_SIZE.search(style)
    if size is None or not size[1].strip("."):
        return False
    return float(size[1]) * _PIXELS.get(size[2].lower(), 1.0) < _LEAST_PIXELS
