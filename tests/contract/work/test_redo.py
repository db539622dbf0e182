"""A document of which two processes may have written is queued once more, over both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.db.collection import Database
from backend.documents.schema import DOCUMENTS
from backend.documents.work import WorkRepository

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


async def redone(database: Database, head: dict[str, Any]) -> dict[str, Any]:
    """What becomes of the head, but for what stays as it is."""
    heads = database.collection(DOCUMENTS)
    await heads.insert_one({"_id": "d", "key": "k", "holder": "user:ada", "attempts": 3, "version": 1, **head})
    await WorkRepository(database).unscoped_redo("d", now=NOW)
    found = await heads.find_one({"_id": "d"}) or {}
    return {name: found.get(name) for name in ("status", "work", "due_at", "attempts", "lease_token", "error")}


@pytest.mark.parametrize(
    ("head", "work"),
    [
        ({"status": "indexed", "work": "text"}, "reindex"),
        ({"status": "indexed", "work": "extract", "blob": "b"}, "extract"),
        ({"status": "processing", "work": "text", "lease_token": "t", "due_at": LATER}, "text"),
        ({"status": "processing", "work": "reindex", "blob": "b", "lease_token": "t", "due_at": LATER}, "reindex"),
        ({"status": "failed", "work": "extract", "blob": "b", "error": {"code": "no_text"}}, "extract"),
    ],
)
async def test_it_is_due_now_and_nobody_has_it(database: Database, head: dict[str, Any], work: str) -> None:
    assert await redone(database, head) == {
        "status": "queued",
        "work": work,
        "due_at": NOW,
        "attempts": 0,
        "lease_token": None,
        "error": None,
    }


@pytest.mark.parametrize(
    "head",
    [
        {"status": "queued", "work": "text", "due_at": LATER},
        {"status": "failed", "work": "text", "version": 0, "error": {"code": "empty_text"}},
    ],
)
async def test_what_waits_already_or_never_had_words_is_left(database: Database, head: dict[str, Any]) -> None:
    left = await redone(database, head)
    assert (left["status"], left["attempts"], left["error"]) == (head["status"], 3, head.get("error"))
