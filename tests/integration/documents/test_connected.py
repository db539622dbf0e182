"""What connectors ask of the library, many documents at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller, Holder, source_principal
from backend.documents.citations import CitedStretch
from backend.documents.incoming import FileItem, TextItem, access_hash
from backend.documents.library import LibraryService
from backend.documents.models import Person, Section
from backend.documents.repository import DocumentQuery
from backend.documents.schema import CHUNKS, DOCUMENTS
from backend.errors import InvalidInput, NotFound, Unavailable
from tests.integration.documents.test_access_of_documents import CutShort, Unheard, alone, service_over
from tests.integration.documents.test_outdated_words import packed
from tests.support.embedder import HashEmbedder
from tests.support.library import Library, open_library
from tests.support.waiting import until_true

SLACK = Holder.connection("c1")
GITHUB = Holder.connection("c2")
TEAM = source_principal("c1", "team")
BOARD = source_principal("c1", "board")


def items(count: int, **fields: object) -> list[TextItem]:
    return [
        TextItem(str(n), f"Note {n}", f"Note {n} speaks of boats.", access=frozenset({TEAM}), **fields)  # type: ignore[arg-type]
        for n in range(count)
    ]


def holding(*principals: str) -> Caller:
    plain = Caller.of("tim")
    return Caller("tim", plain.principals | set(principals))


@pytest.fixture
async def team(library: Library) -> Caller:
    await library.service.store_texts(SLACK, items(5), source="slack")
    await library.service.store_texts(GITHUB, [TextItem("0", "Issue", "Boats leak.", access=frozenset({TEAM}))])
    caller = holding(TEAM)
    await library.settled(caller)
    return caller


async def listed(library: Library, caller: Caller, **query: str) -> list[str]:
    rows, _ = await library.service.page(caller, DocumentQuery(**query))  # type: ignore[arg-type]
    return [row["external_id"] for row in rows]


async def test_access_changes_for_many_at_once_without_embedding(library: Library, team: Caller) -> None:
    board = holding(BOARD)
    assert isinstance(library.embedder, HashEmbedder)
    embedded = len(library.embedder.embedded)
    changed = await library.service.set_access(
        SLACK, {"0": frozenset({BOARD}), "1": frozenset(), "2": frozenset({TEAM}), "unknown": frozenset({BOARD})}
    )
    assert changed == 2
    assert sorted(await listed(library, board)) == ["0"]
    assert sorted(await listed(library, team)) == ["0", "2", "3", "4"], "the other connection's has the same id"
    await library.parts.indexing.access_settled()
    assert [hit.external_id for hit in await library.search(board, "boats")] == ["0"]
    assert len(library.embedder.embedded) == embedded
    assert await library.settled(board) == {"indexed": 1}


async def test_hidden_documents_answer_nothing_anywhere_and_come_back_without_embedding(
    library: Library, team: Caller
) -> None:
    [hit] = [hit for hit in await library.search(team, "boats") if (hit.external_id, hit.source) == ("0", "slack")]
    await library.service.unscoped_retain_citations(
        [CitedStretch(hit.document_id, 1, 0, 4, "Note")], user_id="tim", message_id="m"
    )
    assert isinstance(library.embedder, HashEmbedder)
    embedded = len(library.embedder.embedded)
    assert await library.service.hide(SLACK, ["0", "1", "unknown"]) == 2
    assert await library.service.hide(SLACK, ["0"]) == 0
    assert sorted(await listed(library, team)) == ["0", "2", "3", "4"]
    assert not {hit.document_id} & {found.document_id for found in await library.search(team, "boats")}
    for version in (None, 1):
        with pytest.raises(NotFound):
            await library.service.text(team, hit.document_id, version)
    with pytest.raises(NotFound):
        await library.service.get(team, hit.document_id)
    # What comes in meanwhile stays hidden, and its access waits.
    await library.service.store_texts(SLACK, [items(1)[0]], source="slack")
    await library.service.set_access(SLACK, {"1": frozenset({BOARD})})
    assert await listed(library, holding(BOARD)) == []
    assert await library.service.unhide(SLACK, ["0", "1", "2"]) == 2
    assert sorted(await listed(library, team)) == ["0", "0", "2", "3", "4"]
    assert await listed(library, holding(BOARD)) == ["1"]
    await library.parts.indexing.access_settled()
    assert hit.document_id in {found.document_id for found in await library.search(team, "boats")}
    assert len(library.embedder.embedded) == embedded


async def settled(library: Library, holder: Holder) -> None:
    """Waits until nothing of a holder is under way, also of what nobody may see, and all changes of access hold inside:
    only then is what the next change counts its own doing.
    """
    heads = library.database.collection(DOCUMENTS)
    busy = {"holder": str(holder), "status": {"$in": ["queued", "processing"]}}

    async def none_busy() -> bool:
        return not await heads.count(busy)

    await until_true(none_busy)
    await library.parts.indexing.access_settled()


async def test_members_that_arrive_in_a_hidden_archive_are_hidden(library: Library) -> None:
    team = holding(TEAM)

    async def store(data: bytes) -> None:
        blob = await library.parts.blobs.put(data)
        file = FileItem("a.zip", "a.zip", blob, len(data), access=frozenset({TEAM}))
        await library.service.store_files(SLACK, [file], source="drive")
        await settled(library, SLACK)

    await store(packed("inside.txt"))
    assert len(await listed(library, team)) == 2
    assert await library.service.hide(SLACK, ["a.zip"]) == 2
    await store(packed("other.txt"))
    assert await listed(library, team) == []
    assert await library.search(team, "walnuts") == []
    assert await library.service.unhide(SLACK, ["a.zip"]) == 2
    assert sorted(await listed(library, team)) == ["a.zip", "a.zip!/other.txt"]


async def hand_over(library: Library, *access: str) -> None:
    data = packed("inside.txt")
    blob = await library.parts.blobs.put(data)
    await library.service.store_files(
        SLACK, [FileItem("a.zip", "a.zip", blob, len(data), access=frozenset(access))], source="drive"
    )
    await settled(library, SLACK)


async def test_access_narrowed_while_hidden_holds_for_members_after_unhide(library: Library) -> None:
    await hand_over(library, TEAM, BOARD)
    assert await library.service.hide(SLACK, ["a.zip"]) == 2
    await hand_over(library, BOARD)
    assert await listed(library, holding(BOARD)) == []
    assert await library.service.unhide(SLACK, ["a.zip"]) == 2
    assert len(await listed(library, holding(BOARD))) == 2
    assert await listed(library, holding(TEAM)) == []


async def test_what_was_cut_short_reaches_members_when_a_connection_asks_again(library: Library) -> None:
    await hand_over(library, TEAM)
    await library.parts.indexing.access_settled()
    steps: list[tuple[Callable[[LibraryService], Awaitable[int]], int]] = [
        (lambda service: service.set_access(SLACK, {"a.zip": frozenset({BOARD})}), 2),
        (lambda service: service.hide(SLACK, ["a.zip"]), 0),
        (lambda service: service.unhide(SLACK, ["a.zip"]), 2),
    ]
    for step, shown in steps:
        with pytest.raises(Unavailable):
            await step(service_over(library, CutShort(library), Unheard()))
        assert await step(alone(library)) == 1, "what is inside"
        assert len(await listed(library, holding(BOARD))) == shown
        assert await listed(library, holding(TEAM)) == []


async def test_what_a_source_says_beside_the_text_is_kept(library: Library) -> None:
    text = "First part.\n\nSecond part."
    item = TextItem(
        "p",
        "Page",
        text,
        access=frozenset({TEAM}),
        path="Wiki/Boats",
        parent="root",
        people=(Person(role="author", name="Ada"), Person(role="recipient", address="ben@example.com")),
        revision="r1",
        sections=(Section(0, 11, "One", 1), Section(13, 25, "Two", 2)),
    )
    [stored] = await library.service.store_texts(SLACK, [item], source="notion")
    team = holding(TEAM)
    await library.settled(team)
    document = await library.service.get(team, stored.id)
    assert (document.path, document.parent_external_id, document.revision) == ("Wiki/Boats", "root", "r1")
    assert document.given.people == list(item.people or ())
    sections = (await library.service.text(team, stored.id)).sections
    assert [(section.heading, section.page, section.start, section.end) for section in sections] == [
        ("One", 1, 0, 11),
        ("Two", 2, 13, 25),
    ]
    [hit] = await library.search(team, "Second")
    assert hit.page in (1, 2)
    [again] = await library.service.store_texts(SLACK, [replace(item, revision="r2")], source="notion")
    assert (again.outcome, again.status) == ("updated", "indexed")
    with pytest.raises(InvalidInput):
        await library.service.store_texts(SLACK, [replace(item, sections=(Section(0, 99),))])


async def test_refs_tell_what_is_known_of_each_item(library: Library, team: Caller) -> None:
    await library.service.store_texts(SLACK, items(2, revision="r2"), source="slack")
    await library.service.hide(SLACK, ["1"])
    refs = [ref async for ref in library.service.refs(SLACK)]
    assert [(ref.external_id, ref.revision, ref.hidden) for ref in refs] == [
        ("0", "r2", False),
        ("1", "r2", True),
        ("2", None, False),
        ("3", None, False),
        ("4", None, False),
    ]
    assert {ref.access for ref in refs} == {access_hash({TEAM})}


async def test_purging_a_connection_leaves_nothing_of_it_and_all_of_others(library: Library, team: Caller) -> None:
    await library.service.hide(SLACK, ["3"])
    assert await library.service.purge(SLACK) == 5
    assert await listed(library, team) == ["0"]
    assert await library.database.collection(CHUNKS).count({}) == 1
    assert [ref async for ref in library.service.refs(SLACK)] == []


async def test_lists_can_be_restricted_to_a_connection(library: Library, team: Caller) -> None:
    assert await listed(library, team, connection_id="c2") == ["0"]
    assert len(await listed(library, team, connection_id="c1")) == 5


async def test_only_a_connections_documents_are_known_by_their_external_ids_alone(library: Library) -> None:
    with pytest.raises(ValueError, match="connection"):
        await library.service.delete_external(Holder.person("ada"), ["1"])


@pytest.mark.parametrize("step", ["set_access", "hide", "unhide", "delete_external"])
async def test_many_documents_cost_no_more_questions_than_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async with open_library(tmp_path, work=False) as library:
        asked = 0
        connector = asyncio.current_task()
        read = library.database.read  # type: ignore[attr-defined]

        async def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal asked
            asked += asyncio.current_task() is connector  # the indexes follow in the background
            return await read(*args, **kwargs)

        monkeypatch.setattr(library.database, "read", counted)
        costs = []
        for count in (20, 200):
            await library.service.store_texts(SLACK, items(count), source="slack")
            names = [str(n) for n in range(count)]
            asked = 0
            match step:
                case "set_access":
                    await library.service.set_access(SLACK, dict.fromkeys(names, frozenset({BOARD})))
                case "hide" | "unhide":
                    await library.service.hide(SLACK, names)
                    if step == "unhide":
                        await library.service.unhide(SLACK, names)
                case _:
                    assert await library.service.delete_external(SLACK, names) == count
            costs.append(asked)
            await library.service.purge(SLACK)
        assert costs[1] <= costs[0] + 3, costs
