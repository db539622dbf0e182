"""Number formats of a workbook as their parts and signs (ECMA-376, part 1, 18.8.31), and those that have a number."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

GENERAL = "General"
#: Formats that a file names by number alone.
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0;-"$"#,##0',
    6: '"$"#,##0;-"$"#,##0',
    7: '"$"#,##0.00;-"$"#,##0.00',
    8: '"$"#,##0.00;-"$"#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((14, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm:ss",
    **dict.fromkeys((20, 32, 34, 55), "h:mm"),
    **dict.fromkeys((21, 33, 35, 56), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;-#,##0;"-"',
    42: '"$"#,##0;-"$"#,##0;"-"',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '"$"#,##0.00;-"$"#,##0.00;"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    48: "##0.0E+0",
    49: "@",
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\[\]]*)\]|(?P<general>General)|(?P<exponent>E[+-])'
    r"|(?P<noon>AM/PM|A/P)|(?P<word>[ymdhs]+|b{2,4}|e+|g+)|(?P<digit>[0#?])|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")

type Kind = Literal["text", "digit", "sign", "time", "elapsed", "exponent", "general", "noon"]


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts between semicolons."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None

    def has(self, *kinds: Kind) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_time(self) -> bool:
        return self.has("time", "elapsed")


@lru_cache(maxsize=1_000)
def parts_of(code: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup, match.group(match.lastgroup) if match.lastgroup else ""
        if kind == "sign" and text == ";":
            parts.append(Part(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind in {"quoted", "escaped"}:
            tokens.append(Token("text", text))
        elif kind == "bracket":
            if text.startswith("$"):
                tokens.append(Token("text", text[1:].partition("-")[0]))
            elif _ELAPSED.fullmatch(text):
                tokens.append(Token("elapsed", text.lower()))
            elif found := _CONDITION.fullmatch(text):
                condition = (found[1], Decimal(found[2]))
        elif kind == "word":
            tokens.append(Token("time", text.lower()))
        elif kind in {"exponent", "general", "digit", "noon"}:
            tokens.append(Token(kind, text))  # type: ignore[arg-type]  # the group's name is the kind
        elif kind == "sign":
            tokens.append(Token("sign" if text in ".,%/@" else "text", text))
    parts.append(Part(tuple(tokens), condition))
    return tuple(parts)
