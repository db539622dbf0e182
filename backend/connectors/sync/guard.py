"""What a listing says of what it does not name. Pure: reads no clock and no database.

Services answer with truncated and with empty lists, and their own trouble must not empty a library. So nothing is gone
by being absent unless the listing was complete, a second one agrees where most of a source is missing, and a person is
asked where much of it is (design figures: half; a fifth and more than twenty).
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Absent from so many complete listings in a row, an item is deleted; before that it is hidden.
AGREEING_LISTINGS = 2
_MANY = 20
_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of absent items, by external id. `quarantine`: `hide` is kept until a person decides."""

    hide: frozenset[str] = frozenset()
    delete: frozenset[str] = frozenset()
    quarantine: bool = False


def judge(*, complete: bool, named: int, absent: Mapping[str, int]) -> Verdict:
    """The verdict on a listing that has ended.

    Args:
        named: items that the listing named.
        absent: items that are known and that it did not name, with the complete listings in a row, this one included,
            that did not name them.
    """
    if not complete or not absent:
        return Verdict()
    known = named + len(absent)
    agreed = frozenset(name for name, listings in absent.items() if listings >= AGREEING_LISTINGS)
    # A collapse counts only as far as a second listing has seen it as well.
    gone = agreed if named < known / 2 else frozenset(absent)
    if len(gone) > _MANY and len(gone) > _SHARE * known:
        return Verdict(hide=gone, quarantine=True)
    return Verdict(hide=gone - agreed, delete=gone & agreed)
