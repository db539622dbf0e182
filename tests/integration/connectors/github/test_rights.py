"""Who sees what: collaborators, public repositories, personal connections, and what GitHub refuses to tell."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.github.conftest import GitHubPlace
from tests.support.github_state import PERMISSIONS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def words(at: GitHubPlace) -> None:
    at.papers.put(**{"README.md": "Words of the papers."})


async def sees(at: GitHubPlace, made: str) -> tuple[bool, bool]:
    """Whether Ada and Ben do."""
    held = [await at.place.held(person, made) for person in (at.place.ada, at.place.ben)]
    return bool(held[0]), bool(held[1])


async def connected(at: GitHubPlace, **given: Any) -> str:
    made = await at.place.connect(**given)
    assert (await at.place.settled(made))["status"] == "ready"
    return made


async def test_a_private_repository_follows_its_collaborators_and_nobody_else(at: GitHubPlace) -> None:
    """Ada connected it for the workspace, and cannot open it at GitHub."""
    at.papers.collaborators = {"ben"}
    made = await connected(at)
    assert await sees(at, made) == (False, True)
    at.papers.collaborators = {"ada"}
    await at.place.synced(made)
    assert await sees(at, made) == (True, False)
    assert (await at.place.runs(made))[0]["indexed"] == 0


async def test_a_public_repository_is_not_public_here(at: GitHubPlace) -> None:
    at.papers.private = False
    assert await sees(at, await connected(at)) == (True, False)


async def test_a_public_repository_is_for_everybody_once_somebody_chose_that(at: GitHubPlace) -> None:
    at.papers.private = False
    made = await connected(at, options={"public_repositories": "everybody"})
    assert await sees(at, made) == (True, True)
    at.papers.private = True
    await at.place.synced(made)
    assert await sees(at, made) == (True, False)
    assert (await at.place.runs(made))[0]["indexed"] == 0


async def test_a_private_repository_never_is_for_everybody(at: GitHubPlace) -> None:
    assert await sees(at, await connected(at, options={"public_repositories": "everybody"})) == (True, False)


async def test_who_has_no_known_address_sees_nothing(at: GitHubPlace) -> None:
    at.papers.collaborators = {"ada", "ben"}
    at.service.world.accounts["ben"].email = ""
    assert await sees(at, await connected(at)) == (True, False)


async def test_an_address_that_the_organisation_proved_counts(at: GitHubPlace) -> None:
    at.papers.collaborators = {"ben"}
    at.service.world.accounts["ben"].email = ""
    at.service.world.accounts["ben"].verified = (BEN,)
    assert await sees(at, await connected(at)) == (False, True)


@pytest.mark.parametrize("people", [12, 25])
async def test_a_long_list_of_collaborators_is_read_to_its_end(at: GitHubPlace, people: int) -> None:
    for number in range(people):
        at.service.world.account(f"a{number:03d}", f"a{number}@example.com")
        at.papers.collaborators.add(f"a{number:03d}")
    at.papers.collaborators.add("ben")
    assert await sees(at, await connected(at)) == (True, True)


async def test_where_graphql_does_not_tell_collaborators_the_list_does(at: GitHubPlace) -> None:
    at.papers.collaborators = {"ada", "ben"}
    at.service.tells_people = False
    try:
        assert await sees(at, await connected(at)) == (True, True)
    finally:
        at.service.tells_people = True


async def test_where_github_refuses_to_tell_nobody_sees_anything_but_a_personal_owner(at: GitHubPlace) -> None:
    at.service.tells_people = False
    token = {"token": at.service.tokens.personal("ada")}
    try:
        assert await sees(at, await connected(at, credentials=token)) == (False, False)
        assert await sees(at, await connected(at, credentials=token, mode="personal")) == (True, False)
    finally:
        at.service.tells_people = True


async def test_a_personal_token_reads_what_its_owner_may_open(at: GitHubPlace) -> None:
    at.service.world.accounts["ada"].email = ""
    other = at.service.world.repository("elsewhere/secret", "ben")
    other.put(**{"README.md": "Not Ada's."})
    token = {"token": at.service.tokens.personal("ada")}
    made = await connected(at, credentials=token, mode="personal")
    assert set(await at.place.held(at.place.ada, made)) == {f"file:{at.papers.id}:README.md"}
    assert (await at.place.shown(made))["account"]["name"] == "ada"


async def test_this_servers_app_needs_only_the_installation_and_only_for_the_workspace(at: GitHubPlace) -> None:
    key = {"service_account": {"installation_id": at.stage.installation.id}}
    for mode in ("personal", "workspace"):
        body = {"type": "github", "mode": mode, "credentials": key, "options": {}}
        answer = await at.place.ada.call("POST", "/connections", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_config")  # this one has no App of its own


async def test_a_permission_that_was_not_given_leaves_out_its_kind_alone(at: GitHubPlace) -> None:
    at.papers.open("issue", "An issue")
    at.papers.open("discussion", "A thought")
    at.stage.installation.permissions = PERMISSIONS - {"issues", "pull_requests", "discussions"}
    made = await connected(at)
    assert await at.statuses(made) == {
        "file:README.md": "indexed",
        "permission:issues": "permission_missing",
        "permission:discussions": "permission_missing",
    }


async def test_without_a_permission_what_is_gone_elsewhere_goes_and_the_missing_one_is_named_once(
    at: GitHubPlace,
) -> None:
    issue, _ = at.papers.open("issue", "An issue"), at.papers.open("discussion", "A thought")
    other = at.service.world.repository("example/more", "ada")
    other.open("discussion", "Another thought")
    at.stage.installation.permissions = PERMISSIONS - {"discussions"}
    made = await connected(at)
    found = {one["name"]: one for one in (await at.place.shown(made))["capabilities"]}
    assert found["permissions"]["state"] == "failed"
    assert "Discussions" in found["permissions"]["message"]
    del at.papers.items[issue.number]
    for _ in range(2):
        await at.everything(made)
    statuses = await at.statuses(made)
    assert statuses[f"issue:{issue.number}"] == "deleted"
    assert statuses["permission:discussions"] == "permission_missing"
    at.stage.installation.permissions = PERMISSIONS
    at.stage.expire_token()
    for _ in range(2):
        await at.everything(made)
    statuses = await at.statuses(made)
    assert statuses["permission:discussions"] == "deleted"
    assert sum(one.startswith("discussion:") for one in statuses) == 2


@pytest.mark.parametrize("kind", ["contents", "discussions", "issues"])
async def test_a_permission_that_was_taken_back_takes_nothing_away(at: GitHubPlace, kind: str) -> None:
    """That GitHub no longer tells of them does not mean that they are gone."""
    at.service.world.ago = timedelta(hours=1)  # else they count as perhaps changed since
    at.papers.open("issue", "An issue")
    at.papers.open("discussion", "A thought")
    at.service.world.ago = timedelta()
    made = await connected(at)
    lost = {kind, "pull_requests"} if kind == "issues" else {kind}
    at.stage.installation.permissions = PERMISSIONS - lost
    at.stage.expire_token()
    await at.place.synced(made)
    await at.everything(made)
    statuses = await at.statuses(made)
    assert {status for name, status in statuses.items() if not name.startswith("permission:")} == {"indexed"}
    assert len(await at.place.held(at.place.ada, made)) == 3


async def test_a_run_that_may_read_nothing_at_all_is_no_success(at: GitHubPlace) -> None:
    at.stage.installation.permissions = frozenset({"metadata"})
    made = await at.place.connect()
    shown = await at.place.settled(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "permission_missing")


async def test_what_works_is_told_before_anything_is_read(at: GitHubPlace) -> None:
    made = await connected(at)
    found = {one["name"]: one["state"] for one in (await at.place.shown(made))["capabilities"]}
    assert found == {"indexing": "passed", "permissions": "passed", "groups": "passed"}
    at.stage.installation.permissions = frozenset({"metadata", "contents"})
    at.service.world.accounts["ada"].email = ""
    made = await connected(at)
    found = {one["name"]: one["state"] for one in (await at.place.shown(made))["capabilities"]}
    assert found == {"indexing": "passed", "permissions": "failed", "groups": "failed"}


async def test_an_app_that_was_suspended_needs_a_person(at: GitHubPlace) -> None:
    made = await connected(at)
    at.stage.installation.suspended = True
    shown = await at.place.synced(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "reauth_required")
    assert ADA in (await at.place.ada.call("GET", "/auth/me")).text
    assert await sees(at, made) == (True, False)
