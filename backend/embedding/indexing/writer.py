"""The group commit: finished documents are written together, as `indexed` only when both indexes answer for them.

One commit costs about the same for one document as for a hundred, so documents wait for each other, but only
while more are on their way. Order of the writes: text and chunks, then both indexes, then the heads, then what
is superseded goes. A crash between any two steps leaves due heads, and doing it again writes the same ids.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from backend.db.collection import Record
from backend.documents.models import Chunk, DocumentError, DocumentStatus
from backend.documents.texts import ChunkRepository, NewText, VersionRepository
from backend.documents.work import Claim, WorkRepository
from backend.embedding.indexing.legs import Legs
from backend.embedding.indexing.state import IndexStateRepository
from backend.embedding.models.base import Vectors
from backend.embedding.search.models import IndexEntry
from backend.errors import Unavailable
from backend.monitoring import metrics
from backend.supervised import Supervised, supervised

log = structlog.get_logger(__name__)

_GROUP_CHUNKS = 256
_GROUP_SECONDS = 0.5
_POLL_SECONDS = 0.02
_WAITING_GROUPS = 4
#: So many documents in a row that cannot be written since something does not answer mean that it is away.
_AWAY_AFTER = 2


@dataclass(frozen=True, slots=True)
class Finished:
    """A document that was read, cut and embedded. `vectors` by model id, one row for each chunk.

    `new_text` is set when a version is to be added and its text is not stored yet; `accepted_text` names a text that
    is. Both None: the current version was indexed again. `changes` are further fields of the head. `failure` says why a
    new version could not be read: it has no text and no chunks, and so takes the place of the words before it.
    """

    claim: Claim
    version: int
    chunks: Sequence[Chunk]
    vectors: dict[str, Vectors]
    new_text: NewText | None = None
    accepted_text: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    failure: DocumentError | None = None


type Settled = Callable[[Sequence[Finished], BaseException | None], Any]


class GroupWriter:
    """Collects finished documents and commits them in groups.

    Args:
        lock: held around every change of the indexes; the sequence of changes is only true under it.
        under_way: how many documents of a holder are being prepared, i.e. may come soon.
        forget_vectors: deletes cached vectors that no chunk needs any more, by chunk hash.
        settled: awaited after each group, or part of one, with the error if it could not be written.
        access_changed: awaited with documents that were given another access list while they were written.
    """

    def __init__(
        self,
        *,
        work: WorkRepository,
        versions: VersionRepository,
        chunks: ChunkRepository,
        state: IndexStateRepository,
        legs: Legs,
        lock: asyncio.Lock,
        under_way: Callable[[str], int],
        forget_vectors: Callable[[Sequence[str]], Any],
        settled: Settled,
        access_changed: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._work = work
        self._versions = versions
        self._chunks = chunks
        self._state = state
        self._legs = legs
        self._lock = lock
        self._under_way = under_way
        self._forget_vectors = forget_vectors
        self._settled = settled
        self._access_changed = access_changed
        self._waiting: list[Finished] = []
        self._waiting_chunks = 0
        self._changed = asyncio.Condition()
        self._task: Supervised | None = None
        self._stopping = False

    def start(self) -> None:
        self._task = supervised("index-writer", self._run)

    def check(self) -> None:
        """Errors: `Unavailable` when the writer has died and is started again."""
        if self._task is not None:
            self._task.check()

    async def stop(self) -> None:
        """Commits what is waiting, then ends."""
        async with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._task is not None:
            await self._task.wait()

    async def submit(self, finished: Finished) -> None:
        """Hands a document over; waits only when several groups are waiting already.

        One without chunks never waits: those that failed come from the report on a group, which the next group awaits.
        """
        async with self._changed:
            if finished.chunks:
                await self._changed.wait_for(lambda: self._waiting_chunks < _WAITING_GROUPS * _GROUP_CHUNKS)
            self._waiting.append(finished)
            self._waiting_chunks += len(finished.chunks)
            self._changed.notify_all()

    async def _run(self) -> None:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._waiting or self._stopping)
                if not self._waiting:
                    return
            await self._let_others_join()
            async with self._changed:
                group, self._waiting, self._waiting_chunks = self._waiting, [], 0
                self._changed.notify_all()
            error = await self._tried(group)
            if error is None or len(group) == 1:
                await self._settled(group, error)
            else:
                log.warning("group_not_written", documents=len(group), error=repr(error))
                await self._commit_each(group)

    async def _tried(self, group: Sequence[Finished]) -> BaseException | None:
        """Commits a group; returns what went wrong."""
        try:
            await self._commit(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, `settled` gives the documents back
            return error
        return None

    async def _commit_each(self, group: Sequence[Finished]) -> None:
        """Commits the documents of a group that failed one by one: whoever is at fault fails alone.

        An index or a database that is away is not asked for each of them: the rest waits after two in a row.
        """
        in_a_row = 0
        for place, finished in enumerate(group):
            error = await self._tried([finished])
            in_a_row = in_a_row + 1 if isinstance(error, Unavailable) else 0
            await self._settled([finished], error)
            if in_a_row == _AWAY_AFTER:
                rest = group[place + 1 :]
                if rest:
                    await self._settled(rest, error)
                return

    async def _let_others_join(self) -> None:
        deadline = asyncio.get_running_loop().time() + _GROUP_SECONDS
        # Whoever has nothing more on the way is not made to wait for others.
        while (  # noqa: ASYNC110 - `under_way` is a number that many tasks change; a poll is cheaper than an event each
            not self._stopping
            and all(self._under_way(finished.claim.holder) > 0 for finished in self._waiting)
            and self._waiting_chunks < _GROUP_CHUNKS
            and asyncio.get_running_loop().time() < deadline
        ):
            await asyncio.sleep(_POLL_SECONDS)

    async def _commit(self, submitted: Sequence[Finished]) -> None:
        # Whoever lost the lease must not write: the ids of its chunks may be those of the one who has it now.
        group, outdated = await self._still_mine(submitted)
        again = [f.claim.document.id for f in group if f.claim.may_follow_another]
        before = dict(await self._chunks.unscoped_keys_of_documents(again)) if again else {}
        if texts := [f.new_text for f in group if f.new_text is not None]:
            await self._versions.unscoped_put(texts)
        if accepted := [(f.accepted_text, f.version) for f in group if f.accepted_text is not None]:
            await self._versions.unscoped_accept(accepted)
        if chunks := [chunk for f in group for chunk in f.chunks]:
            await self._chunks.unscoped_put(chunks)
        async with self._lock:
            done, lost = await self._index(group)
            written = {chunk.id for f in done for chunk in f.chunks}
            kept = {f.claim.document.id for f in done}
            stale = [id_ for id_ in before if id_ not in written and id_.split(".", 1)[0] in kept]
            if stale:
                await self._legs.delete_chunks(stale)
            await self._undo([*outdated, *lost], overwritten=lost)
        if stale:
            await self._chunks.unscoped_delete(stale)
        if before:
            await self._forget_vectors(list(set(before.values())))
        for finished in done:
            if finished.claim.document.version > 0:
                await self._versions.unscoped_drop(finished.claim.document.id, before_version=finished.version)
        if again:
            tidied = {f.claim.document.id: f.version for f in done if f.claim.may_follow_another}
            await self._work.unscoped_tidied(tidied)
        indexed = sum(f.failure is None for f in done)
        metrics.DOCUMENTS_INDEXED.inc(indexed)
        log.info("documents_indexed", documents=indexed, chunks=len(written), lost=len(submitted) - len(done))

    async def _still_mine(self, group: Sequence[Finished]) -> tuple[list[Finished], list[Finished]]:
        held = await self._work.unscoped_held([f.claim.document.id for f in group])
        mine = {f.claim.token for f in group if held.get(f.claim.document.id, {}).get("lease_token") == f.claim.token}
        return [f for f in group if f.claim.token in mine], [f for f in group if f.claim.token not in mine]

    async def _index(self, group: Sequence[Finished]) -> tuple[list[Finished], list[Finished]]:
        """Writes both indexes, then the heads. Returns what was finished, and what was changed or deleted meanwhile."""
        held = await self._work.unscoped_held([f.claim.document.id for f in group])
        tokens = {f.claim.token for f in group if held.get(f.claim.document.id, {}).get("lease_token") == f.claim.token}
        mine = [f for f in group if f.claim.token in tokens]
        lost = [f for f in group if f.claim.token not in tokens]
        entries: dict[str, list[IndexEntry]] = {leg.model_id: [] for leg in self._legs.vectors}
        for finished in mine:
            head = {**held[finished.claim.document.id], **finished.changes}
            for model_id, target in entries.items():
                target.extend(entries_of(finished, head, finished.vectors[model_id]))
        if entries[self._legs.serving.model_id]:
            await self._legs.upsert(entries)
        seq = await self._state.next_seq()
        now = datetime.now(UTC)
        outcomes = await asyncio.gather(
            *(self._finish(finished, held[finished.claim.document.id], seq, now) for finished in mine)
        )
        done = [f for f, kept in zip(mine, outcomes, strict=True) if kept]
        await self._recheck_access(done, held)
        return done, lost + [f for f, kept in zip(mine, outcomes, strict=True) if not kept]

    async def _recheck_access(self, done: Sequence[Finished], held: dict[str, Record]) -> None:
        """Another process may have changed access or path, and have told the indexes, before they got the old one."""
        now = await self._work.unscoped_held([f.claim.document.id for f in done])
        changed = [
            id_
            for id_, head in now.items()
            if any(head.get(name) != held[id_].get(name) for name in ("access", "path"))
        ]
        if changed:
            await self._work.unscoped_mark_again(changed)
            await self._access_changed(changed)

    async def _finish(self, finished: Finished, held: Record, seq: int, now: datetime) -> bool:
        outcome: dict[str, Any] = {
            **finished.changes,
            "version": finished.version,
            "chunks": len(finished.chunks),
            "index_seq": seq,
            **({"untidy": True} if finished.claim.may_follow_another else {}),
        }
        if finished.failure is not None:  # what came in stays, so that it can be tried again
            failed = {**outcome, "status": str(DocumentStatus.failed), "error": finished.failure.model_dump()}
            return await self._work.unscoped_finish(finished.claim, failed, drop=("silent", "text_at"))
        return await self._work.unscoped_finish(
            finished.claim,
            {
                **outcome,
                "status": str(DocumentStatus.indexed),
                "indexed_at": now,
                "text_at": finished.changes.get("modified_at", held["modified_at"]),
            },
            drop=("pending_text", "error", "silent"),
        )

    async def _undo(self, lost: Sequence[Finished], *, overwritten: Sequence[Finished]) -> None:
        """Takes back what was written for documents that were deleted meanwhile.

        One that was only changed is due again, and its next commit replaces what this one wrote. If another process
        has committed it already, or is about to, it is queued once more: this one may have overwritten its chunks.
        """
        if not lost:
            return
        there = await self._work.unscoped_held([f.claim.document.id for f in lost])
        for finished in overwritten:
            if finished.claim.document.id in there:
                await self._work.unscoped_redo(finished.claim.document.id, now=datetime.now(UTC))
        gone = [f.claim.document.id for f in lost if f.claim.document.id not in there]
        if gone:
            await self._legs.delete_documents(gone)
            keys = await self._chunks.unscoped_keys_of_documents(gone)
            await self._chunks.unscoped_delete([id_ for id_, _ in keys])
            await self._versions.unscoped_drop_all(gone)
            await self._forget_vectors([*(hash_ for _, hash_ in keys), *(c.hash for f in lost for c in f.chunks)])


def entries_of(finished: Finished, head: Record, vectors: Vectors) -> list[IndexEntry]:
    """The index entries of a document, from its chunks and the fields that its head has now."""
    document = finished.claim.document.model_copy(update={key: head[key] for key in ("title", "kind") if key in head})
    return [
        make_entry(
            chunk,
            vector,
            title=document.title,
            source=document.source,
            kind=str(document.kind),
            head=head,
            connection_id=document.connection_id,
        )
        for chunk, vector in zip(finished.chunks, vectors, strict=True)
    ]


def make_entry(
    chunk: Chunk, vector: Vectors, *, title: str, source: str, kind: str, head: Record, connection_id: str | None
) -> IndexEntry:
    """One entry; `head` gives access, path, file name, author, tags, language and modification time."""
    return IndexEntry(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        title=title,
        text=chunk.text,
        vector=vector,
        access=frozenset(head["access"]),
        source=source,
        kind=kind,
        modified_at=head["modified_at"].timestamp(),
        connection_id=connection_id,
        author=head.get("author"),
        language=head.get("language"),
        tags=frozenset(head.get("tags") or ()),
        path=head.get("path"),
        filename=head.get("filename"),
    )
