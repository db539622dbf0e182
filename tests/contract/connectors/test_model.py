"""Random life at a source, with synchronisations and crashes in between: afterwards library and source are equal."""

import random

import pytest

from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN
from tests.support.long import LONG, sampled

pytestmark = pytest.mark.asyncio(loop_scope="module")

_STEPS = sampled(14, 40)
_KINDS = ("add", "add", "edit", "edit", "remove", "restore", "move", "share", "crash", "fail", "sync")


@pytest.mark.parametrize("seed", range(20) if LONG else (7,))
async def test_after_random_changes_and_crashes_the_library_equals_its_source(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    made = await place.connected()
    gone: list[str] = []
    for step in range(_STEPS):
        await _change(place, made, chance, step, gone)
        if step % 5 == 4 or step == _STEPS - 1:
            await _caught_up(place, made)


async def _change(place: Place, connection_id: str, chance: random.Random, step: int, gone: list[str]) -> None:
    """One step of the source's life, or of bad luck."""
    stage, there = place.stage, sorted(place.stage.truth())
    kind = chance.choice(_KINDS)
    readers = chance.choice(((ADA,), (ADA, BEN))) if "share" in stage.can else ()
    one = chance.choice(there) if there else None
    match kind:
        case "edit" if one:
            stage.edit(one, f"Words that were edited in step {step}.")
        case "remove" if one and len(there) > 2:
            stage.remove(one)
            gone.append(one)
        case "restore" if gone and "restore" in stage.can:
            stage.restore(gone.pop(chance.randrange(len(gone))))
        case "move" if one and "move" in stage.can:
            stage.move(one)
        case "share" if one and readers:
            stage.share(one, *readers)
        case "crash":
            place.crashing.after = chance.randrange(6)
        case "fail":
            stage.fail(chance.randrange(1, 5), "down")
        case "sync":
            await place.synced(connection_id)
        case _:
            stage.add(f"Words of step {step}.", *readers)


async def _caught_up(place: Place, connection_id: str) -> None:
    """What a listing has to agree on twice is named twice; bad luck that still waits is over then."""
    for _ in range(3):
        place.crashing.after = None
        await place.synced_until_ready(connection_id)
    for _ in range(2):
        await place.named_again(connection_id)
    await place.equals_its_source(connection_id)
