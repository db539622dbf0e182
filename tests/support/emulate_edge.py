"""What emulate 0.12.2 gets wrong or lacks, mended as far as the connectors need it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.support.edge import Asked, Mend, edge, given, says
from tests.support.github_over_rest import comments, graphql

_ME = "/gmail/v1/users/me"


async def _profile(asked: Asked) -> Response:
    """`users.getProfile`, which emulate lacks."""
    who = await asked.json("/oauth2/v2/userinfo")
    now = await asked.json(f"{_ME}/history", startHistoryId="1")
    threads = await asked.json(f"{_ME}/threads", maxResults=500, includeSpamTrash="true")
    profile = {"emailAddress": who["email"], "historyId": now["historyId"], "threadsTotal": len(threads["threads"])}
    return JSONResponse(profile)


async def _about(asked: Asked) -> Response:
    """Drive's `about.get`, which emulate lacks."""
    who = await asked.json("/oauth2/v2/userinfo")
    user = {"permissionId": who["sub"], "displayName": who["name"], "emailAddress": who["email"]}
    return JSONResponse({"user": user})


async def _slack(asked: Asked) -> Response:
    """Every method takes GET as well as POST, and its arguments in the address as well as in the body."""
    return given(await _asked(asked))


async def _asked(asked: Asked) -> Any:
    if asked.body:
        return await asked.passed_on()
    # Slack takes 1 for true, and its own client says so.
    form = {
        name: "true" if name == "is_private" and value == "1" else value
        for name, value in asked.request.query_params.items()
    }
    return await asked.passed_on("POST", asked.request.url.path, data=form)


async def _history(asked: Asked) -> Response:
    """`conversations.history` within `oldest` and `latest`, and with what Slack says of threads."""
    params = dict(asked.request.query_params)
    answer = await _asked(asked)
    found = answer.json()
    if not found["ok"]:
        return given(answer)
    oldest, latest = Decimal(params.get("oldest", "0")), Decimal(params.get("latest", "Infinity"))
    is_inside = params.get("inclusive") == "true"
    found["messages"] = [
        one
        for one in found["messages"]
        if oldest < Decimal(one["ts"]) < latest or (is_inside and Decimal(one["ts"]) in (oldest, latest))
    ]
    for one in found["messages"]:
        if one.get("reply_count"):
            form = {"channel": params["channel"], "ts": one["ts"]}
            replies = await asked.passed_on("POST", "/api/conversations.replies", data=form)
            one |= {"thread_ts": one["ts"], "latest_reply": replies.json()["messages"][-1]["ts"]}
    return JSONResponse(found)


async def _installed(asked: Asked) -> Response:
    """Repositories of a person through the App: all of theirs."""
    repositories = await asked.json("/user/repos", per_page=100)
    return JSONResponse({"total_count": len(repositories), "repositories": repositories})


async def _issues(asked: Asked) -> Response:
    """`GET …/issues` with the pull requests, which are issues as well."""
    params, path = dict(asked.request.query_params), asked.request.url.path
    found = await asked.json(path, **params)
    for one in await asked.json(path.removesuffix("issues") + "pulls", state="all", per_page=100):
        if one["updated_at"] >= params.get("since", ""):
            found.append({**one, "pull_request": {"url": one["url"]}})
    return JSONResponse(sorted(found, key=lambda one: str(one[f"{params['sort']}_at"])))


_GOOGLE: dict[str, Mend] = {
    f"GET {_ME}/profile": _profile,
    "GET /drive/v3/about": _about,
    "GET /drive/v3/drives": says({"kind": "drive#driveList", "drives": []}),
    "GET /drive/v3/changes/startPageToken": says({"startPageToken": "1"}),
    "GET /drive/v3/changes": says({"newStartPageToken": "1", "changes": []}),
}
_SLACK: dict[str, Mend] = {
    "POST /api/auth.revoke": says({"ok": True, "revoked": True}),
    "GET /api/conversations.history": _history,
    "(GET|POST) /api/.*": _slack,
}
_GITHUB: dict[str, Mend] = {
    "POST /graphql": graphql,
    "GET /user/installations": says({"total_count": 1, "installations": [{"id": 1}]}),
    "GET /user/installations/1/repositories": _installed,
    "GET /repos/[^/]+/[^/]+/issues": _issues,
    "GET /repos/[^/]+/[^/]+/(issues|pulls)/comments": comments,
}


@asynccontextmanager
async def emulate_edge(services: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """Serves in front of emulate's services; gives the connectors' settings, without those of their clients."""
    async with AsyncExitStack() as open_:
        google = await open_.enter_async_context(edge(services["google"], _GOOGLE))
        slack = await open_.enter_async_context(edge(services["slack"], _SLACK))
        github = await open_.enter_async_context(edge(services["github"], _GITHUB))
        yield {
            **{
                f"{name}_{what}": value
                for name in ("gmail", "google_drive")
                for what, value in {
                    "api_url": google + ("/drive/v3" if name == "google_drive" else ""),
                    "authorize_url": f"{google}/o/oauth2/v2/auth",
                    "token_url": f"{google}/oauth2/token",
                    "revoke_url": f"{google}/oauth2/revoke",
                }.items()
            },
            "slack_api_url": f"{slack}/api",
            "slack_authorize_url": f"{slack}/oauth/v2/authorize",
            "slack_token_url": f"{slack}/api/oauth.v2.access",
            "slack_revoke_url": f"{slack}/api/auth.revoke",
            "github_api_url": github,
            "github_authorize_url": f"{github}/login/oauth/authorize",
            "github_token_url": f"{github}/login/oauth/access_token",
        }
