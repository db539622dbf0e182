"""Builds the PDF and office files of the demo library from `scripts/demo/sources/`.

Run ``python -m scripts.demo.build`` after a change of a source. Building twice gives the same bytes with the same
versions of the libraries.
"""

from pathlib import Path

from scripts.demo.markup import read_source
from scripts.demo.writers import WRITERS

SOURCES = Path(__file__).parent / "sources"
LIBRARY = Path(__file__).parents[2] / "demo" / "library"
SOURCE_SUFFIX = ".md"


def build(sources: Path = SOURCES, library: Path = LIBRARY) -> list[Path]:
    """Write a file into `library` for each ``<path>.<kind>.md`` in `sources`; returns the written paths, sorted."""
    written: list[Path] = []
    for path in sorted(sources.rglob(f"*{SOURCE_SUFFIX}")):
        target = library / path.relative_to(sources).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(WRITERS[target.suffix](read_source(path)))
        written.append(target)
    return written


if __name__ == "__main__":
    for written_path in build():
        print(written_path.relative_to(LIBRARY))
