"""The table of figures: what was promised, what was measured, whether it holds."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. `target` with `at_least` or `at_most`; `note` says how, or why it was missed."""

    name: str
    value: float | None
    unit: str
    target: float | None = None
    sense: Literal["at_least", "at_most"] = "at_least"
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """None when there is nothing to hold (no target), False also when it could not be measured."""
        if self.target is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.target if self.sense == "at_least" else self.value <= self.target

    @property
    def measured(self) -> str:
        """The value with its unit, as tables show it."""
        if self.value is None:
            return "–"
        shown = f"{self.value:.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"
        if self.holds is False and self.target is not None and float(shown) == self.target:
            shown = f"{self.value:.5g}"  # missed by less than the digits above tell
        return f"{shown} {self.unit}"

    @property
    def promise(self) -> str:
        """The target with its sense; empty without one."""
        if self.target is None:
            return ""
        return f"{'≥' if self.sense == 'at_least' else '≤'} {self.target:g} {self.unit}"
