"""The tantivy index is derived: acknowledged writes survive a kill, damaged files mean an empty index that says so."""

import asyncio
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from backend.embedding.search.derived import DerivedIndex
from backend.embedding.search.document_log import DocumentLog
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters
from backend.embedding.search.tantivy_files import read_state
from backend.embedding.search.tantivy_schema import FORMAT
from tests.support.search import ANN, entry

NONE = Filters()


async def filled(folder: Path, seq: int = 5) -> None:
    index = TantivyIndex(folder)
    await index.upsert([entry(f"d{n}.1.0", text=f"shared word{n}") for n in range(4)])
    await index.save(seq)
    await index.close()


async def test_a_closed_index_comes_back_with_its_sequence_number(tmp_path: Path) -> None:
    await filled(tmp_path / "i")
    index = TantivyIndex(tmp_path / "i")
    assert isinstance(index, DerivedIndex)
    assert (index.last_seq, await index.count()) == (5, 4)
    await index.set_access_many({"d1": frozenset({"user:ben"})})
    hits = await index.search("word1", limit=5, principals=frozenset({"user:ben"}), filters=NONE)
    assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
    await index.close()


def _every_data_file(folder: Path, change: Callable[[bytes], bytes]) -> None:
    for path in folder.iterdir():
        if path.suffix in {".store", ".term", ".idx", ".fast"}:
            path.write_bytes(change(path.read_bytes()))


def _no_segments(folder: Path) -> None:
    for path in list(folder.glob("*.term")):
        path.unlink()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda folder: _every_data_file(folder, lambda data: data[: len(data) // 2]),
    "flipped byte": lambda folder: _every_data_file(folder, lambda data: bytes([data[0] ^ 0xFF]) + data[1:]),
    "no segment files": _no_segments,
    "no meta": lambda folder: (folder / "meta.json").unlink(),
    "broken meta": lambda folder: (folder / "meta.json").write_text("{"),
    "broken state": lambda folder: (folder / "biblios-state.json").write_text("[]"),
    "no document log": lambda folder: (folder / "biblios-documents-1.log").unlink(),
    "cut document log": lambda folder: (folder / "biblios-documents-1.log").write_bytes(b""),
    "changed document log": lambda folder: (folder / "biblios-documents-1.log").write_bytes(
        (folder / "biblios-documents-1.log").read_bytes().replace(b"user:ann", b"user:ben", 1)
    ),
    "older format": lambda folder: (folder / "biblios-state.json").write_text('{"format": 0, "last_seq": 5}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_files_mean_an_empty_index_and_a_word_in_the_log(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "i"
    await filled(folder)
    DAMAGES[damage](folder)
    with structlog.testing.capture_logs() as logs:
        index = TantivyIndex(folder)
    assert [line["event"] for line in logs] == ["lexical_index_rebuilt"]
    assert (index.last_seq, await index.count()) == (0, 0)
    await index.upsert([entry("d1.1.0", text="phoenix")])
    assert len(await index.search("phoenix", limit=5, principals=ANN, filters=NONE)) == 1
    await index.close()


async def test_what_a_kill_left_of_a_last_line_is_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    await filled(folder)
    with (folder / "biblios-documents-1.log").open("ab") as file:
        file.write(b'0badf00d {"row": 9')
    index = TantivyIndex(folder)
    assert (index.last_seq, await index.count()) == (5, 4)
    await index.upsert([entry("new.1.0", text="phoenix")])
    await index.close()
    index = TantivyIndex(folder)
    assert len(await index.search("phoenix", limit=5, principals=ANN, filters=NONE)) == 1
    await index.close()


async def test_sharing_again_and_again_keeps_memory_and_files_small(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "i")
    names = [f"d{n}" for n in range(400)]
    await index.upsert([entry(f"{name}.1.0", text="shared") for name in names])
    await index.save(1)
    sizes: list[int] = []
    for sharing in range(20):
        await index.set_access_many({name: frozenset({f"group:{sharing}.{name}"}) for name in names})
        await index.save(2 + sharing)
        sizes.append(sum(path.stat().st_size for path in (tmp_path / "i").iterdir()))
    assert max(sizes[5:]) <= 1.2 * max(sizes[:5])
    await index.close()
    state = read_state(tmp_path / "i", format=FORMAT)
    log, table = DocumentLog.open(tmp_path / "i", number=state.log_number, size_bytes=state.log_bytes)
    log.close()
    assert table.access_lists <= 401  # the table that the index kept, made again of all that happened to it
    index = TantivyIndex(tmp_path / "i")
    mine = frozenset({"group:19.d7"})
    assert [hit.document_id for hit in await index.search("shared", limit=9, principals=mine, filters=NONE)] == ["d7"]
    await index.close()


async def test_a_caller_who_sees_little_of_what_ranks_first_gets_it_all_the_same(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "i")
    # Those that rank first are closed to the caller; those that they may see rank behind all of them.
    await index.upsert([entry(f"c{n}.1.0", title="", text="boats boats", access={"user:eve"}) for n in range(600)])
    await index.upsert([entry(f"o{n}.1.0", title="", text="boats and other words " * 9) for n in range(300)])
    hits = await index.search("boats", limit=100, principals=ANN, filters=NONE)
    assert len({hit.document_id for hit in hits}) == 100
    assert all(hit.document_id.startswith("o") for hit in hits)
    await index.close()


async def test_a_right_taken_away_during_a_search_yields_no_hit(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "i")
    await index.upsert([entry(f"d{n}.1.0", text="boats") for n in range(200)])
    search = asyncio.create_task(index.search("boats", limit=200, principals=ANN, filters=NONE))
    await asyncio.sleep(0)
    await index.set_access_many({"d7": frozenset({"user:ben"})})
    found = {hit.document_id for hit in await search}
    assert len(found) == 199
    assert "d7" not in found
    await index.close()


async def test_a_lost_folder_means_an_empty_index(tmp_path: Path) -> None:
    await filled(tmp_path / "i")
    shutil.rmtree(tmp_path / "i")
    index = TantivyIndex(tmp_path / "i")
    assert (index.last_seq, await index.count()) == (0, 0)
    await index.close()


_WRITER = """
import asyncio, sys
from pathlib import Path
from backend.embedding.search.lexical_tantivy import TantivyIndex
from tests.support.search import entry

async def main():
    index = TantivyIndex(Path(sys.argv[1]))
    number = await index.count()
    while True:
        await index.upsert([entry(f"d{number}.1.0", text="shared")])
        if number % 3 == 0:
            await index.save(number)
        number += 1
        print(number, flush=True)

asyncio.run(main())
"""


async def test_an_index_killed_while_writing_has_every_acknowledged_chunk(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(3):
        process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs in this loop
            [sys.executable, "-c", textwrap.dedent(_WRITER), str(tmp_path / "i")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip().isdecimal():
                acknowledged = int(line)
                if acknowledged % 20 == 0:
                    process.send_signal(signal.SIGKILL)
                    break
        process.wait()
        index = TantivyIndex(tmp_path / "i")
        assert await index.count() >= acknowledged
        assert index.last_seq >= acknowledged - 4
        hits = await index.search("shared", limit=1_000, principals=ANN, filters=NONE)
        assert {f"d{n}.1.0" for n in range(acknowledged)} <= {hit.chunk_id for hit in hits}
        await index.close()
    assert acknowledged >= 60


async def test_many_writers_at_once_are_all_visible_when_they_return(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "i")

    async def write(number: int) -> bool:
        await index.upsert([entry(f"d{number}.1.0", text=f"only{number}")])
        return len(await index.search(f"only{number}", limit=1, principals=ANN, filters=NONE)) == 1

    assert all(await asyncio.gather(*(write(number) for number in range(60))))
    await index.close()


@pytest.mark.parametrize(
    ("text", "query"),
    [("Three engines were studied", "study engine"), ("The running costs", "What are the costs of runs?")],
)
async def test_english_is_found_by_other_forms_of_its_words(tmp_path: Path, text: str, query: str) -> None:
    index = TantivyIndex(tmp_path / "i")
    await index.upsert(
        [entry("d1.1.0", text=text, language="en"), entry("d2.1.0", text="What is the of it", language="en")]
    )
    hits = await index.search(query, limit=5, principals=ANN, filters=NONE)
    assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
    await index.close()
