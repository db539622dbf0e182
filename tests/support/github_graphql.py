"""GitHub's GraphQL over a stand-in's state, by the published schema."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, build_schema, graphql_sync

from tests.support.github_access import Principal
from tests.support.github_shapes import EXAMPLES, moment
from tests.support.github_state import Account, Comment, Item, Repository, Review

SCHEMA = build_schema((EXAMPLES / "schema.graphql").read_text())
#: What GraphQL gives of a long text.
_LONGEST_TEXT = 512_000
_MOST = 100

type Node = dict[str, Any]
type Info = GraphQLResolveInfo[Any]


class Graph:
    """Answers queries of one principal.

    Args:
        page: how many of a connection are given at most, whatever is asked for.
        tells_people: whether collaborators are told.
    """

    def __init__(self, principal: Principal, *, page: int = _MOST, tells_people: bool = True) -> None:
        self._principal = principal
        self._page = page
        self._tells_people = tells_people

    def answer(self, query: str, variables: Node | None) -> Node:
        root: Node = {"node": self._node, "nodes": self._nodes}
        found = graphql_sync(SCHEMA, query, root, variable_values=variables)
        answer: Node = {} if found.data is None and found.errors else {"data": found.data}
        if found.errors:
            answer["errors"] = [_error(one) for one in found.errors]
        return answer

    def _nodes(self, _: Info, ids: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for id_ in ids:
            try:
                found.append(self._find(id_))
            except GraphQLError as error:
                found.append(error)
        return found

    def _node(self, _: Info, id: str) -> Node:
        return self._find(id)

    def _find(self, id_: str) -> Node:
        world = self._principal.world
        for repository in world.repositories.values():
            if repository.node_id == id_ and self._principal.sees(repository):
                return self._repository(repository)
        for account in world.accounts.values():
            if account.node_id == id_ and not account.is_organisation:
                return _person(account)
        raise _refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{id_}'.")

    def _repository(self, found: Repository) -> Node:
        def listed(kind: str) -> Callable[..., Node]:
            def connection(_: Info, first: int, **given: Any) -> Node:
                self._allow(*(["discussions"] if kind == "discussion" else ["issues", "pull_requests"]))
                order = given.pop("orderBy", None) or {"field": "CREATED_AT", "direction": "ASC"}
                items = [one for one in found.items.values() if one.kind == kind]
                newest = order["direction"] == "DESC"
                key = "updated_at" if order["field"] == "UPDATED_AT" else "created_at"
                items.sort(key=lambda one: (getattr(one, key), one.number), reverse=newest)
                return self._connection(items, self._item, first, **given)

            return connection

        def item(*kinds: str) -> Callable[..., Node]:
            def one(_: Info, number: int) -> Node:
                there = found.items.get(number)
                if there is None or there.kind not in kinds:
                    raise _refusal("NOT_FOUND", f"Could not resolve to an issue with the number of {number}.")
                self._allow(*(["discussions"] if there.kind == "discussion" else ["issues", "pull_requests"]))
                return self._item(there)

            return one

        return {
            "__typename": "Repository",
            "id": found.node_id,
            "defaultBranchRef": self._branch(found),
            "issues": listed("issue"),
            "pullRequests": listed("pull"),
            "discussions": listed("discussion"),
            "collaborators": lambda _, first, after=None: self._collaborators(found, first, after),
            "issueOrPullRequest": item("issue", "pull"),
            "discussion": item("discussion"),
            "object": lambda _, oid: self._object(found, oid),
        }

    def _branch(self, found: Repository) -> Node | None:
        if found.head is None or not found.files:
            return None
        tree = {"__typename": "Tree", "oid": found.head}
        return {"name": found.branch, "target": {"__typename": "Commit", "oid": found.head, "tree": tree}}

    def _collaborators(self, found: Repository, first: int, after: str | None) -> Node:
        if not self._tells_people:
            raise _refusal("FORBIDDEN", "Resource not accessible by integration")
        accounts = [self._principal.world.accounts[login] for login in sorted(found.collaborators)]
        return self._connection(accounts, _person, first, after=after)

    def _object(self, found: Repository, oid: str) -> Node | None:
        self._allow("contents")
        if oid in found.trees:
            return {"__typename": "Tree", "oid": oid}
        if oid not in found.blobs or oid in found.lost:
            return None
        data = found.blobs[oid]
        is_binary = b"\0" in data
        return {
            "__typename": "Blob",
            "oid": oid,
            "byteSize": len(data),
            "isBinary": is_binary,
            "isTruncated": len(data) > _LONGEST_TEXT,
            "text": None if is_binary else data[:_LONGEST_TEXT].decode(errors="replace"),
        }

    def _item(self, found: Item) -> Node:
        node: Node = {
            "__typename": {"issue": "Issue", "pull": "PullRequest", "discussion": "Discussion"}[found.kind],
            "number": found.number,
            "title": found.title,
            "body": found.body,
            "url": f"https://github.com/{found.kind}s/{found.number}",
            "createdAt": moment(found.created_at),
            "updatedAt": moment(found.updated_at),
            "author": self._author(found.author),
            "state": found.state.upper(),
            "labels": lambda _, first: self._connection(found.labels, lambda name: {"name": name}, first),
            "assignees": lambda _, first: self._connection(
                [self._principal.world.accounts[one] for one in found.assignees], _person, first
            ),
            "milestone": {"title": found.milestone} if found.milestone else None,
            "comments": lambda _, first, after=None: self._connection(
                found.comments, self._comment, first, after=after
            ),
        }
        if found.kind == "discussion":
            node["category"] = {"name": "General"}
        if found.kind == "pull":
            node |= {
                "baseRefName": "main",
                "headRefName": f"branch-{found.number}",
                "reviews": lambda _, first, after=None, states=None: self._connection(
                    [one for one in found.reviews if states is None or one.state in states],
                    self._review,
                    first,
                    after=after,
                ),
                "reviewThreads": lambda _, first, after=None: self._connection(
                    [(review, path, line, said) for review in found.reviews for path, line, said in review.comments],
                    self._line,
                    first,
                    after=after,
                ),
            }
        if found.malformed:
            node["title"] = None
        return node

    def _review(self, found: Review) -> Node:
        at = None if found.state == "PENDING" else moment(found.submitted_at)
        return {"author": self._author(found.author), "state": found.state, "body": found.body, "submittedAt": at}

    def _line(self, found: tuple[Review, str, int, Comment]) -> Node:
        review, path, line, said = found
        state = "PENDING" if review.state == "PENDING" else "SUBMITTED"
        node = {**self._comment(said), "state": state}
        return {
            "path": path,
            "line": line,
            "comments": lambda _, first: self._connection([node], lambda one: one, first),
        }

    def _comment(self, found: Comment) -> Node:
        return {
            "author": self._author(found.author),
            "body": found.body,
            "createdAt": moment(found.created_at),
            "isMinimized": found.is_minimized is not None,
            "minimizedReason": found.is_minimized,
            "isAnswer": found.is_answer,
            "replies": lambda _, first: self._connection(found.replies, self._comment, first),
        }

    def _author(self, login: str) -> Node | None:
        account = self._principal.world.accounts.get(login)
        return _person(account) if account is not None else None

    def _connection[T](
        self, found: Sequence[T], node: Callable[[T], Node], first: int | None, after: str | None = None
    ) -> Node:
        if first is None or not 1 <= first <= _MOST:
            raise _refusal("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` value between 1 and 100.")
        start = int(after.removeprefix("cursor:")) if after else 0
        end = start + min(first, self._page)
        return {
            "totalCount": len(found),
            "nodes": [node(one) for one in found[start:end]],
            "pageInfo": {"hasNextPage": end < len(found), "endCursor": f"cursor:{end}"},
        }

    def _allow(self, *permissions: str) -> None:
        if not self._principal.permissions & set(permissions):
            raise _refusal("FORBIDDEN", "Resource not accessible by integration")


def _person(found: Account) -> Node:
    return {
        "__typename": "User",
        "id": found.node_id,
        "login": found.login,
        "email": found.email,
        "organizationVerifiedDomainEmails": lambda _, login: list(found.verified),
    }


def _refusal(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def _error(found: GraphQLError) -> Node:
    kind = (found.extensions or {}).get("type")
    places = [{"line": one.line, "column": one.column} for one in found.locations or []]
    answer: Node = {"path": found.path or [], "locations": places, "message": found.message}
    return {"type": kind, **answer} if kind else answer
