"""Opinions of answers, and the lists that administrators learn from, behave alike over both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.access import Caller
from backend.conversation.events import FeedbackReason
from backend.conversation.models import Message, Opinion
from backend.conversation.review import AnswerReview, Gaps, Opinions
from backend.conversation.storage import CONVERSATION_COLLECTIONS, MessageRepository
from backend.db.collection import Database
from backend.rag.models import Outcome
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

ANN, BEN = Caller.of("ann"), Caller.of("ben")
START = datetime(2026, 1, 1, tzinfo=UTC)
DOWN = Opinion("down", ("wrong", "other"), "The year is another one.")


@pytest.fixture(params=["sqlite", "mongo"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, *CONVERSATION_COLLECTIONS) as opened:
            yield opened
    else:
        with mongo_server() as uri:
            async with mongo_database(uri, *CONVERSATION_COLLECTIONS) as opened:
                yield opened


def pair(number: int, *, owner: str = "ann", outcome: Outcome = "answer", readable: bool = False) -> list[Message]:
    """A question and its answer, of the minute `number`."""
    at = START + timedelta(minutes=number)
    question = Message(
        id=f"q{number}",
        conversation_id="c",
        owner_id=owner,
        order=f"{number}0",
        role="user",
        content=f"Question {number}?",
        created_at=at,
        admins_may_read=readable,
    )
    answer = Message(
        id=f"a{number}",
        conversation_id="c",
        owner_id=owner,
        order=f"{number}1",
        role="assistant",
        content="Words of a document.",
        outcome=outcome,
        created_at=at,
        question_id=question.id,
    )
    return [question, answer]


async def test_an_opinion_is_whole_and_goes_whole(database: Database) -> None:
    messages = MessageRepository(database)
    await messages.add(pair(1))
    assert await messages.set_feedback(BEN, "a1", DOWN, at=START, admins_may_read=True) is None
    assert await messages.set_feedback(ANN, "q1", DOWN, at=START, admins_may_read=True) is None
    rated = await messages.set_feedback(ANN, "a1", DOWN, at=START, admins_may_read=True)
    assert rated is not None
    assert (rated.opinion, rated.feedback_at, rated.admins_may_read) == (DOWN, START, True)
    back = await messages.set_feedback(ANN, "a1", Opinion(), at=START, admins_may_read=True)
    assert back is not None
    assert (back.opinion, back.feedback_at, back.admins_may_read) == (Opinion(), None, False)


async def test_disliked_answers_come_newest_first_page_by_page_without_what_they_say(database: Database) -> None:
    messages = MessageRepository(database)
    for number in range(5):
        await messages.add(pair(number // 2 * 2 + 10 * (number % 2), owner="ann" if number % 2 else "ben"))
    for number in (0, 2, 4, 10):
        caller = ANN if number >= 10 else BEN
        await messages.set_feedback(caller, f"a{number}", DOWN, at=START, admins_may_read=False)
    await messages.set_feedback(ANN, "a12", Opinion("up"), at=START, admins_may_read=False)
    review = AnswerReview(messages, admins_see_questions=False)
    first, following = await review.disliked(before=None, limit=3)
    rest, end = await review.disliked(before=following, limit=3)
    assert [item.answer.id for item in first + rest] == ["a10", "a4", "a2", "a0"]
    assert end is None
    assert {(item.answer.content, item.question, item.comment) for item in first} == {("", None, None)}
    counts: dict[FeedbackReason, int] = {"wrong": 4, "out_of_date": 0, "missing": 0, "wrong_document": 0, "other": 4}
    assert await review.opinions() == Opinions(up=1, down=4, reasons=counts)


async def test_unanswered_questions_are_those_refused_and_answered_in_part(database: Database) -> None:
    messages = MessageRepository(database)
    outcomes: list[Outcome] = ["abstain", "answer", "partial", "reply", "ask_back", "abstain"]
    for number, outcome in enumerate(outcomes):
        await messages.add(pair(number, outcome=outcome))
    review = AnswerReview(messages, admins_see_questions=False)
    first, following = await review.unanswered(before=None, limit=2)
    rest, end = await review.unanswered(before=following, limit=2)
    assert [item.answer.id for item in first + rest] == ["a5", "a2", "a0"]
    assert end is None
    assert await review.gaps() == Gaps(abstain=2, partial=1)


@pytest.mark.parametrize("now_on", [False, True])
async def test_words_are_told_only_now_and_only_of_what_was_written_knowingly(database: Database, now_on: bool) -> None:
    messages = MessageRepository(database)
    await messages.add([*pair(1, readable=False), *pair(2, readable=True)])
    await messages.set_feedback(ANN, "a1", DOWN, at=START, admins_may_read=True)
    await messages.set_feedback(ANN, "a2", DOWN, at=START, admins_may_read=False)
    items, _ = await AnswerReview(messages, admins_see_questions=now_on).disliked(before=None, limit=9)
    told = {item.answer.id: (item.question, item.comment) for item in items}
    assert told == {
        "a1": (None, DOWN.comment if now_on else None),
        "a2": ("Question 2?" if now_on else None, None),
    }
