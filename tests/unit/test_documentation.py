"""What the documentation tells people to type or to look for is there."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from backend.cli import app

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "frontend" / "src" / "locales" / "en"
USER_PAGES = sorted((ROOT / "docs" / "user").glob("*.md"))
#: What people who run BibliosAI read; its only commands are those that it sets up itself.
FOR_PEOPLE = [ROOT / "README.md", ROOT / "demo" / "README.md", *USER_PAGES]
FOR_ALL = [*FOR_PEOPLE, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "developer").glob("*.md"))]

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SETTING = re.compile(r"[A-Z_]+=")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
#: Names that only begin a sentence or, in the questions and answers, ask something.
_NO_WORDS = {"Numbers"}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def in_blocks(page: Path) -> Iterator[list[str]]:
    """The commands of a page that stand in lines of their own, without the settings before them."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            while words and _SETTING.match(words[0]):
                del words[0]
            if words:
                yield words


def in_sentences(page: Path) -> Iterator[list[str]]:
    """The commands of a page that stand within its sentences."""
    for span in _SPAN.findall(page.read_text(encoding="utf-8")):
        words = [word for word in span.split() if not _SETTING.match(word)]
        if words and re.fullmatch(r"uv|biblios|make|python3?|\.venv/\S+", words[0]) and len(words) > 1:
            yield words


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=named)
def test_documented_commands_are_there_once_make_has_run(page: Path) -> None:
    assert [words for words in in_blocks(page) if words[0] not in {".venv/bin/biblios", "make"}] == []


@pytest.mark.parametrize("page", FOR_ALL, ids=named)
def test_commands_within_sentences_can_be_typed_as_they_stand(page: Path) -> None:
    found = [" ".join(words) for words in in_sentences(page) if words[0] not in {"make"}]
    assert [command for command in found if not command.startswith(".venv/bin/")] == []


@pytest.mark.parametrize("page", FOR_ALL, ids=named)
def test_documented_commands_exist_with_their_options(page: Path) -> None:
    commands = typer.main.get_command(app)
    assert isinstance(commands, TyperGroup)
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for program, *given in [*in_blocks(page), *in_sentences(page)]:
        if program == "make":
            assert given[0] in targets, given
        elif program == ".venv/bin/biblios":
            command = commands.commands[given[0]]
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in given[1:] if word.startswith("--")} <= options, given


def test_the_commands_of_the_readme_are_among_those_that_are_looked_at() -> None:
    found = {" ".join(words[:2]) for words in [*in_blocks(ROOT / "README.md"), *in_sentences(ROOT / "README.md")]}
    assert {"make run", "make bench", ".venv/bin/biblios ask", ".venv/bin/biblios worker"} <= found


def words_of(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((WORDS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def texts(words: object) -> Iterator[str]:
    if isinstance(words, dict):
        for value in words.values():
            yield from texts(value)
    else:
        yield str(words)


def bold_names(page: Path) -> list[str]:
    found = (" ".join(name.split()) for name in _BOLD.findall(page.read_text(encoding="utf-8")))
    return [name.removesuffix(".") for name in found if not name.endswith("?")]


@pytest.mark.parametrize("page", USER_PAGES, ids=named)
def test_places_named_in_the_user_guide_are_on_the_pages(page: Path) -> None:
    start = words_of("start")
    navigation, tabs = start["nav"], start["tabs"]
    assert isinstance(navigation, dict)
    assert isinstance(tabs, dict)
    places = {f"{navigation[area]} › {tab}" for area, named_tabs in tabs.items() for tab in named_tabs.values()}
    assert [name for name in bold_names(page) if "›" in name and name not in places] == []


@pytest.mark.parametrize("page", USER_PAGES, ids=named)
def test_names_in_bold_in_the_user_guide_are_words_of_the_pages(page: Path) -> None:
    shown = [text for path in WORDS.glob("*.json") for text in texts(words_of(path.stem))]
    patterns = [re.compile(re.sub(r"\\\{\\\{\w+\\\}\\\}", r"(…|\\d+)", re.escape(text))) for text in shown]
    unknown = [
        name
        for name in bold_names(page)
        if "›" not in name and name not in _NO_WORDS and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unknown == []
