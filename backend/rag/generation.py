"""A model's stream as text that is safe to show: cleaned, gated for abstention, guarded against reciting its prompt."""

from collections.abc import Iterable

import structlog

from backend.llm.prompts import ANSWER_INSTRUCTIONS, NOT_FOUND_MARK
from backend.llm.streaming import AnswerSanitiser, PromptGuard
from backend.rag.abstention import AbstentionGate

log = structlog.get_logger(__name__)


class GeneratedText:
    """Feed the model's pieces, show what comes back. `text` is the answer so far, exactly as shown.

    When the model begins to recite its instructions, `leaking` turns true, nothing more is shown, and `text` ends
    before the sentence in which it began.
    """

    def __init__(self, source_urls: Iterable[str]) -> None:
        self._sanitiser = AnswerSanitiser(source_urls)
        self._gate = AbstentionGate()
        self._guard = PromptGuard(ANSWER_INSTRUCTIONS)
        self._shown: list[str] = []
        self.leaking = False

    @property
    def text(self) -> str:
        whole = "".join(self._shown)
        if self.leaking:
            whole = whole[: max(whole.rfind(end) for end in (". ", ".\n", "! ", "? ", "\n")) + 1]
        return whole.replace(NOT_FOUND_MARK, "").rstrip()

    @property
    def abstains(self) -> bool:
        return self._gate.verdict == "abstains"

    @property
    def hints(self) -> list[tuple[int, int]]:
        """(offset in the text, passage number from 1), as the model named them."""
        return self._sanitiser.hints

    def feed(self, piece: str) -> str:
        return self._pass(self._sanitiser.feed(piece))

    def finish(self) -> str:
        rest = self._pass(self._sanitiser.finish())
        held = self._gate.finish().rstrip() if not self.leaking else ""
        if held:
            self._shown.append(held)
        return rest + held

    def _pass(self, clean: str) -> str:
        if self.leaking or not clean:
            return ""
        shown = self._gate.feed(clean)
        if not shown:
            return ""
        if self._guard.leaks(shown):
            self.leaking = True
            log.warning("prompt_recited")
        self._shown.append(shown)
        return "" if self.leaking else shown
