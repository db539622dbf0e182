"""Pictures at a source: whether they are read, and what is said of one that is not."""

from dataclasses import dataclass

_NOT_CHOSEN = "Pictures are left out, as it was chosen for this connection."
_NOT_RECOGNISED = (
    "This is a picture, and text recognition is switched off or not installed here. Ask your operator to switch it on, "
    "then have this read again."
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """`at_most`: so many of one item are recognised here; 0: none. `chosen`: as an option of the connection."""

    at_most: int = 0
    chosen: bool = True

    @property
    def are_read(self) -> bool:
        return self.chosen and self.at_most > 0

    @property
    def left_out(self) -> tuple[str, str]:
        """Code and message for a picture that could be recognised, where they are not read."""
        return ("not_recognised", _NOT_RECOGNISED) if self.chosen else ("not_chosen", _NOT_CHOSEN)


NO_PICTURES = Pictures()
