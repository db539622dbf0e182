"""Tests wait for what happens and go through public ways.

A pause that is too short fails on a busy machine; what a test reaches into cannot change any more.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

#: Where a test may pause for a fixed time, and why waiting for an event cannot take its place. May only shrink.
PAUSES: dict[str, str] = {
    "support/waiting.py": "the one place that looks again after a pause",
    "unit/test_house_rules_of_tests.py": "what the rule itself is tested with",
    "contract/vector_store/backends.py": "a service on the internet shows what was written only some seconds later",
    "integration/production/test_processes.py": "that servers leave work alone has no event; longer is only stricter",
    "integration/test_http_protocol.py": "a client that sends slowly; nothing is asserted on its pace",
}
_PAUSE_IN_TEXT = re.compile(r"\bsleep\((?!0\))[\d.]+\)")
_DUNDER = re.compile(r"__\w+__")


def sources() -> dict[str, str]:
    return {path.relative_to(TESTS).as_posix(): path.read_text() for path in sorted(TESTS.rglob("*.py"))}


SOURCES = sources()


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def fixed_pauses(source: str) -> Iterator[int]:
    """Lines that sleep for a positive number or a constant of the module, also inside of programs given as text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=int() | float() as seconds)]) if (
                _name(function) == "sleep" and seconds > 0
            ):
                yield node.lineno
            case ast.Call(func=function, args=[ast.Name(id=constant)]) if (
                _name(function) == "sleep" and constant.isupper()
            ):
                yield node.lineno
            case ast.Constant(value=str() as text) if _PAUSE_IN_TEXT.search(text):
                yield node.lineno


def _is_private(name: str) -> bool:
    return name.startswith("_") and name != "_" and not _DUNDER.fullmatch(name)


def _own_names(tree: ast.Module) -> set[str]:
    """Private names that the file itself gives: fields, methods and functions of its own classes."""
    own: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                own.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                own.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                own.add(name)
    return own


def reached_into(source: str) -> Iterator[tuple[int, str]]:
    """Private names of others that are read, written, imported, or replaced by name."""
    tree = ast.parse(source)
    own = _own_names(tree)
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(value=ast.Name(id="self" | "cls"))
                | ast.Attribute(value=ast.Call(func=ast.Name(id="super")))
            ):
                continue
            case ast.Attribute(attr=name) if _is_private(name) and name not in own:
                yield node.lineno, name
            case ast.ImportFrom(names=aliases, module=module) if module and not module.startswith("tests"):
                yield from ((node.lineno, alias.name) for alias in aliases if _is_private(alias.name))
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr" | "patch" | "object"), args=args):
                for argument in args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        name = argument.value.rsplit(".", 1)[-1]
                        if _is_private(name):
                            yield node.lineno, name
            case ast.Call(func=ast.Name(id="getattr" | "setattr"), args=[_, ast.Constant(value=str() as name), *_]) if (
                _is_private(name)
            ):
                yield node.lineno, name


def bounded_by_the_machine(source: str) -> Iterator[int]:
    """Lines that compare a clock of the machine, or of all threads of the process, with an upper bound in seconds."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE()], comparators=[ast.Constant()]) if any(
                _name(call.func) in {"monotonic", "perf_counter", "process_time"}
                for call in ast.walk(left)
                if isinstance(call, ast.Call)
            ):
                yield node.lineno


def dated_members(source: str) -> Iterator[int]:
    """Lines that put a member into an archive with the time of day."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="writestr"), args=[member, *_]) if not (
                isinstance(member, ast.Call) and _name(member.func) == "ZipInfo"
            ):
                yield node.lineno


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_what_a_test_holds_does_not_hang_on_the_machine_or_the_time_of_day(name: str) -> None:
    assert list(bounded_by_the_machine(SOURCES[name])) == [], (
        "move a clock, compare within the run, or use tests.support.cost; see ADR 0147"
    )
    assert list(dated_members(SOURCES[name])) == [], "use tests.support.files.zipped"


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_test_pauses_for_a_fixed_time_or_reaches_into_private_state(name: str) -> None:
    if name not in PAUSES:
        assert list(fixed_pauses(SOURCES[name])) == [], "wait with tests.support.waiting for what is to happen"
    assert list(reached_into(SOURCES[name])) == [], "give it in by a public way: a parameter, a port, a clock"


def test_every_allowed_pause_is_still_there() -> None:
    assert [name for name in PAUSES if not list(fixed_pauses(SOURCES[name]))] == []


def test_the_rule_sees_what_it_is_for() -> None:
    assert list(fixed_pauses("import time\ntime.sleep(0.1)\n")) == [2]
    assert list(fixed_pauses("await asyncio.sleep(_PAUSE)")) == [1]
    assert list(fixed_pauses("PROGRAM = 'import time; time.sleep(60)'")) == [1]
    assert list(fixed_pauses("await asyncio.sleep(0)\nawait asyncio.sleep(step.seconds)")) == []
    assert list(reached_into("service._held.clear()")) == [(1, "_held")]
    assert list(reached_into("monkeypatch.setattr('backend.jobs._PAUSE', 0)")) == [(1, "_PAUSE")]
    assert list(reached_into("from backend.jobs import _pause")) == [(1, "_pause")]
    assert list(bounded_by_the_machine("assert time.monotonic() - started < 2")) == [1]
    assert list(bounded_by_the_machine("assert (time.process_time() - started) / 300 < 2")) == [1]
    assert list(dated_members("archive.writestr('a.txt', b'')\narchive.writestr(ZipInfo('a'), b'')")) == [1]
    assert list(reached_into("class A:\n    def __init__(self):\n        self._x = 1\nA()._x\na.__dict__")) == []
