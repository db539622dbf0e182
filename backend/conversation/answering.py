"""Asking, regenerating, stopping, watching: the way of a question to a run and of a reader to its events."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from backend.access import Caller
from backend.conversation import events
from backend.conversation.closed import shown
from backend.conversation.models import Conversation, Message, TitleSource
from backend.conversation.runs import Run, RunRegistry
from backend.conversation.scope import filters_of, record_of, searched
from backend.conversation.service import NO_CONVERSATION, NO_MESSAGE, ConversationService, id_for, now
from backend.conversation.storage import LEASE, ConversationRepository, MessageRepository
from backend.conversation.title import rule_title
from backend.conversation.writer import AnswerWriter, Assignment
from backend.documents.library import LibraryService
from backend.embedding.search.models import Filters
from backend.errors import Conflict, InvalidInput, NotFound
from backend.events.base import Reader, Reading, WireEvent
from backend.events.text_log import TextLog
from backend.events.wakeup import WakeUp
from backend.ids import new_id
from backend.rag.pipeline import AnswerPipeline


@dataclass(frozen=True, slots=True)
class Watch:
    """A place in the events of an answer, from which they are read until the answer ends."""

    message_id: str
    events: Reading


class AnsweringService:
    """Everything that can be refused is refused here, before a stream begins."""

    def __init__(
        self,
        *,
        service: ConversationService,
        conversations: ConversationRepository,
        messages: MessageRepository,
        library: LibraryService,
        runs: RunRegistry,
        writer: AnswerWriter,
        pipeline: AnswerPipeline,
        wakeup: WakeUp,
        admins_see_questions: bool,
    ) -> None:
        """`admins_see_questions`: what is asked from now on may be read by administrators (`review.py`)."""
        self._service = service
        self._conversations = conversations
        self._messages = messages
        self._library = library
        self._runs = runs
        self._writer = writer
        self._pipeline = pipeline
        self._wakeup = wakeup
        self._admins_see_questions = admins_see_questions

    async def ask(
        self,
        caller: Caller,
        conversation_id: str,
        content: str,
        *,
        filters: Filters | None,
        key: str | None = None,
        hints: bool = False,
    ) -> Watch:
        """Starts the answer to a question. With the idempotency key of an earlier call, watches that answer.

        `filters`: where this one question is asked, empty ones are everything; None: where the conversation asks.
        `hints`: the caller is told what whoever runs the server can do about a failure.

        Errors: `NotFound`; `Conflict` (``answer_in_progress``) while another answer is written there; `InvalidInput`
        (``idempotency_key_reused``) when the earlier call asked something else.
        """
        if filters is None:
            filters = filters_of((await self._service.get(caller, conversation_id)).scope)
        question_id = id_for(key, caller.user_id, conversation_id)
        if key is not None:
            answers = await self._messages.answers_to(caller, question_id)
            if answers:
                await self._refuse_another(caller, question_id, content, filters)
                return await self.watch(caller, answers[-1].id)
        at = now()
        question = Message(
            id=question_id,
            conversation_id=conversation_id,
            owner_id=caller.user_id,
            order=new_id(),
            role="user",
            content=content,
            created_at=at,
            filters=record_of(filters),
            admins_may_read=self._admins_see_questions,
        )
        # The same for the same question alone: another one under this key is refused, and never joins it.
        asked = (content, str(_comparable(question.filters)))
        answer_id = id_for(key, caller.user_id, conversation_id, "answer", *asked)
        answer = self._empty_answer(caller, question, answer_id=answer_id)
        try:
            conversation = await self._claim(caller, conversation_id, answer.id, new_messages=2)
        except Conflict:
            # The claim may be that of the call which is repeated: its question is not stored in its first moments.
            if key is None or self._runs.get(caller.user_id, answer.id) is None:
                raise
            return await self.watch(caller, answer.id)
        first = conversation.title_source is TitleSource.default

        async def persist() -> None:
            title = rule_title(content) if first else ""
            named = self._conversations.suggest_title(conversation_id, title, TitleSource.rule) if title else _nothing()
            await asyncio.gather(self._messages.add([question, answer]), named)  # one commit to disk for both

        return self._start(
            Assignment(
                caller=caller,
                question=question,
                answer=answer,
                filters=searched(filters),
                persist=persist,
                has_history=conversation.messages > 2,
                first=first,
                hints=hints,
            )
        )

    async def _refuse_another(self, caller: Caller, question_id: str, content: str, filters: Filters) -> None:
        asked = await self._messages.get(caller, question_id)
        if asked is not None and (asked.content, _comparable(asked.filters)) != (
            content,
            _comparable(record_of(filters)),
        ):
            raise InvalidInput(
                "This Idempotency-Key was used for a different question. Use a new one.", code="idempotency_key_reused"
            )

    async def regenerate(
        self, caller: Caller, message_id: str, *, hints: bool = False, in_passages: bool = False
    ) -> Watch:
        """Writes the latest answer anew, with the question's filters; the old one goes once the new one stands.

        `in_passages`: looked up in the documents, whatever the question was taken for.

        Errors: `NotFound`; `Conflict` when it is not the latest answer, or one is being written.
        """
        old = await self._service.message(caller, message_id)
        if old.role != "assistant" or old.question_id is None:
            raise Conflict("Only an answer can be written anew.", code="not_an_answer")
        question = await self._messages.get(caller, old.question_id)
        if question is None:
            raise NotFound(NO_MESSAGE)
        answer = self._empty_answer(caller, question, answer_id=new_id())
        await self._claim(caller, old.conversation_id, answer.id, new_messages=1)
        # Looked up under the claim: nobody can add a message now.
        latest = await self._messages.page(caller, old.conversation_id, limit=1)
        if not latest or latest[0].id != old.id:
            await self._conversations.release_claim(old.conversation_id, answer.id)
            raise Conflict("Only the latest answer can be written anew.", code="not_the_latest_answer")
        return self._start(
            Assignment(
                caller=caller,
                question=question,
                answer=answer,
                filters=searched(filters_of(question.filters)),
                persist=partial(self._messages.add, [answer]),
                has_history=True,
                replaces=old,
                hints=hints,
                in_passages=in_passages,
            )
        )

    async def stop(self, caller: Caller, message_id: str) -> Message:
        """Ends an answer, keeping what there is of it. Idempotent: a finished answer stays as it is."""
        run = self._runs.get(caller.user_id, message_id)
        if run is not None and run.task is not None:
            run.end("stop")
            await asyncio.wait([run.task])
            return await self._service.message(caller, message_id)
        message = await self._messages.request_stop(caller, message_id)
        if message is None:
            raise NotFound(NO_MESSAGE)
        return message

    async def watch(self, caller: Caller, message_id: str, *, after: int = 0) -> Watch:
        """Joins the readers of an answer, or replays its end when it is over. Errors: `NotFound`.

        A replay shows no more of an answer than the conversation does: the events of a run that has ended are those of
        its time, and hold the words of documents that may be gone or closed since.
        """
        run = self._runs.get(caller.user_id, message_id)
        if run is not None and not run.log.closed:
            return Watch(message_id, partial(run.read, after=after))
        message = await self._service.message(caller, message_id)
        if message.role != "assistant":
            raise NotFound(NO_MESSAGE)
        if run is not None and await self._service.shows_all_of(caller, message):
            return Watch(message_id, partial(run.read, after=after))
        return Watch(message_id, partial(self._follow, caller, message, after))

    def _start(self, assignment: Assignment) -> Watch:
        answer = assignment.answer

        def write(run: Run) -> Awaitable[None]:
            return self._writer.write(run, assignment)

        run = self._runs.start(answer.id, answer.conversation_id, answer.owner_id, write)
        return Watch(answer.id, run.read)

    def _empty_answer(self, caller: Caller, question: Message, *, answer_id: str) -> Message:
        return Message(
            id=answer_id,
            conversation_id=question.conversation_id,
            owner_id=caller.user_id,
            order=new_id(),
            role="assistant",
            content="",
            mode=self._pipeline.mode,
            model=self._pipeline.model_name,
            status="streaming",
            created_at=now(),
            question_id=question.id,
            filters=question.filters,
            lease_until=now() + LEASE,
        )

    async def _claim(self, caller: Caller, conversation_id: str, answer_id: str, *, new_messages: int) -> Conversation:
        conversation = await self._conversations.claim(caller, conversation_id, answer_id, new_messages=new_messages)
        if conversation is None:
            if await self._conversations.get(caller, conversation_id) is None:
                raise NotFound(NO_CONVERSATION)
            raise Conflict(
                "An answer is being written in this conversation. Wait for it, or stop it first.",
                code="answer_in_progress",
            )
        return conversation

    async def _follow(self, caller: Caller, message: Message, after: int, reader: Reader) -> AsyncGenerator[WireEvent]:
        """Events of an answer that no run of this process holds: written elsewhere, finished, or interrupted.

        While another process writes it, its saved text is followed. Positions mean the same as in its own log.
        """
        log = TextLog()
        log.append(
            events.MessageStarted(
                message_id=message.id,
                conversation_id=message.conversation_id,
                user_message_id=message.question_id or "",
                mode=message.mode,
            )
        )
        view = (await self._service.views(caller, [message]))[0]
        log.append(events.RetrievalCompleted(query=message.query or "", hits=view.passages, degraded=view.degraded))
        feeder = asyncio.create_task(self._feed(caller, message, log))
        try:
            async with aclosing(log.read(after, reader)) as saved:
                async for event in saved:
                    yield event
            if not reader.ended:
                await feeder
        finally:
            feeder.cancel()

    async def _feed(self, caller: Caller, message: Message, log: TextLog) -> None:
        """Appends what the writer saves, until the answer's end."""
        writer = Reader()
        try:
            async with self._wakeup.listen(message.wakeup_name, writer):
                while (current := await self._messages.get(caller, message.id)) is not None:
                    [told] = await shown(self._library, caller, [current])
                    log.append_text(told.content[len(log.text) :])
                    if current.shown_status != "streaming":
                        self._append_end(log, (await self._service.views(caller, [current]))[0])
                        return
                    await writer.wait(self._wakeup.poll_seconds)
        finally:
            log.close()

    @staticmethod
    def _append_end(log: TextLog, view: events.MessageView) -> None:
        if view.status in {"completed", "stopped"}:
            for citation in view.citations:
                log.append(events.CitationFound(citation=citation))
            log.append(events.MessageCompleted(message=view))
            return
        error = view.error or {}
        log.append(
            events.StreamError(
                code=str(error.get("code", "interrupted")),
                message=str(error.get("message", "The server was restarted during this answer. Ask again.")),
                retryable=bool(error.get("retryable", True)),
                hint=error.get("hint"),
            )
        )


async def _nothing() -> None:
    return None


def _comparable(record: dict[str, Any]) -> dict[str, Any]:
    """As every database gives it back: MongoDB keeps milliseconds."""
    return {
        name: value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value
        for name, value in record.items()
    }
