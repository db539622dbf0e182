"""From a question to an answer with verified citations, with a model or, without one, by quoting.

Question → standalone question → search → passages and their contradictions → model or quotes → citations attributed
after generation and checked against the stored text. Text from documents is data all the way: no part of it is ever
read as an instruction by this code, and what a model makes of it is cleaned before it is shown.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from backend.errors import UpstreamRejected
from backend.llm.base import ChatModel, Finish, ToolCall, Withdrawn
from backend.monitoring.metrics import LLM_TOKENS
from backend.rag.abstention import absent_identifiers
from backend.rag.asides import aside_for
from backend.rag.citation import Draft, only_what_is_cited, verified
from backend.rag.composing import Asked, Composer, Excerpt, composed
from backend.rag.followup import standalone_question
from backend.rag.generation import GeneratedText, generated
from backend.rag.intent import without_courtesy, without_scripts
from backend.rag.looking_up import looked_up
from backend.rag.models import Answered, Cited, Mode, Part, Question, Retrieved, Source
from backend.rag.next_questions import next_questions
from backend.rag.ports import PassageSearch, Shelf, VersionTexts
from backend.rag.prompt import Prompt
from backend.rag.refusals import Refusals
from backend.rag.steps import steps_to
from backend.rag.support import Attributor
from backend.rag.unsupported import unsupported
from backend.settings import LlmSettings, RagSettings

log = structlog.get_logger(__name__)

#: What one answer may prepare.
MAX_CALLS = 5


def _never() -> bool:
    return False


class AnswerPipeline:
    """Stateless; one serves every conversation."""

    def __init__(
        self,
        *,
        search: PassageSearch,
        texts: VersionTexts,
        composers: Sequence[Composer],
        attribute: Attributor,
        chat_model: ChatModel | None,
        rag: RagSettings,
        llm: LlmSettings,
        shelf: Shelf | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """`shelf`: for questions about the library itself; without it they are searched like others. `composers`: the
        ways to answer without a model, tried in their order. `refusals`: what is known where nothing answers.
        """
        self._refusals = refusals or Refusals()
        self._shelf = shelf
        self._search = search
        self._texts = texts
        self._composers = composers
        self._attribute = attribute
        self._chat_model = chat_model
        self._rag = rag
        self._llm = llm

    @property
    def mode(self) -> Mode:
        return "model" if self._chat_model else "extractive"

    @property
    def model_name(self) -> str | None:
        return self._chat_model.name if self._chat_model else None

    async def answer(self, question: Question, *, stopping: Callable[[], bool] = _never) -> AsyncGenerator[Part]:
        """One `Retrieved`, pieces of text and calls of the question's tools as they come, one `Answered`. After
        `Withdrawn` no piece of text before it stands.

        To stop it, make `stopping` true and cancel the task: while a model writes, what it has written is still
        cited and answered as stopped. Errors: `UpstreamError` (the pieces so far stand), `Unavailable`.
        """
        aside = None
        if self._shelf is not None and not question.in_passages:
            aside = await aside_for(question, self._shelf, self._search, model=self.model_name)
        if aside is not None:
            retrieved, answered = aside
            yield retrieved
            yield answered.text
            yield answered
            return
        text = without_courtesy(without_scripts(question.text))
        query = await standalone_question(text, question.history, self._chat_model)
        asked, degraded = await looked_up(self._search, question, query, limit=self._rag.passages)
        yield Retrieved(asked.query, asked.sources, asked.contradictions, degraded)
        async with aclosing(self._from_passages(question, asked, stopping)) as parts:
            async for part in parts:
                if isinstance(part, Answered) and not part.stopped:
                    yield replace(
                        part,
                        steps=steps_to(part, asked, text),
                        suggestions=await next_questions(asked, part, self._texts),
                    )
                else:
                    yield part

    async def _from_passages(
        self, question: Question, asked: Asked, stopping: Callable[[], bool]
    ) -> AsyncGenerator[Part]:
        query, sources = asked.query, asked.sources
        may_prepare = self._chat_model is not None and bool(question.tools)
        if not sources and not may_prepare:
            for told in await self._refuse(asked):
                yield told
            return
        if not may_prepare and (absent := absent_identifiers(query, [source.hit for source in sources])):
            for told in await self._refuse(asked, names=absent):
                yield told
            return
        parts = self._generate(asked, self._chat_model, stopping) if self._chat_model else self._compose(asked)
        async with aclosing(parts):
            async for part in parts:
                yield part

    async def _compose(self, asked: Asked) -> AsyncGenerator[Part]:
        answer = await composed(self._composers, asked)
        if answer is None:
            for told in await self._refuse(asked):
                yield told
            return
        drafts: list[Draft] = []
        text = ""
        for piece in answer.pieces:
            shown = piece.shown if isinstance(piece, Excerpt) else piece
            if isinstance(piece, Excerpt):
                start = len(text)
                drafts.append(Draft(piece.hit, piece.start, piece.end, "matched", start, start + len(shown)))
            text += shown
            yield shown
        citations = await verified(asked.question.caller, drafts, self._texts)
        yield Answered(
            text,
            citations,
            abstained=False,
            mode="extractive",
            model=None,
            outcome=answer.outcome,
            choices=answer.choices,
        )

    async def _generate(self, asked: Asked, model: ChatModel, stopping: Callable[[], bool]) -> AsyncGenerator[Part]:
        question, sources = asked.question, asked.sources
        urls = [source.hit.url for source in sources if source.hit.url]
        written = GeneratedText(urls)
        fitted: tuple[Source, ...] = ()
        finish = Finish("stop")
        stopped = False
        calls = 0
        try:
            async with aclosing(generated(model, question, sources, llm=self._llm, rag=self._rag)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Prompt):
                        fitted = piece.sources
                    elif isinstance(piece, Finish):
                        finish = piece
                    elif isinstance(piece, Withdrawn):
                        written = GeneratedText(urls)
                        yield piece
                    elif isinstance(piece, ToolCall):
                        calls += 1
                        if calls <= MAX_CALLS:
                            yield piece
                    elif sources and (shown := written.feed(piece)):  # without a source there is nothing to answer from
                        yield shown
                    # What recites the instructions may be reasoning, whose end is still to come.
                    if written.abstains and not question.tools:
                        break
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not stopping() or task is None:
                raise
            task.uncancel()
            stopped = True
        if rest := written.finish():
            yield rest
        _count_tokens(model.name, finish)
        text = written.text
        if calls:
            yield await self._beside_calls(question, text, fitted, written, finish)
            return
        if not sources and not stopped:
            for told in await self._refuse(asked):
                yield told
            return
        if not stopped and (written.abstains or not text):
            if not written.abstains and not written.leaking:
                raise _nothing_written(model.name, finish)
            for told in await self._refuse(asked):
                yield told
            return
        citations = await self._cite(question, text, fitted, written.hints)
        yield Answered(
            text,
            citations,
            abstained=False,
            mode="model",
            model=model.name,
            stopped=stopped,
            truncated=finish.reason == "length",
            usage=finish.usage,
            unsupported=unsupported(text, citations),
        )

    async def _beside_calls(
        self, question: Question, text: str, sources: Sequence[Source], written: GeneratedText, finish: Finish
    ) -> Answered:
        """What was said beside what was prepared stands only where a source says it: the cards tell the rest."""
        cited = () if written.abstains else await self._cite(question, text, sources, written.hints)
        text, citations = only_what_is_cited(text, cited)
        return Answered(text, citations, abstained=False, mode="model", model=self.model_name, usage=finish.usage)

    async def _cite(
        self, question: Question, text: str, sources: Sequence[Source], hints: Sequence[tuple[int, int]]
    ) -> tuple[Cited, ...]:
        passages = [source.hit for source in sources]
        known = [(offset, number - 1) for offset, number in hints if 1 <= number <= len(sources)]
        supported = await self._attribute(text, passages, hints=known, question=question.text) if text else ()
        drafts = [
            Draft(
                hit=sources[item.passage_index].hit,
                start=item.start,
                end=item.end,
                support=item.support,
                answer_start=item.answer_start,
                answer_end=item.answer_end,
                flags=tuple(item.flags),
            )
            for item in supported
        ]
        return await verified(question.caller, drafts, self._texts)

    async def _refuse(self, asked: Asked, *, names: Sequence[str] = ()) -> tuple[str, Answered]:
        """What is said where nothing answers. `names`: of the question, that stand nowhere."""
        question = asked.question
        refusal = await self._refusals.refuse(
            question.caller, asked.query, asked.sources, names=names, filters=question.filters
        )
        return refusal.text, Answered(
            refusal.text,
            (),
            abstained=True,
            mode=self.mode,
            model=self.model_name,
            outcome="abstain",
            refusal=refusal,
        )


def _nothing_written(model: str, finish: Finish) -> UpstreamRejected:
    if finish.reason == "length":
        return UpstreamRejected(
            f"'{model}' used up its output tokens before it wrote an answer. Ask for something shorter.",
            hint="Raise BIBLIOS_LLM_MAX_OUTPUT_TOKENS.",
        )
    return UpstreamRejected(f"'{model}' ended without an answer. Ask again, or in other words.")


def _count_tokens(model: str, finish: Finish) -> None:
    LLM_TOKENS.labels(model, "prompt").inc(finish.usage.prompt_tokens)
    LLM_TOKENS.labels(model, "completion").inc(finish.usage.completion_tokens)
