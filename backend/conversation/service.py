"""Conversations of a person: create, list, read, rename, delete, rate. Writing answers is `answering`'s part."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from backend.access import Caller
from backend.conversation.announcing import Announcer
from backend.conversation.closed import named_by, without_closed
from backend.conversation.events import MessageView, Passage
from backend.conversation.models import UNTITLED, Conversation, Message, Opinion, StoredPassage, TitleSource
from backend.conversation.runs import RunRegistry
from backend.conversation.scope import record_of
from backend.conversation.storage import ConversationRepository, MessageRepository
from backend.documents.library import LibraryService
from backend.documents.texts import Place
from backend.embedding.search.models import Filters
from backend.embedding.search.ranking import shown_score
from backend.errors import Conflict, NotFound
from backend.events.base import Reading
from backend.ids import new_id

NO_CONVERSATION = "There is no such conversation. It may have been deleted."
NO_MESSAGE = "There is no such message. It may have been deleted."


def now() -> datetime:
    """The time as the database keeps it: UTC, whole milliseconds."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def id_for(key: str | None, *scope: str) -> str:
    """A new id; with an idempotency key the same one each time within its scope."""
    if key is None:
        return new_id()
    return hashlib.sha256("\x1f".join((*scope, key)).encode()).hexdigest()[:32]


class ConversationService:
    """Everything here takes the caller; what is not theirs is not there (`NotFound`)."""

    def __init__(
        self,
        *,
        conversations: ConversationRepository,
        messages: MessageRepository,
        library: LibraryService,
        runs: RunRegistry,
        announcer: Announcer,
        admins_see_questions: bool,
    ) -> None:
        """`admins_see_questions`: what is commented on from now on may be read by administrators."""
        self._conversations = conversations
        self._messages = messages
        self._library = library
        self._runs = runs
        self._announcer = announcer
        self._admins_see_questions = admins_see_questions

    async def create(
        self, caller: Caller, *, title: str | None = None, scope: Filters | None = None, key: str | None = None
    ) -> Conversation:
        """A new conversation; with the idempotency key of an earlier call, that one. `scope` None: in everything."""
        at = now()
        conversation = await self._conversations.add(
            Conversation(
                id=id_for(key, caller.user_id),
                owner_id=caller.user_id,
                title=title or UNTITLED,
                title_source=TitleSource.user if title else TitleSource.default,
                created_at=at,
                updated_at=at,
                scope=record_of(scope or Filters()),
            )
        )
        await self._announcer.changed(conversation)
        return conversation

    async def get(self, caller: Caller, conversation_id: str) -> Conversation:
        conversation = await self._conversations.get(caller, conversation_id)
        if conversation is None:
            raise NotFound(NO_CONVERSATION)
        return conversation

    async def page(
        self, caller: Caller, *, before: tuple[datetime, str] | None, limit: int
    ) -> tuple[list[Conversation], tuple[datetime, str] | None]:
        """Conversations, latest changed first, and where the next page begins (None: this was the last)."""
        found = await self._conversations.page(caller, before=before, limit=limit + 1)
        items = found[:limit]
        return items, (items[-1].updated_at, items[-1].id) if len(found) > limit else None

    async def change(
        self, caller: Caller, conversation_id: str, *, title: str | None = None, scope: Filters | None = None
    ) -> Conversation:
        """Another name, another scope for the questions to come (empty: everything), or both; None leaves it."""
        record = None if scope is None else record_of(scope)
        conversation = await self._conversations.change(caller, conversation_id, title=title, scope=record)
        if conversation is None:
            raise NotFound(NO_CONVERSATION)
        await self._announcer.changed(conversation)
        return conversation

    async def follow(self, caller: Caller, *, after: int | None = None) -> Reading:
        """What becomes of the caller's conversations (`ConversationEvent`) from a position, or from now on."""
        return await self._announcer.follow(caller, after=after)

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Deletes a conversation with its messages and lets go of what they cite. Answers under way are stopped."""
        await self.get(caller, conversation_id)
        running = self._runs.in_conversation(conversation_id)
        for run in running:
            run.end("stop")
        tasks = [run.task for run in running if run.task is not None]
        if tasks:
            await asyncio.wait(tasks)
        await self._messages.delete_conversation(caller, conversation_id)
        await self._library.unscoped_release_citations(conversation_id=conversation_id)
        await self._conversations.delete(caller, conversation_id)
        await self._announcer.deleted(caller, conversation_id)

    async def messages(
        self, caller: Caller, conversation_id: str, *, before: str | None = None, limit: int
    ) -> tuple[list[MessageView], str | None]:
        """The newest messages, oldest of them first, and where older ones begin (None: there are none)."""
        _, views, older = await self.opened(caller, conversation_id, before=before, limit=limit)
        return views, older

    async def opened(
        self, caller: Caller, conversation_id: str, *, before: str | None = None, limit: int
    ) -> tuple[Conversation, list[MessageView], str | None]:
        """`messages` together with the conversation."""
        conversation = await self.get(caller, conversation_id)
        found = await self._messages.page(caller, conversation_id, before=before, limit=limit + 1)
        items = found[-limit:]
        return conversation, await self.views(caller, items), items[0].order if len(found) > limit else None

    async def message(self, caller: Caller, message_id: str) -> Message:
        message = await self._messages.get(caller, message_id)
        if message is None:
            raise NotFound(NO_MESSAGE)
        return message

    async def rate(self, caller: Caller, message_id: str, opinion: Opinion) -> MessageView:
        """Keeps a person's opinion of an answer; without a value it is taken back. Said twice, it keeps its time.

        Errors: `NotFound`; `Conflict` (``not_an_answer``) for a question.
        """
        message: Message | None = await self.message(caller, message_id)
        if message is not None and message.role != "assistant":
            raise Conflict("Only an answer can be rated. This is a question.", code="not_an_answer")
        if message is not None and message.opinion != opinion:
            message = await self._messages.set_feedback(
                caller, message_id, opinion, at=now(), admins_may_read=self._admins_see_questions
            )
        if message is None:  # deleted meanwhile
            raise NotFound(NO_MESSAGE)
        return (await self.views(caller, [message]))[0]

    async def views(self, caller: Caller, messages: Sequence[Message]) -> list[MessageView]:
        """Messages as clients see them.

        The text of passages is read from the documents each time: passages of a document that was deleted, changed,
        or may no longer be seen are left out. Citations and disagreements keep their words as far as the library still
        shows them (`closed.py`).
        """
        places = {_place(passage) for message in messages for passage in message.passages}
        named = {document_id for message in messages for document_id in named_by(message)}
        now = await self._library.reread(caller, places, named)
        return [
            without_closed(message, now.closed).view(_with_texts(message.passages, now.texts)) for message in messages
        ]

    async def shows_all_of(self, caller: Caller, message: Message) -> bool:
        """Whether the caller is still shown every word that the answer was made of."""
        view = (await self.views(caller, [message]))[0]
        return len(view.passages) == len(message.passages) and view == message.view(view.passages)


def _place(passage: StoredPassage) -> Place:
    return Place(passage.document_id, passage.version, passage.start, passage.end)


def _with_texts(passages: Sequence[StoredPassage], texts: dict[Place, str]) -> list[Passage]:
    """Those with a text. Their scores are told by place: earlier releases stored what was behind the ranking."""
    return [
        passage.with_text(texts[place], score=shown_score(number))
        for number, passage in enumerate(passages, 1)
        if (place := _place(passage)) in texts
    ]
