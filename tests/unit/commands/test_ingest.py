"""Which files a folder gives, under which names, in which uploads."""

from pathlib import Path

from backend.commands.ingest import batches, find_files


def test_names_are_relative_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/a.md", ".git/config", "sub/.hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [name for name, _ in find_files(tmp_path)] == ["b.txt", "sub/a.md"]


def test_a_single_file_keeps_its_name(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_text("x", encoding="utf-8")
    assert find_files(file) == [("one.txt", file)]


def test_uploads_are_bounded_and_lose_nothing(tmp_path: Path) -> None:
    files = []
    for number in range(120):
        file = tmp_path / f"{number}.txt"
        file.write_text("x", encoding="utf-8")
        files.append((file.name, file))
    split = list(batches(files))
    assert max(len(batch) for batch in split) <= 50
    assert [pair for batch in split for pair in batch] == files
