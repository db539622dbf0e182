"""GitHub's GraphQL API: what many REST calls would tell, in one. Answers are judged part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from backend.connectors.github import queries
from backend.connectors.github.models import (
    KINDS,
    Blob,
    BlobKey,
    Collaborators,
    Kind,
    Page,
    Pulse,
    Repository,
    Row,
    Thread,
    ThreadKey,
)
from backend.connectors.github.wire import LABEL, answered_at, is_settled, pause_asked_for, too_much_at_once
from backend.connectors.http import HttpGateway, no_answer, rate_limited, understood
from backend.errors import PermissionMissing, SourceRefused, TransientFailure
from backend.ids import new_id

_WAIT = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_TOO_MUCH = frozenset({"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT"})
_NOT_ALLOWED = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_GONE = "NOT_FOUND"
#: What of a repository tells of each kind of item.
_FIELDS: dict[str | int, Kind] = {
    "defaultBranchRef": "files",
    "issues": "issues",
    "pullRequests": "pulls",
    "discussions": "discussions",
}


@dataclass(frozen=True, slots=True)
class _Graph:
    """`errors`: the kind of each, by the path that it is about. `as_of`: GitHub's time."""

    data: dict[str, Any]
    errors: dict[tuple[str | int, ...], str]
    as_of: datetime | None

    def below(self, *path: str | int) -> list[str]:
        return [kind for at, kind in self.errors.items() if at[: len(path)] == path]

    def not_allowed(self) -> set[str | int]:
        """Names of fields of the nodes that were refused."""
        return {at[2] for at, kind in self.errors.items() if kind in _NOT_ALLOWED and len(at) > 2}


class GraphQL:
    """Calls to the GraphQL API over a gateway of the same host. Errors: as of `HttpGateway`."""

    def __init__(self, http: HttpGateway, url: str) -> None:
        self._http = http
        self._url = url
        self._refused: set[Kind] = set()

    async def pulses(self, repositories: Sequence[Repository], *, people: bool) -> dict[int, Pulse]:
        """The pulse of at most 50 repositories of one owner, by id. `people`: with their collaborators.

        What is not allowed takes the whole repository out of an answer, so it is asked for without that then.
        """
        first = repositories[0]
        while True:
            variables: dict[str, Any] = {
                "ids": [one.node_id for one in repositories],
                "owner": first.owner,
                "verified": first.owned_by_organisation,
                "people": people,
                **{str(name): kind not in self._refused for name, kind in _FIELDS.items()},
            }
            graph = await self._ask(queries.PULSES, variables)
            refused = {_FIELDS[name] for name in graph.not_allowed() & _FIELDS.keys()}
            if refused <= self._refused:
                break
            self._refused |= refused
        nodes = graph.data.get("nodes") or []
        found: dict[int, Pulse] = {}
        for at, repository in enumerate(repositories):
            node = nodes[at] if at < len(nodes) else None
            kinds = graph.below("nodes", at)
            if isinstance(node, dict) and node.get("id"):
                told = people and not graph.below("nodes", at, "collaborators")
                with understood(LABEL):
                    found[repository.id] = _pulse(node, graph.as_of, told=told, refused=frozenset(self._refused))
            elif set(kinds) & {_GONE, *_NOT_ALLOWED}:
                found[repository.id] = Pulse(refused=KINDS)
            else:
                raise TransientFailure("GitHub left out a repository. It is tried again by itself.")
        return found

    async def collaborators(self, repository: Repository, after: str) -> Collaborators:
        """The next page of those of whom `pulses` gave the first."""
        variables = {
            "id": repository.node_id,
            "after": after,
            "owner": repository.owner,
            "verified": repository.owned_by_organisation,
        }
        graph = await self._ask(queries.COLLABORATORS, variables)
        found = (graph.data.get("node") or {}).get("collaborators")
        if graph.errors or not isinstance(found, dict):
            raise TransientFailure("GitHub left out some people. It is tried again by itself.")
        with understood(LABEL):
            return _collaborators(found)

    async def addresses(self, repository: Repository, node_ids: Sequence[str]) -> frozenset[str]:
        """The addresses of at most 100 people; who has none that GitHub tells is left out."""
        variables = {"ids": list(node_ids), "owner": repository.owner, "verified": repository.owned_by_organisation}
        graph = await self._ask(queries.ADDRESSES, variables)
        if graph.errors and repository.owned_by_organisation:  # the public ones are told to everybody
            graph = await self._ask(queries.ADDRESSES, {**variables, "verified": False})
        return frozenset(address for one in graph.data.get("nodes") or [] for address in _addresses(one))

    async def discussions(
        self, repository: Repository, after: str | None, *, by: Literal["CREATED_AT", "UPDATED_AT"]
    ) -> Page[Row]:
        """By creation the oldest first, by change the newest."""
        order = {"field": by, "direction": "ASC" if by == "CREATED_AT" else "DESC"}
        graph = await self._ask(queries.DISCUSSIONS, {"id": repository.node_id, "after": after, "order": order})
        found = (graph.data.get("node") or {}).get("discussions")
        if set(graph.below("node")) & _NOT_ALLOWED:
            raise PermissionMissing("GitHub does not allow discussions to be read. Give the App that permission.")
        if graph.errors or not isinstance(found, dict):
            raise TransientFailure("GitHub left out discussions. It is tried again by itself.")
        with understood(LABEL):
            rows = tuple(
                Row(
                    number=int(one["number"]),
                    updated_at=str(one["updatedAt"]),
                    comments=(one.get("comments") or {}).get("totalCount"),
                    settled=is_settled(str(one["updatedAt"]), graph.as_of),
                )
                for one in found["nodes"]
            )
            return Page(rows, _more(found))

    async def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, Blob | None]:
        """Texts of files; None for what is no blob or was not given."""
        graph = await self._ask(queries.blobs(keys), {})
        return {key: _blob(_at(graph.data, path)) for key, path in _paths(keys).items()}

    async def threads(self, keys: Sequence[ThreadKey]) -> dict[ThreadKey, Thread]:
        """Issues, pull requests and discussions with the first page of what was said in each."""
        graph = await self._ask(queries.threads(keys), {})
        found: dict[ThreadKey, Thread] = {}
        for key, path in _paths(keys).items():
            item, kinds = _at(graph.data, path), graph.below(*path)
            gone = _GONE in (graph.errors.get(path), graph.errors.get(path[:1]))
            if item is None:
                found[key] = Thread(None, partial=not gone)
            else:
                found[key] = Thread(item, partial=bool(kinds))
        return found

    async def more(self, key: ThreadKey, connection: str, after: str) -> dict[str, Any]:
        """The next page of one connection of one item."""
        variables = {"id": key[0], "number": key[2], "after": after}
        graph = await self._ask(queries.more_of(connection), variables)
        item = (graph.data.get("node") or {}).get("item") or {}
        found = item.get(connection)
        if graph.errors or not isinstance(found, dict):
            raise TransientFailure("GitHub left out some of what was said. It is tried again by itself.")
        return found

    async def _ask(self, query: str, variables: dict[str, Any]) -> _Graph:
        answer = await self._http.answer("POST", self._url, body={"query": query, "variables": variables})
        found = answer.json()
        if not isinstance(found, dict) or not found.keys() & {"data", "errors"}:
            raise no_answer(LABEL)
        given = found.get("errors")
        errors = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        kinds = {str(one.get("type") or "") for one in errors}
        data = found.get("data")
        pause = pause_asked_for(answer.headers) if errors else None
        if kinds & _WAIT or (data is None and pause is not None):
            raise rate_limited(answer, retry_after_seconds=pause)
        if kinds & _TOO_MUCH:
            raise too_much_at_once()
        if not isinstance(data, dict):
            if kinds & _NOT_ALLOWED:
                raise PermissionMissing("GitHub does not allow this. Look at the permissions of the App or token.")
            if kinds - {""}:
                raise SourceRefused("GitHub refused a question.", status=answer.status, reason=min(kinds - {""}))
            raise too_much_at_once()
        paths = {tuple(one.get("path") or ()): str(one.get("type") or "") for one in errors}
        return _Graph(data, paths, answered_at(answer.headers))


def _paths[K: (BlobKey, ThreadKey)](keys: Sequence[K]) -> dict[K, tuple[str, str]]:
    """Where the answer to each key is, as `queries` asked for it."""
    found: dict[K, tuple[str, str]] = {}
    at = 0
    for number, (_, group) in enumerate(groupby(keys, key=lambda key: key[0])):
        for key in group:
            found[key] = (f"r{number}", queries.alias(at))
            at += 1
    return found


def _at(data: dict[str, Any], path: tuple[str, str]) -> dict[str, Any] | None:
    with understood(LABEL):
        found = (data.get(path[0]) or {}).get(path[1])
    return found if isinstance(found, dict) and found else None


def _pulse(node: dict[str, Any], as_of: datetime | None, *, told: bool, refused: frozenset[Kind]) -> Pulse:
    branch = node.get("defaultBranchRef") or {}
    people = node.get("collaborators")
    return Pulse(
        branch=branch.get("name"),
        tree=((branch.get("target") or {}).get("tree") or {}).get("oid"),
        newest=f"{_newest(node, 'issues', as_of)} {_newest(node, 'pullRequests', as_of)}",
        discussed=_newest(node, "discussions", as_of),
        as_of=f"{as_of:%Y-%m-%dT%H:%M:%SZ}" if as_of else None,
        collaborators=_collaborators(people) if told and isinstance(people, dict) else None,
        refused=refused,
    )


def _newest(node: dict[str, Any], name: str, as_of: datetime | None) -> str:
    """With a mark that never comes again while another change could have the same time: it is asked for again then."""
    nodes = (node.get(name) or {}).get("nodes") or [{}]
    at = (nodes[0] or {}).get("updatedAt")
    return f"{at}{'' if is_settled(str(at), as_of) else f'?{new_id()}'}" if at else "-"


def _collaborators(found: dict[str, Any]) -> Collaborators:
    people = frozenset(address for one in found.get("nodes") or [] for address in _addresses(one))
    return Collaborators(people, _more(found))


def _addresses(person: Any) -> list[str]:
    """Of a person. A public address is one of those that they have proven at GitHub."""
    if not isinstance(person, dict):
        return []
    found = [person.get("email"), *(person.get("organizationVerifiedDomainEmails") or [])]
    return [one for one in found if isinstance(one, str) and one]


def _more(connection: dict[str, Any]) -> str | None:
    page = connection.get("pageInfo") or {}
    return page.get("endCursor") if page.get("hasNextPage") else None


def _blob(found: dict[str, Any] | None) -> Blob | None:
    if found is None or "byteSize" not in found:
        return None
    text = found.get("text")
    whole = isinstance(text, str) and not found.get("isTruncated") and "\ufffd" not in text
    return Blob(text if whole else None, is_binary=bool(found.get("isBinary")))
