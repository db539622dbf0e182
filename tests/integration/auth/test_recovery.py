"""Passwords and addresses: changed, forgotten, proven; by links of a real mail server that work once."""

import pytest

from backend.auth.security import PasswordService
from tests.support.accounts import AUTH, Person, World
from tests.support.app import PASSWORD
from tests.support.mailbox import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "a much better passphrase"


async def test_registration_mails_a_link_that_proves_the_address_once(here: World, admin: Person) -> None:
    person = await here.person()
    assert (await person.call("GET", "/auth/me")).json()["email_verified"] is False
    secret = await here.mail.secret(person.email, "Confirm")
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": secret})).status_code == 204
    assert (await person.call("GET", "/auth/me")).json()["email_verified"] is True
    again = await person.http.post(f"{AUTH}/email/verify", json={"token": secret})
    assert (again.status_code, again.json()["code"]) == (422, "link_invalid")


async def test_mail_is_multipart_and_says_the_same_in_both_parts(here: World) -> None:
    person = await here.person()
    mail = await here.mail.wait_for(person.email, "Confirm")
    html = mail.get_body(("html",))
    assert html is not None
    link = next(word for word in text_of(mail).split() if word.startswith("http"))
    assert link in html.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("address", ["{one},{two}", "{one};{two}", "<{one}>", "a:{one}", '"x"{one}', "({two}){one}"])
async def test_address_that_a_mail_could_read_as_several_is_refused(here: World, address: str) -> None:
    email = address.format(one=here.address("one"), two=here.address("two"))
    answer = await here.browser().post(f"{AUTH}/register", json={"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")


async def test_asking_again_voids_the_link_before(here: World) -> None:
    person = await here.person()
    first = await here.mail.secret(person.email, "Confirm")
    assert (await person.call("POST", "/auth/email/verification")).status_code == 202
    second = await here.mail.secret(person.email, "Confirm", count=2)
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": first})).status_code == 422
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": second})).status_code == 204


async def test_forgotten_password_is_set_by_link_and_ends_every_session(here: World) -> None:
    person = await here.person()
    asked = await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email.upper()})
    assert asked.status_code == 202
    secret = await here.mail.secret(person.email, "Set a new password")
    reset = {"token": secret, "password": NEW}
    assert (await here.browser().post(f"{AUTH}/password/reset", json=reset)).status_code == 204
    assert (await person.call("GET", "/auth/me")).status_code == 401
    assert (await person.http.post(f"{AUTH}/refresh")).status_code == 401
    old = await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert old.status_code == 401
    back = await here.sign_in(person.email, NEW)
    assert (await back.call("GET", "/auth/me")).json()["email_verified"] is True
    await here.mail.wait_for(person.email, "was changed")
    assert (await here.browser().post(f"{AUTH}/password/reset", json=reset)).json()["code"] == "link_invalid"


async def test_weak_password_does_not_use_up_the_link(here: World) -> None:
    person = await here.person()
    await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email})
    secret = await here.mail.secret(person.email, "Set a new password")
    weak = await here.browser().post(f"{AUTH}/password/reset", json={"token": secret, "password": "password123"})
    assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
    assert [(problem["field"], problem["code"]) for problem in weak.json()["errors"]] == [("password", "too_common")]
    good = await here.browser().post(f"{AUTH}/password/reset", json={"token": secret, "password": NEW})
    assert good.status_code == 204


async def test_forgot_answers_alike_for_an_unknown_address_and_mails_nothing(here: World) -> None:
    person, unknown = await here.person(), here.address("unknown")
    answers = [
        await here.browser().post(f"{AUTH}/password/forgot", json={"email": email}) for email in (person.email, unknown)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    await here.mail.wait_for(person.email, "Set a new password")
    await here.app.container.outbox.drain()
    assert here.mail.to(unknown) == []


async def test_mail_server_that_is_down_does_not_fail_the_request(here: World) -> None:
    here.mail.refuse = True
    try:
        person = await here.person()
        assert (await person.call("GET", "/auth/me")).status_code == 200
    finally:
        here.mail.refuse = False


async def test_change_needs_the_current_password_and_ends_the_other_sessions(here: World) -> None:
    person = await here.person()
    other = await here.sign_in(person.email)
    wrong = await person.call(
        "POST", "/auth/password/change", json={"current_password": "not this one", "new_password": NEW}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "current_password")
    right = await person.call("POST", "/auth/password/change", json={"current_password": PASSWORD, "new_password": NEW})
    assert right.status_code == 204
    assert (await person.call("GET", "/auth/me")).status_code == 200
    assert (await other.call("GET", "/auth/me")).status_code == 401
    await here.sign_in(person.email, NEW)


async def reset_link(here: World, person: Person) -> str:
    await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email})
    return await here.mail.secret(person.email, "Set a new password")


async def set_new(here: World, secret: str) -> None:
    answer = await here.browser().post(f"{AUTH}/password/reset", json={"token": secret, "password": NEW})
    assert answer.status_code == 204, answer.text


def reset_when_verified(here: World, monkeypatch: pytest.MonkeyPatch, secret: str, *, outdated: bool = False) -> None:
    """The owner's reset comes right after the old password was found right; `outdated`: by a hash of former days."""
    verify = PasswordService.verify

    async def overtaken(self: PasswordService, password: str, stored: str | None) -> tuple[bool, str | None]:
        monkeypatch.undo()
        valid, new_hash = await verify(self, password, stored)
        await set_new(here, secret)
        return valid, await self.hash(password) if outdated else new_hash

    monkeypatch.setattr(PasswordService, "verify", overtaken)


async def only_new_opens(here: World, person: Person) -> None:
    old = await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert old.status_code == 401
    await here.sign_in(person.email, NEW)


@pytest.mark.parametrize("outdated", [False, True])
async def test_sign_in_that_overlaps_a_reset_leaves_no_session_and_no_old_password(
    here: World, monkeypatch: pytest.MonkeyPatch, outdated: bool
) -> None:
    person = await here.person()
    reset_when_verified(here, monkeypatch, await reset_link(here, person), outdated=outdated)
    thief = here.browser()
    answer = await thief.post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert await here.app.container.accounts.sessions.of_user(person.id) == []
    assert (await thief.post(f"{AUTH}/refresh")).status_code == 401
    await only_new_opens(here, person)


async def test_sign_in_beside_another_one_that_renews_an_outdated_hash_succeeds(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    verify = PasswordService.verify

    async def beside(self: PasswordService, password: str, stored: str | None) -> tuple[bool, str | None]:
        monkeypatch.undo()
        assert stored is not None
        renewed = await self.hash(password)
        await here.app.container.users.replace_password(person.id, renewed, instead_of=stored)
        return await verify(self, password, stored)

    monkeypatch.setattr(PasswordService, "verify", beside)
    await here.sign_in(person.email)


async def test_deactivation_that_a_sign_in_overlaps_leaves_no_session(
    here: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    verify = PasswordService.verify

    async def overtaken(self: PasswordService, password: str, stored: str | None) -> tuple[bool, str | None]:
        monkeypatch.undo()
        await admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})
        return await verify(self, password, stored)

    monkeypatch.setattr(PasswordService, "verify", overtaken)
    answer = await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 401
    assert await here.app.container.accounts.sessions.of_user(person.id) == []


async def test_change_that_overlaps_a_reset_leaves_the_password_of_the_reset(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    reset_when_verified(here, monkeypatch, await reset_link(here, person))
    body = {"current_password": PASSWORD, "new_password": "the pass phrase of a thief"}
    answer = await person.call("POST", "/auth/password/change", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    await only_new_opens(here, person)


async def test_change_of_address_that_overlaps_a_reset_is_void(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await here.person()
    reset_when_verified(here, monkeypatch, await reset_link(here, person))
    body = {"email": here.address("thief"), "password": PASSWORD}
    answer = await person.call("POST", "/auth/email/change", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    user = await here.app.container.users.get(person.id)
    assert user is not None
    assert await here.app.container.accounts.account.pending_email(user) is None


async def test_key_made_while_an_unproven_account_is_reset_goes_as_well(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await here.person()
    secret = await reset_link(here, person)
    hash_ = PasswordService.hash

    async def meanwhile(self: PasswordService, password: str) -> str:
        monkeypatch.undo()
        await here.api_key(person, "read")  # its session has not ended yet
        return await hash_(self, password)

    monkeypatch.setattr(PasswordService, "hash", meanwhile)
    await set_new(here, secret)
    assert await here.app.container.accounts.api_keys.of_user(person.id) == []


async def test_guessing_the_current_password_at_an_open_session_is_limited(here: World) -> None:
    person = await here.person()
    body = {"current_password": "a wrong guess", "new_password": NEW}
    answers = [await person.call("POST", "/auth/password/change", json=body) for _ in range(11)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_address_changes_when_the_new_mailbox_answers(here: World) -> None:
    person, new = await here.person(), here.address("moved")
    body = {"email": new, "password": PASSWORD}
    assert (await person.call("POST", "/auth/email/change", json=body)).status_code == 202
    me = (await person.call("GET", "/auth/me")).json()
    assert (me["email"], me["pending_email"]) == (person.email, new)
    await here.mail.wait_for(person.email, "being changed")
    secret = await here.mail.secret(new, "Confirm")
    assert (await person.http.post(f"{AUTH}/email/verify", json={"token": secret})).status_code == 204
    me = (await person.call("GET", "/auth/me")).json()
    assert (me["email"], me["email_verified"], me["pending_email"]) == (new, True, None)
    await here.sign_in(new)


async def test_address_of_somebody_else_is_refused_at_once_and_at_the_link(here: World) -> None:
    person, taken = await here.person(), await here.person()
    refused = await person.call("POST", "/auth/email/change", json={"email": taken.email, "password": PASSWORD})
    assert refused.status_code == 409
    said = "Another account has this address already. Use a different one."
    assert [(error["field"], error["message"]) for error in refused.json()["errors"]] == [("email", said)]
    wanted = here.address("wanted")
    await person.call("POST", "/auth/email/change", json={"email": wanted, "password": PASSWORD})
    secret = await here.mail.secret(wanted, "Confirm")
    await here.person(email=wanted)
    late = await person.http.post(f"{AUTH}/email/verify", json={"token": secret})
    assert (late.status_code, late.json()["code"], late.json()["detail"]) == (409, "email_taken", said)


async def test_reset_link_of_the_old_address_is_void_after_a_change(here: World) -> None:
    person, new = await here.person(), here.address("moved")
    await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email})
    old_link = await here.mail.secret(person.email, "Set a new password")
    await person.call("POST", "/auth/email/change", json={"email": new, "password": PASSWORD})
    await person.http.post(f"{AUTH}/email/verify", json={"token": await here.mail.secret(new, "Confirm")})
    late = await here.browser().post(f"{AUTH}/password/reset", json={"token": old_link, "password": NEW})
    assert late.json()["code"] == "link_invalid"


async def test_hash_with_old_parameters_is_renewed_at_sign_in(here: World) -> None:
    from argon2 import PasswordHasher

    person = await here.person()
    users = here.app.container.users
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await users.update(person.id, {"password_hash": weak})
    await here.sign_in(person.email)
    renewed = await users.get(person.id)
    assert renewed is not None
    assert renewed.password_hash not in (None, weak)
    await here.sign_in(person.email)


@pytest.mark.parametrize("way", ["change", "reset"])
async def test_new_password_voids_a_change_of_the_address_that_is_under_way(here: World, way: str) -> None:
    person, thief = await here.person(), here.address("thief")
    await person.call("POST", "/auth/email/change", json={"email": thief, "password": PASSWORD})
    link = await here.mail.secret(thief, "Confirm")
    if way == "change":
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert (await person.call("POST", "/auth/password/change", json=body)).status_code == 204
    else:
        await here.browser().post(f"{AUTH}/password/forgot", json={"email": person.email})
        reset = {"token": await here.mail.secret(person.email, "Set a new password"), "password": NEW}
        assert (await here.browser().post(f"{AUTH}/password/reset", json=reset)).status_code == 204
    late = await here.browser().post(f"{AUTH}/email/verify", json={"token": link})
    assert (late.status_code, late.json()["code"]) == (422, "link_invalid")
    await here.sign_in(person.email, NEW)


async def reset_password(here: World, email: str) -> None:
    await here.browser().post(f"{AUTH}/password/forgot", json={"email": email})
    reset = {"token": await here.mail.secret(email, "Set a new password"), "password": NEW}
    assert (await here.browser().post(f"{AUTH}/password/reset", json=reset)).status_code == 204


async def test_keys_of_who_made_the_account_before_its_address_was_proven_end_with_the_reset(here: World) -> None:
    squatter = await here.person()
    key = await here.api_key(squatter, "read")
    assert (await key.get(f"{AUTH}/me")).status_code == 200
    await reset_password(here, squatter.email)
    assert (await key.get(f"{AUTH}/me")).status_code == 401


async def test_keys_outlive_the_reset_of_an_address_that_was_proven(here: World) -> None:
    person = await here.person()
    await here.browser().post(f"{AUTH}/email/verify", json={"token": await here.mail.secret(person.email, "Confirm")})
    key = await here.api_key(person, "read")
    await reset_password(here, person.email)
    assert (await key.get(f"{AUTH}/me")).status_code == 200
