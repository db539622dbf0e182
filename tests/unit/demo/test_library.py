"""The demo library holds what its manifest says, in every kind, and stays small."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.documents.models import Kind
from tests.unit.demo.library import kind_of

MAX_BYTES = 3_000_000
MIN_DOCUMENTS = 150
SOURCES = {"files", "mail", "chat", "tickets", "wiki"}
KINDS_BY_SUFFIX = {
    ".pdf": Kind.pdf,
    ".docx": Kind.docx,
    ".pptx": Kind.pptx,
    ".xlsx": Kind.xlsx,
    ".html": Kind.html,
    ".md": Kind.markdown,
    ".txt": Kind.text,
    ".csv": Kind.csv,
    ".json": Kind.json,
    ".eml": Kind.email,
    ".mbox": Kind.mailbox,
    ".py": Kind.code,
    ".ts": Kind.code,
    ".sql": Kind.code,
    ".yaml": Kind.data,
}


def test_the_manifest_lists_each_file_exactly_once(demo: Path, manifest: list[dict[str, Any]]) -> None:
    listed = [row["path"] for row in manifest]
    present = sorted(path.relative_to(demo).as_posix() for path in (demo / "library").rglob("*") if path.is_file())
    assert sorted(listed) == present
    assert len(listed) >= MIN_DOCUMENTS


def test_each_row_is_complete(manifest: list[dict[str, Any]]) -> None:
    for row in manifest:
        assert set(row) == {"path", "title", "author", "modified_at", "source", "tags"}
        assert row["title"].strip()
        assert row["author"].strip()
        assert row["source"] in SOURCES
        assert row["tags"]
        assert datetime.fromisoformat(row["modified_at"]).utcoffset() == timedelta(0)


def test_titles_are_not_repeated(manifest: list[dict[str, Any]]) -> None:
    assert [title for title, count in Counter(row["title"] for row in manifest).items() if count > 1] == []


def test_every_source_and_every_kind_of_file_is_there(demo: Path, manifest: list[dict[str, Any]]) -> None:
    assert {row["source"] for row in manifest} == SOURCES
    assert {Path(row["path"]).suffix for row in manifest} == set(KINDS_BY_SUFFIX)


def test_the_product_recognises_each_file(demo: Path, manifest: list[dict[str, Any]]) -> None:
    wrong = {
        row["path"]: kind
        for row in manifest
        if (kind := kind_of(demo / row["path"])) is not KINDS_BY_SUFFIX[Path(row["path"]).suffix]
    }
    assert wrong == {}


def test_every_document_or_one_of_its_members_has_text(manifest: list[dict[str, Any]], texts: dict[str, str]) -> None:
    for row in manifest:
        own = [text for path, text in texts.items() if path == row["path"] or path.startswith(f"{row['path']}!/")]
        assert max(len(text) for text in own) >= 200, row["path"]


@pytest.mark.parametrize("words", ["Betriebsurlaub", "Télétravail", "大阪オフィス"])
def test_german_french_and_japanese_are_read(texts: dict[str, str], words: str) -> None:
    assert any(words in text for text in texts.values())


def test_long_sentences_are_not_repeated_over_documents(texts: dict[str, str]) -> None:
    """Text from a template would show as the same long line in many documents; two versions may share some."""
    lines = Counter(line for text in texts.values() for line in {part.strip() for part in text.split("\n")})
    assert {line: count for line, count in lines.items() if count > 2 and len(line) > 60} == {}


def test_some_mails_carry_attachments(texts: dict[str, str]) -> None:
    assert sum(".eml!/" in path for path in texts) >= 4


def test_the_demo_stays_small(demo: Path) -> None:
    assert sum(path.stat().st_size for path in demo.rglob("*") if path.is_file()) < MAX_BYTES
