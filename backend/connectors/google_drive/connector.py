"""Google Drive as a source."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from backend.connectors.base import Account, Capability, Choice, Options, Source, Watch
from backend.connectors.google import CONSENT
from backend.connectors.google_drive.access import Rules
from backend.connectors.google_drive.auth import SCOPE, DriveSettings, credential_of
from backend.connectors.google_drive.client import LABEL, DriveClient
from backend.connectors.google_drive.cursor import OWN, DriveCursor, drive_of
from backend.connectors.google_drive.files import FOLDER, Malformed, read_file
from backend.connectors.google_drive.items import Chosen
from backend.connectors.google_drive.places import Places
from backend.connectors.google_drive.push import read_push
from backend.connectors.google_drive.rights import Rights
from backend.connectors.google_drive.walk import Walk, begin
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.pictures import Pictures
from backend.connectors.source_events import Access, GroupMembers, SyncEvent
from backend.errors import SourceError, SourceRefused

type Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,200}$")]

#: As many folders are offered to choose from.
_MOST_CHOICES = 1000
#: The longest that Drive promises to tell of changes.
#: https://developers.google.com/workspace/drive/api/guides/push#optional-properties (2026-11)
_LONGEST_WATCH = timedelta(days=7)


class DriveOptions(Options):
    my_drive: bool = Field(True, description="My Drive, and what others share with this account")
    shared_drives: bool = Field(True, description="shared drives that this account is a member of")
    drives: list[Id] = Field(
        default_factory=list,
        description="only these shared drives; none chosen: all of them",
        json_schema_extra={"choices": True},
        max_length=500,
    )
    folders: list[Id] = Field(
        default_factory=list,
        description="only what is in these folders, at any depth; none chosen: everything",
        json_schema_extra={"choices": True},
        max_length=200,
    )
    pictures: bool = Field(True, description="pictures too, as far as text recognition reads words in them")
    subject: str = Field(
        "",
        description="the mail address of the person of your domain for whom the service account reads; empty: shared "
        "drives that it is itself a member of",
        max_length=320,
        json_schema_extra={"only_with": "service_account"},
    )
    domain: str = Field(
        "",
        description="everybody with an account here belongs to this domain (example.com): what is shared with the "
        "whole domain, to be found by search, is then for everybody here",
        max_length=253,
    )
    public: bool = Field(
        False, description="what the whole world may find by search in Drive is for everybody with an account here"
    )


class DriveSource(Source):
    def __init__(self, setup: Setup) -> None:
        self._options = DriveOptions.model_validate(setup.options.model_dump())
        self._push_address = setup.push_address
        self._pictures = Pictures(setup.max_pictures, chosen=self._options.pictures)
        self._personal = setup.mode == "personal" and setup.kind == "oauth"
        self._client = DriveClient(setup, credential_of(setup, subject=self._options.subject))
        self._seen: tuple[dict[str, str], Rights] | None = None

    async def check(self) -> Account:
        return await self._client.about()

    async def close(self) -> None:
        await self._client.close()

    async def sync(self, cursor: DriveCursor | None) -> AsyncGenerator[SyncEvent]:
        drives, rights = await self._known()
        chosen = self._chosen(drives)
        # Tokens come before the listing that they follow on.
        at = await begin(self._client, chosen) if cursor is None else cursor.model_copy(deep=True)
        walk = Walk(self._client, rights=rights, chosen=chosen, drives=drives, cursor=at)
        async for event in walk.events():
            yield event

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        _, rights = await self._known()
        async for group in rights.groups():
            yield group

    async def capabilities(self) -> tuple[Capability, ...]:
        return (
            await self._indexing(),
            await self._membership(),
            Capability(
                "groups",
                "failed",
                "Google Drive does not tell who is in a Google group. Share with people or by a shared drive whatever "
                "they are to see here.",
            ),
            Capability(
                "permissions",
                "passed",
                "Shares are copied wherever this account is told them; every other file is for this account alone.",
            ),
        )

    async def choices(self, option: str) -> tuple[Choice, ...]:
        drives = await self._client.drives()
        if option == "drives":
            return tuple(Choice(id_, name) for id_, name in sorted(drives.items(), key=lambda one: one[1].casefold()))
        if option != "folders":
            return ()
        places, found = Places(self._client, drives), []
        for drive_id in (None, *drives):
            page = await self._client.files(f"mimeType = '{FOLDER}' and trashed = false", drive_id=drive_id, token=None)
            for raw in page.items:
                try:
                    found.append(read_file(raw))
                except Malformed:
                    continue
        for folder in found:
            places.learn(folder)
        named = {folder.id: (await places.of(folder)).path for folder in found[:_MOST_CHOICES]}
        return tuple(Choice(id_, path) for id_, path in sorted(named.items(), key=lambda one: one[1].casefold()))

    async def watchable(self) -> tuple[str, ...]:
        """The account's own changes and those of each shared drive, as they are read."""
        drives, _ = await self._known()
        chosen = self._chosen(drives)
        return (*((OWN,) if chosen.my_drive else ()), *sorted(chosen.drives))

    async def watch(self, target: str, *, name: str, token: str) -> Watch:
        drive_id = drive_of(target)
        resource, ends_at = await self._client.watch_changes(
            await self._client.start_page_token(drive_id),
            drive_id=drive_id,
            name=name,
            secret=token,
            address=self._push_address,
            ends_at=datetime.now(UTC) + _LONGEST_WATCH,
        )
        return Watch(target, name, ends_at, resource)

    async def unwatch(self, watch: Watch) -> None:
        await self._client.stop_channel(watch.name, watch.resource)

    def _chosen(self, drives: dict[str, str]) -> Chosen:
        options = self._options
        wanted = drives.keys() & set(options.drives) if options.drives else drives.keys()
        return Chosen(
            my_drive=options.my_drive,
            drives=frozenset(wanted if options.shared_drives else ()),
            folders=frozenset(options.folders),
            pictures=self._pictures,
        )

    async def _known(self) -> tuple[dict[str, str], Rights]:
        """Shared drives and what is known of rights, read once for each run."""
        if self._seen is None:
            options = self._options
            drives = await self._client.drives()
            read = self._chosen(drives).drives
            rules = Rules(await self._own(), options.domain.strip().removeprefix("@"), options.public)
            rights = Rights(self._client, rules, {id_: name for id_, name in drives.items() if id_ in read})
            self._seen = (drives, rights)
        return self._seen

    async def _own(self) -> Access:
        """Whoever's account it is: who connected it, or, for everybody's connection, whom the account belongs to."""
        if self._personal:
            return Access(owner=True)
        address = self._options.subject.strip() or (await self._client.about()).address
        return Access(people=frozenset({address} if address else ()))

    async def _indexing(self) -> Capability:
        try:
            await self._client.start_page_token(None)
        except SourceRefused:
            return Capability("indexing", "unknown", "It could not be found out whether files can be read.")
        except SourceError as error:
            return Capability("indexing", "failed", error.message)
        return Capability("indexing", "passed", "Files and their changes can be read.")

    async def _membership(self) -> Capability:
        try:
            drives, rights = await self._known()
            hidden = [name for id_, name in drives.items() if await rights.members(id_) is None]
        except SourceError:
            return Capability("membership", "unknown", "It could not be found out who is in shared drives.")
        if hidden:
            message = f"This account is not told who is in {', '.join(hidden[:3])}: what is there is for it alone."
            return Capability("membership", "failed", message)
        return Capability("membership", "passed", "It is told who is in each shared drive.")


MANIFEST = Manifest(
    slug="google_drive",
    name=LABEL,
    icon="google-drive",
    description="Reads the documents and files of My Drive and of shared drives.",
    copies=("Google Docs, Sheets and Slides", "PDFs and office files", "text files"),
    opaque_id=lambda _external_id: True,
    scopes=(SCOPE,),
    credentials=("oauth", "service_account"),
    modes=("personal", "workspace"),
    rights=(
        ("people with whom a file or a folder above it is shared", "the same people, by their proven addresses"),
        ("members of a shared drive", "the same people, by their proven addresses, renewed with each run"),
        ("folders with limited access", "the people named there, and the managers of the shared drive"),
        ("Google groups", "nobody: Google Drive does not tell who is in a group"),
        ("a whole domain", "nobody, unless you say that everybody here belongs to it and search finds the file"),
        ("anyone with the link", "nobody who is not named as well"),
        ("anyone, found by search", "nobody, unless you say that it is for everybody here"),
        ("a share that ends on a date", "nobody: no change tells when it has ended"),
        ("files whose shares this account is not told", "whoever connected it, or whom it reads for"),
    ),
    cursor=DriveCursor,
    open=DriveSource,
    options=DriveOptions,
    settings=DriveSettings,
    consent=CONSENT,
    push=read_push,
    watches=True,
    tells_deletions=True,
)
