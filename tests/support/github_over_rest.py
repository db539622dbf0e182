"""What an emulator of GitHub's REST API alone lacks, above all GraphQL: answered from what its REST API tells."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from tests.support.edge import Asked
from tests.support.github_access import Principal
from tests.support.github_graphql import Graph
from tests.support.github_state import Account, Comment, Item, Repository, Review, World


@dataclass(slots=True)
class _Told(Repository):
    """A repository under the node id that REST gave."""

    told_as: str = field(default="")

    @property
    def node_id(self) -> str:
        return self.told_as


async def graphql(asked: Asked) -> Response:
    """`POST /graphql`; of all repositories only those that the query names are looked at."""
    query, world = json.loads(asked.body), World()
    prefix = asked.request.url.path.removesuffix("/graphql")
    for one in await asked.json(f"{prefix}/user/repos", per_page=100):
        if one["node_id"].encode() in asked.body:
            await _learn(asked, prefix, world, one)
    return JSONResponse(Graph(Principal(world)).answer(query["query"], query.get("variables")))


async def comments(asked: Asked) -> Response:
    """Comments of a whole repository, `…/issues/comments` and `…/pulls/comments`, from those of each of its items."""
    since, path = asked.request.query_params["since"], asked.request.url.path.removesuffix("/comments")
    found = []
    for one in await asked.json(path, state="all", per_page=100):
        found += await asked.json(f"{path}/{one['number']}/comments", per_page=100)
    return JSONResponse([one for one in found if one["updated_at"] >= since])


async def _learn(asked: Asked, prefix: str, world: World, raw: dict[str, Any]) -> None:
    path = f"{prefix}/repos/{raw['full_name']}"
    # Not private: whatever REST shows to the caller, this shows as well.
    found = _Told(raw["id"], raw["owner"]["login"], raw["name"], world, False, raw["default_branch"])
    found.told_as = raw["node_id"]
    world.repositories[found.id] = found
    for person in await asked.json(f"{path}/collaborators", per_page=100):
        _account(world, person)
        found.collaborators.add(person["login"])
    if raw["owner"]["type"] == "User":  # an owner is one of the collaborators
        _account(world, raw["owner"])
        found.collaborators.add(raw["owner"]["login"])
    await _learn_files(asked, path, found)
    numbers: dict[int, dict[str, Any]] = {}
    for kind in ("issues", "pulls"):
        for one in await asked.json(f"{path}/{kind}", state="all", per_page=100):
            numbers.setdefault(one["number"], one)
    for number, one in numbers.items():
        found.items[number] = await _item(asked, path, world, one)


async def _learn_files(asked: Asked, path: str, found: Repository) -> None:
    branch = await asked.passed_on("GET", f"{path}/branches/{quote(found.branch, safe='')}")
    if branch.is_error:  # an empty repository
        return
    commit = branch.json()["commit"]
    if "commit" not in commit:  # told at the commit's own address alone
        commit = {"commit": await asked.json(f"{path}/git/commits/{commit['sha']}")}
    found.head = commit["commit"]["tree"]["sha"]
    found.trees[str(found.head)] = []
    tree = await asked.json(f"{path}/git/trees/{found.head}", recursive=1)
    for entry in tree["tree"]:
        if entry["type"] == "blob":
            blob = await asked.json(f"{path}/git/blobs/{entry['sha']}")
            data = base64.b64decode(blob["content"]) if blob["encoding"] == "base64" else blob["content"].encode()
            found.blobs[entry["sha"]] = data
            found.files[entry["path"]] = None  # type: ignore[assignment]


async def _item(asked: Asked, path: str, world: World, raw: dict[str, Any]) -> Item:
    number, is_pull = raw["number"], "pull_request" in raw or "head" in raw
    _account(world, raw["user"])
    item = Item(
        number,
        "pull" if is_pull else "issue",
        raw["user"]["login"],
        raw["title"],
        raw["body"] or "",
        _moment(raw["created_at"]),
        _moment(raw["updated_at"]),
        raw["state"],
        [one["name"] for one in raw["labels"]],
    )
    for one in await asked.json(f"{path}/issues/{number}/comments", per_page=100):
        _account(world, one["user"])
        times = _moment(one["created_at"]), _moment(one["updated_at"])
        item.comments.append(Comment(one["id"], one["user"]["login"], one["body"], *times))
    for one in await asked.json(f"{path}/pulls/{number}/reviews", per_page=100) if is_pull else ():
        _account(world, one["user"])
        item.reviews.append(Review(one["user"]["login"], one["state"], one["body"], _moment(one["submitted_at"])))
    return item


def _account(world: World, raw: dict[str, Any]) -> None:
    """People's addresses, which REST does not tell, are those that every stage of the tests gives them."""
    account = _Person(raw["id"], raw["login"], f"{raw['login']}@example.com")
    account.told_as = raw["node_id"]
    world.accounts[raw["login"]] = account


@dataclass(slots=True)
class _Person(Account):
    told_as: str = field(default="")

    @property
    def node_id(self) -> str:
        return self.told_as


def _moment(found: str) -> datetime:
    return datetime.fromisoformat(found)
