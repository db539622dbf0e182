"""One look at all repositories at the start of a run: which there are, who may open them, what is newest in each."""

from collections.abc import AsyncGenerator

from backend.connectors.base import Capability
from backend.connectors.github.client import GitHubClient
from backend.connectors.github.models import Kind, Pulse, Repository
from backend.errors import PermissionMissing, SourceError, SourceRefused

#: What GitHub calls the permission for each.
_PERMISSIONS: dict[Kind, str] = {
    "files": "Contents",
    "issues": "Issues",
    "pulls": "Pull requests",
    "discussions": "Discussions",
}


class Survey:
    """Asked once in a run; what changes after it is seen by the next.

    Args:
        chosen: ids of repositories; none: every one.
        kinds: what is to be read of them.
    """

    def __init__(self, client: GitHubClient, chosen: frozenset[str], kinds: frozenset[Kind]) -> None:
        self._client = client
        self._chosen = chosen
        self._kinds = kinds
        self._found: dict[int, tuple[Repository, Pulse]] | None = None

    async def repositories(self) -> dict[int, tuple[Repository, Pulse]]:
        """By id."""
        if self._found is None:
            self._found = await self._look(people=False)
        return self._found

    async def people(self) -> AsyncGenerator[tuple[Repository, frozenset[str]]]:
        """The addresses of whoever may open each repository.

        Where GitHub refuses to tell, nobody: unknown rights narrow. Other errors are raised, and change nothing.
        """
        self._found = await self._look(people=True)
        for repository, pulse in self._found.values():
            yield repository, await self._who(repository, pulse)

    async def capabilities(self) -> tuple[Capability, ...]:
        try:
            there = await self.repositories()
        except SourceError as error:
            return (Capability("indexing", "unknown", error.message),)
        if not there:
            message = "GitHub gives no repository. Choose some for the App or token at GitHub."
            return (Capability("indexing", "failed", message),)
        first, pulse = next(iter(there.values()))
        return (
            Capability("indexing", "passed", f"GitHub gives {len(there):,} repositories."),
            await self._content_of(first, pulse),
            await self._collaborators_of(first),
        )

    async def _look(self, *, people: bool) -> dict[int, tuple[Repository, Pulse]]:
        given = await self._client.repositories()
        wanted = [one for one in given if not self._chosen or str(one.id) in self._chosen]
        pulses = await self._client.pulses(wanted, people=people)
        return {one.id: (one, pulses[one.id]) for one in wanted if one.id in pulses}

    async def _who(self, repository: Repository, pulse: Pulse) -> frozenset[str]:
        told = pulse.collaborators
        if told is None:
            try:
                return await self._client.collaborators(repository)
            except (PermissionMissing, SourceRefused):
                return frozenset()
        people = told.people
        while told.more is not None:
            told = await self._client.graph.collaborators(repository, told.more)
            people |= told.people
        return people

    async def _content_of(self, repository: Repository, pulse: Pulse) -> Capability:
        missing = [_PERMISSIONS[kind] for kind in sorted(pulse.refused & self._kinds - {"issues", "pulls"})]
        if self._kinds & {"issues", "pulls"}:
            try:
                await self._client.issues(repository, None)
            except PermissionMissing:
                missing += [_PERMISSIONS["issues"], _PERMISSIONS["pulls"]]
            except SourceError as error:
                return Capability("permissions", "unknown", error.message)
        if missing:
            names = ", ".join(missing)
            message = f"GitHub does not let everything be read that was chosen. Give the App or token: {names}."
            return Capability("permissions", "failed", message)
        return Capability("permissions", "passed", "Everything that was chosen can be read.")

    async def _collaborators_of(self, repository: Repository) -> Capability:
        try:
            people = await self._client.collaborators(repository)
        except (PermissionMissing, SourceRefused):
            message = "GitHub does not tell who may open a repository, so nobody sees anything by that."
            return Capability("groups", "failed", message)
        except SourceError as error:
            return Capability("groups", "unknown", error.message)
        message = f"Of the people of {repository.full_name}, GitHub tells {len(people):,} mail addresses."
        return Capability("groups", "passed" if people else "failed", message)
