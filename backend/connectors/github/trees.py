"""Walking trees of files in one order, also where GitHub cuts them; what differs between two."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from backend.connectors.github.attributes import NAME, Attributes
from backend.connectors.github.client import GitHubClient
from backend.connectors.github.files import is_file
from backend.connectors.github.models import Repository, TreeEntry
from backend.errors import SourceRefused, TransientFailure

_EMPTY = 409


@dataclass(frozen=True, slots=True)
class _Folder:
    """Files and folders by path; with the files of everything below it, a folder has no folders."""

    files: dict[str, TreeEntry]
    folders: dict[str, TreeEntry]

    @property
    def rules(self) -> dict[str, str]:
        return {path: entry.sha for path, entry in self.files.items() if path.rpartition("/")[2] == NAME}


class Trees:
    """The trees of one repository."""

    def __init__(self, client: GitHubClient, repository: Repository) -> None:
        self._client = client
        self._repository = repository

    async def files(self, sha: str, *, after: str | None = None) -> AsyncGenerator[tuple[TreeEntry, bool]]:
        """Every file in the order of its path's parts, and whether it is one to read: neither generated nor vendored.

        A tree that GitHub cuts is asked for folder by folder. Errors: `SourceRefused` with status 404 for a tree that
        is no longer there.
        """
        async for found in self._below(sha, "", Attributes(), after.split("/") if after else []):
            yield found

    async def _below(
        self, sha: str, path: str, attributes: Attributes, after: list[str]
    ) -> AsyncGenerator[tuple[TreeEntry, bool]]:
        folder = await self._read(sha, path, flat=True) or await self._whole(sha, path)
        await self._learn(attributes, folder)
        for entry in sorted([*folder.files.values(), *folder.folders.values()], key=lambda one: one.path.split("/")):
            parts = entry.path.split("/")
            if entry.is_tree:
                if parts >= after[: len(parts)]:  # otherwise the walk was behind everything below it
                    async for found in self._below(entry.sha, f"{entry.path}/", attributes, after):
                        yield found
            elif parts > after:
                yield entry, not attributes.leave_out(entry.path)

    async def difference(self, before: str | None, now: str | None) -> AsyncGenerator[tuple[str, TreeEntry | None]]:
        """Paths that are not what they were, with what is there now (None: nothing that is to be read).

        Where rules about generated files changed, every path that they may be about is named. Errors: as of `files`.
        """
        async for found in self._differing(before, now, "", Attributes(), anew=False):
            yield found

    async def _differing(
        self, before: str | None, now: str | None, path: str, attributes: Attributes, *, anew: bool
    ) -> AsyncGenerator[tuple[str, TreeEntry | None]]:
        if before == now and not anew:
            return
        old, new = await self._read(before, path, flat=True), await self._read(now, path, flat=True)
        if old is None or new is None:
            old, new = await self._whole(before, path), await self._whole(now, path)
        await self._learn(attributes, new)
        anew = anew or old.rules != new.rules
        for name, entry in new.files.items():
            known = old.files.get(name)
            if anew or known is None or known.sha != entry.sha:
                yield name, None if attributes.leave_out(name) else entry
        for name in old.files.keys() - new.files.keys():
            yield name, None
        for name in old.folders | new.folders:
            shas = [folder.folders[name].sha if name in folder.folders else None for folder in (old, new)]
            async for found in self._differing(shas[0], shas[1], f"{name}/", attributes, anew=anew):
                yield found

    async def _whole(self, sha: str | None, path: str) -> _Folder:
        """A folder without what is below its folders. Errors: `TransientFailure` when even that is cut."""
        found = await self._read(sha, path, flat=False)
        if found is None:
            raise TransientFailure("GitHub gave a list of files that is not complete. It is tried again by itself.")
        return found

    async def _read(self, sha: str | None, path: str, *, flat: bool) -> _Folder | None:
        """None for one that was cut. What is not there, and an empty repository, is an empty folder."""
        if sha is None:
            return _Folder({}, {})
        try:
            tree = await self._client.tree(self._repository, sha, recursive=flat)
        except SourceRefused as error:
            if error.answer_status != _EMPTY:
                raise
            return _Folder({}, {})
        if tree.truncated or not tree.whole:
            return None
        entries = [replace(entry, path=f"{path}{entry.path}") for entry in tree.entries]
        files = {entry.path: entry for entry in entries if is_file(entry)}
        folders = {entry.path: entry for entry in entries if entry.is_tree and not flat}
        return _Folder(files, folders)

    async def _learn(self, attributes: Attributes, folder: _Folder) -> None:
        """Reads the rules that the folder holds."""
        told = [folder.files[path] for path in folder.rules if folder.files[path].size_bytes]
        found = await self._client.blobs([(self._repository.node_id, one.sha) for one in told])
        for one in told:
            blob = found[self._repository.node_id, one.sha]
            if blob is None:
                raise TransientFailure("GitHub did not give the rules about files. It is tried again by itself.")
            if blob.text is not None:
                attributes.add(one.path.rpartition("/")[0], blob.text)
