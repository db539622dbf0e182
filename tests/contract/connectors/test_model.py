"""Random life at a source, with synchronisations, bad luck and crashes in between: afterwards library and source are
equal.
"""

import random
from dataclasses import dataclass, field

import pytest

from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN, FaultKind
from tests.support.long import LONG, sampled
from tests.support.provider_wire import Request

pytestmark = pytest.mark.asyncio(loop_scope="module")

_STEPS = sampled(14, 60)
_AT_ONCE = 5
_FAULTS: tuple[FaultKind, ...] = ("down", "dropped", "cut", "garbled")
_FEWEST = 3


@dataclass(slots=True)
class Life:
    """What happens at a source, and on the way to it, chosen by chance."""

    place: Place
    made: str
    chance: random.Random
    step: int = 0
    gone: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    async def goes_on(self) -> None:
        self.step += 1
        kind = self.chance.choice((*_CHANGES, "crash", "fail", "meanwhile", "sync", "lie"))
        self.log.append(f"{self.step} {kind}")
        match kind:
            case "crash":
                self.place.crashing.after = self.chance.randrange(8)
            case "fail":
                self.place.stage.fail(self.chance.randrange(1, 6), self.chance.choice(_FAULTS))
            case "sync":
                await self.place.synced(self.made)
            case "lie":
                await self._lied_to()
            case "meanwhile":
                await self._run_during_changes()
            case _:
                self.change(kind)

    def change(self, kind: str) -> None:
        """Something that people do. What cannot be done becomes something new."""
        stage, there = self.place.stage, sorted(self.place.stage.truth())
        one = self.chance.choice(there) if there else None
        readers = self.chance.choice(((ADA,), (ADA, BEN))) if "share" in stage.can else ()
        match kind:
            case "edit" if one:
                stage.edit(one, f"Words that were edited in step {self.step}.")
            case "remove" if one and len(there) > _FEWEST:
                stage.remove(one)
                self.gone.append(one)
            case "restore" if self.gone and "restore" in stage.can:
                stage.restore(self.gone.pop(self.chance.randrange(len(self.gone))))
            case "move" if one and "move" in stage.can:
                stage.move(one)
            case "share" if one and readers:
                stage.share(one, *readers)
            case "join" if one and "join" in stage.can:
                stage.join(one, self.chance.choice((ADA, BEN)))
            case "leave" if one and "join" in stage.can:
                stage.leave(one, BEN)
            case _:
                stage.add(f"Words of step {self.step}.", *readers)

    async def _run_during_changes(self) -> None:
        """People go on while a run is under way, each time just before a call is answered."""
        stage, number = self.place.stage, 0
        if stage.wire is None:
            self.change("add")
            return
        moments = set(self.chance.sample(range(1, 9), 3))

        def live(request: Request) -> None:
            nonlocal number
            number += stage.is_call(request)
            if stage.is_call(request) and number in moments:
                self.change(self.chance.choice(_CHANGES))

        stage.wire.on_request = live
        await self.place.synced(self.made)
        stage.wire.on_request = None

    async def _lied_to(self) -> None:
        """Everything is named again while listings lie, once."""
        stage = self.place.stage
        if "lie" not in stage.can:
            return
        stage.lie(self.chance.choice(("cut", "empty")))
        await self.place.named_again(self.made)
        stage.lie(None)

    async def caught_up(self) -> None:
        """What a listing has to agree on twice is named twice; bad luck that still waits is over then."""
        place = self.place
        for _ in range(3):
            place.crashing.after = None
            await place.synced_until_ready(self.made)
        for _ in range(2):
            await place.named_again(self.made)
        await place.equals_its_source(self.made)
        await place.adds_up(self.made)


_CHANGES = ("add", "add", "edit", "edit", "remove", "restore", "move", "share", "join", "leave")


@pytest.mark.timeout(1_800 if LONG else 300)
@pytest.mark.parametrize("seed", range(20) if LONG else (7,))
async def test_after_random_changes_and_crashes_the_library_equals_its_source(place: Place, seed: int) -> None:
    life = Life(place, await place.connected(), random.Random(seed))
    try:
        for step in range(_STEPS):
            await life.goes_on()
            if step % _AT_ONCE == _AT_ONCE - 1 or step == _STEPS - 1:
                await life.caught_up()
    except BaseException as error:
        error.add_note("; ".join(life.log))
        raise
