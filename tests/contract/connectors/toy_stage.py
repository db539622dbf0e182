"""The toy of `docs/developer/connectors.md`: what a connector is held to, without a provider's peculiarities."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from starlette.applications import Starlette

from backend.connectors.manifest import Manifest, Mode
from backend.errors import SourceError, SourceRateLimited, TransientFailure
from tests.contract.connectors.stage import ADA, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.provider_wire import Request, Wire, served
from tests.support.toy_source import TOKEN, Note, ToyService

_GROUP = "team:one"


class ToyStage:
    can: frozenset[Ability] = frozenset({"share", "join", "move", "restore", "consent", "expire_cursor", "lie"})
    mode: Mode = "personal"
    wire: Wire | None = None

    def __init__(self) -> None:
        self._service = ToyService()
        self._number = 0
        self._gone: dict[str, Note] = {}
        self._faults: dict[int, SourceError] = {}
        self._service.fail = self._fail

    @property
    def manifest(self) -> Manifest:
        return self._service.manifest

    @property
    def credentials(self) -> dict[str, Any]:
        return {"token": TOKEN}

    @property
    def options(self) -> dict[str, Any]:
        return {}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        app = Starlette(routes=self._service.consents.routes("/authorize", "/token", "/revoke"))
        async with served(app) as url:
            yield {
                "toy_client_id": CLIENT_ID,
                "toy_client_secret": CLIENT_SECRET,
                "toy_authorize_url": f"{url}/authorize",
                "toy_token_url": f"{url}/token",
            }

    def reset(self) -> None:
        service = self._service
        service.notes.clear()
        service.changes.clear()
        service.members.clear()
        service.forgotten, service.token = 0, TOKEN
        service.cut = service.empty_answer = False
        service.consents.revoke_all()
        self._faults.clear()

    def truth(self) -> dict[str, Entry]:
        members = self._service.members
        return {
            note.id: Entry(note.text, note.readers.union(*(members.get(group, frozenset()) for group in note.groups)))
            for note in self._service.notes.values()
            if note.readable
        }

    def add(self, words: str, *readers: str) -> str:
        self._number += 1
        note = Note(f"note-{self._number:05d}", words, frozenset(readers or {ADA}))
        self._service.put(note)
        return note.id

    def edit(self, id_: str, words: str) -> None:
        self._service.put(replace(self._service.notes[id_], text=words))

    def remove(self, id_: str) -> None:
        self._gone[id_] = self._service.notes[id_]
        self._service.remove(id_)

    def restore(self, id_: str) -> None:
        self._service.put(self._gone.pop(id_))

    def move(self, id_: str) -> None:
        self._service.put(replace(self._service.notes[id_], folder="elsewhere"))

    def share(self, id_: str, *readers: str) -> None:
        self._service.put(replace(self._service.notes[id_], readers=frozenset(readers)))

    def join(self, id_: str, reader: str) -> None:
        note = self._service.notes[id_]
        if not note.groups:
            self._service.put(replace(note, groups=frozenset({_GROUP})))
        self._service.members[_GROUP] = self._service.members.get(_GROUP, frozenset()) | {reader}

    def leave(self, id_: str, reader: str) -> None:
        self._service.members[_GROUP] = self._service.members.get(_GROUP, frozenset()) - {reader}

    def spoil(self, id_: str) -> None:
        self._service.put(replace(self._service.notes[id_], readable=False))

    def swell(self, id_: str) -> None:
        self._service.put(replace(self._service.notes[id_], text="many words " * 3_000))

    def fail(self, nth: int, kind: FaultKind) -> None:
        if kind == "limited":
            error: SourceError = SourceRateLimited("Toy asks us to wait.", retry_after_seconds=1)
        elif kind == "limited_without_a_time":
            error = SourceRateLimited("Toy asks us to wait.")
        else:
            error = TransientFailure("Toy does not answer right now.")
        self.fail_with(nth, error)

    def is_call(self, request: Request) -> bool:
        raise NotImplementedError("Toy is asked in memory")

    def fail_with(self, nth: int, error: SourceError) -> None:
        """As `fail`, with what a gateway would raise."""
        self._faults[self._service.pages + nth] = error

    def calls(self) -> int:
        return self._service.pages

    def expire_cursor(self) -> None:
        self._service.forget_changes()

    def expire_token(self) -> None:
        self._service.consents.expire()

    def revoke(self) -> None:
        self._service.token = ""
        self._service.consents.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self._service.cut, self._service.empty_answer = how == "cut", how == "empty"

    async def consent(self, authorize_url: str) -> str:
        return await self._service.consents.allow(authorize_url)

    def _fail(self, number: int) -> None:
        if (error := self._faults.pop(number, None)) is not None:
            raise error


def stage() -> ToyStage:
    return ToyStage()
