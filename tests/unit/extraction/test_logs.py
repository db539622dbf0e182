"""Logs: whole entries, each with the lines that belong to it."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted, Kind
from backend.extraction.chunkers import chunk
from backend.extraction.logs import moment_in

type Read = Callable[..., Extracted]

TRACE = (
    "ERROR berth lost\nTraceback (most recent call last):\n"
    + "".join(f'  File "/srv/app/step{number}.py", line {number}, in run\n    go()\n' for number in range(8))
    + "ValueError: no such berth"
)


def log(count: int) -> str:
    entries = []
    for number in range(count):
        words = f"{TRACE} {number}" if number % 5 == 4 else f"INFO boat {number} moored"
        entries.append(f"2026-03-01 10:{number // 60 % 60:02d}:{number % 60:02d},123 {words}")
    return "\n".join(entries)


def test_a_stack_trace_stays_with_its_entry_in_one_passage(read: Read) -> None:
    text = log(60)
    found = read(text.encode(), "app.log")
    assert (found.kind, found.text) == (Kind.log, text)
    pieces = [found.text[piece.start : piece.end] for piece in chunk(text, found.sections, kind=found.kind)]
    for number in range(4, 60, 5):
        whole = [piece for piece in pieces if f"{TRACE} {number}\n" in f"{piece}\n"]
        assert len(whole) == 1
    assert all(piece.startswith("2026-03-01 ") for piece in pieces)


def test_passages_carry_the_time_of_their_first_entry(read: Read) -> None:
    found = read(log(60).encode(), "app.log")
    assert found.sections[0].heading == "2026-03-01 10:00:00,123"
    for section in found.sections:
        assert found.text[section.start :].startswith(section.heading or "?")


def test_a_long_log_has_no_endless_number_of_sections(read: Read) -> None:
    found = read(("2026-03-01T10:00:00Z INFO a\n" * 30_000).encode(), "app.log")
    assert len(found.sections) <= 5_001


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("2026-03-01T10:00:00.123Z INFO a", "2026-03-01T10:00:00.123Z"),
        ("[2026-03-01 10:00:00 +0100] a", "2026-03-01 10:00:00 +0100"),
        ("INFO  2026/03/01 10:00 a", "2026/03/01 10:00"),
        ("Mar  1 10:00:00 host sshd[1]: a", "Mar  1 10:00:00"),
        ('10.0.0.1 - ada [01/Mar/2026:10:00:00 +0100] "GET /"', "01/Mar/2026:10:00:00 +0100"),
        ("01.03.2026 10:00:00 a", "01.03.2026 10:00:00"),
        ("10:00:00.123 [main] DEBUG a", "10:00:00.123"),
        ("I0301 10:00:00.123456 1 main.go:1] a", "I0301 10:00:00.123456"),
        ("1772355600.123 INFO a", "1772355600.123"),
        ("\tat com.example.Boat.moor(Boat.java:10) 2026-03-01 10:00:00", None),
        ("Caused by: java.io.IOException", None),
        ("port 10:00", None),
        ("", None),
    ],
)
def test_the_time_that_a_line_begins_with(line: str, moment: str | None) -> None:
    assert moment_in(line) == moment


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (log(8), "output.txt", Kind.log),
        (log(8), "notes.md", Kind.markdown),
        (log(2), "app.log.1", Kind.log),
        (log(2), "catalog.txt", Kind.text),
        ("words without a time", "build.log", Kind.log),
        ("Mar  1 10:00:00 host a", "syslog", Kind.log),
        ("Dear all,\n2026-03-01 10:00:00 we meet.\nAda\nBo\nCy\nDi", "mail.txt", Kind.text),
        ("2026-03-01 10:00 Ann: hi\n" * 9, "chat.txt", Kind.text),
    ],
)
def test_what_is_a_log(read: Read, text: str, name: str, kind: Kind) -> None:
    assert read(text.encode(), name).kind is kind


def test_colour_codes_are_left_out(read: Read) -> None:
    assert (
        read(b"2026-03-01 10:00:00 \x1b[31mERROR\x1b[0m no berth", "a.log").text == "2026-03-01 10:00:00 ERROR no berth"
    )
