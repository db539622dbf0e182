"""Where a file lies: the names and ids of the folders above it."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.connectors.google_drive.client import DriveClient
from backend.connectors.google_drive.files import DriveFile, Malformed, read_file

#: What Drive itself calls the place of what has no folder for this account.
SHARED = "Shared with me"
#: Drive allows a hundred levels in shared drives; whatever is deeper is no tree.
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """`path` with the file's own name, folders divided by slashes. `ids` of the folders above it, nearest first.

    `limited`: one of them has limited access, or is not seen.
    """

    path: str
    ids: tuple[str, ...]
    limited: bool


@dataclass(frozen=True, slots=True)
class _Folder:
    name: str
    parent: str | None
    limited: bool = False


class Places:
    """One run's knowledge of folders: those that a listing named, and those that were asked for. About 200 bytes each.

    Args:
        drives: names of shared drives by id, which is that of their top folder as well.
    """

    def __init__(self, client: DriveClient, drives: Mapping[str, str]) -> None:
        self._client = client
        self._folders: dict[str, _Folder | None] = {id_: _Folder(name, None) for id_, name in drives.items()}

    def learn(self, folder: DriveFile) -> None:
        self._folders[folder.id] = _Folder(folder.name, folder.parent, folder.limited)

    async def of(self, file: DriveFile) -> Place:
        names, ids, limited = [file.name], list[str](), False
        parent = file.parent
        while parent is not None and parent not in ids and len(ids) < _DEEPEST:
            folder = await self._folder(parent)
            if folder is None:
                names.append(SHARED)
                limited = True
                break
            limited |= folder.limited
            ids.append(parent)
            names.append(folder.name)
            parent = folder.parent
        if file.parent is None:
            names.append(SHARED)
        return Place("/".join(name.replace("/", "-") for name in reversed(names)), tuple(ids), limited)

    async def _folder(self, id_: str) -> _Folder | None:
        """None: this account does not see it."""
        if id_ not in self._folders:
            raw = await self._client.file(id_)
            try:
                found = read_file(raw) if raw is not None else None
            except Malformed:
                found = None
            self._folders[id_] = _Folder(found.name, found.parent, found.limited) if found else None
        return self._folders[id_]
