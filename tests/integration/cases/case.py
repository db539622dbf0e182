"""One file as people have it, and what its text says to whoever reads or searches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileCase:
    """`about` is what a reader would notice, `name` that of the file, different in each case.

    `shows` are patterns that the text must match and `hides` those that it must not (a line begins at each `^`).
    `warns` is a pattern of what is said on the document.
    """

    about: str
    name: str
    build: Callable[[], bytes]
    shows: tuple[str, ...]
    hides: tuple[str, ...] = ()
    warns: str = ""


def value(heading: str, content: str) -> str:
    """A pattern of a value of a table that stands under its own heading."""
    return rf"{heading}: {content}(?=$| \|)"
