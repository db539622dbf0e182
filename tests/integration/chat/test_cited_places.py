"""A citation names the page, the slide, the sheet or the section of the quote, also where a chunk spans several."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.client import BibliosClient
from backend.db.collection import CollectionSpec
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.files import docx, pdf, pptx, xlsx

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = pptx(
    [
        ("Roles of the ketch", "Ida Holm is responsible for the sails.", ""),
        ("Below deck", "Tor Beck is responsible for the engine.", ""),
        ("Galley", "Una Wick is responsible for the stove.", ""),
    ]
)
LOG = pdf(
    [
        ["The lighthouse was painted in May."],
        ["The foghorn was repaired by Olaf Rask."],
        ["The jetty was measured in autumn."],
        ["The winch was greased."],
    ]
)
COSTS = xlsx(
    {
        "Ropes": [["Item", "Price"], ["Mooring rope", 41], ["Bell rope", 12]],
        "Lamps": [["Item", "Price"], ["Storm lantern", 77], ["Mast lamp", 93]],
    }
)
GUIDE = docx(
    title="Harbour guide",
    blocks=[
        ("Heading 1", "Harbour guide"),
        ("Heading 2", "Berths"),
        ("Normal", "The berth of the pilot boat is number nine."),
        ("Heading 2", "Water"),
        ("Normal", "Fresh water is sold by Greta Lund."),
    ],
)
FILES = {"roles.pptx": ROLES, "log.pdf": LOG, "costs.xlsx": COSTS, "guide.docx": GUIDE}
CHUNKS = CollectionSpec("chunks")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BibliosClient]:
    folder = tmp_path_factory.mktemp("files")
    async with app.signed_in("ann") as ann:
        await ann.upload([(name, _written(folder / name, data)) for name, data in FILES.items()])
        await ann.wait_until_indexed()
        yield ann


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


async def cited(client: BibliosClient, question: str, words: str) -> dict[str, Any]:
    """The citation whose quote has the words."""
    message = await client.answer(question)
    found = [one for one in message["citations"] if words in " ".join(one["quote"].split())]
    assert found, [one["quote"] for one in message["citations"]]
    return dict(found[0])


@pytest.mark.parametrize(
    ("question", "words", "kind", "page", "heading"),
    [
        ("Who is responsible for the sails?", "Ida Holm", "pptx", 1, "Roles of the ketch"),
        ("Who is responsible for the engine?", "Tor Beck", "pptx", 2, "Below deck"),
        ("Who is responsible for the stove?", "Una Wick", "pptx", 3, "Galley"),
        ("When was the lighthouse painted?", "May", "pdf", 1, None),
        ("Who repaired the foghorn?", "Olaf Rask", "pdf", 2, None),
        ("What is the price of the bell rope?", "12", "xlsx", None, "Ropes"),
        ("What is the price of the storm lantern?", "77", "xlsx", None, "Lamps"),
        ("Who sells fresh water?", "Greta Lund", "docx", None, "Harbour guide › Water"),
    ],
)
async def test_the_quote_is_where_the_citation_says(
    client: BibliosClient, question: str, words: str, kind: str, page: int | None, heading: str | None
) -> None:
    citation = await cited(client, question, words)
    assert (citation["kind"], citation["page"], citation["heading"]) == (kind, page, heading)
    assert citation["last_page"] is None


async def test_a_chunk_spans_the_slides_and_the_passage_says_so(client: BibliosClient) -> None:
    message = await client.answer("Who is responsible for the engine?")
    passage = next(one for one in message["passages"] if one["kind"] == "pptx")
    assert "Ida Holm" in passage["text"]
    assert "Una Wick" in passage["text"]
    assert (passage["page"], passage["last_page"]) == (1, 3)


@pytest.mark.parametrize(
    ("query", "kind", "page", "heading"),
    [
        ("Tor Beck", "pptx", 2, "Below deck"),
        ("Olaf Rask", "pdf", 2, None),
        ("lantern", "xlsx", None, "Lamps"),
    ],
)
async def test_a_hit_is_on_the_page_of_its_first_highlight(
    client: BibliosClient, query: str, kind: str, page: int | None, heading: str | None
) -> None:
    [hit] = await client.search(query, kind=kind)
    assert hit["highlights"], hit
    assert (hit["page"], hit["heading"]) == (page, heading)


async def test_what_was_indexed_without_breaks_stands_where_most_of_its_chunk_does(
    app: RunningApp, tmp_path: Path
) -> None:
    async with app.signed_in("ben") as ben:
        await ben.upload([("roles.pptx", _written(tmp_path / "roles.pptx", ROLES))])
        await ben.wait_until_indexed()
        [document] = (await ben.get("/documents"))["items"]
        chunks = app.container.database.collection(CHUNKS)
        for record in await chunks.find({"document_id": document["id"]}):
            await chunks.update_one({"_id": record["_id"]}, {"$unset": {"breaks": ""}})
        citation = await cited(ben, "Who is responsible for the engine?", "Tor Beck")
        stored = {record["page"] for record in await chunks.find({"document_id": document["id"]})}
        assert citation["page"] in stored
        assert citation["last_page"] is None
