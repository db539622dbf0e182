"""The GitHub connector: repositories that were chosen, with the people who may open them."""

from collections.abc import AsyncGenerator
from typing import Literal

from pydantic import Field

from backend.connectors.base import Account, Capability, Choice, Options, Source
from backend.connectors.github.auth import CONSENT, SCOPES, GitHubSettings
from backend.connectors.github.client import GitHubClient
from backend.connectors.github.cursor import NAMES, STREAMS, GitHubCursor, Known, Position, Stream
from backend.connectors.github.models import Kind, Pulse, Repository
from backend.connectors.github.push import read_push
from backend.connectors.github.streams import Incomplete, Streams
from backend.connectors.github.survey import Survey
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.source_events import (
    Access,
    Checkpoint,
    Delete,
    GroupMembers,
    ItemFailure,
    ListingBegins,
    ListingEnds,
    SyncEvent,
)
from backend.errors import PermissionMissing, SourceRefused

#: No longer there; moved a moment ago; switched off; closed by law. All of them concern one repository.
_OF_ONE_REPOSITORY = frozenset({301, 302, 307, 404, 410, 422, 451})
_NOT_FOUND, _SWITCHED_OFF = 404, 410


class GitHubOptions(Options):
    repositories: list[str] = Field(
        default_factory=list,
        description="Which repositories; none chosen: every one that GitHub gives to this connection.",
        max_length=2_000,
        json_schema_extra={"choices": True},
    )
    files: bool = Field(True, description="files of the default branch")
    issues: bool = Field(True, description="issues with their comments")
    pull_requests: bool = Field(True, description="pull requests with their reviews")
    discussions: bool = Field(True, description="discussions")
    public_repositories: Literal["collaborators", "everybody"] = Field(
        "collaborators",
        description="Who sees public repositories here: those who work on them at GitHub, or everybody of this server.",
    )

    @property
    def kinds(self) -> frozenset[Kind]:
        chosen: dict[Kind, bool] = {
            "files": self.files,
            "issues": self.issues,
            "pulls": self.pull_requests,
            "discussions": self.discussions,
        }
        return frozenset(kind for kind, wanted in chosen.items() if wanted)


class GitHubSource(Source):
    """One account at GitHub: an installation of a GitHub App, or a person's."""

    def __init__(self, setup: Setup) -> None:
        if not isinstance(setup.options, GitHubOptions):
            raise TypeError("options of another connector")
        self._options = setup.options
        self._client = GitHubClient(setup)
        self._is_personal = setup.mode == "personal"
        self._survey = Survey(self._client, frozenset(setup.options.repositories), self._options.kinds)
        self._cursor = GitHubCursor()
        self._noticed: set[Stream] = set()

    async def check(self) -> Account:
        return await self._client.account()

    async def close(self) -> None:
        await self._client.close()

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        async for repository, people in self._survey.people():
            yield GroupMembers(_group(repository), people)

    async def capabilities(self) -> tuple[Capability, ...]:
        return await self._survey.capabilities()

    async def choices(self, option: str) -> tuple[Choice, ...]:
        if option != "repositories":
            return ()
        found = await self._client.repositories()
        return tuple(Choice(str(one.id), one.full_name) for one in sorted(found, key=lambda one: one.full_name))

    async def sync(self, cursor: GitHubCursor | None) -> AsyncGenerator[SyncEvent]:
        there = await self._survey.repositories()
        self._cursor = cursor or GitHubCursor(listing="due")
        if self._cursor.listing == "no" and self._is_elsewhere(there):
            self._cursor = self._cursor.model_copy(update={"listing": "due"})
        if self._cursor.listing == "due":
            async for event in self._begin(there):
                yield event
        async for event in self._list_pending(there):
            yield event
        async for event in self._follow(there):
            yield event
        if self._cursor.listing == "due":  # a history that was rewritten: what is gone only a listing tells
            async for event in self._begin(there):
                yield event
            async for event in self._list_pending(there):
                yield event
        yield Checkpoint(self._cursor)

    def _is_elsewhere(self, there: dict[int, tuple[Repository, Pulse]]) -> bool:
        """Whether a repository is gone, has another name, or other people: all that is here of it is to be named."""
        known = self._cursor.repositories
        return any(id_ not in there or not one.same_place(Known.of(*there[id_])) for id_, one in known.items())

    async def _begin(self, there: dict[int, tuple[Repository, Pulse]]) -> AsyncGenerator[SyncEvent]:
        self._cursor = self._cursor.begun(there)
        yield ListingBegins()
        yield Checkpoint(self._cursor)

    async def _list_pending(self, there: dict[int, tuple[Repository, Pulse]]) -> AsyncGenerator[SyncEvent]:
        """Names everything of the repositories that wait for it; ends the listing that they are of."""
        for id_ in self._cursor.pending:
            if id_ in there:
                async for event in self._list(*there[id_]):
                    yield event
            self._cursor = self._cursor.past_first()
            yield Checkpoint(self._cursor)
        if self._cursor.listing != "under_way":
            return
        if there and self._cursor.spared and not self._cursor.readable:
            raise PermissionMissing("GitHub lets nothing be read. Give the App or token its permissions there.")
        for stream in self._cursor.allowed():
            yield Delete(_notice_id(stream))
        yield ListingEnds(complete=True, spared=tuple(self._cursor.spared))
        self._cursor = self._cursor.ended()
        yield Checkpoint(self._cursor)

    async def _list(self, repository: Repository, pulse: Pulse) -> AsyncGenerator[SyncEvent]:
        position, before = self._cursor.position, self._cursor.repositories.get(repository.id)
        if position is None or before is None:
            position = Position(stream="comments", at=before.since) if before else Position(stream="files")
            before = Known.of(repository, pulse)
            self._cursor = self._cursor.put(repository.id, before).at(position)
        streams = self._streams(repository, pulse)
        for stream in STREAMS[STREAMS.index(position.stream) :]:
            at = position.at if stream == position.stream else None
            self._cursor = self._cursor.at(Position(stream=stream, at=at))
            try:
                async for events, following in streams.everything(stream, before, at):
                    for event in events:
                        yield event
                    self._cursor = self._cursor.read()
                    if following is not None:
                        self._cursor = self._cursor.at(Position(stream=stream, at=following))
                        yield Checkpoint(self._cursor)
                    elif stream == "comments" and events:
                        # The listing names them again, as what they were: that must not be in one batch with this.
                        self._cursor = self._cursor.at(Position(stream="files"))
                        yield Checkpoint(self._cursor)
            except (PermissionMissing, SourceRefused, Incomplete) as error:
                if not _is_switched_off(error):
                    _require_tolerable(error)
                    self._cursor = self._cursor.spare(repository.id, stream)
                    if isinstance(error, PermissionMissing) and stream not in self._noticed:
                        self._noticed.add(stream)
                        yield _not_allowed(stream)

    async def _follow(self, there: dict[int, tuple[Repository, Pulse]]) -> AsyncGenerator[SyncEvent]:
        """What has changed since, of every repository; one that is new is read from its beginning."""
        for id_, (repository, pulse) in there.items():
            known = self._cursor.repositories.get(id_)
            if known is None:
                self._cursor = self._cursor.model_copy(update={"pending": [id_]})
                async for event in self._list_pending(there):
                    yield event
            elif self._differs(known, Known.of(repository, pulse)):
                async for event in self._changes(repository, pulse, known):
                    yield event
                yield Checkpoint(self._cursor)

    @staticmethod
    def _differs(known: Known, now: Known) -> bool:
        return (known.tree, known.newest, known.discussed) != (now.tree, now.newest, now.discussed)

    async def _changes(self, repository: Repository, pulse: Pulse, known: Known) -> AsyncGenerator[SyncEvent]:
        """What was refused is asked for again next time."""
        streams, held, now = self._streams(repository, pulse), known, Known.of(repository, pulse)
        if known.tree != now.tree:
            try:
                async for event in streams.changed_files(known, now):
                    yield event
                held = held.model_copy(update={"tree": now.tree, "branch": now.branch})
            except (PermissionMissing, SourceRefused) as error:
                _require_tolerable(error)
                if isinstance(error, SourceRefused) and error.answer_status == _NOT_FOUND:
                    self._cursor = self._cursor.model_copy(update={"listing": "due"})
        said = {"newest": streams.changed_issues, "discussed": streams.changed_discussions}
        for name, changed in said.items():
            if getattr(known, name) == getattr(now, name):
                continue
            try:
                async for event in changed(known.since):
                    yield event
                held = held.model_copy(update={name: getattr(now, name)})
            except (PermissionMissing, SourceRefused, Incomplete) as error:
                if _is_switched_off(error):
                    held = held.model_copy(update={name: getattr(now, name)})
                else:
                    _require_tolerable(error)
        if not self._differs(held, now):
            held = held.model_copy(update={"since": now.since})
        self._cursor = self._cursor.put(repository.id, held)

    def _streams(self, repository: Repository, pulse: Pulse) -> Streams:
        access = Access(
            groups=frozenset({_group(repository)}),
            owner=self._is_personal,
            everybody=repository.public and self._options.public_repositories == "everybody",
        )
        return Streams(self._client, repository, kinds=self._options.kinds, access=access, refused=pulse.refused)


def _group(repository: Repository) -> str:
    return f"repository:{repository.id}"


def _is_switched_off(error: Exception) -> bool:
    return isinstance(error, SourceRefused) and error.answer_status == _SWITCHED_OFF


def _require_tolerable(error: PermissionMissing | SourceRefused | Incomplete) -> None:
    """Raises what concerns more than a part of one repository; with what else there is, it goes on."""
    if isinstance(error, SourceRefused) and error.answer_status not in _OF_ONE_REPOSITORY:
        raise error


def _not_allowed(stream: Stream) -> ItemFailure:
    """One row among the items for however many repositories."""
    name = NAMES[stream]
    message = f"GitHub does not let this be read. Give the App or token: {name}. Or leave it out in the options."
    return ItemFailure(_notice_id(stream), name, "permission_missing", message, skipped=True)


def _notice_id(stream: Stream) -> str:
    return f"permission:all:{stream}"


MANIFEST = Manifest(
    slug="github",
    name="GitHub",
    icon="github",
    description="Reads what is written in repositories: files of the default branch, and what is discussed.",
    copies=("files", "issues", "pull requests with reviews", "discussions"),
    opaque_id=lambda external_id: not external_id.startswith("file:"),
    scopes=SCOPES,
    credentials=("service_account", "oauth", "token"),
    modes=("workspace", "personal"),
    rights=(
        ("collaborators of a repository", "the same people, by the addresses that GitHub tells of them"),
        ("teams, and members of the organisation", "the same people, as far as they are in the list of collaborators"),
        ("public repositories", "their collaborators alone, unless everybody of this server was chosen"),
        ("people whose address GitHub does not tell", "nobody sees anything through them"),
        ("personal connections", "whoever connected it sees what it reads as well"),
    ),
    cursor=GitHubCursor,
    open=GitHubSource,
    options=GitHubOptions,
    settings=GitHubSettings,
    push=read_push,
    push_needs=("webhook_secret",),
    consent=CONSENT,
    parallel=50,
)
