"""No task dies in silence: it is supervised, watched, or awaited by whoever starts it.

`supervised` starts it again, `watched` logs what it raised; both stand in `backend/supervised.py`.
"""

import ast
from collections.abc import AsyncGenerator
from pathlib import Path

from structlog.testing import capture_logs

from backend.api.sse import frames
from backend.events.base import Reader, WireEvent

BACKEND = Path(__file__).parents[2] / "backend"
_STARTS = {"create_task", "ensure_future"}
#: Function → the tasks that it starts bare, each of which is awaited there or by whoever calls it.
AWAITED = {
    "api/sse.py: frames": 1,  # its guard catches everything, and its result is asked for
    "commands/serve.py: shutdown": 1,
    "commands/session.py: own_server": 1,
    "connectors/sync/fetching.py: fetch": 1,  # of a task group, which awaits them
    "container.py: drain": 1,
    "conversation/answering.py: _follow": 1,
    "conversation/writer.py: write": 1,  # `_end` awaits that the question is stored
    "embedding/indexing/worker.py: _attempt": 1,
    "supervised.py: __init__": 1,
    "supervised.py: watched": 1,
    "uninterrupted.py: uninterrupted": 1,  # also after a cancellation
}


def bare_tasks() -> dict[str, int]:
    found: dict[str, int] = {}
    for path in BACKEND.rglob("*.py"):
        functions = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for function in functions:
            number = sum(
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _STARTS
                for node in ast.walk(function)
            )
            if number:
                found[f"{path.relative_to(BACKEND).as_posix()}: {function.name}"] = number
    return found


def test_a_task_that_nobody_awaits_is_supervised_or_watched() -> None:
    assert bare_tasks() == AWAITED


async def test_a_stream_whose_guard_breaks_ends_and_says_so() -> None:
    """Fail closed: without its guard it would be read on after the account's end."""

    async def confirm() -> None:
        raise RuntimeError("a bug")

    async def reading(reader: Reader) -> AsyncGenerator[WireEvent]:
        while not reader.ended:
            await reader.wait(30)
        nothing: tuple[WireEvent, ...] = ()
        for event in nothing:
            yield event

    with capture_logs() as logs:
        last = [frame async for frame in frames(reading, confirm)]
    assert [frame.event for frame in last] == ["error"]
    assert "reader_guard_failed" in {entry["event"] for entry in logs}
