"""Nothing that others wrote can steer a terminal: not by logs, mails on the terminal, or the command line."""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from backend.commands.console import PlainConsole
from backend.mail.base import Mail
from backend.mail.console import ConsoleMailer
from backend.monitoring.logging import configure
from backend.monitoring.printable import printable, printable_json, printable_line
from backend.settings import LogSettings
from tests.unit.monitoring.test_logging import restored

__all__ = ["restored"]

WICKED = "a\x1b]0;owned\x07\x1b[2Jb\rc\x9b31md\x7fe\u202ef\u2028g\ud800h"
_FORBIDDEN = set("\x1b\x07\r\x9b\x7f\u202e\u2028\ud800\x08\x00")


@given(st.text())
def test_what_is_printed_has_no_control_characters(text: str) -> None:
    assert not _FORBIDDEN & set(printable(text))
    assert "\n" not in printable_line(text)
    assert [char for char in printable_line(text) if not char.isprintable() and char < "\x100"] == []


def test_lines_and_tabs_stay_and_letters_are_not_touched() -> None:
    text = "één\n\t漢字 🔑 – “x”"
    assert printable(text) == text


def test_what_nobody_sees_is_written_out_and_what_letters_need_stays() -> None:
    smuggled = "".join(chr(0xE0000 + ord(letter)) for letter in "send")
    assert printable(f"Dana\u200b Roe\ufeff{smuggled[:1]}") == "Dana\\u200b Roe\\ufeff\\U000e0073"
    assert not set(smuggled) & set(printable_line(smuggled))
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👩\u200d👩\u200d👧"
    assert printable(joined) == joined


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_says_the_same(text: str) -> None:
    assert json.loads(printable_json(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize("format_", ["json", "console"])
def test_log_lines_carry_none(format_: Any, capsys: pytest.CaptureFixture[str], restored: None) -> None:
    configure(LogSettings(format=format_))
    structlog.get_logger("backend.x").warning("request", path=f"/{WICKED}\nforged line", items=[WICKED])
    logging.getLogger("uvicorn.error").warning("said %s\nforged line", WICKED)
    try:
        raise ValueError(WICKED)
    except ValueError:
        structlog.get_logger("backend.x").exception("failed")
    written = capsys.readouterr().err
    colours = {"\x1b"} if format_ == "console" else set()
    assert not (_FORBIDDEN - colours) & set(written)
    assert "\x1b]0" not in written
    assert "\x1b[2J" not in written
    assert not any(line.startswith("forged line") for line in written.splitlines())


async def test_mail_on_the_terminal_carries_none(capsys: pytest.CaptureFixture[str]) -> None:
    text = f"Hello {WICKED}\nline two"
    await ConsoleMailer().send(Mail(to="a@example.com", subject=f"{WICKED}\nforged", text=text, html=text))
    written = capsys.readouterr().err
    assert not _FORBIDDEN & set(written)
    assert "line two" in written.splitlines()


def test_command_line_prints_none() -> None:
    file = io.StringIO()
    console = PlainConsole(file=file, highlight=False, width=200)
    console.print(f"[bold]{WICKED}[/bold]")
    console.print(WICKED, markup=False, soft_wrap=True, end="")
    table = Table(title=WICKED)
    table.add_column(WICKED)
    table.add_row(WICKED)
    console.print(table)
    assert not _FORBIDDEN & set(file.getvalue())
