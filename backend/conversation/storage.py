"""Conversations and messages in the database. Every query over a person's data takes the caller."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.access import Caller
from backend.conversation.models import Conversation, Message, Opinion, TitleSource
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Filter, Index
from backend.db.lease import Leases
from backend.db.repository import Repository

CONVERSATIONS = CollectionSpec(
    "conversations",
    (
        Index((("owner_id", 1), ("updated_at", -1), ("_id", -1))),  # "my conversations", latest first
        Index((("answering_until", 1),)),  # claims that a crash left behind (recovery)
    ),
)
MESSAGES = CollectionSpec(
    "messages",
    (
        Index((("conversation_id", 1), ("order", 1))),  # the messages of a conversation, in order
        Index((("question_id", 1),)),  # the answers to a question
        Index((("owner_id", 1), ("_id", 1))),  # a person's own messages (export)
        Index((("lease_until", 1),), partial={"status": "streaming"}),  # answers that a crash cut (recovery)
        Index((("feedback", 1), ("created_at", -1), ("_id", -1))),  # what people thought of answers, newest first
        Index((("outcome", 1), ("created_at", -1), ("_id", -1))),  # questions without an answer, newest first
    ),
)

CONVERSATION_COLLECTIONS = (CONVERSATIONS, MESSAGES)

#: A writer gives a sign of life every few seconds; without one for this long, it is gone.
LEASE = timedelta(seconds=20)


class ConversationRepository:
    """Conversations, and the claim that lets one answer at a time be written in each."""

    def __init__(self, database: Database) -> None:
        self._conversations = Repository(database, CONVERSATIONS, Conversation)
        self._claims = Leases(self._conversations.records, held_by="answering", until="answering_until", unset="free")

    async def add(self, conversation: Conversation) -> Conversation:
        """Stores a new conversation; one with the same id is returned instead (a repeated request)."""
        try:
            await self._conversations.insert_one(conversation)
        except DuplicateKey:
            there = await self._conversations.find_one({"_id": conversation.id, "owner_id": conversation.owner_id})
            if there is None:
                raise
            return there
        return conversation

    async def get(self, caller: Caller, conversation_id: str) -> Conversation | None:
        return await self._conversations.find_one({"_id": conversation_id, "owner_id": caller.user_id})

    async def page(self, caller: Caller, *, before: tuple[datetime, str] | None, limit: int) -> list[Conversation]:
        """The latest changed first; `before` is the (updated_at, id) of the last one already seen."""
        filter_: dict[str, Any] = {"owner_id": caller.user_id}
        if before is not None:
            at, last_id = before
            filter_["$or"] = [{"updated_at": {"$lt": at}}, {"updated_at": at, "_id": {"$lt": last_id}}]
        return await self._conversations.find(filter_, sort=[("updated_at", -1), ("_id", -1)], limit=limit)

    async def change(
        self, caller: Caller, conversation_id: str, *, title: str | None = None, scope: dict[str, Any] | None = None
    ) -> Conversation | None:
        """Gives it a person's name, another scope (empty: everything), or both; None leaves what is there."""
        changes: dict[str, Any] = {}
        if title is not None:
            changes |= {"title": title, "title_source": TitleSource.user.value}
        if scope is not None:
            changes["scope"] = scope
        return await self._conversations.find_one_and_update(
            {"_id": conversation_id, "owner_id": caller.user_id}, {"$set": changes}
        )

    async def suggest_title(self, conversation_id: str, title: str, source: TitleSource) -> None:
        """Names a conversation unless a person has."""
        await self._conversations.records.update_one(
            {"_id": conversation_id, "title_source": {"$ne": TitleSource.user.value}},
            {"$set": {"title": title, "title_source": source.value}},
        )

    async def delete(self, caller: Caller, conversation_id: str) -> bool:
        mine = {"_id": conversation_id, "owner_id": caller.user_id}
        return await self._conversations.records.delete_one(mine) > 0

    async def claim(
        self, caller: Caller, conversation_id: str, message_id: str, *, new_messages: int
    ) -> Conversation | None:
        """Takes the right to write an answer; None when it is not there, not the caller's, or taken."""
        held = await self._claims.claim(
            conversation_id,
            LEASE,
            token=message_id,
            where={"owner_id": caller.user_id},
            update={"$set": {"updated_at": datetime.now(UTC)}, "$inc": {"messages": new_messages}},
        )
        return self._conversations.model(held.record) if held else None

    async def extend_claim(self, conversation_id: str, message_id: str) -> None:
        await self._claims.extend({conversation_id: message_id}, until=datetime.now(UTC) + LEASE)

    async def release_claim(self, conversation_id: str, message_id: str) -> None:
        await self._claims.finish(conversation_id, message_id, {"updated_at": datetime.now(UTC)})

    async def unscoped_drop_claims(self) -> None:
        """Ends every claim: for the start of the only process over these data."""
        await self._conversations.records.update_many(
            {"answering_until": {"$gt": datetime.fromtimestamp(0, UTC)}},
            {"$set": {"answering": None, "answering_until": None}},
        )


class MessageRepository:
    """Messages. What an answer's own writer changes goes by the answer's id alone.

    `lease_until` is a sign of life and no lease: nobody else ever takes the writing of an answer over, since the right
    to it is the claim on the conversation.
    """

    def __init__(self, database: Database) -> None:
        self._messages = Repository(database, MESSAGES, Message)

    async def add(self, messages: Sequence[Message]) -> None:
        """Stores new messages. Errors: `DuplicateKey` when a question with this id is there (a repeated request)."""
        await self._messages.insert_many(messages)

    async def get(self, caller: Caller, message_id: str) -> Message | None:
        return await self._messages.find_one({"_id": message_id, "owner_id": caller.user_id})

    async def page(
        self, caller: Caller, conversation_id: str, *, before: str | None = None, limit: int
    ) -> list[Message]:
        """The newest messages (older than `before`, an `order`), returned oldest first."""
        filter_: dict[str, Any] = {"conversation_id": conversation_id, "owner_id": caller.user_id}
        if before is not None:
            filter_["order"] = {"$lt": before}
        newest = await self._messages.find(filter_, sort=[("order", -1)], limit=limit)
        return newest[::-1]

    async def answers_to(self, caller: Caller, question_id: str) -> list[Message]:
        """Every answer to a question, oldest first."""
        return await self._messages.find({"question_id": question_id, "owner_id": caller.user_id}, sort=[("order", 1)])

    async def set_feedback(
        self, caller: Caller, message_id: str, opinion: Opinion, *, at: datetime, admins_may_read: bool
    ) -> Message | None:
        """Keeps an opinion of an answer; one without a value leaves nothing of an earlier one."""
        there = opinion.value is not None
        return await self._messages.find_one_and_update(
            {"_id": message_id, "owner_id": caller.user_id, "role": "assistant"},
            {
                "$set": {
                    "feedback": opinion.value,
                    "feedback_reasons": list(opinion.reasons),
                    "feedback_comment": opinion.comment,
                    "feedback_at": at if there else None,
                    "admins_may_read": admins_may_read and there,
                }
            },
        )

    async def unscoped_review(
        self, filter_: Filter, *, before: tuple[datetime, str] | None, limit: int
    ) -> list[Message]:
        """Everybody's answers of a kind, newest first; `before`: the (created_at, id) of the last one already seen.

        Without what they say and quote: that is no administrator's to read.
        """
        wanted: dict[str, Any] = {**filter_, "role": "assistant"}
        if before is not None:
            at, last_id = before
            wanted["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last_id}}]
        found = await self._messages.records.find(
            wanted, sort=[("created_at", -1), ("_id", -1)], limit=limit, fields=_REVIEWED
        )
        return [self._messages.model({**record, "content": ""}) for record in found]

    async def unscoped_count(self, filter_: Filter) -> int:
        return await self._messages.records.count({**filter_, "role": "assistant"})

    async def unscoped_questions(self, question_ids: Sequence[str]) -> dict[str, str]:
        """The words of these questions by id, of those alone that were asked while administrators could read them."""
        wanted = {"_id": {"$in": list(question_ids)}, "role": "user", "admins_may_read": True}
        found = await self._messages.records.find(wanted, fields=("content",))
        return {str(record["_id"]): str(record["content"]) for record in found}

    async def request_stop(self, caller: Caller, message_id: str) -> Message | None:
        """Asks the writer, wherever it runs, to end; it looks about twice a second."""
        return await self._messages.find_one_and_update(
            {"_id": message_id, "owner_id": caller.user_id, "role": "assistant"}, {"$set": {"stop_requested": True}}
        )

    async def save_progress(self, message_id: str, changes: dict[str, Any]) -> bool:
        """Writes what there is of an answer and extends its lease; True when a stop was requested elsewhere."""
        record = await self._messages.records.find_one_and_update(
            {"_id": message_id, "status": "streaming"},
            {"$set": {**changes, "lease_until": datetime.now(UTC) + LEASE}},
        )
        return bool(record and record.get("stop_requested"))

    async def finish(self, message: Message) -> bool:
        """Writes a finished answer; False when the message was deleted meanwhile."""
        record = self._messages.record(message)
        changes = {name: record[name] for name in _WRITTEN_AT_THE_END}
        result = await self._messages.records.update_one(
            {"_id": message.id}, {"$set": {**changes, "lease_until": None}}
        )
        return result.matched > 0

    async def delete(self, caller: Caller, message_id: str) -> None:
        await self._messages.records.delete_one({"_id": message_id, "owner_id": caller.user_id})

    async def delete_conversation(self, caller: Caller, conversation_id: str) -> None:
        await self._messages.records.delete_many({"conversation_id": conversation_id, "owner_id": caller.user_id})

    async def unscoped_interrupt(self, *, exclusive: bool) -> int:
        """Marks answers whose writer is gone; with `exclusive` every one still streaming. Returns how many."""
        filter_: Filter = {"status": "streaming"}
        if not exclusive:
            filter_ = {"status": "streaming", "lease_until": {"$lt": datetime.now(UTC)}}
        result = await self._messages.records.update_many(
            filter_, {"$set": {"status": "interrupted", "lease_until": None}}
        )
        return result.modified


_REVIEWED = (
    "conversation_id",
    "owner_id",
    "order",
    "role",
    "created_at",
    "question_id",
    "feedback",
    "feedback_reasons",
    "feedback_comment",
    "feedback_at",
    "admins_may_read",
    "outcome",
    "intent",
    "mode",
)

_WRITTEN_AT_THE_END = frozenset(
    {
        "content",
        "citations",
        "passages",
        "actions",
        "disagreements",
        "mode",
        "model",
        "abstained",
        "outcome",
        "intent",
        "coverage",
        "unsupported",
        "refusal",
        "suggestions",
        "choices",
        "steps",
        "degraded",
        "status",
        "error",
        "query",
    }
)
