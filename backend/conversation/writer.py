"""Writes one answer: runs the pipeline, feeds the log, saves progress, persists the end before it is announced."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import structlog

from backend.access import Caller
from backend.audit.actors import Actor
from backend.conversation import events
from backend.conversation.announcing import Announcer
from backend.conversation.closed import shown
from backend.conversation.history import HISTORY_MESSAGES, past_turns
from backend.conversation.mapping import (
    to_citation,
    to_coverage,
    to_disagreement,
    to_offer,
    to_passage,
    to_refusal,
    to_step,
    with_closest,
)
from backend.conversation.models import Message, StoredPassage, TitleSource
from backend.conversation.proposing import Proposals
from backend.conversation.runs import Ending, Run
from backend.conversation.storage import ConversationRepository, MessageRepository
from backend.conversation.title import model_title
from backend.documents.citations import CitedStretch
from backend.documents.library import LibraryService
from backend.embedding.search.models import Filters, Hit
from backend.errors import BibliosError, UpstreamRateLimited, UpstreamTransient
from backend.events.wakeup import WakeUp
from backend.llm.base import ChatModel, ToolCall, Withdrawn
from backend.monitoring.metrics import ANSWERS, FIRST_TOKEN_SECONDS
from backend.rag.models import Answered, PastTurn, Question, Retrieved
from backend.rag.pipeline import AnswerPipeline
from backend.supervised import Supervised, supervised, watched

log = structlog.get_logger(__name__)

_SAVE_SECONDS = 0.5
#: While somebody follows from another process: what is saved is all they see.
_FOLLOWED_SAVE_SECONDS = 0.15
_SIGN_OF_LIFE_SECONDS = 5.0
_STILL_ALLOWED_SECONDS = 1.0
_REVOKED = events.StreamError(
    code="account_inactive", message="This account is no longer active, so the answer was ended.", retryable=False
)
_SHUTDOWN = events.StreamError(
    code="interrupted", message="The server was stopped in the middle of this answer. Ask again.", retryable=True
)

_ENDLESS = events.StreamError(
    code="answer_too_long", message="The model did not stop writing, so the answer was cut. Ask again.", retryable=True
)
_TRUNCATED = events.StreamError(
    code="truncated",
    message="The answer reached the model's limit, so its end is missing. Ask for the rest.",
    retryable=False,
    hint="Raise BIBLIOS_LLM_MAX_OUTPUT_TOKENS for longer answers.",
)
_ENDINGS: dict[Ending, events.StreamError | None] = {"stop": None, "shutdown": _SHUTDOWN, "revoked": _REVOKED}


@dataclass(slots=True)
class Assignment:
    """One answer to write. `persist` stores the question and the empty answer; `first` and `replaces` are told apart:
    the first question names the conversation, a regenerated answer takes the place of an older one. `hints`: whether
    who asks is told what whoever runs the server can do about a failure. `in_passages`: the person wants it looked up
    in the documents, whatever it looks like.
    """

    caller: Caller
    question: Message
    answer: Message
    filters: Filters
    persist: Callable[[], Awaitable[None]]
    has_history: bool
    first: bool = False
    replaces: Message | None = None
    hints: bool = False
    in_passages: bool = False


class AnswerWriter:
    """`write` is what a run executes. It never raises: every ending is an event and a persisted status."""

    def __init__(
        self,
        *,
        pipeline: AnswerPipeline,
        messages: MessageRepository,
        conversations: ConversationRepository,
        library: LibraryService,
        chat_model: ChatModel | None,
        announcer: Announcer,
        wakeup: WakeUp,
        proposals: Proposals | None,
        still_active: Callable[[str], Awaitable[bool]],
    ) -> None:
        """`still_active`: whether a person may still use this server; asked by their id while an answer is written.
        `proposals` None: the model prepares nothing.
        """
        self._pipeline = pipeline
        self._messages = messages
        self._conversations = conversations
        self._library = library
        self._chat_model = chat_model
        self._announcer = announcer
        self._wakeup = wakeup
        self._proposals = proposals
        self._still_active = still_active
        self._titles: set[asyncio.Task[None]] = set()

    async def write(self, run: Run, assignment: Assignment) -> None:
        answer = assignment.answer
        saver: Supervised | None = None
        passages: list[events.Passage] = []
        hits: list[Hit] = []
        says: list[str] = []
        ending: events.StreamError | None = None
        started = time.perf_counter()
        persisted = asyncio.ensure_future(assignment.persist())
        try:
            question = await self._question(assignment)
            async with aclosing(self._pipeline.answer(question, stopping=run.stopping)) as parts:
                async for part in parts:
                    match part:
                        case str():
                            if not run.log.text:
                                FIRST_TOKEN_SECONDS.labels(answer.mode).observe(time.perf_counter() - started)
                            run.log.append_text(part)
                            if run.log.full:
                                ending = _ENDLESS
                                break
                        case Withdrawn():
                            run.withdraw()
                        case ToolCall():
                            says.append(await self._prepare(run, assignment, question, part, hits))
                        case Retrieved():
                            passages = _take_in(part, answer)
                            hits = [source.hit for source in part.sources]
                            # Nothing is shown of an answer whose question could still be lost.
                            await asyncio.shield(persisted)
                            self._announce(run, assignment, part.query, passages)
                            saver = supervised("answer-progress", lambda: self._save_progress(run, assignment))
                        case Answered():
                            passages = _conclude(part, assignment, says, passages)
                            run.log.append_text(answer.content[len(part.text) :])
        except asyncio.CancelledError:
            if run.ending is None:
                raise
            _uncancel()
            answer.status = "stopped" if run.ending == "stop" else "interrupted"
            ending = _ENDINGS[run.ending]
        except BibliosError as error:
            ending = _failure(error)
            log.warning("answer_failed", code=error.code, error=str(error))
        except Exception:
            # Whatever broke: the person gets an event, and the message a status.
            log.exception("answer_crashed")
            ending = events.StreamError(
                code="internal_error", message="Something went wrong on our side. Ask again.", retryable=True
            )
        finally:
            if saver is not None:
                await saver.stop()
        await self._end(run, assignment, passages, ending, persisted)

    async def close(self) -> None:
        """Waits for titles under way; they are short and bounded."""
        if self._titles:
            await asyncio.wait(self._titles)

    async def _prepare(
        self, run: Run, assignment: Assignment, question: Question, call: ToolCall, hits: Sequence[Hit]
    ) -> str:
        """Prepares what the model asked for; its card is shown at once. Returns what the answer says of it."""
        answer, caller = assignment.answer, assignment.caller
        if self._proposals is None:
            raise ValueError("a model was given no tools and called one")
        prepared = await self._proposals.propose(
            caller,
            call,
            questions=[*(turn.question for turn in question.history), question.text],
            passages=hits,
            key=f"{answer.id}:{len(answer.actions)}",
            actor=Actor("assistant", caller.user_id),
            conversation_id=answer.conversation_id,
            message_id=answer.id,
        )
        if prepared.action_id is not None and prepared.action_id not in answer.actions:
            answer.actions.append(prepared.action_id)
            run.log.append(events.ActionProposed(action_id=prepared.action_id))
        return prepared.says

    async def _question(self, assignment: Assignment) -> Question:
        history: tuple[PastTurn, ...] = ()
        question = assignment.question
        if assignment.has_history:
            earlier = await self._messages.page(
                assignment.caller, question.conversation_id, before=question.order, limit=HISTORY_MESSAGES
            )
            history = past_turns(await shown(self._library, assignment.caller, earlier))
        tools = await self._proposals.tools(assignment.caller) if self._proposals and self._chat_model else ()
        return Question(
            assignment.caller,
            question.content,
            history,
            assignment.filters,
            tools,
            in_passages=assignment.in_passages,
        )

    def _announce(self, run: Run, assignment: Assignment, query: str, passages: list[events.Passage]) -> None:
        answer = assignment.answer
        run.log.append(
            events.MessageStarted(
                message_id=answer.id,
                conversation_id=answer.conversation_id,
                user_message_id=assignment.question.id,
                mode=answer.mode,
            )
        )
        run.log.append(events.RetrievalCompleted(query=query, hits=passages, degraded=answer.degraded))

    async def _save_progress(self, run: Run, assignment: Assignment) -> None:
        """Saves what there is twice a second, gives a sign of life, and notices what ends the answer from outside:
        a stop asked for elsewhere, an account that is no longer active.
        """
        answer = assignment.answer
        await self._tell(assignment)
        saved = 0
        alive_at = allowed_at = 0.0
        pause = _SAVE_SECONDS
        found: dict[str, Any] = {
            "query": answer.query,
            "degraded": answer.degraded,
            "passages": [passage.model_dump() for passage in answer.passages],
            "disagreements": [item.model_dump() for item in answer.disagreements],
        }
        while True:
            text = run.text
            now = time.monotonic()
            if len(text) != saved or now - alive_at >= _SIGN_OF_LIFE_SECONDS:
                try:
                    stop = await self._messages.save_progress(answer.id, {"content": text, **found})
                    followers = await self._wakeup.notify(answer.wakeup_name)
                    pause = _FOLLOWED_SAVE_SECONDS if followers else _SAVE_SECONDS
                    if now - alive_at >= _SIGN_OF_LIFE_SECONDS:
                        await self._conversations.extend_claim(answer.conversation_id, answer.id)
                        alive_at = now
                except BibliosError as error:
                    log.warning("progress_not_saved", code=error.code)
                else:
                    saved = len(text)
                    found.clear()
                    if stop:
                        run.end("stop")
            if now - allowed_at >= _STILL_ALLOWED_SECONDS:
                allowed_at = now
                await self._check_still_active(run)
            await asyncio.sleep(pause)

    async def _tell(self, assignment: Assignment) -> None:
        """Tells the person's other tabs. An answer is not to fail for that: they fetch when they are looked at."""
        try:
            await self._announcer.touched(assignment.caller, assignment.answer.conversation_id)
        except BibliosError as error:
            log.warning("change_not_announced", code=error.code)

    async def _check_still_active(self, run: Run) -> None:
        try:
            if not await self._still_active(run.owner_id):
                run.end("revoked")
        except BibliosError as error:  # asked again in a moment
            log.warning("account_not_checked", code=error.code)

    async def _end(
        self,
        run: Run,
        assignment: Assignment,
        passages: list[events.Passage],
        ending: events.StreamError | None,
        persisted: asyncio.Future[None],
    ) -> None:
        """Persists, then announces. A second cancellation must not lose what was written, hence the shield."""
        answer = assignment.answer
        if answer.status == "streaming":
            answer.status = "interrupted" if run.text else "failed"
        if answer.status in {"interrupted", "failed"} or (answer.status == "stopped" and not answer.content):
            answer.content = run.text.rstrip()
        if ending is not None:
            ending = _as_told(ending, assignment)
            answer.error = _error_record(ending)
        try:
            await asyncio.shield(self._store(assignment, persisted))
        except BibliosError as error:
            log.warning("answer_not_saved", code=error.code, error=str(error))
            ending = _as_told(_failure(error), assignment)
        if ending is not None:
            run.log.append(ending)
        else:
            for citation in answer.citations:
                run.log.append(events.CitationFound(citation=citation))
            run.log.append(events.MessageCompleted(message=answer.view(passages)))
        run.log.close()
        await self._wakeup.notify(answer.wakeup_name)
        await self._tell(assignment)
        ANSWERS.labels(answer.mode, "abstained" if answer.abstained else answer.status).inc()
        if assignment.first and self._chat_model is not None and answer.status == "completed":
            title = watched("title", self._improve_title(assignment, self._chat_model))
            self._titles.add(title)
            title.add_done_callback(self._titles.discard)

    async def _store(self, assignment: Assignment, persisted: asyncio.Future[None]) -> None:
        """Citations are retained before the answer that holds them; the claim is released last of all."""
        answer = assignment.answer
        try:
            await persisted
            await self._library.unscoped_retain_citations(
                [CitedStretch(c.document_id, c.version, c.start, c.end, c.quote) for c in answer.citations],
                user_id=answer.owner_id,
                message_id=answer.id,
                conversation_id=answer.conversation_id,
            )
            kept = await self._messages.finish(answer)
            if not kept:
                await self._library.unscoped_release_citations(message_id=answer.id)
            elif assignment.replaces is not None and answer.status in {"completed", "stopped"}:
                await self._library.unscoped_release_citations(message_id=assignment.replaces.id)
                await self._messages.delete(assignment.caller, assignment.replaces.id)
        finally:
            await self._conversations.release_claim(answer.conversation_id, answer.id)

    async def _improve_title(self, assignment: Assignment, model: ChatModel) -> None:
        title = await model_title(assignment.question.content, model)
        if title:
            with suppress(BibliosError):  # the rule's title stands
                await self._conversations.suggest_title(assignment.answer.conversation_id, title, TitleSource.model)
                await self._announcer.touched(assignment.caller, assignment.answer.conversation_id)


def _take_in(part: Retrieved, answer: Message) -> list[events.Passage]:
    passages = [to_passage(source, place) for place, source in enumerate(part.sources, 1)]
    answer.query = part.query
    answer.intent = part.intent
    answer.degraded = list(part.degraded)
    answer.passages = [StoredPassage.of(passage) for passage in passages]
    answer.disagreements = [to_disagreement(item) for item in part.contradictions]
    return passages


def _conclude(
    part: Answered, assignment: Assignment, says: Sequence[str], passages: list[events.Passage]
) -> list[events.Passage]:
    """`says`: what is told of everything that was prepared, in the words of the record; the same is told once.

    Returns the passages, those of a refusal with their closest sentences.
    """
    answer = assignment.answer
    answer.content = "\n\n".join(filter(None, (part.text, *dict.fromkeys(says))))
    answer.citations = [to_citation(item) for item in part.citations]
    answer.abstained = part.abstained
    answer.outcome = part.outcome
    if part.refusal is not None:
        answer.refusal = to_refusal(part.refusal, hints=assignment.hints)
        reach = part.refusal.coverage
        answer.coverage = None if reach is None else to_coverage(reach)
        passages = with_closest(passages, part.refusal)
        answer.passages = [StoredPassage.of(passage) for passage in passages]
    answer.unsupported = [events.Stretch(start=start, end=end) for start, end in part.unsupported]
    answer.suggestions = [to_offer(offer) for offer in part.suggestions]
    answer.choices = [to_offer(offer) for offer in part.choices]
    answer.steps = [to_step(step) for step in part.steps]
    answer.model = part.model
    answer.status = "stopped" if part.stopped else "completed"
    if part.truncated:
        answer.error = _error_record(_as_told(_TRUNCATED, assignment))
    return passages


def _failure(error: BibliosError) -> events.StreamError:
    retryable = isinstance(error, UpstreamTransient | UpstreamRateLimited) or error.status == 503
    return events.StreamError(code=error.code, message=error.message, retryable=retryable, hint=error.hint)


def _as_told(error: events.StreamError, assignment: Assignment) -> events.StreamError:
    return error if assignment.hints else error.model_copy(update={"hint": None})


def _error_record(error: events.StreamError) -> dict[str, Any]:
    return error.model_dump(exclude={"type"}, exclude_none=True)


def _uncancel() -> None:
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()
