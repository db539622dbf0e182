"""Conversations and messages behave alike over both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.access import Caller
from backend.conversation.events import FoundDocument
from backend.conversation.models import Conversation, Message, StoredOffer, StoredStep, TitleSource
from backend.conversation.storage import (
    CONVERSATION_COLLECTIONS,
    CONVERSATIONS,
    MESSAGES,
    ConversationRepository,
    MessageRepository,
)
from backend.db.collection import Database, DuplicateKey
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

ANN, BEN = Caller.of("ann"), Caller.of("ben")
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "mongo"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, *CONVERSATION_COLLECTIONS) as opened:
            yield opened
    else:
        with mongo_server() as uri:
            async with mongo_database(uri, *CONVERSATION_COLLECTIONS) as opened:
                yield opened


def conversation(number: int = 0, *, owner: str = "ann", minutes: int = 0) -> Conversation:
    at = START + timedelta(minutes=minutes)
    return Conversation(id=f"c{number}", owner_id=owner, created_at=at, updated_at=at)


def answer(id_: str, *, order: str = "1", lease_seconds: float = 20, conversation_id: str = "c0") -> Message:
    return Message(
        id=id_,
        conversation_id=conversation_id,
        owner_id="ann",
        order=order,
        role="assistant",
        content="",
        status="streaming",
        created_at=START,
        question_id="q",
        lease_until=datetime.now(UTC) + timedelta(seconds=lease_seconds),
    )


async def test_one_of_many_claims_wins(database: Database) -> None:
    conversations = ConversationRepository(database)
    await conversations.add(conversation())
    claims = await asyncio.gather(*(conversations.claim(ANN, "c0", f"m{n}", new_messages=2) for n in range(8)))
    [won] = [claim for claim in claims if claim is not None]
    assert won.messages == 2
    assert await conversations.claim(BEN, "c0", "x", new_messages=2) is None
    await conversations.release_claim("c0", "someone else")
    assert await conversations.claim(ANN, "c0", "x", new_messages=2) is None
    await conversations.release_claim("c0", str(won.answering))
    assert await conversations.claim(ANN, "c0", "x", new_messages=2) is not None


async def test_a_scope_is_kept_changed_and_taken_back(database: Database) -> None:
    conversations = ConversationRepository(database)
    scope = {"sources": ["demo"], "document_ids": ["d1", "d2"], "after": START}
    await conversations.add(conversation().model_copy(update={"scope": scope}))
    there = await conversations.get(ANN, "c0")
    assert there is not None
    assert there.scope == scope
    assert await conversations.change(BEN, "c0", scope={}) is None
    changed = await conversations.change(ANN, "c0", scope={"connections": ["x"]})
    assert changed is not None
    assert (changed.scope, changed.title) == ({"connections": ["x"]}, there.title)
    named = await conversations.change(ANN, "c0", title="Named")
    assert named is not None
    assert (named.scope, named.title) == ({"connections": ["x"]}, "Named")
    everything = await conversations.change(ANN, "c0", scope={})
    assert everything is not None
    assert everything.view().scope is None


async def test_a_claim_without_a_sign_of_life_runs_out(database: Database) -> None:
    conversations = ConversationRepository(database)
    await conversations.add(conversation())
    await conversations.claim(ANN, "c0", "m", new_messages=2)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await database.collection(CONVERSATIONS).update_one({"_id": "c0"}, {"$set": {"answering_until": past}})
    assert await conversations.claim(ANN, "c0", "n", new_messages=2) is not None
    await conversations.unscoped_drop_claims()
    assert await conversations.claim(ANN, "c0", "o", new_messages=2) is not None


async def test_pages_follow_the_latest_change_and_break_ties(database: Database) -> None:
    conversations = ConversationRepository(database)
    for number in range(6):
        await conversations.add(conversation(number, minutes=number // 2))
    await conversations.add(conversation(9, owner="ben", minutes=99))
    first = await conversations.page(ANN, before=None, limit=4)
    rest = await conversations.page(ANN, before=(first[-1].updated_at, first[-1].id), limit=4)
    assert [item.id for item in first + rest] == ["c5", "c4", "c3", "c2", "c1", "c0"]


async def test_adding_twice_gives_the_first(database: Database) -> None:
    conversations = ConversationRepository(database)
    await conversations.add(conversation())
    await conversations.change(ANN, "c0", title="Named")
    assert (await conversations.add(conversation())).title == "Named"
    with pytest.raises(DuplicateKey):
        await conversations.add(conversation(owner="ben"))
    await conversations.suggest_title("c0", "Suggested", TitleSource.model)
    assert (await conversations.add(conversation())).title == "Named"


async def test_interruption_knows_whose_writer_is_gone(database: Database) -> None:
    messages = MessageRepository(database)
    await messages.add([answer("dead", lease_seconds=-1), answer("alive", order="2")])
    assert await messages.unscoped_interrupt(exclusive=False) == 1
    shown = {message.id: message.status for message in await messages.page(ANN, "c0", limit=9)}
    assert shown == {"dead": "interrupted", "alive": "streaming"}
    assert await messages.unscoped_interrupt(exclusive=True) == 1


async def test_progress_is_saved_until_the_end_and_brings_back_a_stop(database: Database) -> None:
    messages = MessageRepository(database)
    await messages.add([answer("m")])
    assert await messages.save_progress("m", {"content": "one"}) is False
    assert await messages.request_stop(BEN, "m") is None
    assert await messages.request_stop(ANN, "m") is not None
    assert await messages.save_progress("m", {"content": "one two"}) is True
    said = {"content": "one two three", "status": "completed"}
    goes_on = {
        "suggestions": [StoredOffer(text="And in Spain?", document_id="d1")],
        "choices": [StoredOffer(text="Dana Kim")],
        "steps": [
            StoredStep(text="Dana Kim", found=[FoundDocument(document_id="d2", title="Rota")], named_in="d1"),
            StoredStep(text="nothing"),
        ],
    }
    final = answer("m").model_copy(update={**said, **goes_on})
    assert await messages.finish(final) is True
    await messages.save_progress("m", {"content": "late"})
    kept = await messages.get(ANN, "m")
    assert kept is not None
    assert (kept.content, kept.status, kept.lease_until) == ("one two three", "completed", None)
    assert {name: getattr(kept, name) for name in goes_on} == goes_on
    await messages.delete(ANN, "m")
    assert await messages.finish(final) is False
    assert await database.collection(MESSAGES).count({}) == 0
