"""First synchronisations over backlot: what each person finds here is what backlot tells that person's own token."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.connectors.emulated.corpus import BEN, PEOPLE, Corpus
from tests.integration.connectors.emulated.desk import Desk, desk
from tests.integration.connectors.emulated.truth import readable
from tests.support.accounts import Person
from tests.support.backlot import Backlot, backlot
from tests.support.backlot_edge import backlot_edge
from tests.support.long import sampled
from tests.support.told import everything_told

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCES = ("slack", "gmail", "google_drive", "github", "notion")


@dataclass(slots=True)
class Emulated:
    desk: Desk
    backlot: Backlot
    corpus: Corpus

    def readable(self, address: str, source: str) -> set[str]:
        return readable(self.backlot.url, self.backlot.tokens[address], source, self.corpus.of(source))

    async def connect(self, source: str) -> list[tuple[Person, str]]:
        """Connections, with whoever made each: the administrator, or everybody where a source tells no rights."""
        token, key = {"token": self.backlot.everything}, {"service_account": self.backlot.key_file}
        by_source: dict[str, list[dict[str, Any]]] = {
            "slack": [{"credentials": token}],
            "gmail": [{"credentials": key, "options": {"mailboxes": list(PEOPLE)}}],
            "google_drive": [{"credentials": key, "options": {"subject": person}} for person in PEOPLE],
            "github": [{"credentials": token}],
        }
        if source == "notion":
            tokens = {address: {"token": self.backlot.tokens[address]} for address in PEOPLE}
            return [
                (person, await self.desk.connected(person, source, mode="personal", credentials=tokens[address]))
                for address, person in self.desk.people.items()
            ]
        administrator = self.desk.administrator
        return [
            (administrator, await self.desk.connected(administrator, source, mode="workspace", **one))
            for one in by_source[source]
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_emulated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Emulated]:
    corpus = Corpus()
    with backlot(corpus.records, tmp_path_factory.mktemp("backlot")) as running:
        async with (
            backlot_edge(running.url) as settings,
            desk(tmp_path_factory.mktemp("data"), settings, *PEOPLE) as here,
        ):
            yield Emulated(here, running, corpus)


@pytest_asyncio.fixture(loop_scope="module")
async def emulated(module_emulated: Emulated) -> AsyncIterator[Emulated]:
    yield module_emulated
    await module_emulated.desk.disconnect_all()


@pytest.mark.parametrize("source", SOURCES)
async def test_each_person_finds_what_backlot_tells_their_own_token_and_nothing_else(
    emulated: Emulated, source: str
) -> None:
    await emulated.connect(source)
    every = emulated.corpus.of(source)
    readable = {address: emulated.readable(address, source) for address in PEOPLE}
    assert set[str]().union(*readable.values()) == every, "what nobody reads shows nothing"
    assert len({frozenset(words) for words in readable.values()}) == len(PEOPLE), "all read the same: it shows nothing"
    for address, person in emulated.desk.people.items():
        expected = readable[address]
        texts = "\n".join((await emulated.desk.texts(person, source=source)).values())
        assert {word for word in every if word in texts} == expected, address


async def test_a_file_read_for_one_person_is_found_by_others_only_as_far_as_they_may_open_it(
    emulated: Emulated,
) -> None:
    """Three connections, each reads as somebody: what it reads and does not know the shares of is theirs alone."""
    made = dict(zip(PEOPLE, (id_ for _, id_ in await emulated.connect("google_drive")), strict=True))
    every = emulated.corpus.of("google_drive")
    for subject, connection_id in made.items():
        read = emulated.readable(subject, "google_drive")
        for address, person in emulated.desk.people.items():
            texts = "\n".join((await emulated.desk.texts(person, connection=connection_id)).values())
            found = {word for word in every if word in texts}
            assert found <= read & emulated.readable(address, "google_drive"), (subject, address)
            assert address != subject or found == read


async def test_no_way_to_ask_tells_anybody_more_than_their_own_tokens_would(emulated: Emulated) -> None:
    """All five sources at once: people, items, kinds of sharing, and every way to ask."""
    desk, sentences = emulated.desk, emulated.corpus.sentences
    words = list(sentences)
    keepers = [keeper for source in SOURCES for keeper in await emulated.connect(source)]
    may = {
        address: {word for source in SOURCES for word in emulated.readable(address, source)} for address in desk.people
    }
    asked = words[:: sampled(7, 1)]
    for address, person in desk.people.items():
        await desk.texts(person)  # everything is indexed by then
        opened = (await person.call("POST", "/conversations", json={})).json()["id"]
        for word in asked[:: sampled(2, 1)]:
            question = {"content": f"What rests under {word}?"}
            assert (await person.call("POST", f"/conversations/{opened}/messages", json=question)).is_success
        told = await everything_told(person, keepers, asked, conversation=opened)
        # One's own question is in one's own conversation; only the source's sentence around a word tells anything.
        found = {word for word, sentence in sentences.items() if sentence in told}
        assert found <= may[address], address
        assert found >= may[address].intersection(asked), address


async def test_whoever_loses_something_there_loses_it_here_with_the_next_run(emulated: Emulated) -> None:
    """Ben leaves a channel, a repository and a teamspace, and is taken off the files that others shared with him."""
    desk, corpus = emulated.desk, emulated.corpus
    # A mail is never taken back.
    chosen = ("slack", "google_drive", "github", "notion")[: sampled(2, 4)]
    made = {source: await emulated.connect(source) for source in chosen}
    before = {source: emulated.readable(BEN, source) for source in made}
    emulated.backlot.serve(corpus.without(BEN, "both"))
    try:
        for source, keepers in made.items():
            for keeper, connection_id in keepers:
                await desk.synced(keeper, connection_id, everything=True)
            assert emulated.readable(BEN, source) < before[source], "this shows nothing"
            for address, person in desk.people.items():
                texts = "\n".join((await desk.texts(person, source=source)).values())
                found = {word for word in corpus.of(source) if word in texts}
                assert found == emulated.readable(address, source), (source, address)
    finally:
        emulated.backlot.serve(corpus.records)
