"""GitHub on a socket: the REST calls and GraphQL that the connector makes, strict about tokens, versions and pages."""

import base64
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support import github_shapes as shapes
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET, ConsentProvider
from tests.support.github_access import Principal, Refused, Tokens
from tests.support.github_graphql import Graph
from tests.support.github_state import Comment, Item, Repository, World

VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
_MOST = 100
_MODES = {"040000": "tree", "160000": "commit"}

type Handler = Callable[[Request, Principal], Response]


@dataclass(slots=True)
class GitHubService:
    """Serves a `World`.

    Args:
        page: how many of a list are given at most, whatever is asked for.
        tree_limit: how many entries of a tree; more are cut, and it is said.
        lie: lists are cut by an error on the way, or empty, while there is something.
        remaining: how many requests the hour still has; None: as many as one likes.
    """

    world: World = field(default_factory=World)
    page: int = _MOST
    tree_limit: int = 100_000
    lie: Literal["cut", "empty"] | None = None
    tells_people: bool = True
    remaining: int | None = None
    consents: ConsentProvider = field(
        default_factory=lambda: ConsentProvider(
            account="ada", error_status=200, shape=lambda answer, _: {**answer, "scope": ""}
        )
    )
    tokens: Tokens = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.world, self.consents)

    def app(self) -> Starlette:
        """At both of GitHub's places: the root, as at api.github.com, and ``/api`` as at an Enterprise Server."""
        listed: list[tuple[str, Handler]] = [
            ("/installation/repositories", self._installed),
            ("/user", self._user),
            ("/user/repos", self._own),
            ("/user/installations", self._installations),
            ("/user/installations/{id:int}/repositories", self._installed_for),
            ("/repos/{owner}/{repo}/collaborators", self._collaborators),
            ("/repos/{owner}/{repo}/git/trees/{sha}", self._tree),
            ("/repos/{owner}/{repo}/git/blobs/{sha}", self._blob),
            ("/repos/{owner}/{repo}/issues", self._issues),
            ("/repos/{owner}/{repo}/pulls", self._pulls),
            ("/repos/{owner}/{repo}/issues/comments", self._issue_comments),
            ("/repos/{owner}/{repo}/pulls/comments", self._review_comments),
        ]
        routes: list[Route] = []
        for prefix in ("", "/api/v3"):
            routes += [Route(f"{prefix}{path}", self._held(handler), methods=["GET"]) for path, handler in listed]
            app_path = f"{prefix}/app/installations/{{id:int}}"
            routes.append(Route(app_path, self._of_app(self._installation), methods=["GET"]))
            routes.append(Route(f"{app_path}/access_tokens", self._of_app(self._access_token), methods=["POST"]))
            routes.append(Route(f"{prefix}/applications/{{client_id}}/grant", self._end_grant, methods=["DELETE"]))
        routes += [Route(path, self._graphql, methods=["POST"]) for path in ("/graphql", "/api/graphql")]
        routes += self.consents.routes("/login/oauth/authorize", "/login/oauth/access_token")
        return Starlette(routes=[*routes, Route("/{path:path}", _unknown)])

    def _held(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """With the token's owner, the limits of the hour, and an entity tag."""

        async def handle(request: Request) -> Response:
            try:
                _require_headers(request)
                principal = self.tokens.principal(request.headers.get("authorization"))
                self._spend()
                answer = handler(request, principal)
            except Refused as refused:
                return self._limited(JSONResponse(refused.body, refused.status))
            tag = f'W/"{hashlib.sha256(bytes(answer.body)).hexdigest()}"'
            if request.headers.get("if-none-match") == tag:
                if self.remaining is not None:
                    self.remaining += 1
                answer = Response(status_code=304)
            answer.headers["ETag"] = tag
            return self._limited(answer)

        return handle

    def _of_app(self, handler: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            try:
                _require_headers(request)
                return handler(request)
            except Refused as refused:
                return JSONResponse(refused.body, refused.status)

        return handle

    def _spend(self) -> None:
        if self.remaining is None:
            return
        if self.remaining == 0:
            where = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
            raise Refused(403, "API rate limit exceeded for installation.", where)
        self.remaining -= 1

    def _limited(self, answer: Response) -> Response:
        remaining = 5_000 if self.remaining is None else self.remaining
        answer.headers["X-RateLimit-Limit"] = "5000"
        answer.headers["X-RateLimit-Remaining"] = str(remaining)
        answer.headers["X-RateLimit-Reset"] = str(int(time.time()) + 1800)
        return answer

    def _installation(self, request: Request) -> Response:
        found = self.tokens.installation(request.headers.get("authorization"), request.path_params["id"])
        shape = shapes.example("installation")
        account = shapes.person(self.world.accounts.get(found.account), shape["account"])
        return JSONResponse({**shape, "id": found.id, "account": account})

    def _access_token(self, request: Request) -> Response:
        found = self.tokens.installation(request.headers.get("authorization"), request.path_params["id"])
        ends = datetime.now(UTC) + timedelta(hours=1)
        answer = {
            "token": self.tokens.issue(found),
            "expires_at": shapes.moment(ends),
            "permissions": dict.fromkeys(sorted(found.permissions), "read"),
            "repository_selection": "all" if found.repositories is None else "selected",
        }
        return JSONResponse(answer, 201)

    async def _end_grant(self, request: Request) -> Response:
        """https://docs.github.com/rest/apps/oauth-applications#delete-an-app-authorization (2026-11)"""
        where = "https://docs.github.com/rest/apps/oauth-applications#delete-an-app-authorization"
        given = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {given}":
            return JSONResponse(Refused(401, "Bad credentials", where).body, 401)
        token = json.loads(await request.body()).get("access_token")
        if request.path_params["client_id"] != CLIENT_ID or not isinstance(token, str):
            return JSONResponse(Refused(404, "Not Found", where).body, 404)
        if not self.consents.end(token):
            return JSONResponse(Refused(422, "Validation Failed", where).body, 422)
        return Response(status_code=204)

    def _user(self, _: Request, principal: Principal) -> Response:
        account = self.world.accounts.get(principal.login)
        if principal.is_installation or account is None:
            raise Refused(403, "Resource not accessible by integration")
        shape = shapes.example("user")
        return JSONResponse({**(shapes.person(account, shape) or {}), "email": account.email or None})

    def _installed(self, request: Request, principal: Principal) -> Response:
        if not principal.is_installation:
            raise Refused(403, "You must authenticate with an installation access token in order to list repositories")
        return self._repositories(request, principal.repositories(), "installation_repositories")

    def _own(self, request: Request, principal: Principal) -> Response:
        if principal.is_installation:
            raise Refused(403, "Resource not accessible by integration")
        own = [one for one in principal.repositories() if principal.login in one.collaborators]
        shape = shapes.example("user_repositories")[0]
        return self._paged(request, [shapes.repository(one, shape) for one in own])

    def _installations(self, request: Request, principal: Principal) -> Response:
        if principal.is_installation or not principal.installations:
            raise Refused(403, "You must authenticate with an access token authorized to a GitHub App")
        shape = shapes.example("user_installations")["installations"][0]
        rows = [{**shape, "id": one.id} for one in principal.installations]
        return self._paged(request, rows, name="installations")

    def _installed_for(self, request: Request, principal: Principal) -> Response:
        of_one = [one for one in principal.installations if one.id == request.path_params["id"]]
        if not of_one:
            raise Refused(404, "Not Found")
        own = [one for one in principal.repositories() if one.owner == of_one[0].account]
        return self._repositories(request, own, "user_installation_repositories")

    def _repositories(self, request: Request, found: Sequence[Repository], example: str) -> Response:
        shape = shapes.example(example)["repositories"][0]
        return self._paged(request, [shapes.repository(one, shape) for one in found], name="repositories")

    def _collaborators(self, request: Request, principal: Principal) -> Response:
        found = self._repository(request, principal)
        if not self.tells_people and not principal.is_installation:
            raise Refused(403, "Must have push access to view repository collaborators.")
        shape = shapes.example("collaborators")[0]
        accounts = [self.world.accounts[login] for login in sorted(found.collaborators)]
        return self._paged(request, [shapes.person(one, shape) for one in accounts])

    def _tree(self, request: Request, principal: Principal) -> Response:
        found = self._repository(request, principal, "contents")
        sha = request.path_params["sha"]
        if found.head is None:
            raise Refused(409, "Git Repository is empty.", "https://docs.github.com/rest/git/trees#get-a-tree")
        if sha not in found.trees:
            raise Refused(404, "Not Found", "https://docs.github.com/rest/git/trees#get-a-tree")
        recursive = "recursive" in request.query_params  # any value at all
        entries = [] if self.lie == "empty" else list(_entries(found, sha, "", recursive=recursive))
        cut = recursive and len(entries) > self.tree_limit
        answer = {
            **shapes.example("tree"),
            "sha": sha,
            "tree": entries[: self.tree_limit] if cut else entries,
            "truncated": cut,
        }
        return JSONResponse(answer)

    def _blob(self, request: Request, principal: Principal) -> Response:
        found = self._repository(request, principal, "contents")
        sha = request.path_params["sha"]
        if sha not in found.blobs or sha in found.lost:
            raise Refused(404, "Not Found", "https://docs.github.com/rest/git/blobs#get-a-blob")
        data = found.blobs[sha]
        if "raw" in request.headers.get("accept", ""):
            return Response(data, media_type="application/vnd.github.raw+json")
        shape = shapes.example("blob")
        content = base64.encodebytes(data).decode()
        return JSONResponse({**shape, "sha": sha, "size": len(data), "content": content})

    def _issues(self, request: Request, principal: Principal) -> Response:
        found = self._repository(request, principal, "issues", "pull_requests")
        if not found.has_issues:
            raise Refused(410, "Issues has been disabled in this repository.")
        wanted = [one for one in found.items.values() if one.kind != "discussion"]
        rows = self._sorted(request, wanted, default="created")
        return self._paged(request, [shapes.issue(one, found, _base(request)) for one in rows], lying=True)

    def _pulls(self, request: Request, principal: Principal) -> Response:
        found = self._repository(request, principal, "pull_requests")
        if "since" in request.query_params:
            raise Refused(422, "Validation Failed")  # a stand-in's strictness: GitHub does not know the word here
        rows = self._sorted(request, [one for one in found.items.values() if one.kind == "pull"], default="created")
        return self._paged(request, [shapes.pull(one, found) for one in rows], lying=True)

    def _issue_comments(self, request: Request, principal: Principal) -> Response:
        return self._comments(request, self._repository(request, principal, "issues", "pull_requests"), of_lines=False)

    def _review_comments(self, request: Request, principal: Principal) -> Response:
        return self._comments(request, self._repository(request, principal, "pull_requests"), of_lines=True)

    def _comments(self, request: Request, found: Repository, *, of_lines: bool) -> Response:
        since = request.query_params.get("since", "")
        pairs: list[tuple[Comment, Item]] = []
        for item in found.items.values():
            if item.kind == "discussion":
                continue
            lines = [said for one in item.reviews if one.state != "PENDING" for _, _, said in one.comments]
            pairs += [(one, item) for one in (lines if of_lines else item.comments)]
        pairs = [pair for pair in pairs if shapes.moment(pair[0].updated_at) >= since]
        pairs.sort(key=lambda pair: (pair[0].updated_at, pair[0].id))
        base = _base(request)
        return self._paged(request, [shapes.comment(one, item, found, base, of_lines=of_lines) for one, item in pairs])

    def _sorted(self, request: Request, items: Sequence[Item], *, default: str) -> list[Item]:
        query = request.query_params
        state, since = query.get("state", "open"), query.get("since", "")
        found = [one for one in items if state in ("all", "open" if one.state == "open" else "closed")]
        found = [one for one in found if shapes.moment(one.updated_at) >= since]
        by_change = query.get("sort", default) == "updated"
        newest_first = query.get("direction", "desc") == "desc"
        return sorted(
            found,
            key=lambda one: (one.updated_at if by_change else one.created_at, one.number),
            reverse=newest_first,
        )

    def _repository(self, request: Request, principal: Principal, *permissions: str) -> Repository:
        name = f"{request.path_params['owner']}/{request.path_params['repo']}"
        for one in self.world.repositories.values():
            if one.full_name == name and principal.sees(one):
                if permissions:
                    principal.require(*permissions)
                return one
        raise Refused(404, "Not Found")

    def _paged(
        self, request: Request, rows: Sequence[Any], *, name: str | None = None, lying: bool = False
    ) -> Response:
        """A page with its Link header; `lying`: what the stand-in may cut or empty."""
        query = dict(request.query_params)
        size = min(int(query.get("per_page", 30)), _MOST, self.page)
        number = int(query.get("page", 1))
        if lying and self.lie == "empty":
            rows = []
        if lying and self.lie == "cut":
            raise Refused(403, "Resource not accessible by integration")
        part = list(rows[(number - 1) * size : number * size])
        answer = JSONResponse(part if name is None else {"total_count": len(rows), name: part})
        if number * size < len(rows):
            following = urlencode({**query, "page": number + 1})
            last = urlencode({**query, "page": -(-len(rows) // size)})
            at = f"{_base(request)}{request.url.path}"
            answer.headers["Link"] = f'<{at}?{following}>; rel="next", <{at}?{last}>; rel="last"'
        return answer

    async def _graphql(self, request: Request) -> Response:
        try:
            principal = self.tokens.principal(request.headers.get("authorization"))
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)
        asked = json.loads(await request.body())
        graph = Graph(principal, page=self.page, tells_people=self.tells_people)
        return self._limited(JSONResponse(graph.answer(asked["query"], asked.get("variables"))))


async def _unknown(_: Request) -> Response:
    refused = Refused(404, "Not Found")
    return JSONResponse(refused.body, 404)


def _require_headers(request: Request) -> None:
    if not request.headers.get("user-agent"):
        raise Refused(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent.")
    version = request.headers.get("x-github-api-version")
    if version is not None and version not in VERSIONS:
        raise Refused(400, f"The '{version}' API version is not supported.")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _entries(found: Repository, sha: str, path: str, *, recursive: bool) -> Any:
    for name, mode, id_ in found.trees[sha]:
        kind = _MODES.get(mode, "blob")
        entry: dict[str, Any] = {"path": f"{path}{name}", "mode": mode, "type": kind, "sha": id_}
        if kind == "blob":
            entry["size"] = len(found.blobs[id_])
        if kind != "commit":
            entry["url"] = f"https://api.github.com/repos/{found.full_name}/git/{kind}s/{id_}"
        yield entry
        if recursive and kind == "tree":
            yield from _entries(found, id_, f"{path}{name}/", recursive=True)
