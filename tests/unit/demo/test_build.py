"""PDF and office files of the demo are what their sources give, each time."""

from pathlib import Path

import pytest

from scripts.demo.build import LIBRARY, SOURCES, build
from scripts.demo.markup import read_source
from tests.unit.demo.library import read_texts, source_of


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build(SOURCES, folder)
    return folder


def test_every_binary_file_has_a_source(rebuilt: Path) -> None:
    built = {path.relative_to(rebuilt) for path in rebuilt.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(LIBRARY) for path in LIBRARY.rglob("*") if path.suffix in {".pdf", ".docx", ".pptx", ".xlsx"}
    }
    assert built == kept


def test_the_committed_files_hold_the_text_of_their_sources(rebuilt: Path) -> None:
    # Texts rather than bytes: another version of a library may write another archive around the same words.
    for path in sorted(rebuilt.rglob("*.*")):
        name = path.relative_to(rebuilt).as_posix()
        assert _text(path) == read_texts([f"library/{name}"])[f"library/{name}"], name


def test_building_twice_gives_the_same_bytes(rebuilt: Path, tmp_path: Path) -> None:
    for path in build(SOURCES, tmp_path):
        assert path.read_bytes() == (rebuilt / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_source_without_front_matter_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "note.docx.md"
    source.write_text("# Only text\n", encoding="utf-8")
    with pytest.raises(ValueError, match="front matter"):
        read_source(source)


def test_a_source_without_author_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "note.docx.md"
    source.write_text("---\ntitle: Note\nmodified_at: 2026-01-01T00:00:00Z\n---\ntext\n", encoding="utf-8")
    with pytest.raises(ValueError, match="author"):
        read_source(source)


def _text(path: Path) -> str:
    from backend.extraction.detect import detect
    from backend.extraction.extractors import extractor_for

    source = source_of(path, path.name)
    kind = detect(source)
    return extractor_for(kind)(source, kind).text
