"""The stand-in answers GitHub's calls as githubkit asks them, in the shapes of GitHub's published examples."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from githubkit import GitHub, OAuthAppAuthStrategy, TokenAuthStrategy
from githubkit.exception import GraphQLFailed, PrimaryRateLimitExceeded, RequestFailed

from backend.connectors.github import queries
from backend.connectors.github.auth import AppKey
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.github_access import APP_ID, Installation, private_pem
from tests.support.github_service import GitHubService
from tests.support.github_shapes import EXAMPLES
from tests.support.github_state import File, Item, Repository
from tests.support.provider_wire import served


@dataclass(slots=True)
class Desk:
    """A stand-in with one of everything, and the official client."""

    service: GitHubService
    url: str
    repository: Repository
    installation: Installation
    issue: Item
    pull: Item
    discussion: Item

    def app(self) -> GitHub[Any]:
        return self.person(self.service.tokens.issue(self.installation))

    def person(self, token: str | None = None) -> GitHub[Any]:
        given = token or self.service.tokens.personal("ada")
        return GitHub(TokenAuthStrategy(given), base_url=self.url, auto_retry=False, http_cache=False)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    service = GitHubService()
    world = service.world
    world.account("ada", "ada@example.com")
    world.account("octocat")
    world.account("hubot", "", "hubot@example.com")
    world.account("example", is_organisation=True)
    found = world.repository("example/papers", "ada", "hubot")
    found.commit({"README.md": File(b"# Herrings\n"), "src/app.py": File(b"print()\n")})
    issue = found.open("issue", "A bug", "It is broken.")
    issue.labels.append("bug")
    found.comment(issue, "So it is.")
    pull = found.open("pull", "A fix")
    found.review(pull, "CHANGES_REQUESTED", "Not yet.", ("src/app.py", 1, "Why?"))
    discussion = found.open("discussion", "A thought")
    found.comment(discussion, "Indeed.")
    installation = service.tokens.install("example")
    async with served(service.app()) as url:
        yield Desk(service, url, found, installation, issue, pull, discussion)


def published(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())["answer"]


def differences(found: Any, example: Any, path: str = "") -> list[str]:
    """Where an answer lacks what the example has, or has another type. What may be null may be; more is allowed."""
    if isinstance(example, dict) and isinstance(found, dict):
        lacking = [f"{path}.{key} is not there" for key in example.keys() - found.keys()]
        return lacking + [
            one
            for key in example.keys() & found.keys()
            for one in differences(found[key], example[key], f"{path}.{key}")
        ]
    if isinstance(example, list) and isinstance(found, list):
        return differences(found[0], example[0], f"{path}[]") if found and example else []
    if found is None or example is None or type(found) is type(example):
        return []
    return [f"{path} is {type(found).__name__}, not {type(example).__name__}"]


#: Not in every answer: only of a pull request; only of repositories that the App was given one by one.
_SOMETIMES = {"issues": {"[].pull_request is not there"}, "access_token": {".repositories is not there"}}

type Ask = Callable[[GitHub[Any], Desk], Any]

CALLS: dict[str, Ask] = {
    "installation_repositories": lambda kit, _: kit.rest.apps.async_list_repos_accessible_to_installation(),
    "collaborators": lambda kit, _: kit.rest.repos.async_list_collaborators("example", "papers"),
    "tree": lambda kit, at: kit.rest.git.async_get_tree("example", "papers", str(at.repository.head), recursive="1"),
    "blob": lambda kit, at: kit.rest.git.async_get_blob("example", "papers", next(iter(at.repository.blobs))),
    "issues": lambda kit, _: kit.rest.issues.async_list_for_repo("example", "papers", state="all", direction="asc"),
    "issue_comments": lambda kit, _: kit.rest.issues.async_list_comments_for_repo("example", "papers"),
    "pulls": lambda kit, _: kit.rest.pulls.async_list("example", "papers", state="all"),
    "review_comments": lambda kit, _: kit.rest.pulls.async_list_review_comments_for_repo("example", "papers"),
}


@pytest.mark.parametrize("name", CALLS)
async def test_an_answer_has_every_field_of_the_published_example(desk: Desk, name: str) -> None:
    kit = desk.app()
    answer = (await CALLS[name](kit, desk)).json()
    found = [one for one in differences(answer, published(name)) if one not in _SOMETIMES.get(name, set())]
    assert found == []
    assert answer


async def test_a_persons_answers_have_every_field_of_the_published_examples(desk: Desk) -> None:
    kit = desk.person()
    assert differences((await kit.rest.users.async_get_authenticated()).json(), published("user")) == []
    own = (await kit.rest.repos.async_list_for_authenticated_user()).json()
    assert differences(own, published("user_repositories")) == []
    assert [one["full_name"] for one in own] == ["example/papers"]
    through = desk.person(await _allowed(desk))
    given = (await through.rest.apps.async_list_installations_for_authenticated_user()).json()
    assert differences(given, published("user_installations")) == []
    of_one = await through.rest.apps.async_list_installation_repos_for_authenticated_user(desk.installation.id)
    assert differences(of_one.json(), published("user_installation_repositories")) == []


async def _allowed(desk: Desk) -> str:
    return desk.service.consents.issue("ada")


async def test_the_key_of_an_app_becomes_a_token(desk: Desk) -> None:
    key = AppKey(app_id=APP_ID, private_key=private_pem(), installation_id=desk.installation.id)
    app = desk.person(key.assertion())
    answer = await app.rest.apps.async_create_installation_access_token(desk.installation.id)
    given = answer.json()
    assert differences(given, published("access_token")) == [".repositories is not there"]
    known = await app.rest.apps.async_get_installation(desk.installation.id)
    assert differences(known.json(), published("installation")) == []
    kit = desk.person(given["token"])
    assert (await kit.rest.apps.async_list_repos_accessible_to_installation()).json()["total_count"] == 1


async def test_what_a_person_allowed_is_ended_by_the_app_alone(desk: Desk) -> None:
    token = await _allowed(desk)
    apps = [
        GitHub(OAuthAppAuthStrategy(CLIENT_ID, secret), base_url=desk.url, auto_retry=False)
        for secret in ("wrong", CLIENT_SECRET)
    ]
    with pytest.raises(RequestFailed) as failed:
        await apps[0].rest.apps.async_delete_authorization(CLIENT_ID, access_token=token)
    assert failed.value.response.status_code == 401
    assert (await apps[1].rest.apps.async_delete_authorization(CLIENT_ID, access_token=token)).status_code == 204
    person = desk.person(token)
    with pytest.raises(RequestFailed):
        await person.rest.users.async_get_authenticated()


async def test_pages_follow_the_link_header(desk: Desk) -> None:
    desk.service.page = 2
    for number in range(5):
        desk.repository.open("issue", f"Issue {number}")
    kit = desk.app()
    numbers = [
        one["number"]
        async for one in kit.rest.paginate(
            kit.rest.issues.async_list_for_repo,
            map_func=lambda answer: answer.json(),
            owner="example",
            repo="papers",
            state="all",
            per_page=2,
        )
    ]
    assert sorted(numbers) == [1, 2, 4, 5, 6, 7, 8]


async def test_a_file_comes_as_it_is(desk: Desk) -> None:
    sha = next(sha for sha, data in desk.repository.blobs.items() if data == b"# Herrings\n")
    kit = desk.app()
    answer = await kit.arequest(
        "GET", f"/repos/example/papers/git/blobs/{sha}", headers={"Accept": "application/vnd.github.raw+json"}
    )
    assert answer.content == b"# Herrings\n"


async def test_graphql_is_asked_and_refuses_in_githubs_words(desk: Desk) -> None:
    kit, node = desk.app(), desk.repository.node_id
    everything = {"defaultBranchRef": True, "issues": True, "pullRequests": True, "discussions": True}
    asked = {"ids": [node], "owner": "example", "verified": True, "people": True, **everything}
    found = (await kit.async_graphql(queries.PULSES, asked))["nodes"][0]
    assert found["defaultBranchRef"]["target"]["tree"]["oid"] == desk.repository.head
    assert {one["email"] for one in found["collaborators"]["nodes"]} == {"ada@example.com", ""}
    keys: list[Any] = [(node, "issue", 1), (node, "issue", 2), (node, "discussion", 3)]
    found = (await kit.async_graphql(queries.threads(keys)))["r0"]
    assert [found[f"i{at}"]["__typename"] for at in range(3)] == ["Issue", "PullRequest", "Discussion"]
    with pytest.raises(GraphQLFailed) as failed:
        await kit.async_graphql(queries.threads([(node, "issue", 99)]))
    assert failed.value.response.errors is not None
    assert failed.value.response.errors[0].type == "NOT_FOUND"


async def test_an_unknown_token_a_hidden_repository_and_an_empty_one_are_refused_as_at_github(desk: Desk) -> None:
    for kit, status in ((desk.person("nonsense"), 401), (desk.person(), 404)):
        with pytest.raises(RequestFailed) as failed:
            await kit.rest.issues.async_list_for_repo("example", "secret")
        assert failed.value.response.status_code == status
        assert failed.value.response.json()["status"] == str(status)
    desk.service.world.repository("example/empty", "ada")
    kit = desk.app()
    with pytest.raises(RequestFailed) as failed:
        await kit.rest.git.async_get_tree("example", "empty", "main")
    assert failed.value.response.status_code == 409


async def test_a_permission_that_was_not_given_is_missing(desk: Desk) -> None:
    token = desk.service.tokens.personal("ada", permissions=frozenset({"metadata", "contents"}))
    kit = desk.person(token)
    with pytest.raises(RequestFailed) as failed:
        await kit.rest.issues.async_list_for_repo("example", "papers")
    assert failed.value.response.json()["message"] == "Resource not accessible by personal access token"


async def test_the_hours_limit_comes_and_what_has_not_changed_costs_nothing(desk: Desk) -> None:
    desk.service.remaining = 2
    kit = desk.app()
    first = await kit.rest.issues.async_list_for_repo("example", "papers")
    again = await kit.arequest("GET", "/repos/example/papers/issues", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["x-ratelimit-remaining"] == "1"
    await kit.rest.issues.async_list_for_repo("example", "papers")
    with pytest.raises(PrimaryRateLimitExceeded):
        await kit.rest.issues.async_list_for_repo("example", "papers")


async def test_what_the_stand_in_does_not_know_is_refused(desk: Desk) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as http:
        assert (await http.get("/repos/example/papers/stargazers")).status_code == 404
        headers = {"Authorization": "Bearer x", "X-GitHub-Api-Version": "2019-01-01"}
        assert (await http.get("/user", headers=headers)).status_code == 400


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_an_example_says_where_it_is_from(path: Path) -> None:
    found = json.loads(path.read_text())
    assert found["address"].startswith("https://docs.github.com/")
    assert found["date"]
