"""Sign-in at a strict OpenID provider: every way in."""

import pytest

from tests.support.accounts import AUTH, World
from tests.support.oidc_provider import StrictProvider
from tests.support.provider_journey import at_provider, begin, me, query_of, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
