"""What a list or a search can be narrowed to: sources, connections and folders, counted for one caller."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from backend.documents.demo_marks import DEMO_SOURCES


@dataclass(frozen=True, slots=True)
class ConnectionFacet:
    id: str
    name: str
    documents: int


@dataclass(frozen=True, slots=True)
class SourceFacet:
    """`connections`: those whose documents are among these, most first. `demo`: it is one of the demo's sources."""

    source: str
    documents: int
    connections: tuple[ConnectionFacet, ...]

    @property
    def demo(self) -> bool:
        return self.source in DEMO_SOURCES


@dataclass(frozen=True, slots=True)
class FolderFacet:
    """`documents` lie in it or below; `folders`: whether there are folders in it."""

    name: str
    path: str
    documents: int
    folders: bool


@dataclass(frozen=True, slots=True)
class PathCounts:
    """How many documents have each path: of those whose path is their folder, and of those whose name ends it."""

    folders: Mapping[str, int]
    files: Mapping[str, int]


def folders_in(under: str, counts: PathCounts) -> list[FolderFacet]:
    """The folders directly in `under` (empty: the outermost ones), by name."""
    found: Counter[str] = Counter()
    deeper: set[str] = set()
    of_folders = list(counts.folders.items())
    in_folders = [(path.rpartition("/")[0], number) for path, number in counts.files.items()]
    start = f"{under}/" if under else ""
    for path, number in (*of_folders, *in_folders):
        if not path.startswith(start) or len(path) == len(start):
            continue
        name, _, rest = path[len(start) :].partition("/")
        found[name] += number
        if rest:
            deeper.add(name)
    return [
        FolderFacet(name, start + name, number, name in deeper)
        for name, number in sorted(found.items(), key=lambda item: (item[0].casefold(), item[0]))
    ]
