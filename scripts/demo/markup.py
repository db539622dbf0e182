"""The light markup in which the sources of the demo library's binary files are written.

A source starts with a front matter (``title``, ``author``, ``modified_at``) between two ``---`` lines. After it:
``# `` and ``## `` are headings (a slide in a deck, a sheet in a workbook), ``- `` is a bullet, ``> `` a speaker's
note, ``| a | b |`` or ``a | b`` a table row, ``---page---`` a page break; other lines are paragraphs.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

type BlockType = Literal["heading", "subheading", "bullet", "note", "row", "page_break", "paragraph"]


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a source. `cells` is filled for rows only."""

    type: BlockType
    text: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed source. `modified_at` is aware UTC."""

    title: str
    author: str
    modified_at: datetime
    blocks: tuple[Block, ...]

    def groups(self) -> list[list[Block]]:
        """The blocks with neighbouring table rows put together, so that a writer sees a table as one group."""
        groups: list[list[Block]] = []
        for block in self.blocks:
            if block.type == "row" and groups and groups[-1][0].type == "row":
                groups[-1].append(block)
            else:
                groups.append([block])
        return groups


def read_source(path: Path) -> Source:
    """Parse the source at `path`; raises `ValueError` when the front matter is missing or incomplete."""
    _, separator, rest = path.read_text(encoding="utf-8").partition("---\n")
    front, closing, body = rest.partition("\n---\n")
    if not separator or not closing:
        raise ValueError(f"{path}: the front matter between two '---' lines is missing")
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    missing = {"title", "author", "modified_at"} - fields.keys()
    if missing:
        raise ValueError(f"{path}: the front matter lacks {', '.join(sorted(missing))}")
    return Source(
        title=fields["title"],
        author=fields["author"],
        modified_at=datetime.fromisoformat(fields["modified_at"]),
        blocks=tuple(_block(line.strip()) for line in body.splitlines() if line.strip()),
    )


def _block(line: str) -> Block:
    if line == "---page---":
        return Block("page_break")
    prefixes: tuple[tuple[str, BlockType], ...] = (
        ("# ", "heading"),
        ("## ", "subheading"),
        ("- ", "bullet"),
        ("> ", "note"),
    )
    for prefix, kind in prefixes:
        if line.startswith(prefix):
            return Block(kind, line.removeprefix(prefix))
    if " | " in line:
        cells = line.removeprefix("|").removesuffix("|").split("|")
        return Block("row", line, tuple(cell.strip() for cell in cells))
    return Block("paragraph", line)
