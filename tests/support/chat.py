"""Chat over a real database, library and server, with a small shelf of documents in place of the indexes.

`ChatRig` gives the services; `serve_chat` puts the real routers on a real socket, where the header `X-User` says who
is asking (accounts have tests of their own).
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request

from backend.access import Caller
from backend.api import chat, conversations, problems, review
from backend.api.dependencies import as_admin, get_admin, get_caller, get_user
from backend.api.sse import get_stream_guard
from backend.auth.models import Role
from backend.conversation.assembly import Chat, build_chat
from backend.db.sqlite import SqliteDatabase
from backend.documents.blobs.local import LocalBlobStore
from backend.documents.citations import CitationRepository
from backend.documents.library import LibraryService
from backend.documents.models import Section
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENT_COLLECTIONS
from backend.documents.texts import NewText, VersionRepository
from backend.embedding.search.filters import matches
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.events.memory import MemoryEvents
from backend.events.wakeup import LocalWakeUp
from backend.llm.base import ChatModel
from backend.llm.openai import OpenAIChatModel
from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.support import Attributor
from backend.settings import DatabaseSettings, Settings, UploadSettings
from tests.support.embedder import HashEmbedder
from tests.support.openai_server import OpenAIServer
from tests.support.waiting import until

_STOP = frozenset(
    {"what", "is", "the", "a", "of", "in", "how", "are", "do", "does", "to", "and", "many", "about", "for"}
)
MARCH = datetime(2025, 3, 1, tzinfo=UTC)


class Shelf:
    """The `PassageSearch` port over paragraphs, by shared words; enforces access. `seconds` delays each search, and
    `degraded` are the parts that do not answer.
    """

    def __init__(self) -> None:
        self.hits: list[tuple[frozenset[str], Hit]] = []
        self.queries: list[str] = []
        self.seconds = 0.0
        self.degraded: tuple[str, ...] = ()

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: str = "chunk",
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        self.queries.append(query)
        await asyncio.sleep(self.seconds)
        words = _words(query)
        scored = [
            (len(words & _words(f"{hit.title} {hit.text}")), hit)
            for access, hit in self.hits
            if caller.may_see(access)
            and matches(
                filters,
                document_id=hit.document_id,
                source=hit.source,
                kind=hit.kind,
                modified_at=hit.modified_at.timestamp(),
            )
        ]
        best = [hit for _, hit in sorted((item for item in scored if item[0]), key=lambda item: -item[0])]
        if group == "document":
            best = list({hit.document_id: hit for hit in reversed(best)}.values())[::-1]
        return SearchResult(tuple(best[:limit]), self.degraded)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold())) - _STOP


class _Indexer:
    """Indexing, as far as chat has to do with it: deleting takes heads and texts away."""

    def __init__(self, documents: DocumentRepository, versions: VersionRepository, shelf: Shelf) -> None:
        self._documents, self._versions, self._shelf = documents, versions, shelf

    async def announce(self, document_ids: Any) -> None:
        raise AssertionError("nothing is stored through this library")

    async def refresh_access(self, document_ids: Any) -> None:
        raise AssertionError("nothing is stored through this library")

    async def remove(self, document_ids: Any) -> None:
        await self._documents.unscoped_delete(document_ids)
        await self._versions.unscoped_drop_all(document_ids)
        self._shelf.hits = [item for item in self._shelf.hits if item[1].document_id not in set(document_ids)]


@dataclass
class ChatRig:
    """Build with `chat_rig`. `restart` is what a new process over the same data would do."""

    folder: Path
    settings: Settings
    chat_model: ChatModel | None
    database: SqliteDatabase
    shelf: Shelf
    documents: DocumentRepository
    versions: VersionRepository
    library: LibraryService
    chat: Chat
    embedder: HashEmbedder = field(default_factory=HashEmbedder)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    wakeup: LocalWakeUp = field(default_factory=lambda: LocalWakeUp(poll_seconds=0.5))
    inactive: set[str] = field(default_factory=set)
    """People who may no longer use the server."""

    async def add(
        self,
        document_id: str,
        text: str,
        *,
        title: str = "Handbook",
        owner: str = "ann",
        url: str | None = None,
        modified_at: datetime = MARCH,
        source: str = "files",
        status: str = "indexed",
        sections: tuple[Section, ...] = (),
    ) -> None:
        """Stores a document with one version; each paragraph is a passage."""
        access = [f"user:{owner}"]
        await self.documents.unscoped_insert(
            [
                {
                    "_id": document_id,
                    "key": document_id,
                    "holder": f"user:{owner}",
                    "external_id": document_id,
                    "title": title,
                    "title_folded": title.casefold(),
                    "url": url,
                    "source": source,
                    "kind": "text",
                    "content_hash": document_id,
                    "status": status,
                    "version": 1,
                    "access": access,
                    "created_at": modified_at,
                    "modified_at": modified_at,
                    "received_at": modified_at,
                }
            ]
        )
        await self.versions.unscoped_put(
            [NewText(f"{document_id}.1", document_id, text, modified_at, version=1, sections=sections)]
        )
        for match in re.finditer(r"[^\n]+(?:\n(?!\n)[^\n]+)*", text):
            hit = Hit(
                document_id=document_id,
                external_id=document_id,
                title=title,
                url=url,
                source=source,
                kind="text",
                version=1,
                start=match.start(),
                end=match.end(),
                text=match[0],
                score=1.0,
                modified_at=modified_at,
            )
            self.shelf.hits.append((frozenset(access), hit))

    async def restart(self) -> None:
        """A new process over the same data; what was running is simply gone."""
        self.chat = await _build(self)

    async def beside(self) -> Chat:
        """Another process over the same data, as MongoDB allows: it leaves answers alone that others write."""
        shared = self.settings.model_copy(update={"database": DatabaseSettings(url="mongodb://elsewhere")})
        return await _build(self, shared)


async def _build(rig: ChatRig, settings: Settings | None = None) -> Chat:
    async def still_active(user_id: str) -> bool:
        return user_id not in rig.inactive

    return await build_chat(
        database=rig.database,
        library=rig.library,
        search=rig.shelf,
        quoting=ExtractiveAnswerer(rig.embedder, abstain_below=0.2),
        attribute=Attributor(rig.embedder),
        chat_model=rig.chat_model,
        events=rig.events,
        wakeup=rig.wakeup,
        proposals=None,
        still_active=still_active,
        settings=settings or rig.settings,
    )


@contextlib.asynccontextmanager
async def chat_rig(folder: Path, model: OpenAIServer | None = None, **changes: Any) -> AsyncIterator[ChatRig]:
    """Everything over a fresh SQLite file; `changes` are groups of settings: ``chat={"reader_grace_seconds": 1}``."""
    if model is not None:
        changes["llm"] = {"base_url": model.base_url, "model": "scripted", "max_retries": 0} | changes.get("llm", {})
    settings = Settings.model_validate({"data_dir": folder, "shutdown_seconds": 1, **changes})
    database = await SqliteDatabase.open(folder)
    await database.prepare(DOCUMENT_COLLECTIONS)
    shelf = Shelf()
    documents, versions = DocumentRepository(database), VersionRepository(database)
    library = LibraryService(
        documents=documents,
        versions=versions,
        citations=CitationRepository(database),
        blobs=LocalBlobStore(folder / "blobs").prepare(),
        indexer=_Indexer(documents, versions, shelf),
        limits=UploadSettings(),
    )
    chat_model = OpenAIChatModel(settings.llm) if settings.llm.configured else None
    rig = ChatRig(
        folder,
        settings,
        chat_model,
        database,
        shelf,
        documents,
        versions,
        library,
        SimpleNamespace(),  # type: ignore[arg-type]
    )
    rig.chat = await _build(rig)
    try:
        yield rig
    finally:
        await rig.chat.stop()
        if chat_model is not None:
            await chat_model.close()
        await database.close()


class _Parts:
    """What the routes ask for: that of the rig's present assembly, also after a restart."""

    demo = SimpleNamespace(available=False)

    def __init__(self, rig: ChatRig) -> None:
        self._rig = rig

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rig.chat, name)


def chat_app(rig: ChatRig) -> FastAPI:
    """The real routers over the rig."""
    app = FastAPI()
    problems.install(app)
    app.include_router(conversations.router, prefix="/api/v1")
    app.include_router(chat.router, prefix="/api/v1")
    app.include_router(review.router, prefix="/api/v1")

    async def caller(request: Request) -> Caller:
        return Caller.of(request.headers["x-user"])

    async def user(request: Request) -> Any:
        return SimpleNamespace(role=Role(request.headers.get("x-role", "member")))

    async def admin(request: Request) -> Any:
        return as_admin(await user(request))

    async def guard() -> Any:
        async def confirm() -> None:
            """Accounts have tests of their own."""

        return confirm

    app.state.container = _Parts(rig)
    app.dependency_overrides[get_caller] = caller
    app.dependency_overrides[get_user] = user
    app.dependency_overrides[get_admin] = admin
    app.dependency_overrides[get_stream_guard] = guard
    return app


@contextlib.asynccontextmanager
async def serve_chat(rig: ChatRig) -> AsyncIterator[str]:
    """The chat API on a free port; gives its address."""
    app = chat_app(rig)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or serving.done())
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@dataclass(slots=True)
class Event:
    id: int
    type: str
    data: dict[str, Any]


class ChatClient:
    """A person at the chat API."""

    def __init__(self, server: str | FastAPI, user: str = "ann") -> None:
        """`server` is an address, or the application itself: then a stream comes whole, at its end."""
        transport = None if isinstance(server, str) else httpx.ASGITransport(server)
        url = server if isinstance(server, str) else "http://chat"
        self.http = httpx.AsyncClient(
            base_url=f"{url}/api/v1", headers={"X-User": user}, timeout=20, transport=transport
        )

    async def __aenter__(self) -> "ChatClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def conversation(self, *, title: str | None = "A title") -> str:
        """With a title of its own, so that no model is asked for one."""
        answer = await self.http.post("/conversations", json={"title": title} if title else {})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    @contextlib.asynccontextmanager
    async def stream(
        self, method: str, path: str, *, last_event_id: int | None = None, **kwargs: Any
    ) -> AsyncIterator[AsyncIterator[Event]]:
        headers = {"Last-Event-ID": str(last_event_id)} if last_event_id is not None else {}
        async with self.http.stream(method, path, headers=headers, **kwargs) as response:
            if response.status_code != 200:
                await response.aread()
            assert response.status_code == 200, response.text
            assert response.headers["content-type"].startswith("text/event-stream")
            yield parse_events(response)

    async def ask(self, conversation_id: str, content: str, **body: Any) -> list[Event]:
        """Asks and reads to the end."""
        async with self.stream(
            "POST", f"/conversations/{conversation_id}/messages", json={"content": content, **body}
        ) as events:
            return [event async for event in events]

    async def watch(self, message_id: str, *, last_event_id: int | None = None) -> list[Event]:
        async with self.stream("GET", f"/messages/{message_id}/events", last_event_id=last_event_id) as events:
            return [event async for event in events]

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        return list((await self.http.get(f"/conversations/{conversation_id}/messages")).json()["items"])


async def parse_events(response: httpx.Response) -> AsyncIterator[Event]:
    """Reads the wire format strictly: `event:`, `data:` and `id:` once in each frame."""
    pending = ""
    async for chunk in response.aiter_text():
        *frames, pending = (pending + chunk).split("\n\n")
        for frame in frames:
            fields = dict(line.split(": ", 1) for line in frame.split("\n") if not line.startswith(":"))
            if fields:
                data = json.loads(fields["data"])
                assert data["type"] == fields["event"]
                yield Event(int(fields["id"]), fields["event"], data)
    assert not pending


def text_of(events: list[Event]) -> str:
    return "".join(event.data["text"] for event in events if event.type == "token")


def completed(events: list[Event]) -> dict[str, Any]:
    assert events[-1].type == "message.completed", events[-1]
    return dict(events[-1].data["message"])
