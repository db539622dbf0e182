"""Files as people have them, uploaded over HTTP: the text is what a reader sees, each value under its own heading."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.cases import (
    mail_files,
    notebook_files,
    open_text_files,
    page_files,
    pdf_files,
    sheet_files,
    slide_files,
    word_files,
)
from tests.integration.cases.case import FileCase
from tests.support.app import running_app, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES: tuple[FileCase, ...] = (
    *word_files.CASES,
    *open_text_files.CASES,
    *sheet_files.CASES,
    *slide_files.CASES,
    *pdf_files.CASES,
    *page_files.CASES,
    *mail_files.CASES,
    *notebook_files.CASES,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, list[dict[str, Any]]]]:
    """Every file of the module, uploaded by one person: the documents with their texts that each became, by its name.

    What is attached to a file, or packed into it, is a document of its own.
    """
    async with (
        running_app(settings_for(tmp_path_factory.mktemp("data"))) as app,
        app.signed_in("reader") as client,
    ):
        files = [("files", (case.name, case.build())) for case in CASES]
        answer = await client.http.post("/api/v1/documents", files=files)
        assert answer.status_code == 202, answer.text
        await client.wait_until_indexed(poll_seconds=0.05)
        rows = {row["external_id"]: row for row in (await client.get("/documents", limit=100))["items"]}
        for row in rows.values():
            if row["status"] == "indexed":
                row["text"] = (await client.get(f"/documents/{row['id']}/text"))["text"]
        yield {case.name: [row for name, row in rows.items() if _belongs(name, case)] for case in CASES}


def _belongs(name: str, case: FileCase) -> bool:
    return f"{name}!/".startswith(f"{case.name}!/")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
async def test_a_reader_finds(shelf: dict[str, list[dict[str, Any]]], case: FileCase) -> None:
    found = shelf[case.name]
    assert [row["error"] for row in found if row["status"] != "indexed"] == []
    text = "\n\n".join(row["text"] for row in found)
    for pattern in case.shows:
        assert re.search(pattern, text, re.MULTILINE), f"{pattern!r} is missing in\n{text}"
    for pattern in case.hides:
        assert not re.search(pattern, text, re.MULTILINE), f"{pattern!r} stands in\n{text}"
    if case.warns:
        assert re.search(case.warns, " ".join(warning for row in found for warning in row["warnings"]))


async def test_no_two_cases_share_a_file() -> None:
    assert len({case.name for case in CASES}) == len({case.about for case in CASES}) == len(CASES)
