"""A service that can be connected, in memory: notes in folders, with members; it can be told to fail."""

import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import batched

from pydantic import Field

from backend.connectors.base import Account, Capability, Choice, Options, Source
from backend.connectors.manifest import Consent, Incoming, Manifest, Pushed, Scope, Setup
from backend.connectors.source_events import (
    Access,
    Checkpoint,
    Cursor,
    Deferred,
    Delete,
    GroupMembers,
    ItemFailure,
    ListingBegins,
    ListingEnds,
    SourceFile,
    SyncEvent,
    Upsert,
)
from backend.documents.incoming import TextItem
from backend.errors import CursorExpired, ReauthRequired, Unauthenticated
from backend.oauth.client import Revocation
from tests.support.consent_provider import ConsentProvider

TOKEN = "toy-token-of-the-test"
PUSH_SECRET = "push-secret-of-the-test"
_PAGE = 10


class ToyCursor(Cursor):
    """`changes`: how many of the service's changes are known. `page`: where a listing goes on; None: it has ended."""

    changes: int
    page: int | None = None


class ToyOptions(Options):
    folder: str = Field("", description="only notes of this folder", max_length=100)


@dataclass(frozen=True, slots=True)
class Note:
    """`data` makes it a file. `folder` is its path, too."""

    id: str
    text: str
    readers: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    folder: str = ""
    data: bytes | None = None
    readable: bool = True
    access_told: bool = True
    same_as: str | None = None


@dataclass(slots=True)
class ToyService:
    """The truth that a library is compared with. `fail` is called before each page and may raise what a gateway would.

    `cut`: listings end early and say so. `kept_changes`: older changes are forgotten.
    """

    notes: dict[str, Note] = field(default_factory=dict)
    token: str = TOKEN
    changes: list[str] = field(default_factory=list)
    forgotten: int = 0
    cut: bool = False
    empty_answer: bool = False
    fail: Callable[[int], None] | None = None
    account_id: str = "toy-1"
    pages: int = 0
    fetched: int = 0
    members_cut: bool = False
    opened: int = 0
    times_opened: int = 0
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    removed_at: dict[str, datetime] = field(default_factory=dict)
    consents: ConsentProvider = field(default_factory=ConsentProvider)

    def accepts(self, token: str) -> bool:
        return token == self.token or token in self.consents.access

    def put(self, *notes: Note) -> None:
        for note in notes:
            self.notes[note.id] = note
            self.changes.append(note.id)

    def remove(self, *ids: str, silently: bool = False) -> None:
        """`silently`: no change says so, only a listing can tell."""
        for id_ in ids:
            del self.notes[id_]
            if not silently:
                self.changes.append(id_)

    def share(self, id_: str, *readers: str) -> None:
        self.put(replace(self.notes[id_], readers=frozenset(readers)))

    def forget_changes(self) -> None:
        self.forgotten = len(self.changes) + 1

    @property
    def manifest(self) -> Manifest:
        return Manifest(
            slug="toy",
            name="Toy",
            icon="note",
            description="Reads the notes of a toy.",
            copies=("notes",),
            opaque_id=lambda external_id: "/" not in external_id,
            scopes=(Scope("notes.read", "To read the notes that you choose."),),
            credentials=("token", "oauth"),
            consent=Consent(revocation=lambda settings: Revocation(settings.token_url.replace("/token", "/revoke"))),
            modes=("personal", "workspace"),
            rights=(("readers of a note", "the same people, by their proven addresses"),),
            cursor=ToyCursor,
            push=read_push,
            tells_deletions=True,
            open=lambda setup: ToySource(self, setup),
            options=ToyOptions,
        )


class ToySource(Source):
    def __init__(self, service: ToyService, setup: Setup) -> None:
        self._service = service
        self._credential = setup.credential
        self._calls = setup.calls
        assert isinstance(setup.options, ToyOptions)
        self._folder = setup.options.folder
        service.opened += 1
        service.times_opened += 1

    async def check(self) -> Account:
        await self._call()
        return Account(self._service.account_id, "Toy of the test", "toy@example.com")

    async def sync(self, cursor: ToyCursor | None) -> AsyncGenerator[SyncEvent]:
        service = self._service
        if cursor is None:
            await self._call()
            cursor = ToyCursor(changes=len(service.changes), page=0)
            yield ListingBegins()
        if cursor.page is not None:
            async for event in self._listing(cursor):
                yield event
            return
        await self._call()
        if cursor.changes < service.forgotten:
            raise CursorExpired("These changes are forgotten.")
        known = len(service.changes)
        for id_ in dict.fromkeys(service.changes[cursor.changes : known]):
            yield self._event(id_)
        yield Checkpoint(ToyCursor(changes=known))

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        for group, members in self._service.members.items():
            yield GroupMembers(group, members, not self._service.members_cut, names=self._service.names)

    async def capabilities(self) -> tuple[Capability, ...]:
        return (Capability("indexing", "passed", "Toy gives its notes."),)

    async def choices(self, option: str) -> tuple[Choice, ...]:
        assert option == "folder"
        folders = {note.folder for note in self._service.notes.values() if note.folder}
        return tuple(Choice(folder, folder.title()) for folder in sorted(folders))

    async def close(self) -> None:
        self._service.opened -= 1

    async def _listing(self, cursor: ToyCursor) -> AsyncGenerator[SyncEvent]:
        service = self._service
        ids = [] if service.empty_answer else sorted(service.notes)
        pages = [*batched(ids, _PAGE, strict=False)] or [()]
        assert cursor.page is not None
        for number, page in enumerate(pages[cursor.page :], cursor.page):
            await self._call()
            for id_ in page:
                if id_ in service.notes:
                    yield self._event(id_)
            if service.cut and number == 0:
                yield ListingEnds(complete=False)
                break
            if number < len(pages) - 1:
                yield Checkpoint(ToyCursor(changes=cursor.changes, page=number + 1))
        else:
            yield ListingEnds(complete=True)
        yield Checkpoint(ToyCursor(changes=cursor.changes))

    def _event(self, id_: str) -> SyncEvent:
        note = self._service.notes.get(id_)
        if note is None or (self._folder and note.folder != self._folder):
            return Delete(id_, self._service.removed_at.get(id_))
        if not note.readable:
            return ItemFailure(id_, f"Note {id_}", "not_readable", "Toy did not give this note.")
        access = Access(people=note.readers, groups=note.groups, complete=note.access_told)
        if note.data is not None:
            return Deferred(id_, hashlib.sha256(note.data).hexdigest(), access, partial(self._fetch, note))
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        item = TextItem(
            external_id=id_,
            title=f"Note {id_}",
            text=note.text,
            modified_at=moment,
            path=note.folder or None,
            same_as=note.same_as,
        )
        return Upsert(item, access)

    async def _fetch(self, note: Note) -> SourceFile:
        await self._call()
        self._service.fetched += 1
        return SourceFile(note.id, f"{note.id}.txt", _reader(note.data or b""))

    async def _call(self) -> None:
        service = self._service
        service.pages += 1
        self._calls.count += 1
        token = await self._credential.access_token()
        if not service.accepts(token):
            token = await self._credential.access_token(refused=token)
        if not service.accepts(token):
            raise ReauthRequired("Toy no longer accepts the token. Connect it again.")
        if service.fail is not None:
            service.fail(service.pages)


def signed_push(account: str, delivery: str, *, secret: str = PUSH_SECRET) -> tuple[bytes, dict[str, str]]:
    """What Toy sends when an account has something new: body and headers."""
    body = json.dumps({"account": account, "delivery": delivery}).encode()
    return body, {"X-Toy-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def read_push(push: Incoming) -> Pushed:
    signature = hmac.new(PUSH_SECRET.encode(), push.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, push.headers.get("x-toy-signature", "")):
        raise Unauthenticated("This was not signed by Toy.", code="signature_invalid")
    told = json.loads(push.body)
    return Pushed(accounts=frozenset({told["account"]}), delivery=told["delivery"])


def _reader(data: bytes) -> Callable[[], AsyncIterator[bytes]]:
    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 1000):
            yield data[start : start + 1000]

    return read
