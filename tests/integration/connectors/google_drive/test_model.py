"""Whatever happens in a Drive, and wherever runs end: the library is then what each of its people could open there."""

from collections.abc import Callable
from random import Random

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.google_drive.drive_place import DrivePlace, reader
from tests.support.google_drive_state import FOLDER, Item, Share
from tests.support.long import sampled

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGER = Share("user", ADA, "organizer")
STEPS = sampled(8, 30)


class World:
    """A Drive of Ada's with a shared drive, and what may happen in it."""

    def __init__(self, drive: DrivePlace, random: Random) -> None:
        self._random = random
        self._state = drive.state
        self.done: list[str] = []
        self._team = self._state.add_drive("Team", MANAGER, reader(BEN))
        self._root = self._state.root_of(ADA)
        for _ in range(4):
            self.new_folder()
        for _ in range(16):
            self.new_file()

    def step(self) -> None:
        happen: list[Callable[[], None]] = [
            self.new_file,
            self.new_folder,
            self._edit,
            self._edit,
            self._rename,
            self._move,
            self._share,
            self._share,
            self._trash,
            self._restore,
            self._delete_file,
            self._limit,
            self._members,
        ]
        one = self._random.choice(happen)
        one()

    def new_file(self) -> None:
        number = self._state.number()
        place = self._place()
        id_ = self._state.add(f"Text {number}.txt", owner=ADA, parent=place, data=f"Words {number}.".encode())
        self._say("new file", id_, "in", place)

    def new_folder(self) -> None:
        place = self._place()
        id_ = self._state.add(f"Folder {self._state.number()}", owner=ADA, parent=place, mime=FOLDER)
        self._say("new folder", id_, "in", place)

    def delete_folder(self) -> None:
        """A small one, since a source of which much is gone at once is not believed."""
        small = [one for one in self._folders() if 0 < len(self._files_in(one.id)) <= 3]
        if small:
            self._say("delete folder", small[0].id, "with", *self._files_in(small[0].id))
            self._state.delete(small[0].id)

    def _edit(self) -> None:
        if (item := self._any(self._files())) is not None:
            self._say("edit", item.id)
            self._state.write(item.id, f"Other words {self._state.number()}.".encode())

    def _rename(self) -> None:
        if (item := self._any([*self._files(), *self._folders()])) is not None:
            self._say("rename", item.id)
            self._state.rename(item.id, f"Renamed {self._state.number()}")

    def _move(self) -> None:
        item = self._any([*self._files(), *self._folders()])
        place = self._place()
        if item is not None and place != item.id and item.id not in self._above(place):
            self._say("move", item.id, "to", place)
            self._state.move(item.id, place)

    def _share(self) -> None:
        if (item := self._any([*self._files(), *self._folders()])) is not None:
            shares = self._random.choice([(), (reader(BEN),), (Share("anyone"),), (reader("eva@example.com"),)])
            self._say("share", item.id, *(share.who or "anyone" for share in shares))
            self._state.share(item.id, *shares)

    def _trash(self) -> None:
        if (item := self._any([*self._files(), *self._folders()])) is not None:
            self._say("trash", item.id)
            self._state.trash(item.id)

    def _restore(self) -> None:
        if (item := self._any([one for one in self._state.items.values() if one.trashed])) is not None:
            self._say("restore", item.id)
            self._state.trash(item.id, False)

    def _delete_file(self) -> None:
        if (item := self._any(self._files())) is not None:
            self._say("delete", item.id)
            self._state.delete(item.id)

    def _limit(self) -> None:
        if (item := self._any(self._folders())) is not None:
            self._say("limit", item.id, str(not item.limited))
            self._state.limit(item.id, not item.limited)

    def _members(self) -> None:
        members = self._random.choice([(MANAGER,), (MANAGER, reader(BEN)), (MANAGER, reader("eva@example.com"))])
        self._say("members", *(one.who for one in members))
        self._state.set_members(self._team, *members)

    def _say(self, *words: str) -> None:
        self.done.append(" ".join(words))

    def _place(self) -> str:
        return self._random.choice([self._root, self._team, *(one.id for one in self._folders())])

    def _any(self, items: list[Item]) -> Item | None:
        return self._random.choice(items) if items else None

    def _files(self) -> list[Item]:
        return [one for one in self._state.items.values() if one.mime == "text/plain"]

    def _folders(self) -> list[Item]:
        return [one for one in self._state.items.values() if one.mime == FOLDER and one.parent is not None]

    def _above(self, id_: str) -> list[str]:
        found = [id_]
        while (item := self._state.items.get(found[-1])) is not None and item.parent is not None:
            found.append(item.parent)
        return found

    def _files_in(self, folder: str) -> list[str]:
        return [one.id for one in self._files() if folder in self._above(one.id)]


@pytest.mark.parametrize("seed", range(sampled(2, 20)))
async def test_the_library_follows_whatever_happens(drive: DrivePlace, seed: int) -> None:
    random = Random(seed)
    world = World(drive, random)
    connection = await drive.connected()
    await drive.place.equals_its_source(connection)
    for number in range(STEPS):
        for _ in range(random.randint(1, 4)):
            world.step()
        if random.random() < 0.2:
            world.delete_folder()
        if random.random() < 0.4:  # a run that ends somewhere
            drive.place.crashing.after = random.randint(0, 8)
            await drive.place.synced(connection)
            drive.place.crashing.after = None
        await drive.place.synced_until_ready(connection)
        try:
            await drive.place.equals_its_source(connection)
        except AssertionError as error:
            raise AssertionError(f"{error}\nstep {number} of seed {seed}:\n" + "\n".join(world.done)) from error
