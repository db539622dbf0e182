"""`.gitattributes`, as far as it says what is generated or somebody else's. Pure.

https://docs.github.com/repositories/working-with-files/managing-files/customizing-how-changed-files-appear-on-github
and https://git-scm.com/docs/gitattributes (2026-11).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NAME = ".gitattributes"
_LEFT_OUT = ("linguist-generated", "linguist-vendored")
_MOST_STARS = 8
_OFF = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`states` by attribute: set, unset, or back to unspecified (None)."""

    pattern: re.Pattern[str]
    states: dict[str, bool | None]


class Attributes:
    """Rules of a repository's files, by the folder that they were read in (its path, "" for the root)."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[Rule, ...]] = {}

    def add(self, folder: str, text: str) -> None:
        if rules := tuple(_read(text)):
            self._rules[folder] = rules

    def leave_out(self, path: str) -> bool:
        """Whether the file is generated or vendored. The nearest folder's last word counts."""
        if not self._rules:
            return False
        states: dict[str, bool | None] = {}
        folders = path.split("/")[:-1]
        for depth in range(len(folders) + 1):
            folder = "/".join(folders[:depth])
            below = path[len(folder) + 1 :] if folder else path
            for rule in self._rules.get(folder, ()):
                if rule.pattern.fullmatch(below):
                    states |= rule.states
        return any(states.get(name) for name in _LEFT_OUT)


def _read(text: str) -> Iterable[Rule]:
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].startswith(("#", "[attr]", "!")):
            continue
        states = {name: state for word in words[1:] for name, state in [_state(word)] if name in _LEFT_OUT}
        if states and (pattern := _pattern(words[0].strip('"'))) is not None:
            yield Rule(pattern, states)


def _state(word: str) -> tuple[str, bool | None]:
    if word.startswith("-"):
        return word[1:], False
    if word.startswith("!"):
        return word[1:], None
    name, _, value = word.partition("=")
    return name, value.casefold() not in _OFF


def _pattern(glob: str) -> re.Pattern[str] | None:
    """A pattern as of gitignore: without a slash it fits at any depth, with one only below its own folder."""
    # Folders have no attributes of their own; and many stars would be tried in too many ways.
    if glob.endswith("/") or glob.count("*") > _MOST_STARS:
        return None
    anchored = "/" in glob
    glob = glob.lstrip("/")
    found = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            found, at = found + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            found, at = found + ".*", at + 2
        elif glob[at] == "*":
            found, at = found + "[^/]*", at + 1
        elif glob[at] == "?":
            found, at = found + "[^/]", at + 1
        elif glob[at] == "[" and (end := glob.find("]", at + 2)) > 0:
            inside = glob[at + 1 : end].replace("\\", "\\\\")
            inside = "^" + inside[1:] if inside[0] in "!^" else inside
            found, at = f"{found}[{inside}]", end + 1
        else:
            found, at = found + re.escape(glob[at]), at + 1
    try:
        return re.compile(found)
    except re.error:
        return None
