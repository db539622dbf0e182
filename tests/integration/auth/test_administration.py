"""The workspace: accounts, roles, invitations, the audit log; for administrators only."""

import asyncio
import csv
import io
import json

import pytest

from tests.support.accounts import AUTH, Person, World
from tests.support.app import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def change(admin: Person, person: Person, **changes: object) -> int:
    return (await admin.call("PATCH", f"/admin/users/{person.id}", json=changes)).status_code


async def test_members_are_refused_everywhere(here: World, admin: Person) -> None:
    member = await here.person()
    for method, path in [("GET", "/admin/users"), ("PATCH", f"/admin/users/{admin.id}"), ("GET", "/admin/audit")]:
        refused = await member.call(method, path, json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "admin_required")


async def test_accounts_are_found_by_part_of_name_or_address_and_by_role_and_status(here: World, admin: Person) -> None:
    person = await here.person("Grace Hopper", email="g.hopper@navy.example")
    for query in ("q=HOPPER", "q=navy.ex", "q=grace h", "q=grace&role=member&status=active"):
        items = (await admin.call("GET", f"/admin/users?{query}")).json()["items"]
        assert [item["id"] for item in items] == [person.id]
    assert (await admin.call("GET", "/admin/users?q=grace&role=admin")).json()["items"] == []
    assert (await admin.call("GET", "/admin/users?q=grace&status=deactivated")).json()["items"] == []


async def test_accounts_say_how_somebody_signs_in(here: World, admin: Person) -> None:
    person = await here.person("methods")
    [listed] = (await admin.call("GET", "/admin/users?q=methods")).json()["items"]
    one = (await admin.call("GET", f"/admin/users/{person.id}")).json()
    assert listed == one
    assert one["sign_in_methods"] == ["password"]


async def test_workspace_counts_accounts_and_states_the_general_limit(here: World, admin: Person) -> None:
    person = await here.person()
    before = (await admin.call("GET", "/admin/workspace")).json()
    assert before["requests_per_minute"] == here.app.container.settings.auth.requests_per_minute
    assert await change(admin, person, disabled=True) == 200
    after = (await admin.call("GET", "/admin/workspace")).json()
    assert after["deactivated"] == before["deactivated"] + 1
    assert after["users"] == before["users"]


async def test_pages_of_accounts_hold_each_once(here: World, admin: Person) -> None:
    for _ in range(4):
        await here.person("paged")
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await admin.call("GET", f"/admin/users?limit=2{cursor}")).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == sum((await admin.call("GET", "/admin/workspace")).json()["users"].values())


async def test_role_change_works_at_once_and_is_audited(here: World, admin: Person) -> None:
    person = await here.person()
    assert (await person.call("GET", "/admin/users")).status_code == 403
    assert await change(admin, person, role="admin") == 200
    assert (await person.call("GET", "/admin/users")).status_code == 200
    assert await change(admin, person, role="member") == 200
    assert (await person.call("GET", "/admin/users")).status_code == 403
    events = await here.events("user.role_changed", user_id=person.id)
    assert [event.details for event in events] == [
        {"before": "admin", "after": "member"},
        {"before": "member", "after": "admin"},
    ]
    assert {event.actor_id for event in events} == {admin.id}


async def test_deactivated_person_is_out_at_once_and_can_come_back(here: World, admin: Person) -> None:
    person = await here.person()
    assert (await person.call("GET", "/auth/me")).status_code == 200
    assert await change(admin, person, disabled=True) == 200
    assert (await person.call("GET", "/auth/me")).status_code == 401
    assert (await person.http.post(f"{AUTH}/refresh")).status_code == 401
    refused = await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_credentials")
    assert await change(admin, person, disabled=False) == 200
    await here.sign_in(person.email)


async def test_groups_become_principals_at_once(here: World, admin: Person) -> None:
    person = await here.person()
    body = {"items": [{"external_id": "g", "text": "For the finance group.", "access": ["group:finance"]}]}
    [stored] = (await admin.call("POST", "/documents/text", json=body)).json()["items"]
    assert (await person.call("GET", f"/documents/{stored['id']}")).status_code == 404
    assert await change(admin, person, groups=["finance"]) == 200
    assert (await person.call("GET", f"/documents/{stored['id']}")).status_code == 200
    assert await change(admin, person, groups=[]) == 200
    assert (await person.call("GET", f"/documents/{stored['id']}")).status_code == 404


async def test_limit_of_one_account_holds_for_it_alone(here: World, admin: Person) -> None:
    person, other = await here.person(), await here.person()
    assert await change(admin, person, requests_per_minute=3) == 200
    answers = [await person.call("GET", "/auth/me") for _ in range(6)]
    assert 429 in [answer.status_code for answer in answers]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert (await other.call("GET", "/auth/me")).status_code == 200
    assert await change(admin, person, requests_per_minute=-1) == 200
    assert (await person.call("GET", "/auth/me")).status_code == 200


async def test_admin_sees_and_ends_the_sessions_of_somebody(here: World, admin: Person) -> None:
    person = await here.person()
    await here.sign_in(person.email)
    assert len((await admin.call("GET", f"/admin/users/{person.id}/sessions")).json()["items"]) == 2
    assert (await admin.call("DELETE", f"/admin/users/{person.id}/sessions")).json() == {"ended": 2}
    assert (await person.call("GET", "/auth/me")).status_code == 401


async def test_admin_can_mail_a_reset_link(here: World, admin: Person) -> None:
    person = await here.person()
    assert (await admin.call("POST", f"/admin/users/{person.id}/password-reset")).status_code == 202
    secret = await here.mail.secret(person.email, "Set a new password")
    body = {"token": secret, "password": "a fresh passphrase"}
    assert (await here.browser().post(f"{AUTH}/password/reset", json=body)).status_code == 204


async def test_last_admin_cannot_go_in_any_way(here: World, admin: Person) -> None:
    for attempt in (
        admin.call("PATCH", f"/admin/users/{admin.id}", json={"role": "member"}),
        admin.call("PATCH", f"/admin/users/{admin.id}", json={"disabled": True}),
        admin.call("DELETE", f"/admin/users/{admin.id}"),
        admin.call("POST", "/auth/me/delete", json={"password": PASSWORD, "email": admin.email}),
    ):
        refused = await attempt
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
    assert (await admin.call("GET", "/admin/users")).status_code == 200


async def test_two_admins_demoting_each_other_at_once_leave_one(here: World, admin: Person) -> None:
    other = await here.person()
    for _ in range(5):
        assert await change(admin, other, role="admin") == 200
        outcomes = await asyncio.gather(
            admin.call("PATCH", f"/admin/users/{other.id}", json={"role": "member"}),
            other.call("PATCH", f"/admin/users/{admin.id}", json={"role": "member"}),
        )
        assert sorted(answer.status_code for answer in outcomes) in ([200, 403], [200, 409])
        if outcomes[1].status_code == 200:
            assert await change(other, admin, role="admin") == 200
            assert await change(admin, other, role="member") == 200


async def test_invitation_makes_one_account_with_its_role_and_a_proven_address(here: World, admin: Person) -> None:
    email = here.address("invited")
    made = await admin.call("POST", "/admin/invitations", json={"email": email, "role": "admin", "groups": ["ops"]})
    assert made.status_code == 201
    secret = await here.mail.secret(email, "invites you")
    offer = (await here.browser().post(f"{AUTH}/invitations/look-up", json={"token": secret})).json()
    assert (offer["email"], offer["role"], offer["inviter"]) == (email, "admin", "admin")
    wrong = {"email": here.address("other"), "password": PASSWORD, "invitation": secret}
    refused = await here.browser().post(f"{AUTH}/register", json=wrong)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
    person = await here.person(email=email, invitation=secret)
    shown = (await admin.call("GET", f"/admin/users/{person.id}")).json()
    assert (shown["role"], shown["groups"], shown["email_verified"]) == ("admin", ["ops"], True)
    assert made.json()["id"] not in [
        item["id"] for item in (await admin.call("GET", "/admin/invitations")).json()["items"]
    ]
    again = await here.browser().post(f"{AUTH}/invitations/look-up", json={"token": secret})
    assert (again.status_code, again.json()["code"]) == (422, "link_invalid")
    assert await change(admin, person, role="member") == 200


async def test_invitation_sent_again_voids_the_link_before_and_withdrawn_ones_are_dead(
    here: World, admin: Person
) -> None:
    email = here.address("invited")
    invitation = (await admin.call("POST", "/admin/invitations", json={"email": email})).json()
    first = await here.mail.secret(email)
    assert (await admin.call("POST", f"/admin/invitations/{invitation['id']}/resend")).status_code == 200
    second = await here.mail.secret(email, count=2)
    look_up = f"{AUTH}/invitations/look-up"
    assert (await here.browser().post(look_up, json={"token": first})).status_code == 422
    assert (await here.browser().post(look_up, json={"token": second})).status_code == 200
    assert (await admin.call("DELETE", f"/admin/invitations/{invitation['id']}")).status_code == 204
    assert (await here.browser().post(look_up, json={"token": second})).status_code == 422
    assert (await admin.call("POST", f"/admin/invitations/{invitation['id']}/resend")).status_code == 404


async def test_inviting_somebody_who_has_an_account_is_refused(here: World, admin: Person) -> None:
    person = await here.person()
    refused = await admin.call("POST", "/admin/invitations", json={"email": person.email.upper()})
    assert (refused.status_code, refused.json()["code"]) == (409, "email_taken")
    assert refused.json()["detail"] == "Somebody with this address has an account here already."


async def test_signing_key_rotates_without_signing_anybody_out(here: World, admin: Person) -> None:
    person = await here.person()
    before = (await admin.call("GET", "/admin/signing-keys")).json()
    rotated = (await admin.call("POST", "/admin/signing-keys/rotate")).json()
    assert rotated["items"][0]["kid"] != before["items"][0]["kid"]
    assert [item["status"] for item in rotated["items"]] == ["signs"] + ["verifies"] * len(before["items"])
    assert rotated["items"][0]["retired_at"] is None
    assert all(item["retired_at"] for item in rotated["items"][1:])
    assert (await person.call("GET", "/auth/me")).status_code == 200  # signed with the key before
    assert (await person.http.post(f"{AUTH}/refresh")).status_code == 200
    assert len(await here.events("signing_key.rotated")) == 1


async def test_audit_page_filters_and_pages(here: World, admin: Person) -> None:
    person = await here.person()
    await here.browser().post(f"{AUTH}/login", json={"email": person.email, "password": "wrong password"})
    await here.sign_in(person.email)
    mine = (await admin.call("GET", f"/admin/audit?user_id={person.id}")).json()["items"]
    assert [(item["event"], item["outcome"]) for item in mine] == [
        ("login", "success"),
        ("login", "refused"),
        ("user.registered", "success"),
    ]
    assert {item["ip"] for item in mine} == {"127.0.0.1"}
    assert {item["device"] for item in mine} == {"Python"}
    refused = (await admin.call("GET", f"/admin/audit?user_id={person.id}&outcome=refused")).json()["items"]
    assert [item["actor"] for item in refused] == [person.email]
    newest = mine[0]["at"]
    before = (await admin.call("GET", "/admin/audit", params={"user_id": person.id, "before": newest})).json()
    assert len(before["items"]) == 2
    first = (await admin.call("GET", f"/admin/audit?user_id={person.id}&limit=2")).json()
    rest = await admin.call("GET", f"/admin/audit?user_id={person.id}&limit=2&cursor={first['next_cursor']}")
    assert [item["id"] for item in first["items"] + rest.json()["items"]] == [item["id"] for item in mine]


async def test_audit_export_holds_every_entry_in_both_formats(here: World, admin: Person) -> None:
    await here.browser().post(f"{AUTH}/login", json={"email": '=cmd("x")@evil.example', "password": "x" * 10})
    lines = (await admin.call("GET", "/admin/audit/export?event=login&format=ndjson")).text.splitlines()
    rows = list(
        csv.DictReader(io.StringIO((await admin.call("GET", "/admin/audit/export?event=login&format=csv")).text))
    )
    assert len(lines) == len(rows) == len(await here.events("login"))
    assert [json.loads(line)["id"] for line in lines] == [row["id"] for row in rows]
    assert rows[0]["actor"] == '\'=cmd("x")@evil.example'  # a spreadsheet must not run it
    assert len(await here.events("audit.exported")) == 2


async def test_malformed_audit_cursor_is_a_clear_refusal(here: World, admin: Person) -> None:
    refused = await admin.call("GET", "/admin/audit?cursor=nonsense!")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize("how", ["demoted", "deactivated", "deleted"])
async def test_invitations_die_with_the_role_of_whoever_made_them(here: World, admin: Person, how: str) -> None:
    second = await here.person("second")
    assert await change(admin, second, role="admin") == 200
    second = await here.sign_in(second.email)
    email = here.address("invited")
    assert (await second.call("POST", "/admin/invitations", json={"email": email, "role": "admin"})).status_code == 201
    secret = await here.mail.secret(email, "invites you")
    if how == "deleted":
        assert (await admin.call("DELETE", f"/admin/users/{second.id}")).status_code == 204
    else:
        assert await change(admin, second, **({"role": "member"} if how == "demoted" else {"disabled": True})) == 200
    assert email not in {item["email"] for item in (await admin.call("GET", "/admin/invitations")).json()["items"]}
    body = {"email": email, "password": PASSWORD, "invitation": secret}
    refused = await here.browser().post(f"{AUTH}/register", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "link_invalid")


async def test_invitation_of_somebody_who_lost_the_role_in_the_same_moment_is_refused(
    here: World, admin: Person
) -> None:
    """As if the demotion had come between: the role is gone and the invitation is still there."""
    second = await here.person("second")
    assert await change(admin, second, role="admin") == 200
    second = await here.sign_in(second.email)
    email = here.address("invited")
    await second.call("POST", "/admin/invitations", json={"email": email})
    secret = await here.mail.secret(email, "invites you")
    await here.app.container.users.update(second.id, {"role": "member"})
    body = {"email": email, "password": PASSWORD, "invitation": secret}
    assert (await here.browser().post(f"{AUTH}/register", json=body)).json()["code"] == "link_invalid"


async def test_administrator_marks_an_address_as_proven_and_it_is_audited(here: World, admin: Person) -> None:
    person = await here.person("unproven")
    assert await change(admin, person, email_verified=True) == 200
    assert (await person.call("GET", "/auth/me")).json()["email_verified"] is True
    [event] = await here.events("user.email_proven", user_id=person.id)
    assert (event.actor, event.actor_kind, event.details) == (
        admin.email,
        "person",
        {"before": "False", "after": "True"},
    )


async def test_links_are_not_shown_where_mails_are_sent(here: World, admin: Person) -> None:
    person = await here.person("forgetful")
    made = await admin.call("POST", "/admin/invitations", json={"email": here.address("invited")})
    reset = await admin.call("POST", f"/admin/users/{person.id}/password-reset")
    assert (made.json()["link"], reset.json()["link"]) == (None, None)
