"""GitHub over the stand-in: files and issues by turns, in a repository for each set of people who may open it."""

import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from backend.connectors.github.connector import MANIFEST
from backend.connectors.manifest import Manifest, Mode
from tests.contract.connectors.stage import ADA, BEN, Ability, Entry, FaultKind
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.github_access import APP_ID, Installation, private_pem
from tests.support.github_service import GitHubService
from tests.support.github_state import File, Item, Repository
from tests.support.provider_wire import Fault, Request, Wire, served

_LOGINS = {ADA: "ada", BEN: "ben"}
_OWNER = "example"
FAULTS: dict[FaultKind, Fault] = {
    "unauthorized": Fault(status=401, body={"message": "Bad credentials", "status": "401"}),
    "forbidden": Fault(status=403, body={"message": "Resource not accessible by integration", "status": "403"}),
    "limited": Fault(status=429, headers=(("Retry-After", "1"),), body={"message": "You have exceeded a limit"}),
    "down": Fault(status=500, body={"message": "Server Error"}),
    "dropped": Fault(how="drop"),
    "cut": Fault(how="cut"),
    "garbled": Fault(how="garble"),
}


class GitHubStage:
    can: frozenset[Ability] = frozenset({"share", "join", "move", "restore", "consent", "expire_cursor", "lie"})
    mode: Mode = "workspace"

    def __init__(self) -> None:
        self.service = GitHubService(page=10)
        self.wire = Wire(self.service.app())
        self.installation: Installation
        self._words: dict[str, str] = {}
        self._gone: dict[str, Item | File] = {}
        self._spoiled: set[str] = set()
        self._added = 0
        self.reset()

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    @property
    def credentials(self) -> dict[str, Any]:
        key = {"app_id": APP_ID, "private_key": private_pem(), "installation_id": self.installation.id}
        return {"service_account": key}

    @property
    def options(self) -> dict[str, Any]:
        return {}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with served(self.wire) as url:
            yield {
                "github_client_id": CLIENT_ID,
                "github_client_secret": CLIENT_SECRET,
                "github_api_url": url,
                "github_authorize_url": f"{url}/login/oauth/authorize",
                "github_token_url": f"{url}/login/oauth/access_token",
            }

    def reset(self) -> None:
        world, tokens = self.service.world, self.service.tokens
        world.clear()
        tokens.revoke_all()
        self.wire.mend()
        self.service.lie = None
        for address, login in _LOGINS.items():
            world.account(login, address)
        world.account(_OWNER, is_organisation=True)
        self.installation = tokens.install(_OWNER)
        self._words.clear()
        self._gone.clear()
        self._spoiled.clear()
        self._added = 0

    def truth(self) -> dict[str, Entry]:
        return {
            id_: Entry(words, self._readers(self._repository(id_)))
            for id_, words in self._words.items()
            if id_ not in self._spoiled
        }

    def add(self, words: str, *readers: str) -> str:
        found = self._for(frozenset(readers or {ADA}))
        self._added += 1
        if self._added % 2 == 0:
            item = found.open("issue", words, "A body.", author="ada")
            id_ = f"issue:{found.id}:{item.number}"
        else:
            path = f"notes/note-{self.service.world.number()}.md"
            found.commit({path: File(words.encode())})
            id_ = f"file:{found.id}:{path}"
        self._words[id_] = words
        return id_

    def edit(self, id_: str, words: str) -> None:
        found = self._repository(id_)
        if (item := self._item(id_)) is not None:
            found.edit(item, title=words)
        else:
            found.commit({_name(id_): File(words.encode())})
        self._words[id_] = words

    def remove(self, id_: str) -> None:
        found = self._repository(id_)
        if (item := self._item(id_)) is not None:
            self._gone[id_] = found.items.pop(item.number)
        else:
            self._gone[id_] = found.files[_name(id_)]
            found.commit({_name(id_): None})
        del self._words[id_]

    def restore(self, id_: str) -> None:
        found, was = self._repository(id_), self._gone.pop(id_)
        if isinstance(was, Item):
            found.items[was.number] = was
            self._words[id_] = was.title
        else:
            found.commit({_name(id_): was})
            self._words[id_] = was.data.decode()

    def move(self, id_: str) -> None:
        found = self._repository(id_)
        found.name = f"renamed-{found.id}"

    def share(self, id_: str, *readers: str) -> None:
        """With all that is in the same repository."""
        self._repository(id_).collaborators = {_LOGINS[one] for one in readers}

    def join(self, id_: str, reader: str) -> None:
        self._repository(id_).collaborators.add(_LOGINS[reader])

    def leave(self, id_: str, reader: str) -> None:
        self._repository(id_).collaborators.discard(_LOGINS[reader])

    def spoil(self, id_: str) -> None:
        found = self._repository(id_)
        if (item := self._item(id_)) is not None:
            item.malformed = True
        else:
            found.lost |= found.blobs.keys()
        self._spoiled.add(id_)

    def swell(self, id_: str) -> None:
        self.edit(id_, "many words " * 3_000)

    def fail(self, nth: int, kind: FaultKind) -> None:
        if kind == "limited_without_a_time":  # GitHub says in another header when the hour is over
            headers = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time.time()) + 2)))
            self.wire.fail(nth, Fault(status=403, headers=headers, body={"message": "API rate limit exceeded"}))
        else:
            self.wire.fail(nth, FAULTS[kind])

    def is_call(self, request: Request) -> bool:
        return not request.path.startswith(("/login/", "/app/"))

    def calls(self) -> int:
        return len(self.wire.journal)

    def expire_cursor(self) -> None:
        for found in self.service.world.repositories.values():
            found.forget_history()

    def expire_token(self) -> None:
        self.service.tokens.expire()

    def revoke(self) -> None:
        self.service.tokens.revoke_all()

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        self.service.lie = how

    async def consent(self, authorize_url: str) -> str:
        return await self.service.consents.allow(authorize_url)

    def _for(self, readers: frozenset[str]) -> Repository:
        """The repository of exactly these people."""
        world = self.service.world
        for found in world.repositories.values():
            if self._readers(found) == readers:
                return found
        name = f"{_OWNER}/repository-{len(world.repositories) + 1}"
        return world.repository(name, *(_LOGINS[one] for one in readers))

    def _readers(self, found: Repository) -> frozenset[str]:
        return frozenset(address for address, login in _LOGINS.items() if login in found.collaborators)

    def _repository(self, id_: str) -> Repository:
        return self.service.world.repositories[int(id_.split(":")[1])]

    def _item(self, id_: str) -> Item | None:
        kind, _, number = id_.split(":", 2)
        return self._repository(id_).items[int(number)] if kind != "file" else None


def _name(id_: str) -> str:
    return id_.split(":", 2)[2]


def stage() -> GitHubStage:
    return GitHubStage()
