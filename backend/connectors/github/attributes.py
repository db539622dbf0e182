"""`.gitattributes`, as far as it says what is generated or somebody else's. Pure.

https://docs.github.com/repositories/working-with-files/managing-files/customizing-how-changed-files-appear-on-github
and https://git-scm.com/docs/gitattributes (2026-11).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.connectors.github.globs import Glob

NAME = ".gitattributes"
_LEFT_OUT = ("linguist-generated", "linguist-vendored")
_OFF = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`states` by attribute: set, unset, or back to unspecified (None)."""

    pattern: Glob
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
                if rule.pattern.fits(below):
                    states |= rule.states
        return any(states.get(name) for name in _LEFT_OUT)


def _read(text: str) -> Iterable[Rule]:
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].startswith(("#", "[attr]", "!")):
            continue
        states = {name: state for word in words[1:] for name, state in [_state(word)] if name in _LEFT_OUT}
        pattern = words[0].strip('"')
        if states and pattern and not pattern.endswith("/"):  # folders have no attributes of their own
            yield Rule(Glob(pattern), states)


def _state(word: str) -> tuple[str, bool | None]:
    if word.startswith("-"):
        return word[1:], False
    if word.startswith("!"):
        return word[1:], None
    name, _, value = word.partition("=")
    return name, value.casefold() not in _OFF
