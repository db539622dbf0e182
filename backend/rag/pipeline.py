"""From a question to an answer with verified citations, with a model or, without one, by quoting.

Question → standalone question → search → passages and their contradictions → model or quotes → citations attributed
after generation and checked against the stored text. Text from documents is data all the way: no part of it is ever
read as an instruction by this code, and what a model makes of it is cleaned before it is shown.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import structlog

from backend.errors import UpstreamRejected
from backend.llm.base import ChatModel, Finish
from backend.llm.streaming import sanitise
from backend.monitoring.metrics import LLM_TOKENS
from backend.quoting.extractive import ExtractiveAnswerer, QuotedSentence
from backend.rag.abstention import NOT_IN_LIBRARY, NOTHING_FOUND
from backend.rag.citation import Draft, verified
from backend.rag.disagreement import asks_for_the_past, find_contradictions, superseded_by
from backend.rag.followup import standalone_question
from backend.rag.generation import GeneratedText
from backend.rag.models import Answered, Cited, Contradiction, Mode, Part, Question, Retrieved, Source
from backend.rag.ports import PassageSearch, VersionTexts
from backend.rag.prompt import build_prompt, output_budget
from backend.rag.support import Attributor
from backend.settings import LlmSettings, RagSettings

log = structlog.get_logger(__name__)

_QUOTE_SEPARATOR = "\n\n"


def _never() -> bool:
    return False


class AnswerPipeline:
    """Stateless; one serves every conversation."""

    def __init__(
        self,
        *,
        search: PassageSearch,
        texts: VersionTexts,
        quoting: ExtractiveAnswerer,
        attribute: Attributor,
        chat_model: ChatModel | None,
        rag: RagSettings,
        llm: LlmSettings,
    ) -> None:
        self._search = search
        self._texts = texts
        self._quoting = quoting
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
        """One `Retrieved`, pieces of text as they come, one `Answered`.

        To stop it, make `stopping` true and cancel the task: while a model writes, what it has written is still
        cited and answered as stopped. Errors: `UpstreamError` (the pieces so far stand), `Unavailable`.
        """
        query = await standalone_question(question.text, question.history, self._chat_model)
        result = await self._search.search(
            question.caller, query, filters=question.filters, limit=self._rag.passages, group="chunk"
        )
        # Every sentence is compared with every other one: crafted passages make that a part of a second.
        contradictions = await asyncio.to_thread(find_contradictions, result.hits, query)
        replaced = superseded_by(contradictions)
        sources = tuple(Source(hit, replaced.get(hit.document_id)) for hit in result.hits)
        yield Retrieved(query, sources, contradictions, result.degraded)
        if not sources:
            yield NOTHING_FOUND
            yield self._abstention(NOTHING_FOUND)
            return
        parts = (
            self._generate(question, self._chat_model, sources, stopping)
            if self._chat_model
            else self._quote(question, query, sources, contradictions)
        )
        async with aclosing(parts):
            async for part in parts:
                yield part

    async def _quote(
        self, question: Question, query: str, sources: Sequence[Source], contradictions: Sequence[Contradiction]
    ) -> AsyncGenerator[Part]:
        candidates = _without_outdated(question.text, sources, contradictions)
        answer = await self._quoting.answer(query, [source.hit for source in candidates])
        urls = [source.hit.url for source in sources if source.hit.url]
        drafts: list[Draft] = []
        text = ""
        for quote in () if answer.abstained else _newest_first(answer.sentences, candidates, contradictions):
            shown = sanitise(" ".join(quote.text.split()), urls)
            if not shown:
                continue
            piece = f"{_QUOTE_SEPARATOR}{shown}" if text else shown
            text += piece
            drafts.append(
                Draft(
                    hit=candidates[quote.passage_index].hit,
                    start=quote.start,
                    end=quote.end,
                    support="matched",
                    answer_start=len(text) - len(shown),
                    answer_end=len(text),
                )
            )
            yield piece
        if not drafts:
            yield NOT_IN_LIBRARY
            yield self._abstention(NOT_IN_LIBRARY)
            return
        citations = await verified(question.caller, drafts, self._texts)
        yield Answered(text, citations, abstained=False, mode="extractive", model=None)

    async def _generate(
        self, question: Question, model: ChatModel, sources: Sequence[Source], stopping: Callable[[], bool]
    ) -> AsyncGenerator[Part]:
        output_tokens = output_budget(
            context_tokens=self._llm.context_tokens, max_output_tokens=self._llm.max_output_tokens
        )
        prompt = build_prompt(
            question,
            sources,
            context_tokens=self._llm.context_tokens,
            output_tokens=output_tokens,
            history_tokens=self._rag.history_tokens,
        )
        written = GeneratedText(source.hit.url for source in sources if source.hit.url)
        finish = Finish("stop")
        stopped = False
        try:
            async with aclosing(model.stream(prompt.turns, max_tokens=output_tokens)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Finish):
                        finish = piece
                    elif shown := written.feed(piece):
                        yield shown
                    if written.leaking or written.abstains:
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
        if not stopped and (written.abstains or not text):
            if not written.abstains and not written.leaking:
                raise _nothing_written(model.name, finish)
            yield NOT_IN_LIBRARY
            yield self._abstention(NOT_IN_LIBRARY)
            return
        yield Answered(
            text,
            await self._cite(question, text, prompt.sources, written.hints),
            abstained=False,
            mode="model",
            model=model.name,
            stopped=stopped,
            truncated=finish.reason == "length",
            usage=finish.usage,
        )

    async def _cite(
        self, question: Question, text: str, sources: Sequence[Source], hints: Sequence[tuple[int, int]]
    ) -> tuple[Cited, ...]:
        passages = [source.hit for source in sources]
        known = [(offset, number - 1) for offset, number in hints if 1 <= number <= len(sources)]
        supported = await self._attribute(text, passages, hints=known) if text else ()
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

    def _abstention(self, text: str) -> Answered:
        return Answered(text, (), abstained=True, mode=self.mode, model=self.model_name)


def _without_outdated(
    question: str, sources: Sequence[Source], contradictions: Sequence[Contradiction]
) -> Sequence[Source]:
    """The passages to quote from: none of a document that is certainly replaced, unless the past is asked for."""
    if asks_for_the_past(question):
        return sources
    outdated = {item.older.document_id for item in contradictions if item.certain}
    return [source for source in sources if source.hit.document_id not in outdated] or sources


def _newest_first(
    quotes: Sequence[QuotedSentence], sources: Sequence[Source], contradictions: Sequence[Contradiction]
) -> list[QuotedSentence]:
    """Quotes of a passage that another quoted one seems to update come after it; otherwise the order stays."""
    quoted = {sources[quote.passage_index].hit.document_id for quote in quotes}
    older = {
        item.older.document_id
        for item in contradictions
        if item.newer.document_id in quoted and item.older.modified_at < item.newer.modified_at
    }
    return sorted(quotes, key=lambda quote: sources[quote.passage_index].hit.document_id in older)


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
