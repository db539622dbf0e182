"""A second round of search from the names that the first one found."""

import asyncio
from collections.abc import Sequence
from typing import Literal

import pytest

from backend.access import Caller
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.errors import Unavailable
from backend.rag import second_round
from backend.rag.second_round import MOST_PASSAGES, names_in
from backend.text.folding import fold
from tests.support.hits import hit as a_hit

READER = Caller.of("reader")
LIBRARY = [
    a_hit(
        "The Long Pier is a 1961 drama directed by Ada Verne, with Tom Roe.",
        document_id="film",
        title="The Long Pier (film)",
    ),
    a_hit(
        "Salt and Rye is a comedy of 1970. It was directed by Per Lind.", document_id="other-film", title="Salt and Rye"
    ),
    a_hit("Ada Verne was born in Ghent.", document_id="ada", title="Ada Verne (director)"),
    a_hit("Per Lind, born in Umeå, was a painter first.", document_id="per", title="Per Lind"),
    a_hit("Tom Roe was an actor.", document_id="tom", title="Tom Roe"),
    a_hit(
        "Project Plover is led by Dana Kim. Its budget is 20,000 euros.", document_id="plover", title="Project Plover"
    ),
    a_hit("Dana Kim works in Porto.", document_id="dana", title="Dana Kim"),
]
NOISE = [
    a_hit("Directors were born somewhere.", document_id=f"noise-{number}", title=f"Note {number}")
    for number in range(8)
]


class Library:
    """Finds documents by how many words of the query stand in their title, then by their order."""

    def __init__(self, *, fails: bool = False, waits: bool = False) -> None:
        self.queries: list[str] = []
        self._fails, self._waits = fails, waits

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: Literal["chunk", "document"],
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        assert (caller, group, strict) == (READER, "document", False)
        self.queries.append(query)
        if self._fails:
            raise Unavailable("not now", dependency="search")
        if self._waits:
            await asyncio.Event().wait()
        words = set(fold(query).split())
        ranked = sorted(LIBRARY, key=lambda hit: -len(words & set(fold(hit.title).split())))
        return SearchResult(tuple(ranked[:limit]))


async def widened(query: str, hits: Sequence[Hit], library: Library | None = None) -> list[str]:
    found, _ = await second_round.widened(library or Library(), READER, query, Filters(), hits)
    return [hit.document_id for hit in found]


def hit(document_id: str) -> Hit:
    return next(one for one in LIBRARY if one.document_id == document_id)


@pytest.mark.parametrize(
    "query",
    [
        "Where was the director of the film The Long Pier born?",
        "where was the long pier's director born",
        "In which town was the director of “The Long Pier” born?",
    ],
)
async def test_the_document_that_a_found_one_names_is_found(query: str) -> None:
    assert (await widened(query, [hit("film"), *NOISE[:3]])) == ["film", "noise-0", "noise-1", "noise-2", "ada", "tom"]


@pytest.mark.parametrize(
    "query",
    [
        "Which film has the director born first, The Long Pier or Salt and Rye?",
        "Were the directors of Salt and Rye and The Long Pier born in the same country?",
    ],
)
async def test_both_sides_are_followed_though_one_was_not_found_at_first(query: str) -> None:
    found = await widened(query, [hit("film"), *NOISE])
    assert {"film", "other-film", "ada", "per"} <= set(found)
    assert len(found) == MOST_PASSAGES


@pytest.mark.parametrize(
    "query",
    [
        "What is the budget of Project Plover?",
        "Project Plover",
        "Who leads it?",
        "budget",
        "",
        "?!",
        "How do I travel by train?",
    ],
)
async def test_what_one_document_answers_asks_nothing_more(query: str) -> None:
    library = Library()
    first = [hit("plover"), hit("film")]
    assert await widened(query, first, library) == ["plover", "film"]
    assert library.queries == []


async def test_a_search_that_fails_leaves_the_first_round() -> None:
    first = [hit("film"), NOISE[0]]
    assert await widened("Where was the director of The Long Pier born?", first, Library(fails=True)) == [
        "film",
        "noise-0",
    ]


async def test_a_search_that_takes_too_long_leaves_the_first_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.rag.second_round.MOST_SECONDS", 0.01)
    first = [hit("film"), NOISE[0]]
    assert await widened("Where was the director of The Long Pier born?", first, Library(waits=True)) == [
        "film",
        "noise-0",
    ]


async def test_nothing_is_found_beyond_the_persons_own_filters() -> None:
    asked: list[Filters] = []

    class Watching(Library):
        async def search(self, caller: Caller, query: str, *, filters: Filters, **rest: object) -> SearchResult:
            asked.append(filters)
            return SearchResult(())

    only = Filters(sources=frozenset({"gmail"}))
    await second_round.widened(Watching(), READER, "Where was the director of The Long Pier born?", only, [hit("film")])
    assert asked
    assert set(asked) == {only}


def test_names_after_what_is_asked_come_first() -> None:
    text = "A drama with Tom Roe and Eva de la Cruz, directed by Ada M. Verne. Music is by Jo Li."
    assert names_in(text, {"director"}) == ["Ada M. Verne", "Tom Roe", "Eva de la Cruz", "Jo Li"]


def test_a_long_text_of_capitals_is_read_in_time() -> None:
    assert names_in("A " * 50_000, {"director"})
