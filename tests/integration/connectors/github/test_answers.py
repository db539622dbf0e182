"""The gateway over the stand-in: answers that say no in part, limits that come with status 200, files in pieces."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.connectors.base import Calls, StaticCredential
from backend.connectors.github.auth import GitHubSettings
from backend.connectors.github.client import GitHubClient
from backend.connectors.github.connector import GitHubOptions
from backend.connectors.github.models import Repository, ThreadKey
from backend.connectors.manifest import Setup
from backend.errors import PermissionMissing, SourceRateLimited, TransientFailure
from tests.support.github_service import GitHubService
from tests.support.github_state import File
from tests.support.github_state import Repository as There
from tests.support.provider_wire import Fault, Wire, served

_TOO_MUCH = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r0"], "message": "Resource limits exceeded"}


@dataclass(slots=True)
class Desk:
    client: GitHubClient
    wire: Wire
    there: There
    repository: Repository
    calls: Calls

    def answer(self, *errors: dict[str, object], nth: int = 1, remaining: int = 4_000) -> None:
        """The nth request from now is answered with these errors and no data, and with status 200."""
        headers = (
            ("X-RateLimit-Remaining", str(remaining)),
            ("X-RateLimit-Reset", str(int(time.time()) + 600)),
        )
        self.wire.fail(nth, Fault(status=200, headers=headers, body={"data": None, "errors": list(errors)}))

    def keys(self, *numbers: int) -> list[ThreadKey]:
        return [(self.repository.node_id, "issue", number) for number in numbers]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    service = GitHubService()
    wire, calls = Wire(service.app()), Calls()
    service.world.account("ada", "ada@example.com")
    service.world.account("example", is_organisation=True)
    there = service.world.repository("example/papers", "ada")
    for number in range(6):
        there.open("issue", f"Issue {number}")
    async with served(wire) as url:
        token = StaticCredential(SecretStr(service.tokens.personal("ada")))
        settings = GitHubSettings(api_url=url)
        client = GitHubClient(Setup("token", token, GitHubOptions(), settings, calls))
        yield Desk(client, wire, there, (await client.repositories())[0], calls)
        await client.close()


async def test_a_limit_that_comes_with_status_200_is_waited_for(desk: Desk) -> None:
    desk.answer({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, remaining=0)
    with pytest.raises(SourceRateLimited) as limited:
        await desk.client.threads(desk.keys(1))
    assert limited.value.retry_after_seconds == pytest.approx(600, abs=5)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502),
        Fault(status=504),
        Fault(status=200, body={"errors": [{"message": "Something went wrong while executing your query."}]}),
        Fault(
            status=200, body={"data": {"r0": None}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r0"]}]}
        ),
    ],
)
async def test_what_is_too_much_at_once_is_asked_for_in_halves(desk: Desk, fault: Fault) -> None:
    desk.wire.fail(1, fault)
    before = desk.calls.count
    found = await desk.client.threads(desk.keys(1, 2, 3, 4))
    assert [(thread.found or {})["number"] for thread in found.values()] == [1, 2, 3, 4]
    assert desk.calls.count - before == 3


async def test_an_answer_is_judged_part_by_part(desk: Desk) -> None:
    """One that is gone takes nothing from its neighbours, and one of which a part is lacking is no whole item."""
    desk.there.items[3].malformed = True
    found = await desk.client.threads(desk.keys(1, 3, 99))
    one, three, gone = (found[key] for key in desk.keys(1, 3, 99))
    assert (one.found or {})["number"] == 1
    assert not one.partial
    assert three.partial
    assert (gone.found, gone.partial) == (None, False)


async def test_an_answer_without_content_is_evidence_of_nothing(desk: Desk) -> None:
    desk.wire.fail(1, Fault(status=200, body={"data": {"r0": {"i0": None}}}))
    found = await desk.client.threads(desk.keys(1))
    assert [(thread.found, thread.partial) for thread in found.values()] == [(None, True)]
    desk.wire.fail(1, Fault(status=200, body={"data": {"nodes": [None]}}))
    with pytest.raises(TransientFailure):
        await desk.client.pulses([desk.repository], people=False)


async def test_what_is_not_allowed_at_all_is_a_missing_permission(desk: Desk) -> None:
    desk.answer({"type": "FORBIDDEN", "message": "Resource not accessible by personal access token"})
    with pytest.raises(PermissionMissing):
        await desk.client.threads(desk.keys(1))


async def test_a_list_that_holds_less_than_it_says_is_not_believed(desk: Desk) -> None:
    client = desk.client
    desk.wire.fail(1, Fault(status=200, body={"message": "not a list"}))
    with pytest.raises(TransientFailure):
        await client.repositories()


async def test_a_large_file_comes_in_pieces(desk: Desk) -> None:
    data = b"many words " * 100_000
    desk.there.commit({"large.txt": File(data)})
    sha = next(iter(desk.there.blobs))
    pieces = [piece async for piece in desk.client.raw(desk.repository, sha)]
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 64 * 2**10


async def test_texts_of_files_are_those_of_their_bytes(desk: Desk) -> None:
    texts = {"a": "Möwe\r\n", "b": "\ufeffmit Zeichen", "c": "ohne Ende"}
    desk.there.commit({name: File(text.encode()) for name, text in texts.items()})
    keys = [(desk.repository.node_id, sha) for sha in desk.there.blobs]
    found = await desk.client.blobs(keys)
    assert [blob and blob.text for blob in found.values()] == list(texts.values())
