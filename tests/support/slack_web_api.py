"""Slack's Web API over a workspace: strict about tokens, scopes, arguments and membership, with its own refusals.

https://docs.slack.dev/apis/web-api (2026-11). Answers are 200 with `ok`, as there.
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.slack_methods import METHODS, Asked, Refused
from tests.support.slack_posting import POSTING
from tests.support.slack_service import BOT, SlackService

SIGN_IN = (
    "<!DOCTYPE html>\n<html><head><title>Sign in | Slack</title></head><body>Sign in to Subarachnoid</body></html>"
)
_METHODS = METHODS | POSTING
_FORM = "application/x-www-form-urlencoded"


class SlackWebApi:
    """Answers for one workspace, on whatever address it is served."""

    def __init__(self, service: SlackService) -> None:
        self.service = service
        self._spent = False  # the one call of an app that is throttled; whoever was told to wait has waited

    def application(self) -> Starlette:
        consents = self.service.consents
        return Starlette(
            routes=[
                *consents.routes("/oauth/v2/authorize", "/api/oauth.v2.access"),
                Route("/api/auth.revoke", self._revoke, methods=["GET", "POST"]),
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/files-pri/{name}/{rest:path}", self._download, methods=["GET"]),
                Route("/signin", self._sign_in, methods=["GET"]),
            ]
        )

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        if method not in _METHODS:
            return JSONResponse({"ok": False, "error": "unknown_method", "req_method": method})
        given = await _arguments(request)
        try:
            asked = self._asked(request, given)
            if self.service.throttled and method in ("conversations.history", "conversations.replies"):
                if self._spent:
                    self._spent = False
                    pause = str(self.service.throttled_seconds)
                    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": pause})
                self._spent = True
            return JSONResponse(_METHODS[method](asked))
        except Refused as refused:
            return JSONResponse(refused.answer)

    def _asked(self, request: Request, given: Mapping[str, str]) -> Asked:
        token = _token(request, given)
        if not token:
            raise Refused("not_authed")
        granted = self.service.consents.access.get(token)
        if granted is None:
            raise Refused("token_expired" if token in self.service.consents.ended else "invalid_auth")
        base_url = str(request.base_url).rstrip("/")
        return Asked(self.service, granted.account, frozenset(granted.scope.split()), given, base_url)

    async def _revoke(self, request: Request) -> Response:
        token = _token(request, await _arguments(request))
        if not self.service.consents.end(token):
            return JSONResponse({"ok": False, "error": "invalid_auth" if token else "not_authed"})
        for one in self.service.conversations.values():  # a bot whose token ends leaves its channels
            one.members.discard(BOT)
        return JSONResponse({"ok": True, "revoked": True})

    async def _download(self, request: Request) -> Response:
        shared = self.service.files.get(request.path_params["name"].partition("-")[2])
        granted = self.service.consents.holder(request.headers.get("authorization"))
        refused = granted is None or "files:read" not in granted.scope.split()
        if refused or (shared is not None and shared.gives == "redirect"):
            return RedirectResponse("/signin?redir=" + request.url.path, 302)
        if shared is None:
            return HTMLResponse("not found", 404)
        if shared.gives != "file":
            return HTMLResponse(SIGN_IN)
        return Response(shared.data, media_type=shared.mimetype)

    async def _sign_in(self, _request: Request) -> Response:
        return HTMLResponse(SIGN_IN)


async def _arguments(request: Request) -> dict[str, str]:
    """Of a query, a form, or (with a token in the header) JSON."""
    given = dict(request.query_params)
    if request.method == "POST":
        raw, kind = (await request.body()).decode(), request.headers.get("content-type", "")
        if kind.startswith("application/json"):
            given |= {name: _argument(value) for name, value in json.loads(raw or "{}").items() if value is not None}
        elif kind.startswith(_FORM):
            given |= dict(parse_qsl(raw))
    return given


def _argument(value: object) -> str:
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def _token(request: Request, given: Mapping[str, str]) -> str:
    """In the header, or in a form; never in a query. https://docs.slack.dev/changelog/2020-11-no-more-tokens-in-querystrings"""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer":
        return token
    return given.get("token", "") if request.method == "POST" else ""
