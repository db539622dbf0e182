"""Grants that last, over a real database and a provider on the wire that spends a refresh token with its first use."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.db.lease import LEASES, NamedLeases
from backend.db.sqlite import SqliteDatabase
from backend.errors import InvalidConfig, ReauthRequired, SourceRateLimited, TransientFailure
from backend.oauth.client import Challenge, OAuthClient, Registration, Revocation
from backend.oauth.flow import FLOWS, FlowRepository
from backend.oauth.grants import GRANTS, Grant, GrantRepository
from backend.oauth.tokens import TokenSet
from backend.secrets import SecretBox
from tests.support.database import sqlite_database
from tests.support.fault_proxy import serving

OLD, NEW = "o" * 40, "n" * 40
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(slots=True)
class Provider:
    """Its token endpoint. `answer`, when set, is what it says instead."""

    url: str = ""
    live: str = "refresh-0"
    refreshes: int = 0
    revoked: list[str] = field(default_factory=list)
    answer: Response | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        routes = [Route("/token", self.token, methods=["POST"]), Route("/revoke", self.revoke, methods=["POST"])]
        return Starlette(routes=routes)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        self.asked.set()
        await self.may_answer.wait()
        if self.answer is not None:
            return self.answer
        if form["client_secret"] != "the secret":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if form["refresh_token"] != self.live:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        self.refreshes += 1
        self.live = f"refresh-{self.refreshes}"
        return JSONResponse(
            {"access_token": f"access-{self.refreshes}", "refresh_token": self.live, "expires_in": 3600}
        )

    async def revoke(self, request: Request) -> Response:
        self.revoked.append(str((await request.form())["token"]))
        return Response(status_code=200)


@dataclass(slots=True)
class Rig:
    provider: Provider
    database: SqliteDatabase
    grants: GrantRepository

    def worker(self, *, secret: str = "the secret") -> Grant:
        registration = Registration(label="Example", client_id="us", client_secret=SecretStr(secret), scope="read")
        return Grant(
            "connection 1",
            client=OAuthClient(registration),
            token_endpoint=f"{self.provider.url}/token",
            revocation=Revocation(f"{self.provider.url}/revoke"),
            grants=self.grants,
            leases=NamedLeases(self.database.collection(LEASES)),
            clock=lambda: NOW,
        )


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    provider = Provider()
    provider.may_answer.set()
    async with serving(provider.app()) as url, sqlite_database(tmp_path, GRANTS, FLOWS, LEASES) as database:
        provider.url = url
        grants = GrantRepository(database, SecretBox([OLD]))
        ended = TokenSet(access_token="access-0", refresh_token="refresh-0", expires_at=NOW, scope="read")
        await grants.save("connection 1", ended)
        yield Rig(provider, database, grants)


async def test_workers_that_need_a_token_at_once_renew_it_once(rig: Rig) -> None:
    rig.provider.may_answer.clear()
    asking = [asyncio.create_task(rig.worker().access_token()) for _ in range(5)]
    await rig.provider.asked.wait()
    rig.provider.may_answer.set()
    assert set(await asyncio.gather(*asking)) == {"access-1"}
    assert rig.provider.refreshes == 1


async def test_a_token_that_still_works_is_not_renewed(rig: Rig) -> None:
    good = TokenSet(access_token="good", refresh_token="refresh-0", expires_at=NOW + timedelta(hours=1))
    await rig.grants.save("connection 1", good)
    assert await rig.worker().access_token() == "good"
    assert rig.provider.refreshes == 0
    assert await rig.worker().access_token(refused="good") == "access-1"
    assert await rig.worker().access_token(refused="good") == "access-1"  # another was refused the same, a bit later


async def test_what_a_refresh_leaves_out_stays(rig: Rig) -> None:
    rig.provider.answer = JSONResponse({"access_token": "again", "expires_in": "3600"})
    assert await rig.worker().access_token() == "again"
    kept = await rig.grants.load("connection 1")
    assert (kept.refresh_token, kept.scope) == ("refresh-0", "read")


async def test_a_grant_that_was_renewed_by_who_lost_the_lease_is_not_taken_for_dead(rig: Rig) -> None:
    """The one before saved after its lease had run out: its refresh token is the live one."""
    rig.provider.live = "another"
    newer = TokenSet(access_token="newer", refresh_token="another", expires_at=NOW + timedelta(hours=1))
    rig.provider.may_answer.clear()
    asking = asyncio.create_task(rig.worker().access_token())
    await rig.provider.asked.wait()
    await rig.grants.save("connection 1", newer)
    rig.provider.may_answer.set()
    assert await asking == "newer"


async def test_failures_have_their_kind(rig: Rig) -> None:
    with pytest.raises(InvalidConfig):
        await rig.worker(secret="wrong").access_token()
    rig.provider.live = "gone"
    with pytest.raises(ReauthRequired):
        await rig.worker().access_token()
    rig.provider.answer = JSONResponse({}, status_code=429, headers={"Retry-After": "30"})
    with pytest.raises(SourceRateLimited) as limited:
        await rig.worker().access_token()
    assert limited.value.retry_after_seconds == 30
    for nothing in (PlainTextResponse("<html>", status_code=502), PlainTextResponse("<html>")):
        rig.provider.answer = nothing
        with pytest.raises(TransientFailure):
            await rig.worker().access_token()
    rig.provider.url = "http://127.0.0.1:1"
    with pytest.raises(TransientFailure):
        await rig.worker().access_token()


async def test_giving_back_forgets_here_and_there(rig: Rig) -> None:
    await rig.worker().give_back()
    assert rig.provider.revoked == ["refresh-0"]
    with pytest.raises(ReauthRequired):
        await rig.worker().access_token()


async def test_tokens_lie_encrypted_and_follow_a_change_of_keys(rig: Rig) -> None:
    async def stored() -> str:
        record = await rig.database.collection(GRANTS).find_one({"_id": "connection 1"})
        assert record is not None
        return str(record["tokens"])

    before = await stored()
    assert "refresh-0" not in before
    await GrantRepository(rig.database, SecretBox([NEW, OLD])).load("connection 1")
    assert await stored() != before
    assert (await GrantRepository(rig.database, SecretBox([NEW])).load("connection 1")).refresh_token == "refresh-0"


async def test_an_authorisation_is_taken_once_by_the_browser_that_began(rig: Rig) -> None:
    flows = FlowRepository(rig.database, SecretBox([OLD]))
    state, browser, begun = await flows.begin(
        provider="example",
        redirect_uri="https://here/callback",
        return_to="/connections",
        intent="connect",
        user_id="u",
        payload={"connection": "1"},
    )
    stored = str(await rig.database.collection(FLOWS).find({}))
    assert not [secret for secret in (state, browser, begun.verifier) if secret in stored]
    assert await flows.take(state, "another browser", "example") is None
    assert await flows.take(state, browser, "another provider") is None
    assert await flows.take(state, browser, "example") == begun
    assert await flows.take(state, browser, "example") is None


def test_the_browser_is_sent_with_state_and_a_hashed_verifier() -> None:
    client = OAuthClient(
        Registration(
            label="Example", client_id="us", client_secret=SecretStr("s"), scope="a b", extra={"access_type": "offline"}
        )
    )
    challenge = Challenge("https://here/callback", "the-state", "the-nonce", "v" * 64)
    url = client.authorization_url("https://there/authorize", challenge)
    assert "code_challenge_method=S256" in url
    assert "state=the-state" in url
    assert "access_type=offline" in url
    assert "v" * 64 not in url
