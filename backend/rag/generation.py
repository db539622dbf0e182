"""A model's stream as text that is safe to show: cleaned, gated for abstention, guarded against reciting its prompt."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing

import structlog

from backend.errors import UpstreamRejected
from backend.llm.base import ChatModel, Finish, ToolCall, Withdrawn
from backend.llm.prompts import ANSWER_INSTRUCTIONS, NOT_FOUND_MARK
from backend.llm.streaming import AnswerSanitiser, PromptGuard
from backend.rag.abstention import AbstentionGate
from backend.rag.models import Question, Source
from backend.rag.prompt import Prompt, build_prompt, output_budget
from backend.settings import LlmSettings, RagSettings

log = structlog.get_logger(__name__)


async def generated(
    model: ChatModel, question: Question, sources: Sequence[Source], *, llm: LlmSettings, rag: RagSettings
) -> AsyncGenerator[Prompt | str | ToolCall | Withdrawn | Finish]:
    """The prompt that is sent, then what the model makes of it.

    Where the server finds it longer than its context, a shorter one is sent, once: that is the next `Prompt`, before
    anything else. Errors: those of `ChatModel.stream`.
    """
    shortened = False
    while True:
        context_tokens = min(llm.context_tokens, model.context_tokens or llm.context_tokens)
        output_tokens = output_budget(context_tokens=context_tokens, max_output_tokens=llm.max_output_tokens)
        prompt = build_prompt(
            question,
            sources,
            context_tokens=context_tokens,
            output_tokens=output_tokens,
            history_tokens=rag.history_tokens,
        )
        yield prompt
        try:
            async with aclosing(model.stream(prompt.turns, max_tokens=output_tokens, tools=question.tools)) as pieces:
                async for piece in pieces:
                    yield piece
        except UpstreamRejected as error:
            if shortened or not error.too_long:
                raise
            log.info("prompt_shortened", context_tokens=model.context_tokens)
            shortened = True
        else:
            return


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
