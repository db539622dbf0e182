"""What is said when the library does not hold the answer, and how a model says so."""

from typing import Literal

from backend.llm.prompts import NOT_FOUND_MARK

NOT_IN_LIBRARY = "This is not in your library. The passages that come nearest are listed as sources."
NOTHING_FOUND = "Nothing in your library matches this question. Add documents about it, or ask in other words."

_DECORATION = " \t\r\n`*_\"'“”.:"


class AbstentionGate:
    """Holds the beginning of an answer back while it may still be the mark for "not found".

    The mark must not be seen for a moment and then vanish; any other beginning passes after its first letters.
    """

    def __init__(self) -> None:
        self._held = ""
        self.verdict: Literal["open", "answers", "abstains"] = "open"

    def feed(self, text: str) -> str:
        """What may be shown by now."""
        if self.verdict == "answers":
            return text
        self._held += text
        bare = self._held.strip(_DECORATION)
        if bare.startswith(NOT_FOUND_MARK):
            self.verdict = "abstains"
        if self.verdict == "abstains" or NOT_FOUND_MARK.startswith(bare):
            return ""
        self.verdict = "answers"
        return self._held

    def finish(self) -> str:
        """What was still held when the answer ended."""
        return self._held if self.verdict == "open" else ""
