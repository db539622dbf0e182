"""Sign-in at a strict OpenID provider: every way in, every way to be turned away, nobody's account taken over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.accounts import AUTH, Person, World, world
from tests.support.app import PASSWORD, running_app, settings_for
from tests.support.fault_proxy import FaultProxy, fault_proxy, serving
from tests.support.mailbox import mailbox
from tests.support.oidc_provider import Persona, StrictProvider, other_key, secret_as_key
from tests.support.ports import free_port
from tests.support.provider_journey import at_provider, begin, come_back, me, query_of, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict() -> AsyncIterator[StrictProvider]:
    provider = StrictProvider()
    async with serving(provider.app()) as url:
        provider.url = url
        yield provider


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(strict: StrictProvider) -> AsyncIterator[FaultProxy]:
    """Between us and the provider; its addresses are those that we know of."""
    port = free_port()
    async with fault_proxy(strict.url, port=port) as proxy:
        strict.url = proxy.url
        yield proxy


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    tmp_path_factory: pytest.TempPathFactory, strict: StrictProvider, wire: FaultProxy
) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, oidc=strict.settings)
        async with running_app(settings) as app, world(app, mail) as place:
            await place.person("admin")
            yield place


@pytest.fixture(autouse=True)
def fresh(strict: StrictProvider, wire: FaultProxy, here: World) -> None:
    """Each test begins with an honest provider that names somebody new."""
    wire.heal()
    email = here.address("social")
    strict.persona = Persona(subject=f"subject-of-{email}", email=email, name="Ada L.")
    strict.deny, strict.forge, strict.sign_with, strict.code_seconds = False, None, None, 60
    strict.algorithm = "RS256"
    here.app.container.accounts.throttle._limiter._store._counts.clear()  # type: ignore[attr-defined]


async def refused(here: World) -> str:
    """Signs in with a new browser, which must not be signed in afterwards; the code that the page is given."""
    browser = here.browser()
    page = await sign_in(browser)
    assert page.path == "/login"
    assert await me(browser) == {}
    return page.query["error"]


# -- in ----------------------------------------------------------------------------------------------------------


async def test_only_configured_providers_are_offered(here: World) -> None:
    offered = (await here.browser().get(f"{AUTH}/providers")).json()
    assert offered == {"items": [{"name": "oidc", "label": "Strict"}]}
    missing = await here.browser().get(f"{AUTH}/oauth/google/start")
    assert (missing.status_code, missing.json()["code"]) == (404, "provider_unknown")


async def test_first_visit_makes_an_account_and_the_next_ones_find_it(here: World, strict: StrictProvider) -> None:
    browser = here.browser()
    page = await sign_in(browser, return_to="/library?view=list")
    assert (page.path, page.query) == ("/library", {"view": "list"})
    who = await me(browser)
    assert (who["email"], who["email_verified"], who["has_password"]) == (strict.persona.email, True, False)
    assert who["name"] == "Ada L."
    again = here.browser()
    await sign_in(again)
    assert (await me(again))["id"] == who["id"]


async def test_administrators_see_the_ways_in_of_each_account(here: World) -> None:
    browser = here.browser()
    await sign_in(browser)
    accounts = here.app.container.accounts
    by_password, by_provider = await here.person(), await accounts.users.get((await me(browser))["id"])
    with_password = await accounts.users.get(by_password.id)
    assert with_password is not None
    assert by_provider is not None
    methods = await accounts.admin.sign_in_methods([with_password, by_provider])
    assert methods == {with_password.id: ["password"], by_provider.id: ["oidc"]}


async def test_changed_address_at_the_provider_is_still_the_same_account(here: World, strict: StrictProvider) -> None:
    browser = here.browser()
    await sign_in(browser)
    who = await me(browser)
    strict.persona.email = here.address("renamed")
    again = here.browser()
    await sign_in(again)
    assert (await me(again))["id"] == who["id"]


async def test_request_carries_pkce_state_and_nonce_new_each_time(here: World) -> None:
    first, second = [query_of(await begin(here.browser(), "oidc")) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"


async def test_session_names_the_provider_and_the_cookie_is_strict(here: World) -> None:
    browser = here.browser()
    answer = await browser.get(await at_provider(await begin(browser, "oidc")))
    cookies = {value.partition("=")[0]: value.lower() for value in answer.headers.get_list("set-cookie")}
    assert "samesite=strict" in cookies["biblios_refresh"]
    assert "httponly" in cookies["biblios_refresh"]
    assert 'biblios_sign_in=""' in cookies["biblios_sign_in"]  # spent
    token = (await browser.post(f"{AUTH}/refresh")).json()["access_token"]
    sessions = await browser.get(f"{AUTH}/sessions", headers={"Authorization": f"Bearer {token}"})
    assert [item["method"] for item in sessions.json()["items"]] == ["oidc"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nX: y"]
)
async def test_way_back_never_leads_to_another_site(here: World, target: str) -> None:
    browser = here.browser()
    answer = await browser.get(await at_provider(await begin(browser, "oidc", return_to=target)))
    assert answer.headers["location"] == "/"


async def test_unverified_address_makes_an_unproven_account_and_a_mail(here: World, strict: StrictProvider) -> None:
    strict.persona.email_verified = False
    browser = here.browser()
    await sign_in(browser)
    assert (await me(browser))["email_verified"] is False
    await here.mail.wait_for(str(strict.persona.email), "Confirm")


async def test_open_invitation_of_a_verified_address_gives_its_role(here: World, strict: StrictProvider) -> None:
    invitations = here.app.container.accounts.admin
    [admin] = await here.app.container.users.unscoped_first(1)
    from backend.audit.log import Origin
    from backend.auth.models import Role

    await invitations.invite(admin, str(strict.persona.email), role=Role.admin, groups=[], origin=Origin())
    browser = here.browser()
    await sign_in(browser)
    assert (await me(browser))["role"] == "admin"


# -- turned away -----------------------------------------------------------------------------------------------------


async def test_denied_consent_is_told_apart_and_audited(here: World, strict: StrictProvider) -> None:
    strict.deny = True
    assert await refused(here) == "provider_denied"
    latest = (await here.events("login", outcome="refused"))[0]
    assert latest.details == {"method": "oidc", "reason": "provider_denied"}


async def test_expired_code_is_refused(here: World, strict: StrictProvider) -> None:
    strict.code_seconds = -1
    assert await refused(here) == "provider_refused"
    assert strict.refusals[-1] == "invalid_grant"


@pytest.mark.parametrize("change", [{"state": "made-up"}, {"state": ""}])
async def test_wrong_state_is_refused_before_the_code_is_used(
    here: World, wire: FaultProxy, change: dict[str, str]
) -> None:
    browser = here.browser()
    back = await at_provider(await begin(browser, "oidc"))
    seen = wire.journal.count(("POST", "/token"))
    page = await come_back(browser, f"{back.partition('?')[0]}?code={query_of(back)['code']}&state={change['state']}")
    assert (page.path, page.query["error"]) == ("/login", "state_invalid")
    assert wire.journal.count(("POST", "/token")) == seen


async def test_way_back_in_another_browser_is_refused(here: World) -> None:
    attacker, victim = here.browser(), here.browser()
    back = await at_provider(await begin(attacker, "oidc"))
    await begin(victim, "oidc")  # so that there is a cookie, of another sign-in
    page = await come_back(victim, back)
    assert page.query["error"] == "state_invalid"
    assert await me(victim) == {}


async def test_replayed_way_back_is_refused(here: World) -> None:
    browser = here.browser()
    back = await at_provider(await begin(browser, "oidc"))
    cookie = browser.cookies["biblios_sign_in"]
    assert (await come_back(browser, back)).path == "/"
    thief = here.browser(headers={"Cookie": f"biblios_sign_in={cookie}"})
    assert (await come_back(thief, back)).query["error"] == "state_invalid"
    assert await me(thief) == {}


async def test_replayed_code_in_a_new_sign_in_is_refused(here: World, strict: StrictProvider) -> None:
    browser = here.browser()
    used = query_of(await at_provider(await begin(browser, "oidc")))["code"]
    fresh_state = query_of(await begin(browser, "oidc"))["state"]
    page = await come_back(browser, f"{AUTH}/oauth/oidc/callback?code={used}&state={fresh_state}")
    assert page.query["error"] == "provider_refused"  # the verifier is another one
    assert strict.refusals[-1] == "invalid_grant"


async def test_way_back_to_another_provider_is_refused(here: World) -> None:
    browser = here.browser()
    back = await at_provider(await begin(browser, "oidc"))
    page = await come_back(browser, back.replace("/oauth/oidc/", "/oauth/google/"))
    assert page.query["error"] == "state_invalid"


def set_claims(**changes: Any) -> Any:
    def forge(claims: dict[str, Any], _: dict[str, Any]) -> None:
        claims.update(changes)

    return forge


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another sign-in's"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["strict-client", "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"iat": 4102444800},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=lambda changes: "-".join(f"{key}" for key in changes) + ("-null" if None in changes.values() else ""),
)
async def test_id_token_with_a_wrong_claim_is_refused(
    here: World, strict: StrictProvider, changes: dict[str, Any]
) -> None:
    strict.forge = set_claims(**changes)
    assert await refused(here) == "identity_invalid"


async def test_id_token_signed_by_a_stranger_is_refused(here: World, strict: StrictProvider) -> None:
    strict.sign_with = other_key()
    assert await refused(here) == "identity_invalid"


async def test_id_token_signed_with_the_client_secret_is_refused(here: World, strict: StrictProvider) -> None:
    strict.algorithm, strict.sign_with = "HS256", secret_as_key()
    assert await refused(here) == "identity_invalid"


async def test_unsigned_id_token_is_refused(here: World, strict: StrictProvider) -> None:
    strict.algorithm = "none"
    assert await refused(here) == "identity_invalid"


async def test_rotated_keys_are_fetched_once_more_and_then_kept(here: World, strict: StrictProvider) -> None:
    await sign_in(here.browser())
    strict.rotate()
    reads = strict.jwks_reads
    browser = here.browser()
    await sign_in(browser)
    assert await me(browser)
    await sign_in(here.browser())
    assert strict.jwks_reads == reads + 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 503}, "provider_unavailable"),
        ({"status": 200, "body": b"<html>", "content_type": "text/html"}, "provider_unavailable"),
        ({"drop": True}, "provider_unavailable"),
        ({"status": 400, "body": b'{"error": "invalid_client"}'}, "provider_refused"),
        ({"status": 429, "body": b"slow down", "content_type": "text/plain"}, "provider_refused"),
        ({"status": 200, "body": b"{}"}, "identity_invalid"),
        ({"status": 200, "body": b'{"access_token": "x", "id_token": "a.b.c"}'}, "identity_invalid"),
    ],
)
async def test_every_fault_of_the_token_endpoint_has_its_code(
    here: World, wire: FaultProxy, fault: dict[str, Any], code: str
) -> None:
    wire.inject("/token", **fault)
    assert await refused(here) == code


@pytest.mark.parametrize("body", [b"{}", b'{"keys": 3}', b"[]", b'{"keys": [{"kty": "OKP", "crv": "X", "x": "AA"}]}'])
async def test_keys_that_are_none_refuse_the_sign_in(here: World, wire: FaultProxy, body: bytes) -> None:
    provider = here.app.container.accounts.oauth.providers["oidc"]
    provider._keys = None  # type: ignore[attr-defined] # as after a restart
    wire.inject("/keys", status=200, body=body)
    assert await refused(here) in {"identity_invalid", "provider_unavailable"}


async def test_provider_that_is_down_at_the_start_leads_back_to_the_page(here: World, wire: FaultProxy) -> None:
    provider = here.app.container.accounts.oauth.providers["oidc"]
    provider._metadata = None  # type: ignore[attr-defined] # as after a restart
    wire.inject("/.well-known/.*", status=503)
    answer = await here.browser().get(f"{AUTH}/oauth/oidc/start")
    assert answer.headers["location"] == "/login?error=provider_unavailable&provider=oidc"
    wire.heal()
    assert (await sign_in(here.browser())).path == "/"


async def test_too_many_starts_lead_back_to_the_page(here: World) -> None:
    browser = here.browser()
    for _ in range(60):
        await begin(browser, "oidc")
    answer = await browser.get(f"{AUTH}/oauth/oidc/start")
    assert answer.headers["location"] == "/login?error=rate_limited&provider=oidc"


async def test_provider_without_an_address_says_what_to_do(here: World, strict: StrictProvider) -> None:
    strict.persona.email = None
    assert await refused(here) == "email_missing"


# -- linking -----------------------------------------------------------------------------------------------------


async def with_password(here: World, strict: StrictProvider) -> Person:
    """Somebody who has a password here and the same address at the provider."""
    return await here.person(email=str(strict.persona.email))


async def test_same_verified_address_is_linked_only_after_the_password(here: World, strict: StrictProvider) -> None:
    person = await with_password(here, strict)
    browser = here.browser()
    page = await sign_in(browser)
    assert page.path == "/link"
    assert await me(browser) == {}
    token = page.fragment["token"]
    wrong = await browser.post(f"{AUTH}/oauth/link", json={"token": token, "password": "not the password"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "password")
    assert await me(browser) == {}
    right = await browser.post(f"{AUTH}/oauth/link", json={"token": token, "password": PASSWORD})
    assert right.json()["user"]["id"] == person.id
    assert (await me(browser))["email_verified"] is True
    replay = await here.browser().post(f"{AUTH}/oauth/link", json={"token": token, "password": PASSWORD})
    assert (replay.status_code, replay.json()["code"]) == (422, "link_invalid")
    again = here.browser()
    assert (await sign_in(again)).path == "/"
    assert (await me(again))["id"] == person.id


async def test_unverified_address_never_reaches_an_existing_account(here: World, strict: StrictProvider) -> None:
    await with_password(here, strict)
    strict.persona.email_verified = False
    assert await refused(here) == "email_unverified"
    strict.persona.email_verified = "false"
    assert await refused(here) == "email_unverified"


async def test_account_without_a_password_is_linked_from_its_own_settings_only(
    here: World, strict: StrictProvider
) -> None:
    await sign_in(here.browser())
    strict.persona.subject += "-another-person-with-that-address"
    assert await refused(here) == "link_by_signing_in"


async def link_from_settings(here: World, person: Person) -> dict[str, str]:
    started = await person.call("POST", "/auth/linked-accounts/oidc", json={"return_to": "/settings/account"})
    assert started.status_code == 200, started.text
    page = await come_back(person.http, await at_provider(started.json()["url"]))
    assert page.path == "/settings/account"
    return page.query


async def test_signed_in_person_links_and_unlinks(here: World, strict: StrictProvider) -> None:
    person = await here.person()
    assert await link_from_settings(here, person) == {"linked": "oidc"}
    [listed] = (await person.call("GET", "/auth/linked-accounts")).json()["items"]
    assert (listed["provider"], listed["email"]) == ("oidc", strict.persona.email)
    browser = here.browser()
    await sign_in(browser)
    assert (await me(browser))["id"] == person.id
    assert (await person.call("DELETE", "/auth/linked-accounts/oidc")).status_code == 204
    assert (await person.call("DELETE", "/auth/linked-accounts/oidc")).status_code == 404
    stranger = here.browser()
    await sign_in(stranger)
    assert (await me(stranger))["id"] != person.id


async def test_account_at_the_provider_belongs_to_one_person(here: World) -> None:
    first, second = await here.person(), await here.person()
    await link_from_settings(here, first)
    assert (await link_from_settings(here, second))["error"] == "already_linked"


async def test_unverified_address_is_not_linked_from_settings_either(here: World, strict: StrictProvider) -> None:
    strict.persona.email_verified = False
    person = await here.person()
    assert (await link_from_settings(here, person))["error"] == "email_unverified"


async def test_last_way_in_cannot_be_unlinked(here: World) -> None:
    browser = here.browser()
    await sign_in(browser)
    token = (await browser.post(f"{AUTH}/refresh")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    kept = await browser.delete(f"{AUTH}/linked-accounts/oidc", headers=headers)
    assert (kept.status_code, kept.json()["code"]) == (409, "last_sign_in")
    first = {"new_password": "a first passphrase"}
    assert (await browser.post(f"{AUTH}/password/change", json=first, headers=headers)).status_code == 204
    assert (await browser.delete(f"{AUTH}/linked-accounts/oidc", headers=headers)).status_code == 204


async def test_deactivated_person_stays_out(here: World) -> None:
    browser = here.browser()
    await sign_in(browser)
    who = await me(browser)
    await here.app.container.users.update(str(who["id"]), {"disabled": True})
    assert await refused(here) == "account_inactive"


async def test_two_first_visits_at_once_make_one_account(here: World, strict: StrictProvider) -> None:
    browsers = [here.browser(), here.browser()]
    pages = await asyncio.gather(*(sign_in(browser) for browser in browsers))
    assert "/" in [page.path for page in pages]
    assert len({str(who["id"]) for browser in browsers if (who := await me(browser))}) == 1
