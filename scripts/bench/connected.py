"""An installation in this process, with Ada and Ben, over a provider's stand-in in another or a source in memory."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.connectors.registry import CONNECTORS, Registry
from backend.connectors.repository import RUNS
from backend.container import Container
from backend.documents.schema import DOCUMENTS
from backend.embedding.models import registry as encoders
from backend.embedding.models.base import Embedder, Vectors
from backend.monitoring import logging
from backend.settings import LogSettings, Settings
from tests.contract.connectors.stage import ADA, BEN
from tests.support.accounts import Person, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

_DIMENSION = 384
_POLL_SECONDS = 0.02
_UNDER_WAY = ("connecting", "syncing")


class StubEncoder:
    """Takes the place of the model: vectors of chance, `wait_seconds` after they were asked for.

    `questions` embeds them, so that a search costs what it does. `texts` counts passages; `spent` are the seconds of
    processor time that making vectors took here.
    """

    model_id = "bench"
    dimension = _DIMENSION
    batch_texts = 32

    def __init__(self, wait_seconds: float = 0.0) -> None:
        self.questions: Embedder | None = None
        self._wait_seconds = wait_seconds
        self._chance = np.random.default_rng(11)
        self.texts = 0
        self.spent = 0.0

    async def start(self) -> None:
        if self.questions is not None:
            await self.questions.start()

    async def close(self) -> None:
        if self.questions is not None:
            await self.questions.close()

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        await asyncio.sleep(self._wait_seconds)
        started = time.thread_time()
        self.texts += len(texts)
        vectors = self._chance.standard_normal((len(texts), _DIMENSION), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.spent += time.thread_time() - started
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        if self.questions is not None:
            return await self.questions.embed_query(text)
        vector: Vectors = (await self.embed_sentences([text]))[0]
        return vector

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        if self.questions is not None:
            return await self.questions.embed_sentences(texts)
        vectors = self._chance.standard_normal((len(texts), _DIMENSION), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@contextlib.contextmanager
def stub_encoder(wait_seconds: float = 0.0, *, real_questions: bool = False) -> Iterator[StubEncoder]:
    """What starts inside the block embeds with it."""
    stub = StubEncoder(wait_seconds)
    before = encoders._BACKENDS["local"]

    def opened(settings: Settings) -> Embedder:
        if real_questions:
            stub.questions = before(settings)
        return stub

    encoders._BACKENDS["local"] = opened
    try:
        yield stub
    finally:
        encoders._BACKENDS["local"] = before


class Provider:
    """A stand-in in a process of its own (`scripts.bench.provider`)."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        command = [sys.executable, "-m", "scripts.bench.provider", slug]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        told = self._answer()
        self.settings: dict[str, str] = told["settings"]
        self.mode: str = told["mode"]

    def does(self, act: str, *given: object) -> Any:
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps([act, *given]).encode() + b"\n")
            self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)

    def _answer(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line:
            raise RuntimeError(f"the stand-in of {self.slug} has ended")
        return json.loads(line)


@contextlib.contextmanager
def provider(slug: str, items: int) -> Iterator[Provider]:
    standing_in = Provider(slug)
    try:
        standing_in.does("fill", items)
        yield standing_in
    finally:
        standing_in.close()


@dataclass(frozen=True, slots=True)
class Synced:
    """What one run counted, and the seconds of time and of this process's processor time until it had ended."""

    counts: dict[str, int]
    seconds: float
    processor: float


@dataclass(slots=True)
class Installation:
    url: str
    container: Container
    ada: Person
    ben: Person

    async def connect(self, standing_in: Provider) -> str:
        body = {
            "type": standing_in.slug,
            "mode": standing_in.mode,
            "credentials": standing_in.does("credentials"),
            "options": standing_in.does("options"),
        }
        return await self.connect_with(body)

    async def connect_with(self, body: dict[str, Any], person: Person | None = None) -> str:
        answer = await (person or self.ada).call("POST", "/connections", json=body)
        if answer.status_code != 201:
            raise RuntimeError(answer.text)
        return str(answer.json()["id"])

    async def warmed(self) -> None:
        """Loads what is loaded late, so that it does not count as the cost of what is measured."""
        words = "Words that are read before anything is measured. "
        items = [{"external_id": str(n), "title": "Warm", "text": f"{n}. {words * 10}"} for n in range(50)]
        (await self.ada.call("POST", "/documents/text", json={"items": items})).raise_for_status()
        while (await self.ada.call("GET", "/documents/stats")).json()["by_status"]["indexed"] < 50:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)
        await self.finds(self.ada, "warm")

    async def ended(self, connection_id: str, runs: int = 1, *, poll_seconds: float = _POLL_SECONDS) -> dict[str, Any]:
        """The latest run once so many have ended. Errors: `RuntimeError` for one that did not end as complete."""
        records = self.container.database.collection(RUNS)
        wanted = {"connection_id": connection_id, "status": {"$ne": "running"}}
        while await records.count(wanted) < runs:  # noqa: ASYNC110 - nothing is told of it in this process
            await asyncio.sleep(poll_seconds)
        [latest] = await records.find(wanted, sort=[("_id", -1)], limit=1)
        if latest["status"] != "complete":
            raise RuntimeError(f"a synchronisation ended as {latest}")
        return latest

    async def synced(self, connection_id: str, *, everything: bool = False) -> Synced:
        """One more run."""
        records = self.container.database.collection(RUNS)
        before = await records.count({"connection_id": connection_id, "status": {"$ne": "running"}})
        started, processor = time.perf_counter(), time.process_time()
        params = {"everything": everything}
        await self.ada.call("POST", f"/connections/{connection_id}/sync", params=params)
        run = await self.ended(connection_id, before + 1)
        return Synced(run["counts"], time.perf_counter() - started, time.process_time() - processor)

    async def indexed(self, connection_id: str) -> None:
        """Waits until nothing of a connection waits for indexing."""
        while await self.count(connection_id, "queued", "processing", at_most=1):  # noqa: ASYNC110 - as above
            await asyncio.sleep(_POLL_SECONDS * 10)

    async def count(self, connection_id: str, *status: str, at_most: int = 1_000) -> int:
        """How many documents of a connection have one of these states."""
        records = self.container.database.collection(DOCUMENTS)
        return await records.count({"connection_id": connection_id, "status": {"$in": list(status)}}, limit=at_most)

    async def finds(self, person: Person, words: str) -> bool:
        """Whether a search finds a document that has these words."""
        answer = await person.call("GET", "/search", params={"q": words, "limit": 10})
        return any(words in hit["text"] for hit in answer.json()["hits"])

    async def until_found(self, person: Person, words: str, found: bool) -> float:
        """The seconds until a search finds them, or does not any more."""
        started = time.perf_counter()
        while await self.finds(person, words) is not found:  # noqa: ASYNC110 - as a reader would
            await asyncio.sleep(_POLL_SECONDS)
        return time.perf_counter() - started


@contextlib.asynccontextmanager
async def installation(
    folder: Path,
    *,
    connector_settings: dict[str, str] | None = None,
    registry: Registry = CONNECTORS,
    interval_seconds: float = 86_400,
) -> AsyncIterator[Installation]:
    """A running server over a new folder; both people's addresses are proven. Ada administers it."""
    logging.configure(LogSettings(level="warning"))
    with mailbox() as mail:
        settings = settings_for(
            folder,
            mail=mail.settings,
            sync={"interval_seconds": interval_seconds, "reconcile_seconds": 86_400},
            connectors=connector_settings or {},
        )
        async with running_app(settings, connectors=registry) as app, world(app, mail) as here:
            ada = await here.administrator(email=ADA)
            ben = await here.person("ben", email=BEN)
            for person in (ada, ben):
                proven = await ada.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
                proven.raise_for_status()
            yield Installation(app.url, app.container, ada, ben)
