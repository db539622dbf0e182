"""Accounts at a strict OpenID provider and accounts here: linked by their owner alone."""

import asyncio

import pytest

from backend.auth.oauth.base import Profile
from backend.auth.oauth.storage import LinkedAccount, LinkedAccountRepository
from backend.auth.security import PasswordService
from tests.support.accounts import AUTH, Person, World
from tests.support.app import PASSWORD
from tests.support.oidc_provider import StrictProvider
from tests.support.provider_journey import at_provider, come_back, me, refused, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_password_that_is_reset_while_it_confirms_a_link_confirms_nothing(
    here: World, strict: StrictProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await with_password(here, strict)
    page = await sign_in(here.browser())
    await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email})
    secret = await here.mail.secret(person.email, "Set a new password")
    verify = PasswordService.verify

    async def overtaken(self: PasswordService, password: str, stored: str | None) -> tuple[bool, str | None]:
        monkeypatch.undo()
        valid = await verify(self, password, stored)
        reset = {"token": secret, "password": "an entirely new pass phrase"}
        assert (await here.browser().post(f"{AUTH}/password/reset", json=reset)).status_code == 204
        return valid

    monkeypatch.setattr(PasswordService, "verify", overtaken)
    confirm = {"token": page.fragment["token"], "password": PASSWORD}
    answer = await here.browser().post(f"{AUTH}/oauth/link", json=confirm)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
    assert await linked(here, person) == []
    assert await here.app.container.accounts.sessions.of_user(person.id) == []


async def test_sign_in_by_a_link_that_is_taken_away_meanwhile_is_refused(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    await link_from_settings(here, person)
    used = LinkedAccountRepository.used

    async def taken_away(self: LinkedAccountRepository, link: LinkedAccount, email: str | None) -> None:
        await used(self, link, email)
        await self.remove_all(link.user_id)

    monkeypatch.setattr(LinkedAccountRepository, "used", taken_away)
    before = len(await here.app.container.accounts.sessions.of_user(person.id))
    assert await refused(here) == "session_ended"
    assert len(await here.app.container.accounts.sessions.of_user(person.id)) == before


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


async def begin_link(person: Person) -> str:
    """The address that the provider sends the browser back to, where it has not come yet."""
    started = await person.call("POST", "/auth/linked-accounts/oidc", json={"return_to": "/settings/account"})
    return await at_provider(started.json()["url"])


async def linked(here: World, person: Person) -> list[str]:
    return [link.provider for link in await here.app.container.accounts.oauth.of_user(person.id)]


async def test_a_link_begun_in_a_session_that_has_ended_is_refused(here: World, strict: StrictProvider) -> None:
    owner = await here.person()
    thief = await here.sign_in(owner.email)
    back = await begin_link(thief)
    changed = {"current_password": PASSWORD, "new_password": "an entirely new pass phrase"}
    assert (await owner.call("POST", "/auth/password/change", json=changed)).status_code == 204
    page = await come_back(thief.http, back)
    assert (page.path, page.query["error"]) == ("/settings/account", "session_ended")
    assert await linked(here, owner) == []
    assert await link_from_settings(here, owner) == {"linked": "oidc"}, "the session that changed it goes on"


async def test_a_link_whose_session_ends_on_the_way_back_is_taken_back(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    back = await begin_link(person)
    add = LinkedAccountRepository.add

    async def ended_meanwhile(self: LinkedAccountRepository, user_id: str, provider: str, profile: Profile) -> bool:
        await here.app.container.accounts.sessions.end_all(user_id, reason="password_reset")
        return await add(self, user_id, provider, profile)

    monkeypatch.setattr(LinkedAccountRepository, "add", ended_meanwhile)
    assert (await come_back(person.http, back)).query["error"] == "session_ended"
    assert await linked(here, person) == []


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
