"""Access in bulk: sharing many documents again, searching among many access lists, listing with many principals."""

import asyncio
import random
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

import numpy as np

from backend.access import Caller, source_principal
from backend.auth.directory import MEMBERSHIPS, StoredDirectory
from backend.client import BibliosClient
from backend.commands.serve import keep_for_good
from backend.db.sqlite import SqliteDatabase
from backend.documents.schema import DOCUMENTS
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.search.hydration import ChunkRow, DocumentHead
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import IndexEntry
from backend.embedding.search.service import SearchService
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.ids import new_id
from backend.settings import SearchSettings
from scripts.bench import session
from scripts.bench.corpus import TextDocument, make_documents, make_queries
from scripts.bench.figures import Figure
from scripts.bench.large_library import sentence_pool
from scripts.bench.server import serve

_CONNECTION = "0123456789abcdef0123456789abcdef"
_PRINCIPALS = 500
_GROUPS = 5_000
_LISTS = 20_000
# Of three groups out of 5,000 a document has, one is among the caller's 500.
_SEEN_SHARE = 1 - (1 - _PRINCIPALS / _GROUPS) ** 3
_WARM_UP = 20
_CHUNK_CHARS = 650
_POLL_SECONDS = 0.02


def sharing(workdir: Path, documents: int = 400) -> list[Figure]:
    """The same texts sent once more with somebody else on their list, against indexing them the first time."""
    data_dir = workdir / "sharing"
    data_dir.mkdir()
    texts = make_documents(documents, seed=400)
    with serve(data_dir) as server:
        owner, _ = session.register(server.url, "owner")
        reader, reader_id = session.register(server.url, "reader")
        started = time.perf_counter()
        session.add_documents(server.url, owner, texts)
        indexing = time.perf_counter() - started
        return session.with_client(
            server.url, owner, lambda client: _share(client, server.url, reader, reader_id, texts, indexing)
        )


async def _share(
    client: BibliosClient, url: str, reader: str, reader_id: str, texts: Sequence[TextDocument], indexing: float
) -> list[Figure]:
    items = [text.as_item(access=[f"user:{reader_id}"]) for text in texts]
    started = time.perf_counter()
    await client.add_texts(items)
    answered = time.perf_counter() - started
    async with BibliosClient(url, access_token=reader, timeout_seconds=600) as other:
        for text in (texts[0], texts[-1]):
            while not await _finds(other, text):  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(_POLL_SECONDS)
    await client.wait_until_indexed(poll_seconds=_POLL_SECONDS)
    whole = time.perf_counter() - started
    note = f"{len(texts)} documents: indexed in {indexing:.1f} s, shared again and found in {whole:.2f} s"
    return [
        Figure("sharing again ÷ indexing", whole / indexing, "×", 0.2, "at_most", note),
        Figure("sharing again: the request answers", answered * 1000, "ms", 100, "at_most"),
    ]


async def _finds(client: BibliosClient, text: TextDocument) -> bool:
    answer = await client.get("/search", q=text.title, limit=10)
    return any(hit["external_id"] == text.external_id for hit in answer["hits"])


class _Truth:
    """The stored chunks of the search figure, in memory; the heads have the lists of the last sharing."""

    def __init__(self) -> None:
        self.chunks: dict[str, ChunkRow] = {}
        self._heads: dict[str, DocumentHead] = {}

    def add(self, entry: IndexEntry, number: int) -> None:
        self.chunks[entry.chunk_id] = ChunkRow(
            entry.chunk_id, entry.document_id, 1, number, number * _CHUNK_CHARS, len(entry.text), entry.text
        )

    def give(self, changes: Mapping[str, frozenset[str]]) -> None:
        now = datetime.now(UTC)
        self._heads = {
            name: DocumentHead(name, name, name, None, "slack", "text", 1, access, now)
            for name, access in changes.items()
        }

    async def load(
        self, chunk_ids: Sequence[str], document_ids: Sequence[str]
    ) -> tuple[Mapping[str, ChunkRow], Mapping[str, DocumentHead]]:
        return {name: self.chunks[name] for name in chunk_ids}, await self.heads(document_ids)

    async def heads(self, document_ids: Sequence[str]) -> Mapping[str, DocumentHead]:
        return {name: self._heads[name] for name in document_ids}

    async def copies(self, heads: Sequence[DocumentHead], *, caller: Caller) -> Sequence[DocumentHead]:
        return ()

    async def passage(self, document_id: str, version: int, start: int, end: int) -> str | None:
        return None


def searching(workdir: Path, documents: int = 37_000, rounds: int = 20) -> list[Figure]:
    """A whole search, with the embedding of the question, of a caller with 500 principals among 20,000 lists."""
    return asyncio.run(_searching(workdir / "searching", documents, rounds))


async def _searching(folder: Path, documents: int, rounds: int) -> list[Figure]:
    embedder = LocalEmbedder(folder)
    await embedder.start()
    vectors = FaissVectorStore(folder / "vectors", model_id="bench", dimension=embedder.dimension, ivf_from=300_000)
    words = TantivyIndex(folder / "words")
    truth = _Truth()
    drawn = random.Random(3)
    names = [f"{number:06d}" for number in range(documents)]
    noise = np.random.default_rng(3)
    for part in batched(enumerate(make_documents(documents, seed=100, pool=sentence_pool())), 1_000, strict=False):
        entries = []
        for number, document in part:
            for place, start in enumerate(range(0, len(document.text), _CHUNK_CHARS)):
                vector = noise.standard_normal(embedder.dimension).astype(np.float32)
                entry = IndexEntry(
                    f"{names[number]}.1.{place}",
                    names[number],
                    document.title,
                    document.text[start : start + 800],
                    np.asarray(vector / np.linalg.norm(vector), np.float32),
                    frozenset(),
                    "slack",
                    "text",
                    0.0,
                    language="en",
                )
                truth.add(entry, place)
                entries.append(entry)
        await vectors.upsert(entries)
        await words.upsert(entries)
    search = SearchService(
        embedder=embedder, vector_store=vectors, lexical=words, chunks=truth, settings=SearchSettings()
    )
    caller = Caller("reader", frozenset(_group(number) for number in range(_PRINCIPALS)))
    queries = make_queries(220)
    keep_for_good()  # as the server does; and the truth is a database's, whose memory is not this process's
    mine, others = frozenset([_group(0)]), frozenset([_group(_PRINCIPALS)])
    few = {name: mine if drawn.random() < _SEEN_SHARE else others for name in names}
    truth.give(few)
    await vectors.set_access_many(few)
    await words.set_access_many(few)
    plain = await _searches(search, Caller("reader", mine), queries)
    sizes: list[int] = []
    longest = 0.0
    for seq in range(1, rounds + 1):
        lists = [frozenset(_group(drawn.randrange(_GROUPS)) for _ in range(3)) for _ in range(_LISTS)]
        changes = {name: drawn.choice(lists) for name in names}
        truth.give(changes)
        keep_for_good()  # the heads of this round are a database's as well
        for batch in batched(changes.items(), 500, strict=False):
            started = time.perf_counter()
            await vectors.set_access_many(dict(batch))
            await words.set_access_many(dict(batch))
            longest = max(longest, time.perf_counter() - started)
        await vectors.save(seq)
        await words.save(seq)
        sizes.append(await asyncio.to_thread(_bytes_in, folder))
    spent = await _searches(search, caller, queries)
    chunks, lists_kept = len(truth.chunks), vectors.access_lists
    for closed in (vectors, words, embedder):
        await closed.close()
    note = f"{chunks:,} chunks, {_LISTS:,} lists a round, {_PRINCIPALS} principals; {lists_kept:,} lists kept"
    return [
        Figure(f"search p95 after {rounds} rounds of sharing", _p95(spent), "ms", 15, "at_most", note),
        Figure(
            "… ÷ the same with two lists and one principal",
            _p95(spent) / _p95(plain),
            "×",
            1.3,
            "at_most",
            f"who sees as much, before any sharing: {_p95(plain):.1f} ms",
        ),
        Figure(
            "… index files after all rounds ÷ after three",
            sizes[-1] / sizes[min(2, len(sizes) - 1)],
            "×",
            1.3,
            "at_most",
        ),
        Figure("… longest step of 500 documents", longest * 1000, "ms", 50, "at_most", "both indexes"),
    ]


async def _searches(search: SearchService, caller: Caller, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each, after some that warm it up."""
    for query in queries[:_WARM_UP]:
        await search.search(caller, query)
    return [await _timed(lambda query=query: search.search(caller, query)) for query in queries[_WARM_UP:]]  # type: ignore[misc]


def listing(workdir: Path, documents: int = 100_000) -> list[Figure]:
    """`GET /documents` and its counts over HTTP, for somebody who holds 500 groups of a connection."""
    data_dir = workdir / "listing"
    data_dir.mkdir()
    with serve(data_dir) as server:
        _, user_id = session.register(server.url, "member")
    asyncio.run(_fill(data_dir, user_id, documents))
    with serve(data_dir) as server:
        token = session.login(server.url, "member")
        figures = []
        for path in ("/documents?limit=50", "/documents/stats"):
            request = urllib.request.Request(  # noqa: S310 - loopback
                f"{server.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
            )
            spent = []
            for _ in range(300):
                started = time.perf_counter()
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                    answer.read()
                spent.append((time.perf_counter() - started) * 1000)
            note = f"{_PRINCIPALS} principals, {documents:,} documents of a connection; first {spent[0]:.0f} ms"
            figures.append(Figure(f"GET {path.partition('?')[0]} p95", _p95(spent), "ms", 25, "at_most", note))
        return figures


async def _fill(data_dir: Path, user_id: str, documents: int) -> None:
    database = await SqliteDatabase.open(data_dir)
    await database.prepare([DOCUMENTS, MEMBERSHIPS])
    directory = StoredDirectory(database, changed=lambda _: None)
    for number in range(_PRINCIPALS - 2):  # beside themselves and the workspace
        await directory.add(_CONNECTION, str(number), [f"user:{user_id}"])
    drawn = random.Random(1)
    now = datetime.now(UTC)
    for part in batched(range(documents), 5_000, strict=False):
        heads = []
        for number in part:
            access = sorted({_group(drawn.randrange(_GROUPS)) for _ in range(3)})
            heads.append(
                {
                    "_id": new_id(),
                    "key": f"bench-{number}",
                    "holder": f"connection:{_CONNECTION}",
                    "connection_id": _CONNECTION,
                    "external_id": str(number),
                    "title": f"Message {number}",
                    "url": None,
                    "source": "slack",
                    "kind": "text",
                    "size_bytes": 100,
                    "status": "indexed",
                    "version": 1,
                    "chunks": 0,
                    "content_hash": str(number),
                    "created_at": now,
                    "modified_at": now,
                    "indexed_at": now,
                    "tags": [],
                    "access": access,
                    "shared_with": access,
                    "index_seq": 0,
                }
            )
        await database.collection(DOCUMENTS).insert_many(heads)
    await database.close()


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _group(number: int) -> str:
    return source_principal(_CONNECTION, str(number))


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000


def _p95(spent: Sequence[float]) -> float:
    return sorted(spent)[int(len(spent) * 0.95)]
