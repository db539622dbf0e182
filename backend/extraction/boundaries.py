"""Places in a text where a chunk may end or begin. Positions are code points; all scans are bounded by a window."""

import re
import unicodedata
from collections.abc import Callable

type Cut = Callable[[str, int, int], int]
"""(text, lowest, limit) → the last good end in (lowest, limit], or -1. The next chunk could begin exactly there."""
type Start = Callable[[str, int, int], int]
"""(text, earliest, end) → the first good beginning in [earliest, end), or -1."""

# The ends of sentences in Latin, Greek, CJK, Arabic, Indic, Ethiopic and Armenian writing. CJK needs no space after.
# Of several marks only the last is matched: where a match ends is all that counts.
_SENTENCE = re.compile(
    r"(?:[.!?…](?![.!?…])[\"'”’»)\]]*+(?=\s)|[。！？｡．][」』”’）]*|[؟۔।॥።։](?=\s|$)|\n)\s*",
)
_SPACE = re.compile(r"\s+")
_LINE = re.compile(r"\n")
# A line at the left margin after an empty line: the next top-level block of code.
_BLOCK_START = re.compile(r"\n[ \t]*\n(?=[^\s})\]])")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_LONGEST_SIGN = 32


def _last(pattern: re.Pattern[str]) -> Cut:
    def find(text: str, lowest: int, limit: int) -> int:
        position = -1
        for match in pattern.finditer(text, lowest, limit):
            position = match.end()
        return position

    return find


def _first(pattern: re.Pattern[str]) -> Start:
    def find(text: str, earliest: int, end: int) -> int:
        match = pattern.search(text, max(earliest - 1, 0), end)
        while match is not None and match.end() < earliest:
            match = pattern.search(text, match.end(), end)
        return match.end() if match is not None and match.end() < end else -1

    return find


def _paragraph(text: str, lowest: int, limit: int) -> int:
    position = text.rfind("\n\n", lowest, limit)
    return position + 2 if position >= 0 else -1


def _line(text: str, lowest: int, limit: int) -> int:
    position = text.rfind("\n", lowest, limit)
    return position + 1 if position >= 0 else -1


def whole_sign(text: str, start: int, position: int) -> int:
    """`position`, moved back so that it splits no combined sign; unmoved when the sign is longer than any real one.

    Combining marks, variation selectors, zero-width joiners and what they join, skin tones, flags.
    """
    lowest = max(start + 1, position - _LONGEST_SIGN)
    place = position
    while place > lowest and place < len(text) and _belongs(text, place):
        place -= 1
    return place if place > lowest or not _belongs(text, place) else position


def _belongs(text: str, position: int) -> bool:
    """Whether the code point at `position` belongs to the one before it."""
    sign = text[position]
    # The first combining mark is U+0300, so most text is through here.
    if sign < "\u0300":
        return False
    if sign in _JOINERS or text[position - 1] == "\u200d" or unicodedata.combining(sign):
        return True
    if unicodedata.category(sign) in {"Mn", "Me", "Mc"} or "\U0001f3fb" <= sign <= "\U0001f3ff":
        return True
    return _is_flag(sign) and _flags_before(text, position) % 2 == 1


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _flags_before(text: str, position: int) -> int:
    count = 0
    while count < _LONGEST_SIGN and position - count > 0 and _is_flag(text[position - count - 1]):
        count += 1
    return count


TEXT_CUTS: tuple[Cut, ...] = (_paragraph, _last(_SENTENCE), _last(_SPACE))
CODE_CUTS: tuple[Cut, ...] = (_last(_BLOCK_START), _paragraph, _line, _last(_SPACE))
FIXED_CUTS: tuple[Cut, ...] = ()
TEXT_STARTS: tuple[Start, ...] = (_first(_SENTENCE), _first(_SPACE))
LINE_STARTS: tuple[Start, ...] = (_first(_LINE), _first(_SPACE))
