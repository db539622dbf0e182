"""Random edits in a workspace, between synchronisations that sometimes crash: then library and rights equal Slack."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from backend.connectors.slack.processor import day_id, thread_id
from backend.connectors.slack.timestamps import day_of
from tests.contract.connectors.stage import ADA as ADA_MAIL
from tests.contract.connectors.stage import BEN as BEN_MAIL
from tests.integration.connectors.slack.conftest import ADA, BEN, Desk
from tests.support.long import LONG
from tests.support.slack_service import BOT, Conversation

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUNDS = 12 if LONG else 4


@dataclass(slots=True)
class Model:
    """What people do in a workspace, chosen by chance, and what should be here afterwards."""

    desk: Desk
    chance: random.Random
    rooms: list[Conversation] = field(default_factory=list)
    number: int = 0

    def words(self) -> str:
        self.number += 1
        return f"Words number {self.number:04d}."

    def act(self) -> None:
        acts: list[tuple[int, Callable[[], object]]] = [
            (4, self.post),
            (3, self.begin),
            (3, self.reply),
            (3, self.edit),
            (2, self.delete),
            (2, lambda: self.desk.slack.later(self.chance.choice((600, 40_000, 90_000)))),
            (2, self.come_or_go),
            (1, self.turn),
            (1, self.rename),
        ]
        self.chance.choices([one for _, one in acts], [weight for weight, _ in acts])[0]()

    def post(self) -> None:
        self.desk.slack.post(self.chance.choice(self.rooms), self.chance.choice((ADA, BEN)), self.words())

    def begin(self) -> None:
        self.desk.thread(self.chance.choice(self.rooms), self.words(), self.words())

    def reply(self) -> None:
        where = self.chance.choice(self.rooms)
        firsts = [ts for ts, one in where.messages.items() if one.get("thread_ts", ts) == ts]
        if firsts:
            self.desk.slack.post(where, BEN, self.words(), thread=self.chance.choice(firsts))

    def edit(self) -> None:
        where = self.chance.choice(self.rooms)
        kept = [ts for ts, one in where.messages.items() if one.get("subtype") != "tombstone"]
        if kept:
            self.desk.slack.edit(where, self.chance.choice(kept), self.words())

    def delete(self) -> None:
        where = self.chance.choice(self.rooms)
        kept = [ts for ts, one in where.messages.items() if one.get("subtype") != "tombstone"]
        if kept:
            self.desk.slack.delete(where, self.chance.choice(kept))

    def come_or_go(self) -> None:
        self.chance.choice(self.rooms).members ^= {BEN}

    def turn(self) -> None:
        where = self.chance.choice(self.rooms)
        where.kind = "private_channel" if where.kind == "public_channel" else "public_channel"

    def rename(self) -> None:
        self.chance.choice(self.rooms).name += "x"

    def expected(self, address: str) -> dict[str, set[str]]:
        """The words of each item that somebody may read, by its id."""
        found: dict[str, set[str]] = {}
        for where in self.rooms:
            if BOT not in where.members or address not in self.desk.slack.readers(where):
                continue
            for ts, one in where.messages.items():
                first = str(one.get("thread_ts", ts))
                threaded = first != ts or bool(one.get("reply_count"))
                id_ = thread_id(where.id, first) if threaded else day_id(where.id, day_of(ts))
                words = set() if one.get("subtype") == "tombstone" else {str(one["text"])}
                found[id_] = found.get(id_, set()) | words
        return {id_: words for id_, words in found.items() if words}


@pytest.mark.parametrize("seed", range(8) if LONG else (3, 11))
async def test_the_library_equals_the_workspace_after_random_edits_and_crashes(desk: Desk, seed: int) -> None:
    model = Model(desk, random.Random(seed))
    model.rooms = [
        desk.channel("one", ADA, BEN),
        desk.channel("two", ADA),
        desk.channel("three", ADA, kind="public_channel"),
    ]
    desk.slack.page = 5
    for _ in range(25):
        model.act()
    made = await desk.connected()
    for _ in range(ROUNDS):
        for _ in range(model.chance.randrange(1, 9)):
            model.act()
        desk.place.crashing.after = model.chance.choice((None, 0, 2, 5, 9))
        await desk.place.synced(made)
        desk.place.crashing.after = None
        for _ in range(2):  # what is gone is hidden by one listing, or by the second where much is gone
            await desk.relisted(made)
            shown = await desk.place.shown(made)
            assert shown["status"] == "ready", shown
        for person, address in ((desk.place.ada, ADA_MAIL), (desk.place.ben, BEN_MAIL)):
            here, there = await desk.place.held(person, made), model.expected(address)
            assert set(here) == set(there), (seed, address)
            for id_, words in there.items():
                said = {f"Words number {part[:4]}." for part in here[id_].split("Words number ")[1:]}
                assert said == words, (seed, address, id_)
