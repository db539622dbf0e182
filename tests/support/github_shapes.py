"""GitHub's published examples, filled with what a stand-in holds."""

import copy
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.github_state import Account, Comment, Item, Repository

EXAMPLES = Path(__file__).parents[1] / "fixtures" / "providers" / "github"


@cache
def _read(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())["answer"]


def example(name: str) -> Any:
    """A published answer, to be changed at will."""
    return copy.deepcopy(_read(name))


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def person(account: Account | None, shape: dict[str, Any]) -> dict[str, Any] | None:
    """None for somebody who deleted their account."""
    if account is None:
        return None
    login, kind = account.login, "Organization" if account.is_organisation else "User"
    return {**shape, "login": login, "id": account.id, "node_id": account.node_id, "type": kind}


def repository(found: Repository, shape: dict[str, Any]) -> dict[str, Any]:
    """As the list of `shape` has it."""
    owner = found.world.accounts.get(found.owner)
    return {
        **shape,
        "id": found.id,
        "node_id": found.node_id,
        "name": found.name,
        "full_name": found.full_name,
        "owner": person(owner, shape["owner"]),
        "private": found.private,
        "visibility": "private" if found.private else "public",
        "html_url": f"https://github.com/{found.full_name}",
        "default_branch": found.branch,
        "has_issues": found.has_issues,
        "has_discussions": found.has_discussions,
        "disabled": False,
    }


def issue(found: Item, within: Repository, base: str) -> dict[str, Any]:
    """An issue or pull request as the list of issues has it."""
    shape = example("issues")[0]
    author = within.world.accounts.get(found.author)
    filled = {
        **shape,
        "number": found.number,
        "title": found.title,
        "body": found.body,
        "state": "open" if found.state == "open" else "closed",
        "user": person(author, shape["user"]),
        "comments": len(found.comments),
        "labels": [{**shape["labels"][0], "name": name} for name in found.labels],
        "created_at": moment(found.created_at),
        "updated_at": moment(found.updated_at),
        "url": f"{base}/repos/{within.full_name}/issues/{found.number}",
    }
    if found.kind == "issue":
        del filled["pull_request"]
    if found.malformed:
        del filled["updated_at"]
    return filled


def pull(found: Item, within: Repository) -> dict[str, Any]:
    shape = example("pulls")[0]
    return {
        **shape,
        "number": found.number,
        "title": found.title,
        "body": found.body,
        "state": "open" if found.state == "open" else "closed",
        "user": person(within.world.accounts.get(found.author), shape["user"]),
        "created_at": moment(found.created_at),
        "updated_at": moment(found.updated_at),
    }


def comment(found: Comment, item: Item, within: Repository, base: str, *, of_lines: bool) -> dict[str, Any]:
    shape = example("review_comments" if of_lines else "issue_comments")[0]
    address = f"{base}/repos/{within.full_name}"
    where = (
        {"pull_request_url": f"{address}/pulls/{item.number}"}
        if of_lines
        else {"issue_url": f"{address}/issues/{item.number}"}
    )
    return {
        **shape,
        **where,
        "id": found.id,
        "body": found.body,
        "user": person(within.world.accounts.get(found.author), shape["user"]),
        "created_at": moment(found.created_at),
        "updated_at": moment(found.updated_at),
    }
