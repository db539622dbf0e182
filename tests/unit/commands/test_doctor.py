"""Doctor finds what is wrong and says what to do."""

import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.commands.doctor import examine
from backend.commands.findings import Finding
from backend.db.collection import CollectionSpec
from backend.db.sqlite import FILE_NAME, SqliteDatabase
from backend.settings import Settings
from tests.support.database import sqlite_database
from tests.support.programs import program

NOTES = CollectionSpec("notes")


async def findings(tmp_path: Path, **changes: Any) -> dict[str, Finding]:
    settings = Settings(_env_file=None, **{"data_dir": tmp_path / "data", "port": 0, **changes})
    return {finding.subject: finding for finding in await examine(settings)}


async def test_the_defaults_are_sound(tmp_path: Path) -> None:
    found = await findings(tmp_path)
    assert {name for name, finding in found.items() if finding.status == "fail"} == set()
    assert "quote" in found["chat model"].detail


async def test_every_problem_comes_with_advice(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    found = await findings(
        tmp_path,
        llm={"base_url": nobody, "model": "m"},
        embedding={"backend": "openai"},
        vector={"backend": "chroma_server"},
        redis={"url": "redis://127.0.0.1:1/0"},
    )
    failed = {name: finding for name, finding in found.items() if finding.status == "fail"}
    assert set(failed) == {"chat model", "embeddings", "vectors", "Redis"}
    assert all(finding.advice for finding in failed.values())
    assert "BIBLIOS_LLM_BASE_URL" in failed["chat model"].advice


async def test_taken_port_is_noticed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = await findings(tmp_path, port=taken.getsockname()[1])
    assert found["address"].status == "warn"
    assert "BIBLIOS_PORT" in found["address"].advice


async def test_a_damaged_database_file_is_found_also_where_nothing_reads_it(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path / "data")
    await database.prepare([NOTES])
    await database.collection(NOTES).insert_many([{"_id": str(n), "text": "words " * 60} for n in range(200)])
    await database.close()
    assert (await findings(tmp_path))["database file"].status == "ok"
    file = tmp_path / "data" / FILE_NAME
    data = bytearray(file.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    file.write_bytes(data)
    found = (await findings(tmp_path))["database file"]
    assert found.status == "fail"
    assert "restore the data folder from a backup" in found.detail
    assert found.advice


async def test_data_folder_that_is_a_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    found = await findings(tmp_path)
    assert found["data folder"].status == "fail"
    assert "BIBLIOS_DATA_DIR" in found["data folder"].advice


def test_malformed_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIBLIOS_PORT", "eighty")
    monkeypatch.setenv("BIBLIOS_LLM_CONTEXT_TOKENS", "lots")
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "BIBLIOS_PORT" in result.output
    assert "BIBLIOS_LLM_CONTEXT_TOKENS" in result.output


def test_help_lists_the_promised_commands() -> None:
    output = CliRunner().invoke(app, ["--help"]).output
    for command in ("serve", "worker", "ingest", "search", "ask", "eval", "doctor", "export"):
        assert command in output


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "ok"),
        ({"host": "0.0.0.0"}, "warn"),
        ({"host": "192.168.1.20"}, "warn"),
        ({"web": {"public_url": "http://biblios.lan"}}, "warn"),
        ({"host": "0.0.0.0", "web": {"public_url": "https://biblios.example"}}, "ok"),
        ({"web": {"public_url": "http://localhost:8000"}}, "ok"),
    ],
)
async def test_plain_http_on_a_network_is_noticed(tmp_path: Path, changes: dict[str, Any], status: str) -> None:
    found = (await findings(tmp_path, **changes))["encryption"]
    assert found.status == status
    assert bool(found.advice) is (status == "warn")


async def test_two_accounts_of_one_mailbox_are_named(tmp_path: Path) -> None:
    """Also while a server has the folder open."""
    collision = {"_id": "b1", "email": "me@xn--mller-kva.de", "email_key": "apart:b1", "email_collides_with": "a1"}
    async with sqlite_database(tmp_path / "data", CollectionSpec("users")) as database:
        await database.collection(CollectionSpec("users")).insert_one(collision)
        found = await findings(tmp_path)
    assert found["accounts"].status == "warn"
    assert "me@xn--mller-kva.de (b1) and a1" in found["accounts"].detail
    assert found["accounts"].advice


@pytest.mark.parametrize(
    ("languages", "status"),
    [
        ({}, "ok"),
        ({"en": 40}, "ok"),
        ({"en": 40, "de": 4}, "ok"),
        ({"en": 100, "de": 9}, "ok"),
        ({"en": 40, "de": 12, "fr": 6}, "warn"),
        ({"ja": 5}, "warn"),
    ],
)
async def test_a_library_in_other_languages_is_offered_the_model_that_reads_them(
    tmp_path: Path, languages: dict[str, int], status: str
) -> None:
    records = [
        {"_id": f"{language}{number}", "language": language}
        for language, count in languages.items()
        for number in range(count)
    ]
    async with sqlite_database(tmp_path / "data", CollectionSpec("documents")) as database:
        if records:
            await database.collection(CollectionSpec("documents")).insert_many([*records, {"_id": "unknown"}])
        found = (await findings(tmp_path))["embeddings"]
        chosen = (await findings(tmp_path, embedding={"model": "multilingual"}))["embeddings"]
    assert found.status == status
    assert ("BIBLIOS_EMBEDDING_MODEL=multilingual" in found.advice) is (status == "warn")
    assert chosen.status == "ok"
    if languages.get("fr"):
        assert "18 of 58" in found.detail
        assert "de 12, fr 6" in found.detail


async def test_the_letters_that_scans_are_read_in_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def told(**ocr: object) -> Finding:
        return (await findings(tmp_path, ocr=ocr))["scans"]

    there = await told(tesseract=program(tmp_path, "exit 1"))
    assert (there.status, "Cyrillic (rus), Greek (ell)" in there.detail) == ("ok", True)
    missing = await told(tesseract=str(tmp_path / "missing"))
    assert (missing.status, "BIBLIOS_OCR_TESSERACT" in missing.advice) == ("warn", True)
    assert "off" in (await told(tesseract="off")).detail
    assert "not read" in (await told(enabled=False)).detail
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert "install tesseract-ocr" in (await told()).detail
