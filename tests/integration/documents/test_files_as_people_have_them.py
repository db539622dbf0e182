"""Files of one name, copies, long reports and settings, over HTTP: what is uploaded is found and cited right."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import pytest_asyncio
from reportlab.pdfgen.canvas import Canvas

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUARTERS = ("first", "second", "third", "fourth", "fifth")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def administrator(app: RunningApp) -> AsyncIterator[BibliosClient]:
    """The first account, in whatever order the tests run."""
    async with app.signed_in("administrator") as first:
        yield first


@pytest_asyncio.fixture(loop_scope="module")
async def client(
    app: RunningApp, administrator: BibliosClient, request: pytest.FixtureRequest
) -> AsyncIterator[BibliosClient]:
    async with app.signed_in(f"u{abs(hash(request.node.name))}") as signed_in:
        yield signed_in


async def send(client: BibliosClient, *files: tuple[str, bytes]) -> None:
    answer = await client.http.post("/api/v1/documents", files=[("files", one) for one in files])
    assert answer.status_code == 202
    await client.wait_until_indexed(poll_seconds=0.05)


async def texts(client: BibliosClient) -> dict[str, str]:
    rows = (await client.get("/documents"))["items"]
    return {row["external_id"]: (await client.get(f"/documents/{row['id']}/text"))["text"] for row in rows}


async def test_two_files_of_one_name_in_one_upload_are_both_kept(client: BibliosClient) -> None:
    red, green = "The red buoy marks the left side.", "The green buoy marks the right side."
    await send(client, ("notes.txt", red.encode()), ("notes.txt", green.encode()))
    assert sorted((await texts(client)).values()) == [green, red]


async def test_a_copy_under_another_name_is_there_under_both(client: BibliosClient) -> None:
    words = b"The lock opens at six."
    await send(client, ("lock log.txt", words))
    await send(client, ("copy of lock log.txt", words))
    assert await texts(client) == {"lock log.txt": words.decode(), "copy of lock log.txt": words.decode()}


async def test_the_cited_page_is_the_one_that_the_quote_stands_on(client: BibliosClient) -> None:
    await send(client, ("lanterns.pdf", report()))
    for quarter in QUARTERS:
        message = await client.answer(f"How many lanterns did the keeper count in the survey of the {quarter} quarter?")
        assert message["citations"]
        for citation in message["citations"]:
            named = [
                number for number, name in enumerate(QUARTERS, start=1) if f"the {name} quarter" in citation["quote"]
            ]
            assert named == [citation["page"]]


async def test_a_value_deep_in_a_file_of_settings_is_found_by_the_names_that_lead_to_it(client: BibliosClient) -> None:
    services = "\n".join(
        f"  - name: {name}\n    limits:\n      memory: {memory}\n      cores: 2\n    owner: team {name}"
        for name, memory in (("web", "2Gi"), ("mailer", "512Mi"), ("search", "8Gi"))
    )
    await send(
        client,
        ("deploy.yaml", f"# Kept by the harbour office\nservices:\n{services}\n".encode()),
        ("boats.jsonl", b'{"boat": "Gannet", "berth": "B12"}\n{"boat": "Petrel", "berth": "A01"}\n'),
        ("app.log", b"2026-03-01 10:00:00 ERROR berth lost\nTraceback:\n  ValueError: no such berth\n"),
    )
    kinds = {row["external_id"]: row["kind"] for row in (await client.get("/documents"))["items"]}
    assert kinds == {"deploy.yaml": "data", "boats.jsonl": "json", "app.log": "log"}
    first = (await client.search("memory limits of the mailer"))[0]
    assert first["external_id"] == "deploy.yaml"
    assert "services[mailer].limits.memory: 512Mi" in (await texts(client))["deploy.yaml"]


async def test_what_programs_wrote_says_why_it_is_left_out(client: BibliosClient) -> None:
    await send(client, ("package-lock.json", b'{"lockfileVersion": 3, "packages": {}}'))
    (row,) = (await client.get("/documents"))["items"]
    assert (row["status"], row["error"]["code"]) == ("failed", "generated")
    assert row["error"]["message"].startswith("The file is a lock file of a package manager: ")


def report() -> bytes:
    """Five full pages, of which each tells of another quarter in the same words."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for page, quarter in enumerate(QUARTERS, start=1):
        canvas.setFont("Helvetica", 11)
        lines = [
            f"Survey of the lanterns along the mole, report of the {quarter} quarter, by its keeper.",
            *(
                f"The keeper walked the mole in the {quarter} quarter on day {day} and looked at bracket {day * page}."
                for day in range(1, 19)
            ),
            f"In the survey of the {quarter} quarter the keeper counted {50 + 11 * page} lanterns that were lit.",
        ]
        for number, line in enumerate(lines):
            canvas.drawString(40, 800 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
