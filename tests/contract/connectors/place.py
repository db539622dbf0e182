"""A server over which one stage's connector can be connected, with Ada and Ben in it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.connectors.base import Account, Capability, Choice, Source, Watch
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.registry import Registry
from backend.connectors.source_events import GroupMembers, SyncEvent
from backend.connectors.sync.ledger import ITEMS, item_id
from tests.contract.connectors.stage import ADA, BEN, Stage
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.waiting import until_true

#: What the suite's servers take: small, so that an item is soon too large.
LARGEST_CHARS = 20_000


class Crash(Exception):
    """The end of a process, as far as a run notices."""


@dataclass(slots=True)
class Crashing:
    """Ends a run after so many events of its source. `closed`: how often a source was closed."""

    after: int | None = None
    closed: int = 0

    def wrap(self, manifest: Manifest) -> Manifest:
        def opened(setup: Setup) -> Source:
            return _Crashing(manifest.open(setup), self)

        return replace(manifest, open=opened)


class _Crashing(Source):
    def __init__(self, source: Source, crashing: Crashing) -> None:
        self._source = source
        self._crashing = crashing

    async def check(self) -> Account:
        return await self._source.check()

    async def close(self) -> None:
        await self._source.close()
        self._crashing.closed += 1

    def groups(self) -> AsyncGenerator[GroupMembers]:
        return self._source.groups()

    async def capabilities(self) -> tuple[Capability, ...]:
        return await self._source.capabilities()

    async def choices(self, option: str) -> tuple[Choice, ...]:
        return await self._source.choices(option)

    async def watchable(self) -> tuple[str, ...]:
        return await self._source.watchable()

    async def watch(self, target: str, *, name: str, token: str) -> Watch:
        return await self._source.watch(target, name=name, token=token)

    async def unwatch(self, watch: Watch) -> None:
        await self._source.unwatch(watch)

    async def sync(self, cursor: Any) -> AsyncGenerator[SyncEvent]:
        seen = 0
        async with contextlib.aclosing(self._source.sync(cursor)) as events:
            async for event in events:
                if seen == self._crashing.after:
                    self._crashing.after = None
                    raise Crash
                seen += 1
                yield event


@dataclass(slots=True)
class Place:
    """A running server, one stage, and its people."""

    stage: Stage
    world: World
    ada: Person
    ben: Person
    crashing: Crashing = field(default_factory=Crashing)

    async def connect(self, **given: Any) -> str:
        """A connection by token; its first synchronisation has begun."""
        body = {
            "type": self.stage.manifest.slug,
            "mode": self.stage.mode,
            "credentials": self.stage.credentials,
            "options": self.stage.options,
            **given,
        }
        answer = await self.ada.call("POST", "/connections", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def connected(self) -> str:
        """A connection whose first synchronisation has ended."""
        made = await self.connect()
        shown = await self.settled(made)
        assert shown["status"] == "ready", shown
        return made

    async def shown(self, connection_id: str) -> dict[str, Any]:
        answer = await self.ada.call("GET", f"/connections/{connection_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def at_rest(self, connection_id: str) -> dict[str, Any]:
        """The connection once nobody is at work on it and it has been begun with, whatever came of that."""

        async def look() -> dict[str, Any]:
            shown = await self.shown(connection_id)
            return shown if shown["status"] not in ("connecting", "syncing") else {}

        return await until_true(look)

    async def settled(self, connection_id: str, *, ended: int = 1) -> dict[str, Any]:
        """The connection once so many runs have ended, none is under way, and what came in was read."""

        async def look() -> dict[str, Any]:
            done = sum(run["ended_at"] is not None for run in await self.runs(connection_id))
            shown = await self.shown(connection_id)
            going = shown["status"] in ("connecting", "syncing") or "processing" in shown["items"]
            return shown if done >= ended and not going else {}

        return await until_true(look)

    async def synced(self, connection_id: str) -> dict[str, Any]:
        """The connection after one more run."""
        done = sum(run["ended_at"] is not None for run in await self.runs(connection_id))
        answer = await self.ada.call("POST", f"/connections/{connection_id}/sync")
        assert answer.status_code == 202, answer.text
        return await self.settled(connection_id, ended=done + 1)

    async def attempted(self, connection_id: str, **params: Any) -> dict[str, Any]:
        """The connection after one more attempt, whatever came of it: it may wait with its run open."""
        before = self.crashing.closed
        answer = await self.ada.call("POST", f"/connections/{connection_id}/sync", params=params)
        assert answer.status_code == 202, answer.text

        async def look() -> dict[str, Any]:
            shown = await self.shown(connection_id) if self.crashing.closed > before else {}
            return shown if shown and shown["status"] not in ("connecting", "syncing") else {}

        return await until_true(look)

    async def named_again(self, connection_id: str) -> dict[str, Any]:
        """The connection after a run that named everything again."""
        done = sum(run["ended_at"] is not None for run in await self.runs(connection_id))
        answer = await self.ada.call("POST", f"/connections/{connection_id}/sync", params={"everything": True})
        assert answer.status_code == 202, answer.text
        return await self.settled(connection_id, ended=done + 1)

    async def synced_until_ready(self, connection_id: str, *, tries: int = 4) -> dict[str, Any]:
        """The connection after as many runs as it takes, at most `tries`."""
        for _ in range(tries):
            shown = await self.attempted(connection_id)
            if shown["status"] == "ready":
                return shown
        raise AssertionError(f"not ready: {shown}")

    async def runs(self, connection_id: str) -> list[dict[str, Any]]:
        """All of them, the newest first."""
        return await self._pages(f"/connections/{connection_id}/runs")

    async def _pages(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {"limit": 100}
        while True:
            page = (await self.ada.call("GET", path, params=params)).json()
            found += page["items"]
            if (after := page["next_cursor"]) is None:
                return found
            params["cursor"] = after

    async def items(self, connection_id: str) -> dict[str, dict[str, Any]]:
        """Rows by the source's own ids, which administrators are not told where they would show something."""
        rows = await self._pages(f"/connections/{connection_id}/items")
        untold = [row["id"] for row in rows if row["external_id"] == row["id"]]
        own = {item_id(connection_id, id_): id_ for id_ in (self.stage.truth() if untold else ())}
        if unknown := [id_ for id_ in untold if id_ not in own]:
            ledger = self.world.app.container.database.collection(ITEMS)  # they are not at the source any more
            stored = await ledger.find({"_id": {"$in": unknown}}, fields=("external_id",))
            own |= {record["_id"]: record["external_id"] for record in stored}
        return {own.get(row["id"], row["external_id"]): row for row in rows}

    async def held(self, person: Person, connection_id: str) -> dict[str, str]:
        """What a person sees of a connection: texts by external id. Everything is indexed by then."""

        async def listed() -> list[dict[str, Any]] | None:
            params = {"connection": connection_id, "limit": 100}
            found: list[dict[str, Any]] = (await person.call("GET", "/documents", params=params)).json()["items"]
            return None if any(one["status"] in ("queued", "processing") for one in found) else found

        async def once() -> list[dict[str, Any]]:
            found = await listed()
            return [{}] if found == [] else found or []

        documents = [one for one in await until_true(once) if one]
        ids = [one["external_id"] for one in documents]
        assert len(ids) == len(set(ids)), f"twice: {ids}"
        texts = await asyncio.gather(*(person.call("GET", f"/documents/{one['id']}/text") for one in documents))
        return {
            one["external_id"]: f"{one['title']}\n{text.json().get('text', '')}"
            for one, text in zip(documents, texts, strict=True)
        }

    async def equals_its_source(self, connection_id: str) -> None:
        """Item for item, for each person: what they could open there, with its words, and nothing else."""
        await self._compared(connection_id, and_nothing_else=True)

    async def misses_nothing(self, connection_id: str) -> None:
        """As `equals_its_source`, though there may be more here than there."""
        await self._compared(connection_id, and_nothing_else=False)

    async def _compared(self, connection_id: str, *, and_nothing_else: bool) -> None:
        truth = self.stage.truth()
        for person in (self.ada, self.ben):
            here = await self.held(person, connection_id)
            there = {id_: entry for id_, entry in truth.items() if person.email in entry.readers}
            differs = set(here) ^ set(there) if and_nothing_else else set(there) - set(here)
            assert not differs, f"{person.email}: {differs}"
            for id_, entry in there.items():
                assert entry.words in here[id_], f"{id_}: {entry.words!r} is not in {here[id_][:300]!r}"

    async def adds_up(self, connection_id: str) -> None:
        """What each run says of its items, and the ledger of all of them."""
        for run in await self.runs(connection_id):
            parts = sum(run[name] for name in ("indexed", "unchanged", "skipped", "failed"))
            assert run["seen"] == parts, run
        rows = await self.items(connection_id)
        indexed = {id_ for id_, row in rows.items() if row["status"] == "indexed"}
        params = {"connection": connection_id, "limit": 100}
        shown = await self.shown(connection_id)
        seen: set[str] = set()
        for person in (self.ada, self.ben):
            seen |= {
                one["external_id"] for one in (await person.call("GET", "/documents", params=params)).json()["items"]
            }
        assert seen <= indexed, f"without a row: {seen - indexed}"
        assert shown["documents"] == len(indexed), (shown["documents"], len(indexed))


@contextlib.asynccontextmanager
async def place_of(
    stage: Stage,
    folder: Path,
    *,
    largest: int = LARGEST_CHARS,
    public_url: str = "",
    connectors: Mapping[str, str] | None = None,
) -> AsyncIterator[Place]:
    """`largest`: how many bytes of a file and characters of a text are taken. `connectors`: more of their settings."""
    crashing = Crashing()
    with mailbox() as mail:
        async with stage.serving() as connector_settings:
            settings = settings_for(
                folder,
                mail=mail.settings,
                sync={"interval_seconds": 86_400, "reconcile_seconds": 86_400},
                upload={"max_text_chars": largest, "max_file_bytes": largest},
                web={"public_url": public_url},
                connectors={**connector_settings, **(connectors or {})},
            )
            registry = Registry([crashing.wrap(stage.manifest)])
            async with running_app(settings, connectors=registry) as app, world(app, mail) as here:
                ada = await here.administrator(email=ADA)
                ben = await here.person("ben", email=BEN)
                for person in (ada, ben):
                    proven = await ada.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
                    assert proven.is_success, proven.text
                yield Place(stage, here, ada, ben, crashing)
