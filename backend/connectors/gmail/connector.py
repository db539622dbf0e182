"""The Gmail connector: conversations of one mailbox by consent, or of several by a domain's service account."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated

from pydantic import Field, StringConstraints

from backend.connectors.base import OPTIONS_INVALID, Account, Capability, Choice, Options, Source, Watch
from backend.connectors.gmail.auth import SCOPES, GmailSettings, credential_for, service_account_name, settings_of
from backend.connectors.gmail.client import GmailClient, Profile
from backend.connectors.gmail.mailbox import Mailbox
from backend.connectors.gmail.places import GmailCursor, Place
from backend.connectors.gmail.processor import Choice as Chosen
from backend.connectors.gmail.push import read_push
from backend.connectors.google import CONSENT
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.pictures import Pictures
from backend.connectors.source_events import Checkpoint, Delete, ItemFailure, ListingBegins, ListingEnds, SyncEvent
from backend.errors import InvalidConfig, PermissionMissing, ReauthRequired, SourceError, SourceRefused
from backend.mail_address import mail_key

#: The mailbox of whoever allowed it at Google's page.
_ME = "me"
#: What is wrong with one mailbox, and not with Gmail or the way to it.
_OF_ONE = (ReauthRequired, PermissionMissing, InvalidConfig, SourceRefused)
_NAMED_AT_MOST = 3

type LabelId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
type MailboxAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)]


class GmailOptions(Options):
    mailboxes: list[MailboxAddress] = Field(
        default_factory=list,
        max_length=1000,
        title="Mailboxes",
        description="The addresses of the mailboxes that the service account reads.",
        json_schema_extra={"only_with": "service_account"},
    )
    include_labels: list[LabelId] = Field(
        default_factory=list,
        max_length=50,
        title="Only these labels",
        description="Only conversations with a mail under one of them. None: all.",
        json_schema_extra={"choices": True},
    )
    exclude_labels: list[LabelId] = Field(
        default_factory=list,
        max_length=50,
        title="Not these labels",
        description="Conversations with a mail under one of them are left out whole.",
        json_schema_extra={"choices": True},
    )
    query: str = Field(
        "",
        max_length=500,
        title="Only what this search finds",
        description="As in Gmail's search field, for example: newer_than:2y -from:newsletter@example.com",
    )
    trash_and_spam: bool = Field(False, title="Trash and spam too")
    pictures: bool = Field(
        True,
        title="Pictures",
        description="Pictures that are attached or shown, as far as text recognition reads words in them",
    )


class GmailSource(Source):
    def __init__(self, setup: Setup) -> None:
        if not isinstance(setup.options, GmailOptions):
            raise TypeError(f"not Gmail's options: {type(setup.options).__name__}")
        self._setup = setup
        self._options = setup.options
        self._is_delegated = setup.kind == "service_account"
        names = dict.fromkeys(map(mail_key, self._options.mailboxes)) if self._is_delegated else {_ME: None}
        self._clients = {name: GmailClient(setup, credential_for(setup, name)) for name in names}
        chosen = Chosen(
            include=frozenset(self._options.include_labels),
            exclude=frozenset(self._options.exclude_labels),
            with_trash=self._options.trash_and_spam,
            pictures=Pictures(setup.max_pictures, chosen=self._options.pictures),
        )
        self._mailboxes: Mapping[str, Mailbox] = {
            name: Mailbox(
                client,
                chosen,
                labels=tuple(dict.fromkeys(self._options.include_labels)),
                query=self._options.query.strip(),
                owner=setup.mode == "personal" and not self._is_delegated,
                alone=len(names) == 1,
            )
            for name, client in self._clients.items()
        }

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()

    async def check(self) -> Account:
        """The mailbox of a consent; of a service account its own name, when it may read one of the mailboxes."""
        profiles, refusals = await self._profiles()
        if not profiles:
            raise next(iter(refusals.values()))
        if not self._is_delegated:
            (profile,) = profiles
            return Account(mail_key(profile.address), profile.address, profile.address)
        count = len(self._clients)
        shown = f"{count} mailboxes" if count > 1 else profiles[0].address
        return Account(await service_account_name(self._setup), shown)

    async def sync(self, cursor: GmailCursor | None) -> AsyncGenerator[SyncEvent]:
        cursor = cursor or GmailCursor(listing=True)
        self._require_mailboxes()
        if cursor.listing and not cursor.begun:
            yield ListingBegins(expected=await self._expected())
            cursor = cursor.model_copy(update={"begun": True})
        refused: list[SourceError] = []
        for name, mailbox in self._mailboxes.items():
            try:
                async with aclosing(self._read(cursor, name, mailbox)) as steps:
                    async for step in steps:
                        if isinstance(step, Place):
                            if name in cursor.refused:
                                yield Delete(name)  # the failure of a run before
                            cursor = cursor.at(step)
                            yield Checkpoint(cursor)
                        else:
                            yield step
            except _OF_ONE as error:
                refused.append(error)
                if len(self._mailboxes) == len(refused):
                    raise refused[0] from error
                cursor = cursor.without(name)
                yield ItemFailure(name, name, error.code, f"This mailbox could not be read. {error.message}")
                yield Checkpoint(cursor)
        if cursor.listing:
            yield ListingEnds(complete=cursor.whole)
            yield Checkpoint(cursor.ended())

    async def capabilities(self) -> tuple[Capability, ...]:
        if not self._clients:
            return (Capability("indexing", "failed", _NO_MAILBOX),)
        try:
            profiles, refusals = await self._profiles()
        except SourceError as error:
            return (Capability("indexing", "unknown", f"{error.message} This proves nothing against the connection."),)
        if not profiles:
            return (Capability("indexing", "failed", next(iter(refusals.values())).message),)
        if refusals:
            names = ", ".join(list(refusals)[:_NAMED_AT_MOST])
            found = Capability(
                "indexing",
                "failed",
                f"{len(refusals)} of {len(self._clients)} mailboxes cannot be read ({names}). Take them off the list, "
                "or give them Gmail. The others are read.",
            )
        else:
            found = Capability("indexing", "passed", "Mails, labels and attachments can be read.")
        seen_by = "Each mail is seen by whoever has proven the address of its mailbox, and by nobody else."
        return (found, Capability("permissions", "passed", seen_by))

    async def choices(self, option: str) -> tuple[Choice, ...]:
        """Labels. Those that people made have another id in each mailbox, so several mailboxes share Gmail's own."""
        if option not in ("include_labels", "exclude_labels") or not self._clients:
            return ()
        labels = await next(iter(self._clients.values())).labels()
        if len(self._clients) > 1:
            labels = tuple(label for label in labels if label.is_system)
        shown = [Choice(label.id, label.name) for label in labels if label.id not in _NEVER_CHOSEN]
        return tuple(sorted(shown, key=lambda one: one.label.casefold()))

    async def watchable(self) -> tuple[str, ...]:
        return tuple(self._clients)

    async def watch(self, target: str, *, name: str, token: str) -> Watch:
        """Gmail knows no names: a promise is the mailbox's, and asking once more prolongs it."""
        client = self._clients[target]
        address = mail_key((await client.profile()).address)
        return Watch(target, address, await client.watch(settings_of(self._setup).topic))

    async def unwatch(self, watch: Watch) -> None:
        client = self._clients.get(watch.target)
        if client is not None:
            await client.stop()
            return
        left_out = GmailClient(self._setup, credential_for(self._setup, watch.target))
        try:
            await left_out.stop()
        finally:
            await left_out.close()

    async def _read(self, cursor: GmailCursor, name: str, mailbox: Mailbox) -> AsyncGenerator[SyncEvent | Place]:
        """What is to be read of a mailbox now. One that could not be read before is named beside what has changed."""
        place = cursor.of(name)
        if place is None:
            place = await mailbox.begin(name)
            steps = mailbox.listing(place)
        elif place.listing is not None:
            steps = mailbox.listing(place)
        elif cursor.listing:
            return
        else:
            steps = mailbox.changes(place)
        async with aclosing(steps):
            async for step in steps:
                yield step

    async def _expected(self) -> int | None:
        """About how many conversations will be named; None where a choice leaves some out, or mailboxes are many."""
        options = self._options
        if len(self._mailboxes) != 1 or options.include_labels or options.exclude_labels or options.query.strip():
            return None
        (mailbox,) = self._mailboxes.values()
        return await mailbox.conversations()

    async def _profiles(self) -> tuple[list[Profile], dict[str, SourceError]]:
        """Of each mailbox, or why not. Errors: `SourceError` for what is wrong with the way to Gmail."""
        self._require_mailboxes()
        profiles: list[Profile] = []
        refusals: dict[str, SourceError] = {}
        for name, client in self._clients.items():
            try:
                profiles.append(await client.profile())
            except _OF_ONE as error:
                refusals[name] = error
        return profiles, refusals

    def _require_mailboxes(self) -> None:
        """Errors: `InvalidConfig`."""
        if not self._clients:
            raise InvalidConfig(_NO_MAILBOX, code=OPTIONS_INVALID)


_NO_MAILBOX = "A service account reads the mailboxes that are named. Name at least one."
#: Drafts are never read; trash and spam have an option of their own.
_NEVER_CHOSEN = frozenset({"DRAFT", "CHAT", "TRASH", "SPAM"})

MANIFEST = Manifest(
    slug="gmail",
    name="Gmail",
    icon="gmail",
    description="Reads the mails of a mailbox, conversation by conversation.",
    copies=("conversations", "attachments"),
    opaque_id=lambda _external_id: True,
    # A person has 6,000 units a minute, of which reading a conversation takes 40 (new projects, 2026-11).
    items_a_minute=150.0,
    scopes=SCOPES,
    credentials=("oauth", "service_account"),
    modes=("personal", "workspace"),
    rights=(
        ("your own mailbox, connected as a personal one", "you, and whoever has proven its address"),
        ("a mailbox of the domain", "whoever has proven its address here, and nobody else"),
        ("delegates of a mailbox, and members of a group that gets mail", "not copied: they see nothing"),
        ("hidden recipients (Bcc)", "only in the copy of the mailbox that sent the mail"),
    ),
    cursor=GmailCursor,
    open=GmailSource,
    options=GmailOptions,
    settings=GmailSettings,
    consent=CONSENT,
    push=read_push,
    push_needs=("topic", "push_account"),
    watches=True,
    tells_deletions=True,
)
