"""Every regular expression of `backend`, and what hostile text costs it; run as a program, since a bad one hangs.

``python -m tests.support.patterns`` writes the name of each pattern before it is tried, and a line that begins with
``!`` for each that takes more than linear time. Costs are compared with that of a plain pattern over the same length
in the same moment, and of one length with that of half of it, so that a slow machine counts for nothing.
"""

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import InvalidArgument, Unsatisfiable
from hypothesis.strategies import from_regex

import backend
from tests.support.long import sampled

#: What a pattern is asked for, and so what text may make it do.
_METHODS = frozenset({"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"})
_COMPILING = _METHODS | {"compile"}
_ONE_MATCH = frozenset({"match", "fullmatch", "search"})

# What grows with the third power or faster is seen in a short text; a longer one would not come to an end.
_SHORT_CHARS = 96
_SHORT_REPEATS = 24
_MIDDLE_CHARS = 2048
_LONG_CHARS = 8192
#: How many times as dear as the plain pattern a text is before it is looked at more closely, by its length.
_DEAR = {_SHORT_CHARS: 400, _MIDDLE_CHARS: 4, _LONG_CHARS: 10}
#: Twice the length costs a linear pattern twice as much, a quadratic one four times.
_GROWTH = 3.0
_ROUNDS = 5
_SAMPLES = sampled(6, 40)
_LONGEST_SAMPLE = 16

_SIGNS = "aA1é あ.,:;!?…。'\"’“_-–+*#|/\\<>[](){}`~@=&\n\t"
_UNITS = (
    *_SIGNS,
    "a ",
    "A ",
    "1 ",
    " a",
    " *a",
    "a.",
    "1.",
    "1,",
    "a-",
    "A'",
    "Aa ",
    "[1",
    "[a](",
    "<a",
    "\r\n",
    "a: ",
)
_WORD = re.compile(r"[A-Za-z]{2,}")
#: What repeats without an end, or so often that it may be taken for it.
_REPEATS = re.compile(r"[*+]|\{\d*,(?:\d{2,})?\}")
_PLAIN = re.compile(r"(?:[^\x02]|\x03)*\x02")


@dataclass(slots=True)
class Found:
    """A pattern with where it stands and how it is used; every way where that cannot be told from the source."""

    name: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    methods: set[str] = field(default_factory=set)


def sources() -> dict[str, str]:
    """The source of each module of `backend`, by the module's name."""
    found = {"backend": Path(backend.__file__).read_text()}
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        spec = module.module_finder.find_spec(module.name, None)
        if spec is not None and spec.origin is not None:
            found[module.name] = Path(spec.origin).read_text()
    return found


def unseen(source: str) -> Iterator[int]:
    """Lines on which a function compiles or uses a pattern that does not stand in its module."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if name in _COMPILING:
                    yield node.lineno


def patterns() -> list[Found]:
    found: dict[int, Found] = {}
    for name, source in sources().items():
        used = _used(source)
        everything = frozenset().union(*used.values()) or _METHODS
        module: ModuleType = importlib.import_module(name)
        for variable, value in vars(module).items():
            for pattern in _inside(value):
                one = found.setdefault(id(pattern), Found(f"{name}.{variable}", pattern))
                # One of several is called by the loop's name: then in any of the ways of its module.
                one.methods |= used.get(variable, everything if isinstance(value, dict | tuple | list) else _METHODS)
    return list(found.values())


def _used(source: str) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=variable), attr=method) if method in _METHODS:
                used.setdefault(variable, set()).add(method)
    return used


def _inside(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _inside(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _inside(item)


def _samples(pattern: re.Pattern[str] | re.Pattern[bytes]) -> list[str]:
    """Texts that the pattern matches, always the same ones."""
    found: set[str] = set()
    written = pattern.pattern
    if isinstance(written, bytes):
        alike = re.compile(written.decode("latin-1"), pattern.flags | re.ASCII)
    else:
        alike = re.compile(written, pattern.flags)

    @settings(
        max_examples=_SAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_regex(alike))
    def collect(text: str) -> None:
        match = alike.search(text)
        found.add((match.group() if match else text)[:_LONGEST_SAMPLE])

    try:
        collect()
    except (InvalidArgument, Unsatisfiable):
        return []
    return sorted(found)


def hostile(pattern: re.Pattern[str] | re.Pattern[bytes]) -> Iterable[tuple[str, str, str]]:
    """How a text begins, what is repeated in it, how it ends: signs, and parts of texts that the pattern matches."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    units = (*_UNITS, *(f"\n{word} " for word in dict.fromkeys(_WORD.findall(written))))
    kinds: dict[tuple[str, str, str], None] = dict.fromkeys(
        ("", unit, tail) for unit in units for tail in ("#", "\x01")
    )
    # Without repeats a place costs the same whatever the text: signs and words show it.
    for sample in _samples(pattern) if _REPEATS.search(written) else ():
        for start in range(len(sample)):
            parts = {sample[start : start + length] for length in (1, 2, len(sample))} | {" ", "a", "1"}
            kinds |= dict.fromkeys((sample[:start], part, "\x01") for part in sorted(parts))
    return kinds


def _seconds(pattern: re.Pattern[str] | re.Pattern[bytes], way: str, text: str) -> float:
    """The processor time of one try."""
    given_text: str | bytes = text if isinstance(pattern.pattern, str) else text.encode()
    started = time.process_time()
    answer = getattr(pattern, way)(given_text)
    if way == "finditer":
        for _ in answer:
            pass
    return time.process_time() - started


def _text(begin: str, unit: str, tail: str, length: int) -> str:
    return begin + (unit * (length // len(unit) + 1))[:length] + tail


def takes_too_long(pattern: re.Pattern[str] | re.Pattern[bytes], methods: Iterable[str]) -> str | None:
    """What the pattern is asked for and with which text, or None when every text costs it linear time at the most."""
    plain = {length: min(_seconds(_PLAIN, "match", "a" * length) for _ in range(_ROUNDS)) for length in _DEAR}
    ways = sorted({method if method in _ONE_MATCH else "finditer" for method in methods})
    for begin, unit, tail in hostile(pattern):
        texts = {length: _text(begin, unit, tail, max(length, _SHORT_REPEATS * len(unit))) for length in _DEAR}
        for way in ways:

            def is_dear(length: int, way: str = way, texts: dict[int, str] = texts) -> bool:
                limit = _DEAR[length] * plain[length]
                return all(_seconds(pattern, way, texts[length]) > limit for _ in range(2))

            told = f"{way} of {begin!r} + {unit!r} again and again + {tail!r}"
            if is_dear(_SHORT_CHARS):
                return told
            if is_dear(_MIDDLE_CHARS) and is_dear(_LONG_CHARS):
                half = _text(begin, unit, tail, _LONG_CHARS // 2)
                # A neighbour on the processor makes one round dearer, never each of them.
                if all(
                    _seconds(pattern, way, texts[_LONG_CHARS]) > _GROWTH * _seconds(pattern, way, half)
                    for _ in range(_ROUNDS)
                ):
                    return told
    return None


def main() -> None:
    for one in patterns():
        sys.stdout.write(f"{one.name}\n")
        sys.stdout.flush()
        if told := takes_too_long(one.pattern, one.methods):
            sys.stdout.write(f"! {one.name}: {told}\n")


if __name__ == "__main__":
    main()
