"""Drive's feed of changes, as google-drive-mock keeps it: what Google's own client writes is so here after each run."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from googleapiclient.discovery import build_from_document
from googleapiclient.http import MediaInMemoryUpload

from tests.integration.connectors.emulated.desk import Desk, desk
from tests.support.drive_mock_edge import TOKEN, drive_mock_edge
from tests.support.emulators import Emulators, emulators
from tests.support.google_client import WithToken
from tests.support.google_discovery import document
from tests.support.google_drive_service import API, DriveService
from tests.support.long import sampled
from tests.support.ports import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = "ada@example.com"
_FOLDER = "application/vnd.google-apps.folder"


@dataclass(slots=True)
class Drive:
    """A connection of one Drive; `files` is Google's own client, whose calls block."""

    desk: Desk
    running: Emulators

    async def create(self, name: str, words: str, *parents: str) -> str:
        body = {"name": name, "mimeType": "text/plain", "parents": list(parents)}
        made = await asyncio.to_thread(self.files.create(body=body).execute)
        await self.write(made["id"], words)
        return str(made["id"])

    async def write(self, id_: str, words: str) -> None:
        media = MediaInMemoryUpload(words.encode(), mimetype="text/plain")
        await asyncio.to_thread(self.files.update(fileId=id_, media_body=media).execute)

    async def update(self, id_: str, **body: Any) -> None:
        await asyncio.to_thread(self.files.update(fileId=id_, body=body).execute)

    async def folder(self, name: str) -> str:
        made = await asyncio.to_thread(self.files.create(body={"name": name, "mimeType": _FOLDER}).execute)
        return str(made["id"])

    async def delete(self, id_: str) -> None:
        await asyncio.to_thread(self.files.delete(fileId=id_).execute)

    @property
    def files(self) -> Any:
        url = self.running.services["google-drive-mock"]
        described = {**document(API), "rootUrl": f"{url}/", "baseUrl": f"{url}/drive/v3/"}
        return build_from_document(described, http=WithToken(TOKEN)).files()

    async def connected(self) -> str:
        return await self.desk.connected(
            self.desk.administrator,
            "google_drive",
            mode="workspace",
            credentials={"service_account": DriveService().key_file},
            options={"subject": ADA},
        )

    async def here(self, connection_id: str) -> dict[str, str]:
        return await self.desk.texts(self.desk.administrator, connection=connection_id)

    async def synced(self, connection_id: str) -> dict[str, Any]:
        return await self.desk.synced(self.desk.administrator, connection_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_drive(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    seed = {"google-drive-mock": {"port": free_port()}}
    with emulators(seed, tmp_path_factory.mktemp("emulators")) as running:
        async with (
            drive_mock_edge(running.services["google-drive-mock"]) as settings,
            desk(tmp_path_factory.mktemp("data"), settings, ADA) as here,
        ):
            yield Drive(here, running)


@pytest_asyncio.fixture(loop_scope="module")
async def drive(module_drive: Drive) -> AsyncIterator[Drive]:
    yield module_drive
    await module_drive.desk.disconnect_all()
    module_drive.running.reset()


async def test_what_is_made_renamed_written_binned_and_deleted_is_so_here_by_the_feed(drive: Drive) -> None:
    kept = await drive.create("kept.txt", "The amber lantern.")
    binned = await drive.create("binned.txt", "The cobalt ferry.")
    deleted = await drive.create("deleted.txt", "The indigo ledger.")
    made = await drive.connected()
    assert set(await drive.here(made)) == {kept, binned, deleted}

    new = await drive.create("new.txt", "The saffron vault.")
    await drive.update(kept, name="renamed.txt")
    await drive.update(binned, trashed=True)
    await drive.delete(deleted)
    run = await drive.synced(made)
    here = await drive.here(made)
    assert set(here) == {kept, new}
    assert here[kept].startswith("renamed")
    assert "amber lantern" in here[kept]
    assert run["deleted"] == 2

    await drive.update(binned, trashed=False)
    await drive.write(kept, "The tamarind lantern.")
    await drive.delete(new)
    await drive.synced(made)
    here = await drive.here(made)
    assert set(here) == {kept, binned}
    assert "tamarind lantern" in here[kept]
    assert "cobalt ferry" in here[binned]


async def test_a_feed_without_anything_new_reads_nothing(drive: Drive) -> None:
    kept = await drive.create("kept.txt", "The amber lantern.")
    made = await drive.connected()
    run = await drive.synced(made)
    assert (run["indexed"], run["deleted"]) == (0, 0)
    assert set(await drive.here(made)) == {kept}


async def test_many_changes_of_one_file_are_its_last_state(drive: Drive) -> None:
    kept = await drive.create("kept.txt", "The amber lantern.")
    gone = await drive.create("gone.txt", "The cobalt ferry.")
    made = await drive.connected()
    for words in ("first", "second", "third"):
        await drive.write(kept, f"The {words} lantern.")
        await drive.update(gone, trashed=True)
        await drive.update(gone, trashed=False)
    await drive.delete(gone)
    await drive.synced(made)
    here = await drive.here(made)
    assert set(here) == {kept}
    assert "third lantern" in here[kept]


async def test_a_file_that_moves_stays_the_same_under_another_path(drive: Drive) -> None:
    folder = await drive.folder("Papers")
    kept = await drive.create("kept.txt", "The amber lantern.")
    made = await drive.connected()
    (before,) = (await _listed(drive, made)).items()
    move = drive.files.update(fileId=kept, body={}, addParents=folder)
    await asyncio.to_thread(move.execute)
    await drive.synced(made)
    (after,) = (await _listed(drive, made)).items()
    assert (before[0], after[0]) == (kept, kept)
    assert before[1]["id"] == after[1]["id"]
    assert "Papers" in after[1]["path"]


@pytest.mark.parametrize("seed", range(sampled(1, 20)))
async def test_after_any_edits_the_library_is_what_the_client_lists(drive: Drive, seed: int) -> None:
    chance = random.Random(seed)
    made = await drive.connected()
    ids: list[str] = []
    for _ in range(sampled(3, 10)):
        for _ in range(chance.randrange(1, 6)):
            await _edit(drive, chance, ids)
        await drive.synced(made)
        there = await asyncio.to_thread(drive.files.list(pageSize=1000, q="trashed = false").execute)
        expected = {one["id"]: one["name"] for one in there["files"]}
        here = await drive.here(made)
        assert {id_: text.partition("\n")[0] for id_, text in here.items()} == expected
        for id_ in expected:
            words = await asyncio.to_thread(drive.files.get_media(fileId=id_).execute)
            assert words.decode() in here[id_]


async def _edit(drive: Drive, chance: random.Random, ids: list[str]) -> None:
    what = chance.choice(("create", "write", "rename", "bin", "restore", "delete")) if ids else "create"
    number = chance.randrange(10_000)
    if what == "create":
        ids.append(await drive.create(f"note {number}.txt", f"Words of {number}."))
        return
    id_ = chance.choice(ids)
    match what:
        case "write":
            await drive.write(id_, f"Other words of {number}.")
        case "rename":
            await drive.update(id_, name=f"note {number}.txt")
        case "bin":
            await drive.update(id_, trashed=True)
        case "restore":
            await drive.update(id_, trashed=False)
        case _:
            await drive.delete(id_)
            ids.remove(id_)


async def _listed(drive: Drive, connection_id: str) -> dict[str, dict[str, Any]]:
    params = {"connection": connection_id}
    answer = await drive.desk.administrator.call("GET", "/documents", params=params)
    return {one["external_id"]: one for one in answer.json()["items"]}
