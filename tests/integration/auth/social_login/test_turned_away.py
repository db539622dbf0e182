"""Sign-in at a strict OpenID provider: every way to be turned away."""

from typing import Any

import pytest

from backend.auth.oauth.registry import configured_providers
from tests.support.accounts import AUTH, World
from tests.support.fault_proxy import FaultProxy
from tests.support.oidc_provider import StrictProvider, other_key, secret_as_key
from tests.support.provider_journey import at_provider, begin, come_back, me, query_of, refused, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


def forget_the_provider(here: World) -> None:
    """As after a restart: what a provider says of itself is read anew."""
    container = here.app.container
    container.accounts.oauth.providers.update(configured_providers(container.settings))


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
    forget_the_provider(here)
    wire.inject("/keys", status=200, body=body)
    assert await refused(here) in {"identity_invalid", "provider_unavailable"}


async def test_provider_that_is_down_at_the_start_leads_back_to_the_page(here: World, wire: FaultProxy) -> None:
    forget_the_provider(here)
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


async def test_made_up_ways_back_are_limited_and_not_noted_without_end(here: World) -> None:
    stranger = here.browser()
    before = len(await here.events("login", outcome="refused"))
    errors = [
        (await come_back(stranger, f"{AUTH}/oauth/oidc/callback?state=made-up-{number}")).query["error"]
        for number in range(61)
    ]
    assert errors == ["state_invalid"] * 60 + ["rate_limited"]
    back = await at_provider(await begin(stranger, "oidc"))
    assert (await come_back(stranger, back)).query["error"] == "rate_limited"
    assert len(await here.events("login", outcome="refused")) == before


async def test_way_back_of_a_sign_in_that_is_over_is_noted(here: World) -> None:
    browser = here.browser()
    back = await at_provider(await begin(browser, "oidc"))
    await come_back(browser, back)
    await come_back(here.browser(), back)
    latest = (await here.events("login", outcome="refused"))[0]
    assert latest.details == {"method": "oidc", "reason": "state_invalid"}


async def test_provider_without_an_address_says_what_to_do(here: World, strict: StrictProvider) -> None:
    strict.persona.email = None
    assert await refused(here) == "email_missing"
