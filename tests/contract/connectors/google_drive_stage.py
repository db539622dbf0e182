"""Google Drive over its stand-in: a service account reads for Ada, and files are shared with people."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from backend.connectors.google_drive.connector import MANIFEST
from backend.connectors.manifest import Manifest, Mode
from tests.contract.connectors.stage import ADA, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.google_drive_service import DriveService
from tests.support.google_drive_state import FOLDER, Share
from tests.support.provider_wire import Fault, Request, Wire, served

_LIMITED = {"error": {"errors": [{"domain": "usageLimits", "reason": "userRateLimitExceeded"}], "code": 403}}
_FAULTS: dict[FaultKind, Fault] = {
    "unauthorized": Fault(status=401),
    "forbidden": Fault(status=403),
    "limited": Fault(status=429, headers=(("Retry-After", "1"),)),
    "limited_without_a_time": Fault(status=403, body=_LIMITED),
    "down": Fault(status=503),
    "dropped": Fault(how="drop"),
    "cut": Fault(how="cut"),
    "garbled": Fault(how="garble"),
}


class DriveStage:
    can: frozenset[Ability] = frozenset({"share", "move", "restore", "consent", "expire_cursor", "lie"})
    mode: Mode = "workspace"

    def __init__(self) -> None:
        self.service = DriveService()
        self.wire = Wire(self.service.app())
        self.reset()

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    @property
    def credentials(self) -> dict[str, Any]:
        return {"service_account": self.service.key_file}

    @property
    def options(self) -> dict[str, Any]:
        return {"subject": ADA}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with served(self.wire) as url:
            yield {
                "google_drive_client_id": CLIENT_ID,
                "google_drive_client_secret": CLIENT_SECRET,
                "google_drive_api_url": f"{url}/drive/v3",
                "google_drive_authorize_url": f"{url}/authorize",
                "google_drive_token_url": f"{url}/token",
                "google_drive_revoke_url": f"{url}/revoke",
            }

    def reset(self) -> None:
        self.service.reset()
        self.service.people.add(ADA)
        self.service.consents.account = ADA
        self.wire.mend()
        self.wire.journal.clear()

    def truth(self) -> dict[str, Entry]:
        """Files that Ada may open, each for the people who are named."""
        state = self.service.state
        return {
            item.id: Entry(item.data.decode(), frozenset(state.readers(item.id)))
            for item in state.items.values()
            if item.mime == "text/plain" and not item.spoiled and not state.is_trashed(item.id)
            if ADA in state.readers(item.id)
        }

    def add(self, words: str, *readers: str) -> str:
        shares = [Share("user", reader) for reader in readers if reader != ADA]
        number = self.service.state.number()
        return self.service.state.add(f"Note {number}.txt", owner=ADA, data=words.encode(), shares=shares)

    def edit(self, id_: str, words: str) -> None:
        self.service.state.write(id_, words.encode())

    def remove(self, id_: str) -> None:
        self.service.state.trash(id_)

    def restore(self, id_: str) -> None:
        self.service.state.trash(id_, False)

    def move(self, id_: str) -> None:
        folder = self.service.state.add("Elsewhere", owner=ADA, mime=FOLDER)
        self.service.state.move(id_, folder)

    def share(self, id_: str, *readers: str) -> None:
        self.service.state.share(id_, *(Share("user", reader) for reader in readers if reader != ADA))

    def join(self, id_: str, reader: str) -> None:
        raise NotImplementedError("its items are seen by no group")

    def leave(self, id_: str, reader: str) -> None:
        raise NotImplementedError("its items are seen by no group")

    def spoil(self, id_: str) -> None:
        self.service.state.items[id_].spoiled = True

    def swell(self, id_: str) -> None:
        self.service.state.write(id_, b"many words " * 3_000)

    def fail(self, nth: int, kind: FaultKind) -> None:
        """The nth request to the API; its token is fetched beside it."""
        self.wire.fail(nth, _FAULTS[kind])

    def is_call(self, request: Request) -> bool:
        """Whether it counts against the quota."""
        return request.path.startswith(("/drive/", "/prepared/"))

    def calls(self) -> int:
        return sum(self.is_call(request) for request in self.wire.journal)

    def expire_cursor(self) -> None:
        self.service.state.forget_changes()

    def expire_token(self) -> None:
        self.service.consents.expire()

    def revoke(self) -> None:
        self.service.revoked = True
        self.service.consents.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self.service.lie = how

    async def consent(self, authorize_url: str) -> str:
        return await self.service.consents.allow(authorize_url)


def stage() -> DriveStage:
    return DriveStage()
