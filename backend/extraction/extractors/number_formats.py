"""Numbers of a workbook as they are shown, by their number format (ECMA-376, part 1, 18.8.30 and 18.8.31).

Dates are the exception: one that is shown in digits alone comes out as ISO 8601, since nobody can tell ``03/04`` apart.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation, localcontext

from backend.extraction.extractors.number_codes import BUILT_IN, GENERAL, Part, parts_of
from backend.extraction.extractors.number_dates import time_shown
from backend.extraction.extractors.number_places import number

__all__ = ["BUILT_IN", "GENERAL", "shown"]

_MAX_CODE = 255  # Excel's own limit
_MAX_DIGITS = 30
_MAX_STORED = 100
#: Enough for the longest format of the largest number, so that none is refused.
_PRECISION = 1_000


def shown(raw: str, code: str, *, epoch: datetime) -> str:
    """A stored number as a person sees it; what is no number, or too large for its format, as it is stored.

    Args:
        code: the format, such as ``#,##0.00``.
        epoch: day 0 of dates.
    """
    try:
        value = Decimal(raw) if len(raw) <= _MAX_STORED else Decimal("NaN")
    except InvalidOperation:
        return raw
    if not value.is_finite() or abs(value.adjusted()) > _MAX_DIGITS:
        return raw
    with localcontext(prec=_PRECISION):
        return _shown(raw, value, code, epoch)


def _shown(raw: str, value: Decimal, code: str, epoch: datetime) -> str:
    part, negative = _part_for(value, code)
    if part is None or part.has("general"):
        return _framed(part, _general(raw), "-" if negative else "")
    if part.is_time:
        return time_shown(value, part, epoch) or _general(raw)
    if not part.has("digit"):
        return "".join(token.text for token in part.tokens) if part.tokens else ""
    return ("-" if negative else "") + number(abs(value), part)


def _part_for(value: Decimal, code: str) -> tuple[Part | None, bool]:
    """The part that shows a value, and whether a minus stands before it."""
    parts = [part for part in parts_of(code[:_MAX_CODE]) if not _is_text_part(part)]
    if not parts:
        return None, False
    if any(part.condition for part in parts):
        for part in parts:
            if part.condition is None or _HOLDS[part.condition[0]](value, part.condition[1]):
                return part, value < 0
        return None, False
    if value > 0 or len(parts) == 1:
        return parts[0], value < 0
    if value < 0:
        return parts[1], False
    return parts[2 if len(parts) > 2 else 0], False


_HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
}


def _is_text_part(part: Part) -> bool:
    return any(token.kind == "sign" and token.text == "@" for token in part.tokens)


def _framed(part: Part | None, digits: str, minus: str) -> str:
    """A number in the general format, with the words that its format writes around it."""
    if part is None or not part.has("general"):
        return digits
    digits = digits.removeprefix("-")
    return minus + "".join(digits if token.kind == "general" else token.text for token in part.tokens)


def _general(raw: str) -> str:
    """``0.30000000000000004`` → ``0.3``: Excel stores 17 digits and shows 15."""
    return f"{float(raw):.15g}" if len(raw) > 15 else raw
