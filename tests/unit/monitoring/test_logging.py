"""JSON logs carry ECS field names and the bound context."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from backend.monitoring.logging import configure
from backend.settings import LogSettings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("backend").setLevel(logging.NOTSET)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    return line


def test_json_line_has_ecs_fields_and_context(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="json"))
    structlog.contextvars.bind_contextvars(request_id="r1", user_id="u1", run_id="m1")
    structlog.get_logger("backend.x").info("document_indexed", document_id="d1", chunks=3)
    line = last_line(capsys)
    assert line["message"] == "document_indexed"
    assert line["log.level"] == "info"
    assert (line["http.request.id"], line["user.id"], line["run.id"]) == ("r1", "u1", "m1")
    assert line["document.id"] == "d1"
    assert line["labels"] == {"chunks": 3}
    assert str(line["@timestamp"]).endswith("Z")


def test_exception_comes_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="json"))
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("backend.x").exception("failed")
    assert "ValueError: broken" in str(last_line(capsys)["error.stack_trace"])


def test_library_loggers_share_the_format_and_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="json", level="warning"))
    logging.getLogger("taskiq").info("quiet")
    logging.getLogger("taskiq").warning("loud")
    assert last_line(capsys)["message"] == "loud"


def test_console_format_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="console"))
    structlog.get_logger("backend.x").info("started")
    structlog.get_logger("backend.x").warning("disk_nearly_full", free_bytes=12)
    started, warning = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d  Started", started)
    assert re.fullmatch(r"\d\d:\d\d:\d\d  warning  Disk nearly full  free bytes: 12 · logger: backend.x", warning)


def test_what_comes_from_outside_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="console"))
    structlog.get_logger("backend.x").info("document_indexed", title="a\x1b[2Jb\nc\u202ed")
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(r"Document indexed  title: a\x1b[2Jb\nc\u202ed")


@pytest.mark.parametrize("style", ["console", "json"])
def test_faiss_says_nothing_about_the_builds_it_does_not_find(
    capsys: pytest.CaptureFixture[str], style: Literal["console", "json"]
) -> None:
    configure(LogSettings(format=style))
    logging.getLogger("faiss.loader").info("Could not load library with AVX2 support")
    assert capsys.readouterr().err == ""


def test_debug_is_for_the_products_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="json", level="debug"))
    structlog.get_logger("backend.x").debug("own")
    logging.getLogger("pymongo.command").debug("a whole command with its documents")
    assert last_line(capsys)["message"] == "own"


def test_a_trace_on_the_console_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(format="console"))
    try:
        _fail("".join(("hun", "ter2")))
    except ValueError:
        structlog.get_logger("backend.x").exception("failed")
    shown = capsys.readouterr().err
    assert "ValueError: broken" in shown
    assert "hunter2" not in shown


def _fail(password: str) -> None:
    raise ValueError("broken" if password else "")
