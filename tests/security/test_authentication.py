"""Authentication and sessions against the ASVS items of `docs/developer/asvs.md` that have no test elsewhere."""

import asyncio
import base64
import json
import random
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import RSAKey

from backend.api.body_limit import STRANGERS_BYTES
from backend.audit.log import Origin
from backend.errors import RateLimited
from tests.support.accounts import AUTH, World, world
from tests.support.app import PASSWORD, running_app, settings_for
from tests.support.limits import ForgettingLimits
from tests.support.mailbox import mailbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PAIRS = 14
#: A fair coin gives fewer or more heads once in 8,000 runs; a real difference does so in each.
_FEWEST, _MOST = 1, _PAIRS - 1


@pytest.fixture(scope="module")
def limits() -> ForgettingLimits:
    return ForgettingLimits()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory, limits: ForgettingLimits) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings, limits=limits) as app, world(app, mail) as place:
            await place.administrator()
            yield place


@pytest.fixture(autouse=True)
def no_limits_from_before(limits: ForgettingLimits) -> None:
    limits.forget()


async def login(here: World, email: str, password: str, **headers: str) -> httpx.Response:
    return await here.browser().post(f"{AUTH}/login", json={"email": email, "password": password}, headers=headers)


# -- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["abcd efgh", "пароль из слов", "🔑🔑 keys 🗝️ and more", "x" * 63 + "yzw" * 20, " leading and trailing "]
)
async def test_any_composition_and_length_is_taken_as_it_is(here: World, password: str) -> None:
    email = here.address()
    body = {"email": email, "password": password}
    assert (await here.browser().post(f"{AUTH}/register", json=body)).status_code == 201
    assert (await login(here, email, password)).status_code == 200


@pytest.mark.parametrize("near", [PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], f"\ufeff{PASSWORD}"])
async def test_password_is_neither_truncated_nor_folded_nor_trimmed(here: World, near: str) -> None:
    person = await here.person()
    assert (await login(here, person.email, near)).status_code == 401


async def test_long_password_counts_to_its_last_character(here: World) -> None:
    email, long = here.address(), "correct horse " * 60
    await here.browser().post(f"{AUTH}/register", json={"email": email, "password": long})
    assert (await login(here, email, long[:-1] + "x")).status_code == 401
    assert (await login(here, email, long)).status_code == 200


@pytest.mark.parametrize(
    "password", ["password1", "Iloveyou", "1qaz2wsx", "aaaaaaaaaaaa", "BibliosAI", "biblios-2026!"]
)
async def test_common_passwords_and_the_products_name_are_refused(here: World, password: str) -> None:
    refused = await here.browser().post(f"{AUTH}/register", json={"email": here.address(), "password": password})
    assert (refused.status_code, refused.json()["code"]) == (422, "weak_password")


async def test_own_address_is_no_password(here: World) -> None:
    email = here.address("someone")
    refused = await here.browser().post(f"{AUTH}/register", json={"email": email, "password": email})
    assert refused.json()["errors"][0]["code"] == "too_personal"


async def test_there_is_no_default_account(here: World) -> None:
    for email in ("admin", "admin@localhost", "root"):
        for password in ("admin", ""):
            assert (await login(here, email, password)).status_code == 401


# -- guessing --------------------------------------------------------------------------------------------------------


async def test_guesses_are_limited_without_locking_the_owner_out(here: World) -> None:
    person = await here.person()
    device = {"Cookie": f"biblios_device={person.http.cookies['biblios_device']}"}
    guesses = [await login(here, person.email, f"guess number {number}") for number in range(12)]
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    assert int(guesses[-1].headers["Retry-After"]) >= 1
    assert (await login(here, person.email, PASSWORD)).status_code == 429  # a stranger's browser has to wait
    assert (await login(here, person.email, PASSWORD, **device)).status_code == 200  # the owner's has not


async def test_guesses_at_an_unknown_address_are_limited_alike(here: World) -> None:
    email = here.address("nobody")
    guesses = [await login(here, email, f"guess number {number}") for number in range(12)]
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2


async def test_many_addresses_from_one_place_are_limited(here: World) -> None:
    throttle = here.app.container.accounts.throttle
    for _ in range(99):  # as a login does first; hashing a hundred passwords would only take time
        await throttle.login(here.address("spray"), Origin(ip="127.0.0.1"), None)
    statuses = [(await login(here, here.address("spray"), "Winter2026!")).status_code for _ in range(2)]
    assert statuses == [401, 429]


async def test_addresses_of_one_ipv6_network_are_counted_together(here: World) -> None:
    throttle = here.app.container.accounts.throttle
    for number in range(100):
        await throttle.login(here.address("spray"), Origin(ip=f"2001:db8:1:2::{number:x}"), None)
    with pytest.raises(RateLimited):
        await throttle.login(here.address("spray"), Origin(ip="2001:db8:1:2:ffff::1"), None)
    await throttle.login(here.address("spray"), Origin(ip="2001:db8:1:3::1"), None)


async def test_nobodys_cookie_is_a_device(here: World) -> None:
    person, thief = await here.person(), await here.person()
    stolen = {"Cookie": f"biblios_device={thief.http.cookies['biblios_device']}"}
    guesses = [await login(here, person.email, f"guess number {number}", **stolen) for number in range(12)]
    assert guesses[-1].status_code == 429


@pytest.mark.slow
async def test_login_takes_as_long_for_an_unknown_address_as_for_a_wrong_password(
    here: World, limits: ForgettingLimits
) -> None:
    """A sign test over pairs in random order: the known one is the slower one about as often as not."""
    person = await here.person()
    rng = random.Random(7)
    slower = 0
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(_PAIRS + 2):
        pair = {"known": person.email, "unknown": f"unknown{number}@example.com"}
        seconds: dict[str, float] = {}
        for kind in rng.sample(sorted(pair), 2):
            limits.forget()
            started = time.perf_counter()
            await login(here, pair[kind], "a wrong password")
            seconds[kind] = time.perf_counter() - started
        if number >= 2:  # the first ones warm up (the decoy's hash is made then)
            slower += seconds["known"] > seconds["unknown"]
            for kind, value in seconds.items():
                times[kind].append(value)
    ratio = statistics.median(times["known"]) / statistics.median(times["unknown"])
    assert _FEWEST <= slower <= _MOST or 0.95 < ratio < 1.05, (slower, ratio)


# -- sessions --------------------------------------------------------------------------------------------------------


async def test_a_hundred_refreshes_at_once_have_one_winner_and_nobody_is_signed_out(here: World) -> None:
    person = await here.person()
    cookie = {"Cookie": f"biblios_refresh={person.http.cookies['biblios_refresh']}"}
    async with httpx.AsyncClient(base_url=here.app.url, limits=httpx.Limits(max_connections=100), timeout=60) as http:
        answers = await asyncio.gather(*(http.post(f"{AUTH}/refresh", headers=cookie) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    [successor] = {answer.cookies["biblios_refresh"] for answer in answers}
    after = await here.browser().post(f"{AUTH}/refresh", headers={"Cookie": f"biblios_refresh={successor}"})
    assert after.status_code == 200
    assert await here.events("session.token_reused", user_id=person.id) == []


async def test_refresh_across_a_key_rotation_gives_every_tab_the_same_token(here: World) -> None:
    person = await here.person()
    cookie = {"Cookie": f"biblios_refresh={person.http.cookies['biblios_refresh']}"}
    first = await here.browser().post(f"{AUTH}/refresh", headers=cookie)
    await here.app.container.accounts.keys.rotate()
    second = await here.browser().post(f"{AUTH}/refresh", headers=cookie)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.cookies["biblios_refresh"] == second.cookies["biblios_refresh"]


async def test_every_sign_in_is_a_new_session_with_a_random_token(here: World) -> None:
    person = await here.person()
    old = person.http.cookies["biblios_refresh"]
    body = {"email": person.email, "password": PASSWORD}
    answer = await person.http.post(f"{AUTH}/login", json=body)  # with the old cookie
    new = answer.cookies["biblios_refresh"]
    assert old.partition(".")[0] != new.partition(".")[0]
    assert len(base64.urlsafe_b64decode(new.partition(".")[2] + "==")) >= 32  # 256 bits


async def test_refresh_token_is_kept_as_a_hash_only(here: World) -> None:
    from backend.auth.repository import SESSIONS

    person = await here.person()
    token = person.http.cookies["biblios_refresh"]
    record = await here.app.container.database.collection(SESSIONS).find_one({"user_id": person.id})
    assert record is not None
    assert token not in str(record)
    assert token.partition(".")[2] not in str(record)


# -- access tokens ---------------------------------------------------------------------------------------------------


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    first, second = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims))
    return first, second


async def test_token_that_brings_its_own_key_is_refused(here: World) -> None:
    person = await here.person()
    _, claims = parts(person.token)
    key = RSAKey.generate_key(2048)
    for header in (
        {"alg": "RS256", "jwk": key.as_dict(private=False)},
        {"alg": "RS256", "jku": f"{here.app.url}/keys", "kid": "mine"},
        {"alg": "RS256", "kid": parts(person.token)[0]["kid"]},
    ):
        forged = jwt.encode(header, claims, key, algorithms=["RS256"])
        answer = await here.browser().get(f"{AUTH}/me", headers={"Authorization": f"Bearer {forged}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


async def test_changed_claims_break_the_signature(here: World) -> None:
    person, victim = await here.person(), await here.person()
    header, _, signature = person.token.split(".")
    _, claims = parts(person.token)
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": victim.id}).encode()).rstrip(b"=").decode()
    answer = await here.browser().get(f"{AUTH}/me", headers={"Authorization": f"Bearer {header}.{changed}.{signature}"})
    assert answer.status_code == 401


async def test_refresh_token_is_no_access_token(here: World) -> None:
    person = await here.person()
    bearer = {"Authorization": f"Bearer {person.http.cookies['biblios_refresh']}"}
    assert (await here.browser().get(f"{AUTH}/me", headers=bearer)).status_code == 401


# -- fields that are not theirs to set ---------------------------------------------------------------------------------


async def test_role_and_groups_cannot_be_given_to_oneself(here: World) -> None:
    extra: dict[str, Any] = {"role": "admin", "groups": ["finance"], "email_verified": True, "disabled": False}
    person = await here.person(**extra)
    await person.call("PATCH", "/auth/me", json={"name": "Eve", **extra})
    me = (await person.call("GET", "/auth/me")).json()
    assert (me["role"], me["groups"], me["email_verified"]) == ("member", [], False)


async def test_no_answer_about_an_account_holds_its_hash(here: World) -> None:
    person = await here.person()
    for path in ("/auth/me", "/auth/sessions", "/auth/api-keys"):
        assert "argon2" not in (await person.call("GET", path)).text
        assert "hash" not in (await person.call("GET", path)).text


# -- around ------------------------------------------------------------------------------------------------------------


async def test_headers_are_set_on_pages_and_answers(here: World) -> None:
    for path in ("/", "/api/v1/auth/me", "/healthz"):
        headers = (await here.browser().get(path)).headers
        assert "unsafe-inline" not in headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers  # on localhost it would lock the developer out


async def test_cross_origin_reads_are_closed_by_default(here: World) -> None:
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    answer = await here.browser().options(f"{AUTH}/me", headers=preflight)
    assert "access-control-allow-origin" not in answer.headers
    answer = await here.browser().get("/healthz", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_cookies_are_secure_and_hsts_is_sent_behind_https(tmp_path_factory: pytest.TempPathFactory) -> None:
    with mailbox() as mail:
        settings = settings_for(
            tmp_path_factory.mktemp("data"), mail=mail.settings, web={"public_url": "https://biblios.example"}
        )
        async with running_app(settings) as app, world(app, mail) as place:
            body = {"email": "ada@example.com", "password": PASSWORD}
            answer = await place.browser().post(f"{AUTH}/register", json=body, headers={"Host": "biblios.example"})
            cookies = answer.headers.get_list("set-cookie")
            body = {"email": "ada@example.com", "password": PASSWORD}
            behind = await place.browser().post(f"{AUTH}/login", json=body)  # the proxy names us by our local address
            cookies += behind.headers.get_list("set-cookie")
            assert len(cookies) == 4
            for cookie in cookies:
                assert {"secure", "httponly", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
            assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
            link = await mail.secret("ada@example.com")
            assert link
            text = (await mail.wait_for("ada@example.com")).as_string()
            assert "https://biblios.example/verify#token=" in text.replace("=\n", "").replace("=3D", "=")


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({}, False),
        ({"Host": "192.168.1.20:8000"}, False),
        ({"Host": "biblios.lan"}, False),
        ({"Host": "biblios.lan", "X-Forwarded-Proto": "https"}, True),
    ],
)
async def test_cookies_are_secure_exactly_when_the_browser_speaks_https(
    tmp_path: Path, headers: dict[str, str], secure: bool
) -> None:
    """A browser drops a Secure cookie that comes over plain http: nobody would stay signed in at a LAN address."""
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings, web={"trusted_proxies": "127.0.0.1"})
        async with running_app(settings) as app, world(app, mail) as place:
            body = {"email": "ada@example.com", "password": PASSWORD}
            answer = await place.browser().post(f"{AUTH}/register", json=body, headers=headers)
            cookies = answer.headers.get_list("set-cookie")
            assert len(cookies) == 2
            assert ["secure" in cookie.lower().split("; ") for cookie in cookies] == [secure, secure]


async def test_a_stranger_cannot_say_that_the_browser_speaks_https(here: World) -> None:
    body = {"email": here.address(), "password": PASSWORD}
    answer = await here.browser().post(f"{AUTH}/register", json=body, headers={"X-Forwarded-Proto": "https"})
    assert not [cookie for cookie in answer.headers.get_list("set-cookie") if "secure" in cookie.lower().split("; ")]


async def test_strangers_cannot_fill_the_memory_with_a_long_body(here: World) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * 1024 * 1024

    try:
        answer = await here.browser().post(
            f"{AUTH}/login", content=body(), headers={"Content-Type": "application/json"}
        )
    except httpx.TransportError:  # cut off while it was sending
        assert sent < 64
    else:
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    for size, status in ((STRANGERS_BYTES, 422), (STRANGERS_BYTES + 1, 413)):
        edge = await here.browser().post(
            f"{AUTH}/login", content=b" " * size, headers={"Content-Type": "application/json"}
        )
        assert edge.status_code == status
