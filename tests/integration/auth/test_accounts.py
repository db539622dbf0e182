"""Register, sign in, refresh, sign out: through the real app on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from backend.auth.administrators import SETUP, Administrators
from backend.db.lease import NamedLeases
from backend.errors import Conflict
from tests.support.app import PASSWORD, RunningApp, running_app, settings_for

API = "/api/v1/auth"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path / "data")) as running:
        yield running


@pytest.fixture
async def http(app: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=app.url, timeout=60) as client:
        yield client


async def register(http: httpx.AsyncClient, email: str = "ada@example.com") -> httpx.Response:
    return await http.post(f"{API}/register", json={"email": email, "password": PASSWORD, "name": "Ada"})


async def test_register_answers_the_promised_fields(http: httpx.AsyncClient) -> None:
    answer = await register(http)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "user"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 900)
    assert set(body["user"]) == {"id", "email", "name", "role"}
    assert body["user"]["name"] == "Ada"


async def test_first_account_is_admin_and_only_the_first(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(register(http, f"p{number}@example.com") for number in range(6)))
    roles = [answer.json()["user"]["role"] for answer in answers]
    assert sorted(roles) == ["admin"] + ["member"] * 5


async def test_refresh_cookie_is_http_only_strict_and_narrow(http: httpx.AsyncClient) -> None:
    cookie = (await register(http)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/api/v1/auth" in cookie


async def test_address_is_unique_whatever_its_case(http: httpx.AsyncClient) -> None:
    await register(http, "ada@example.com")
    answer = await register(http, " ADA@Example.COM ")
    assert answer.status_code == 409
    assert answer.json()["code"] == "email_taken"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody", "password": PASSWORD}, "email"),
        ({"email": "a@b.c d", "password": PASSWORD}, "email"),
        ({"email": "a\x00@example.com", "password": PASSWORD}, "email"),
        ({"email": "a@example.com", "password": "short"}, "password"),
        ({"email": "a@example.com", "password": "x" * 2000}, "password"),
        ({"password": PASSWORD}, "email"),
    ],
)
async def test_malformed_registration_names_the_field(
    http: httpx.AsyncClient, body: dict[str, str], field: str
) -> None:
    answer = await http.post(f"{API}/register", json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "invalid_input"
    assert [item["field"] for item in problem["errors"]] == [field]
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_unknown_address_and_wrong_password_answer_alike(http: httpx.AsyncClient) -> None:
    await register(http)
    wrong = await http.post(f"{API}/login", json={"email": "ada@example.com", "password": "wrong password"})
    unknown = await http.post(f"{API}/login", json={"email": "eve@example.com", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    told, told_again = wrong.json(), unknown.json()
    assert told.pop("request_id") != told_again.pop("request_id")
    assert told == told_again


async def test_me_needs_a_token_and_names_the_person(http: httpx.AsyncClient) -> None:
    token = (await register(http)).json()["access_token"]
    assert (await http.get(f"{API}/me")).status_code == 401
    assert (await http.get(f"{API}/me", headers={"Authorization": "Bearer nonsense"})).status_code == 401
    me = await http.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["email"] == "ada@example.com"


async def test_refresh_rotates_and_the_new_token_works_again(http: httpx.AsyncClient) -> None:
    await register(http)
    first = http.cookies["biblios_refresh"]
    assert (await http.post(f"{API}/refresh")).status_code == 200
    second = http.cookies["biblios_refresh"]
    assert first != second
    assert (await http.post(f"{API}/refresh")).status_code == 200


async def test_parallel_refreshes_of_one_token_have_one_winner_and_sign_nobody_out(app: RunningApp) -> None:
    async with httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        await register(http)
        cookie = http.cookies["biblios_refresh"]
        http.cookies.clear()
        answers = await asyncio.gather(
            *(http.post(f"{API}/refresh", headers={"Cookie": f"biblios_refresh={cookie}"}) for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {200}
        successors = {answer.cookies["biblios_refresh"] for answer in answers}
        assert len(successors) == 1
        again = await http.post(f"{API}/refresh", headers={"Cookie": f"biblios_refresh={successors.pop()}"})
        assert again.status_code == 200


async def test_spent_token_after_the_grace_ends_the_family(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data", auth={"refresh_grace_seconds": 0})
    async with running_app(settings) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        await register(http)
        stolen = http.cookies["biblios_refresh"]
        await http.post(f"{API}/refresh")
        honest = http.cookies["biblios_refresh"]
        http.cookies.clear()
        reused = await http.post(f"{API}/refresh", headers={"Cookie": f"biblios_refresh={stolen}"})
        assert (reused.status_code, reused.json()["code"]) == (401, "token_reused")
        after = await http.post(f"{API}/refresh", headers={"Cookie": f"biblios_refresh={honest}"})
        assert (after.status_code, after.json()["code"]) == (401, "session_ended")


async def test_logout_ends_the_session(http: httpx.AsyncClient) -> None:
    await register(http)
    cookie = http.cookies["biblios_refresh"]
    assert (await http.post(f"{API}/logout")).status_code == 204
    again = await http.post(f"{API}/refresh", headers={"Cookie": f"biblios_refresh={cookie}"})
    assert again.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},  # a sandboxed frame
        {"Origin": "https:evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_cookie_calls_from_other_sites_are_refused(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await register(http)
    for action in ("refresh", "logout"):
        answer = await http.post(f"{API}/{action}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_closed_registration_lets_only_the_first_in(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data", auth={"registration": "closed"})
    async with running_app(settings) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        assert (await register(http, "first@example.com")).status_code == 201
        second = await register(http, "second@example.com")
        assert (second.status_code, second.json()["code"]) == (403, "registration_closed")


async def test_failed_first_registration_does_not_use_up_the_admin(
    app: RunningApp, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = app.container.users
    insert = users.insert

    async def broken(_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(users, "insert", broken)
    assert (await register(http)).status_code == 500
    monkeypatch.setattr(users, "insert", insert)
    assert (await register(http)).json()["user"]["role"] == "admin"


async def test_tokens_survive_a_restart(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    async with running_app(settings) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        token = (await register(http)).json()["access_token"]
    async with running_app(settings) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        me = await http.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})
        assert me.status_code == 200


async def test_expired_session_is_not_refreshed(app: RunningApp, http: httpx.AsyncClient) -> None:
    await register(http)
    from backend.auth.repository import SESSIONS

    past = datetime.now(UTC) - timedelta(minutes=1)
    await app.container.database.collection(SESSIONS).update_many({}, {"$set": {"expires_at": past}})
    answer = await http.post(f"{API}/refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_second_registration_waits_for_the_first_and_follows_it_if_it_fails(app: RunningApp) -> None:
    administrators = Administrators(app.container.database, app.container.users)

    async def second() -> bool:
        async with administrators.registering("second") as is_first:
            return is_first

    waiting: list[asyncio.Task[bool]] = []

    async def failing_first() -> None:
        async with administrators.registering("first") as is_first:
            assert is_first
            waiting.append(asyncio.create_task(second()))
            for _ in range(20):  # as many looks at the database, during which the second one looks too
                assert await app.container.users.get("nobody") is None
            assert not waiting[0].done()
            raise LookupError

    with pytest.raises(LookupError):
        await failing_first()
    assert await waiting[0]


async def test_crash_of_the_first_registration_does_not_leave_the_place_without_an_administrator(
    app: RunningApp, http: httpx.AsyncClient
) -> None:
    setup = app.container.database.collection(SETUP)
    await setup.insert_one({"_id": "first_admin", "user_id": "died before it was stored", "settled": False})
    await NamedLeases(setup).take("first_registration", "died as well", timedelta(seconds=0.5))
    assert (await register(http)).json()["user"]["role"] == "admin"
    assert (await register(http, "ben@example.com")).json()["user"]["role"] == "member"


async def test_crash_right_after_the_first_account_was_stored_does_not_make_a_second_administrator(
    app: RunningApp, http: httpx.AsyncClient
) -> None:
    await register(http)
    setup = app.container.database.collection(SETUP)
    await setup.update_one({"_id": "first_admin"}, {"$set": {"settled": False}})
    [first] = await app.container.users.unscoped_first(9)
    assert (await register(http, "ben@example.com")).json()["user"]["role"] == "member"
    await app.container.users.delete(first.id)
    assert (await register(http, "eve@example.com")).json()["user"]["role"] == "member"


async def test_a_first_registration_that_takes_long_keeps_its_place(app: RunningApp) -> None:
    administrators = Administrators(app.container.database, app.container.users)

    async def second() -> bool:
        async with administrators.registering("second") as is_first:
            return is_first

    async with administrators.registering("first") as is_first:
        assert is_first
        with pytest.raises(Conflict):  # after a wait that is longer than the lease
            await second()


async def test_nobody_follows_a_first_administrator_who_left(app: RunningApp, http: httpx.AsyncClient) -> None:
    first = (await register(http)).json()["user"]["id"]
    await app.container.users.delete(first)
    assert (await register(http)).json()["user"]["role"] == "member"


async def test_mailboxes_that_look_alike_are_two_accounts(http: httpx.AsyncClient) -> None:
    addresses = ["straße@example.com", "strasse@example.com", "\u212aim@example.com", "kim@example.com"]
    answers = [await register(http, address) for address in addresses]
    assert [answer.status_code for answer in answers] == [201] * 4
    signed_in = [
        await http.post("/api/v1/auth/login", json={"email": address, "password": PASSWORD}) for address in addresses
    ]
    assert [answer.json()["user"]["email"] for answer in signed_in] == addresses


async def test_address_is_unique_however_its_domain_is_written(http: httpx.AsyncClient) -> None:
    assert (await register(http, "ada@müller.de")).status_code == 201
    assert (await register(http, "ada@xn--mller-kva.de")).json()["code"] == "email_taken"


async def test_address_whose_domain_cannot_exist_is_refused(http: httpx.AsyncClient) -> None:
    assert (await register(http, "ada@ex＠mple.com")).status_code == 422
