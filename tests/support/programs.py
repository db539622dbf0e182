"""Programs that stand in for Tesseract, well behaved and not: short scripts in a folder of the test."""

from pathlib import Path

#: The names of the columns of its table.
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
_LISTING = 'printf "List of available languages (3):\\nrus\\nell\\nosd\\n"; exit'


def program(folder: Path, script: str) -> str:
    """The path of a program that does this; it lists rus, ell and osd as its languages."""
    path = folder / "tesseract"
    path.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then {_LISTING}; fi\n{script}\n')
    path.chmod(0o755)
    return str(path)


def table(*words: tuple[int, int, int, float, str]) -> str:
    """Tesseract's table of words, each: number of its line (from 1), left, width, confidence, text."""
    rows: list[tuple[object, ...]] = []
    for line, left, width, confidence, text in words:
        rows.append((1, line, 0, 0, 0, 0, 0, 0, 500, 56, -1, ""))
        rows.append((5, line, 1, 1, 1, 1, left, 8, width, 40, confidence, text))
    return "\n".join([HEAD, *("\t".join(map(str, row)) for row in rows)])
