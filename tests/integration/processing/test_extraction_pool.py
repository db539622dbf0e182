"""The pool reads files in real child processes: shared, limited, replaced when they die, ended when idle."""

import asyncio
import os
import signal
import struct
import sys
import zlib
from pathlib import Path

import psutil
import pytest

from backend.documents.models import Kind
from backend.errors import ExtractionFailed, Unavailable
from tests.support import files
from tests.support.extraction import pool_with, readers
from tests.support.waiting import until

MEBIBYTE = 1024 * 1024
# Takes about two seconds to read: a page is parsed in Python.
SLOW_PAGE = b"<html><body>" + b"<p>word <b>bold</b></p>" * 250_000


async def in_the_middle_of_a_file(reader: psutil.Process | None = None) -> None:
    """Returns when the only reader works on what it was given last."""
    reader = reader or readers()[0]
    before = reader.cpu_times().user
    await until(lambda: reader.cpu_times().user > before + 0.05)


async def test_reads_bytes_and_paths_alike(tmp_path: Path) -> None:
    path = tmp_path / "stored-without-a-name"
    path.write_bytes(files.mail(attachments={"notes.txt": b"attached words"}))
    async with pool_with() as pool:
        from_path = await pool.extract(path, filename="a.eml")
        from_bytes = await pool.extract(path.read_bytes(), filename="a.eml")
    assert from_path == from_bytes
    assert from_path.kind is Kind.email
    assert from_path.children[0].data == b"attached words"
    assert from_path.metadata.created_at is not None
    assert from_path.metadata.created_at.tzinfo is not None


async def test_concurrent_callers_share_at_most_the_set_number_of_processes() -> None:
    async with pool_with(workers=2) as pool:
        found = await asyncio.gather(*(pool.extract(f"text {i}".encode(), filename=f"{i}.txt") for i in range(40)))
        assert [extracted.text for extracted in found] == [f"text {i}" for i in range(40)]
        assert 1 <= len(readers()) <= 2
    assert readers() == []


async def test_no_process_runs_before_it_is_needed_and_after_it_is_idle() -> None:
    async with pool_with(idle_seconds=0.2) as pool:
        assert readers() == []
        await pool.extract(b"words", filename="a.txt")
        await until(lambda: readers() == [])
        assert (await pool.extract(b"more words", filename="a.txt")).text == "more words"


async def test_a_file_that_takes_too_long_is_stopped_and_the_pool_goes_on() -> None:
    async with pool_with(timeout_seconds=0.3) as pool:
        await pool.extract(b"warm", filename="a.txt")
        with pytest.raises(ExtractionFailed) as failed:
            await pool.extract(SLOW_PAGE, filename="slow.html")
        assert failed.value.code == "timed_out"
        assert "longer than 0.3 seconds" in failed.value.message
        assert "BIBLIOS_PROCESSING_TIMEOUT_SECONDS" in (failed.value.hint or "")
        assert readers() == []


async def test_a_file_that_needs_too_much_memory_fails_alone() -> None:
    paragraph = b'<w:p><w:r><w:t xml:space="preserve">x</w:t></w:r></w:p>'
    name = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    body = name + paragraph * 400_000 + b"</w:body></w:document>"
    data = files.office_with("word/document.xml", body, base=files.docx())
    async with pool_with(max_memory_bytes=64 * MEBIBYTE, max_archive_ratio=100_000) as pool:
        with pytest.raises(ExtractionFailed) as failed:
            await pool.extract(data, filename="large.docx")
        assert failed.value.code == "out_of_memory"
        assert "BIBLIOS_PROCESSING_MAX_MEMORY_BYTES" in (failed.value.hint or "")
        assert (await pool.extract(b"fine", filename="a.txt")).text == "fine"


async def test_a_process_killed_in_the_middle_of_a_file_fails_only_that_file() -> None:
    async with pool_with() as pool:
        await pool.extract(b"warm", filename="a.txt")
        reading = asyncio.create_task(pool.extract(SLOW_PAGE, filename="slow.html"))
        waiting = asyncio.create_task(pool.extract(b"next in line", filename="b.txt"))
        await in_the_middle_of_a_file()
        readers()[0].kill()
        with pytest.raises(ExtractionFailed) as failed:
            await reading
        assert failed.value.code == "crashed"
        assert "SIGKILL" in failed.value.message
        assert "Try once more" in failed.value.message
        assert (await waiting).text == "next in line"


async def test_a_process_that_died_while_idle_costs_nothing() -> None:
    async with pool_with() as pool:
        await pool.extract(b"warm", filename="a.txt")
        os.kill(readers()[0].pid, signal.SIGKILL)
        assert (await pool.extract(b"still read", filename="b.txt")).text == "still read"


async def test_a_cancelled_caller_leaves_no_half_answer_behind() -> None:
    async with pool_with() as pool:
        await pool.extract(b"warm", filename="a.txt")
        reading = asyncio.create_task(pool.extract(SLOW_PAGE, filename="slow.html"))
        await in_the_middle_of_a_file()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert (await pool.extract(b"after", filename="b.txt")).text == "after"


async def test_closing_ends_what_is_running() -> None:
    async with pool_with() as pool:
        reading = asyncio.create_task(pool.extract(SLOW_PAGE, filename="slow.html"))
        await until(lambda: bool(readers()))
        await pool.close()
        with pytest.raises(Unavailable):  # which is no fault of the file
            await reading
    assert readers() == []


async def test_a_reader_that_cannot_be_started_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool_with() as pool:
        with monkeypatch.context() as without:
            without.setattr(sys, "executable", "/nowhere/python")
            with pytest.raises(Unavailable, match="cannot be read at the moment"):
                await pool.extract(b"words", filename="a.txt")
        assert (await pool.extract(b"words", filename="a.txt")).text == "words"


async def test_a_text_over_the_limit_is_refused_not_cut() -> None:
    async with pool_with(max_text_chars=1000) as pool:
        with pytest.raises(ExtractionFailed) as failed:
            await pool.extract(b"x" * 1001, filename="a.txt")
    assert failed.value.code == "too_large"
    assert "1,000 characters" in failed.value.message
    assert "BIBLIOS_UPLOAD_MAX_TEXT_CHARS" in (failed.value.hint or "")


SERVER = """
import asyncio
from backend.extraction.extraction import ExtractionPool
from backend.settings import ProcessingSettings

async def main():
    pool = ExtractionPool(ProcessingSettings(), max_text_chars=10**8)
    await pool.extract(b"warm", filename="a.txt")
    print("reading", flush=True)
    await pool.extract(b"<html><body>" + b"<p>word <b>bold</b></p>" * 2_000_000, filename="slow.html")

asyncio.run(main())
"""


async def test_a_reader_does_not_outlive_a_killed_server() -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert server.stdout is not None
    await server.stdout.readline()
    (reader,) = psutil.Process(server.pid).children()
    await in_the_middle_of_a_file(reader)
    server.kill()
    await server.wait()
    await until(lambda: not reader.is_running() or reader.status() == psutil.STATUS_ZOMBIE)


async def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIBLIOS_LLM_API_KEY", "sk-very-secret")
    async with pool_with() as pool:
        await pool.extract(b"words", filename="a.txt")
        assert "BIBLIOS_LLM_API_KEY" not in readers()[0].environ()


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGB rows of one of our own PNGs."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    stride = width * 3 + 1
    return width, height, b"".join(rows[row * stride + 1 : (row + 1) * stride] for row in range(height))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_a_quotation_is_located_where_the_picture_shows_ink(rotation: int) -> None:
    data = files.pdf([["alone"]], rotation=rotation)
    async with pool_with() as pool:
        (left, top, right, bottom), *rest = await pool.locate(data, page=1, quote="alone")
        width, height, shown = pixels(await pool.render_page(data, page=1, width=300))
    assert rest == []
    inked = [(place % width, place // width) for place in range(width * height) if shown[place * 3] < 128]
    assert inked
    for x, y in inked:
        assert left * width - 2 <= x <= right * width + 2
        assert top * height - 2 <= y <= bottom * height + 2


async def test_a_quotation_over_joined_lines_is_located_line_by_line() -> None:
    data = files.pdf(
        [["Before it. The quick brown fox jumps over infor-", "mation in the lazy dog house and then ends.", "x"]]
    )
    async with pool_with() as pool:
        text = (await pool.extract(data, filename="a.pdf")).text
        quote = "brown fox jumps over information in the lazy dog"
        assert quote in text
        found = await pool.locate(data, page=1, quote=quote)
        assert await pool.locate(data, page=1, quote="not on this page") == []
    assert len(found) == 2
    (first, second) = found
    assert first[1] < second[1]
    assert all(0 <= value <= 1 for box in found for value in box)


async def test_a_page_is_drawn_at_the_asked_width() -> None:
    async with pool_with() as pool:
        width, height, _ = pixels(await pool.render_page(files.pdf([["a"], ["b"]]), page=2, width=150))
    assert (width, height) == (150, 200)


@pytest.mark.parametrize(
    ("data", "page", "code"),
    [
        (files.pdf([["a"]]), 2, "no_such_page"),
        (files.pdf([["a"]]), 0, "no_such_page"),
        (b"just words", 1, "unsupported_type"),
        (files.pdf([["a"]], password="x"), 1, "encrypted"),
    ],
)
async def test_pages_that_cannot_be_shown_say_why(data: bytes, page: int, code: str) -> None:
    async with pool_with() as pool:
        with pytest.raises(ExtractionFailed) as failed:
            await pool.render_page(data, page=page, width=100)
    assert failed.value.code == code
