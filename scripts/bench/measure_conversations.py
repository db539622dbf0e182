"""Opening a long conversation whose answers rest on large documents."""

import asyncio
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.access import Caller, user_principal
from backend.container import Container
from backend.conversation.models import Conversation, Message, StoredPassage
from backend.conversation.storage import ConversationRepository, MessageRepository
from backend.documents.repository import DocumentRepository
from backend.documents.texts import NewText, VersionRepository
from backend.settings import Settings
from scripts.bench.figures import Figure

_ANSWERS = 25
_PASSAGES = 8
_CHARS = 1_000_000
_ROUNDS = 15
_OWNER = "bench"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def conversations(workdir: Path) -> list[Figure]:
    """25 answers with 8 passages each, every one of another document of a million characters."""
    return asyncio.run(_measure(workdir))


async def _measure(workdir: Path) -> list[Figure]:
    settings = Settings(_env_file=None, data_dir=workdir / "conversations")
    async with Container(settings, works=False) as services:
        await _fill(services)
        caller = Caller.of(_OWNER)
        seconds = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            _, views, _ = await services.conversations.opened(caller, "c", limit=50)
            seconds.append(time.perf_counter() - started)
        shown = sum(len(view.passages) for view in views)
        if shown != _ANSWERS * _PASSAGES:
            raise RuntimeError(f"{shown} passages are shown, not {_ANSWERS * _PASSAGES}")
    note = f"median of {_ROUNDS}; slowest {max(seconds) * 1000:.0f} ms"
    name = "opening a conversation of 25 answers over 200 documents of 1 MB"
    return [Figure(name, statistics.median(seconds) * 1000, "ms", 50, "at_most", note=note)]


async def _fill(services: Container) -> None:
    documents, versions = DocumentRepository(services.database), VersionRepository(services.database)
    ids = [f"d{number:03}" for number in range(_ANSWERS * _PASSAGES)]
    await documents.unscoped_insert([_head(document_id) for document_id in ids])
    for document_id in ids:
        text = f"{document_id} says this and that. " * (_CHARS // 30)
        await versions.unscoped_put([NewText(f"{document_id}.1", document_id, text, _AT, version=1)])
    await ConversationRepository(services.database).add(
        Conversation(id="c", owner_id=_OWNER, created_at=_AT, updated_at=_AT)
    )
    messages = []
    for number in range(_ANSWERS):
        cited = ids[number * _PASSAGES : (number + 1) * _PASSAGES]
        messages.append(_message(f"{number:02}-0", "user", []))
        messages.append(_message(f"{number:02}-1", "assistant", [_passage(id_, n) for n, id_ in enumerate(cited)]))
    await MessageRepository(services.database).add(messages)


def _head(document_id: str) -> dict[str, Any]:
    return {
        "_id": document_id,
        "key": document_id,
        "owner_id": _OWNER,
        "external_id": document_id,
        "title": document_id,
        "url": None,
        "source": "files",
        "kind": "text",
        "content_hash": document_id,
        "status": "indexed",
        "version": 1,
        "access": [user_principal(_OWNER)],
        "shared_with": [],
        "created_at": _AT,
        "modified_at": _AT,
    }


def _message(id_: str, role: Any, passages: list[StoredPassage]) -> Message:
    return Message(
        id=id_,
        conversation_id="c",
        owner_id=_OWNER,
        order=id_,
        role=role,
        content="Words.",
        created_at=_AT,
        passages=passages,
    )


def _passage(document_id: str, number: int) -> StoredPassage:
    start = number * _CHARS // _PASSAGES + 777
    return StoredPassage(
        document_id=document_id,
        version=1,
        start=start,
        end=start + 900,
        title=document_id,
        source="files",
        kind="text",
        score=1.0,
    )
