"""Every route of administration that changes something leaves an entry in the audit log.

The routes come from the schema: one that is new, or that changes a setting, fails here until it is noted.
"""

import pytest

from tests.security.test_routes import ADMIN, API
from tests.support.accounts import Person, World

#: By method and path below ``/api/v1/admin``: the body that is sent, and the events that it leaves.
LEAVES: dict[tuple[str, str], tuple[dict[str, object] | None, set[str]]] = {
    ("patch", "/users/{user_id}"): (
        {"role": "admin", "groups": ["legal"], "disabled": True, "requests_per_minute": 7, "email_verified": True},
        {"user.role_changed", "user.groups_changed", "user.active_changed", "user.limit_changed", "user.email_proven"},
    ),
    ("delete", "/users/{user_id}"): (None, {"user.deleted"}),
    ("delete", "/users/{user_id}/sessions"): (None, {"session.ended_all"}),
    ("post", "/users/{user_id}/password-reset"): (None, {"password.reset_sent"}),
    ("post", "/invitations"): ({"email": "invited@example.com"}, {"invitation.created"}),
    ("post", "/invitations/{invitation_id}/resend"): (None, {"invitation.resent"}),
    ("delete", "/invitations/{invitation_id}"): (None, {"invitation.withdrawn"}),
    ("post", "/signing-keys/rotate"): (None, {"signing_key.rotated"}),
    ("post", "/connectors/{type}/handshake"): (None, {"connector.handshake_begun"}),
}


def test_each_changing_route_of_administration_is_known() -> None:
    changing = {(route.method, route.path.removeprefix(f"{API}/admin")) for route in ADMIN if route.method != "get"}
    assert changing == LEAVES.keys()


@pytest.mark.parametrize("route", list(LEAVES), ids=[" ".join(route) for route in LEAVES])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_change_by_an_administrator_is_noted(here: World, admin: Person, route: tuple[str, str]) -> None:
    method, path = route
    body, wanted = LEAVES[route]
    person = await here.person()
    invitation = (await admin.call("POST", "/admin/invitations", json={"email": here.address("waiting")})).json()
    before = {event.id for event in await here.events(None, user_id=admin.id)}
    url = path.format(user_id=person.id, invitation_id=invitation["id"], type="notion")
    answer = await admin.call(method.upper(), f"/admin{url}", json=body)
    assert answer.is_success, answer.text
    left = [event for event in await here.events(None, user_id=admin.id) if event.id not in before]
    assert {event.event for event in left} == wanted
    assert {event.actor_id for event in left} == {admin.id}
