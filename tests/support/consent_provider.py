"""A provider's consent page and token endpoint, strict about what RFC 6749 and 7636 ask for; mounted into stand-ins."""

import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "client-of-the-test", "secret-of-the-test"

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token stands for."""

    account: str
    scope: str


@dataclass(slots=True)
class ConsentProvider:
    """Issues tokens to accounts of a stand-in.

    Args:
        shape: the provider's own answer out of that of RFC 6749.
        pkce: whether a code without its verifier is refused.
        rotates: whether a refresh spends its token.
    """

    authenticate: Literal["body", "basic"] = "body"
    body: Literal["form", "json"] = "form"
    scope_parameter: str = "scope"
    shape: Callable[[dict[str, Any], Granted], dict[str, Any]] = lambda answer, _granted: answer
    error_status: int = 400
    pkce: bool = True
    rotates: bool = True
    expires_in: int | None = 3600
    #: Who presses "allow", and of which scopes they untick some.
    account: str = "ada@example.com"
    unticked: frozenset[str] = frozenset()
    granted_beside: str = ""
    access: dict[str, Granted] = field(default_factory=dict)
    refresh: dict[str, Granted] = field(default_factory=dict)
    given_back: list[str] = field(default_factory=list)
    _codes: dict[str, tuple[Granted, str, str]] = field(default_factory=dict)

    def routes(self, authorize: str, token: str, revoke: str | None = None) -> list[Route]:
        routes = [
            Route(authorize, self._authorize, methods=["GET"]),
            Route(token, self._token, methods=["POST"]),
        ]
        return [*routes, Route(revoke, self._revoke, methods=["POST"])] if revoke else routes

    def issue(self, account: str, scope: str = "") -> str:
        """A token that a person made in the provider's settings."""
        token = f"token-{next(_numbers)}-of-{account}"
        self.access[token] = Granted(account, scope)
        return token

    def holder(self, authorization: str | None, *, scheme: str = "Bearer") -> Granted | None:
        """Whom an `Authorization` header stands for."""
        kind, _, token = (authorization or "").partition(" ")
        return self.access.get(token) if kind.casefold() == scheme.casefold() else None

    def expire(self) -> None:
        """Access tokens end; refresh tokens work."""
        self.access.clear()

    def revoke_all(self) -> None:
        self.access.clear()
        self.refresh.clear()

    async def allow(self, authorize_url: str) -> str:
        """Presses "allow" as `account`; the address that the browser is sent back to."""
        async with httpx.AsyncClient(timeout=60) as browser:
            answer = await browser.get(authorize_url, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        if query.get("client_id") != CLIENT_ID or query.get("response_type") != "code":
            return JSONResponse({"error": "invalid_client"}, 400)
        if self.pkce and query.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        account, asked = self._asked(query)
        kept = [*(one for one in asked.replace(",", " ").split() if one not in self.unticked)]
        granted = Granted(account, " ".join([*kept, *self.granted_beside.split()]))
        code = f"code-{next(_numbers)}"
        self._codes[code] = (granted, query["redirect_uri"], query.get("code_challenge", ""))
        back = urlencode({"code": code, "state": query["state"]})
        return RedirectResponse(f"{query['redirect_uri']}?{back}", 302)

    async def _token(self, request: Request) -> Response:
        form = await self._form(request)
        if form is None:
            return self._refuse("invalid_client", 401)
        if form.get("grant_type") == "refresh_token":
            spent = form.get("refresh_token", "")
            granted = self.refresh.pop(spent, None) if self.rotates else self.refresh.get(spent)
            if granted is None:
                return self._refuse("invalid_grant")
            return JSONResponse(self._issued(granted, renewed=True))
        granted, redirect_uri, challenge = self._codes.pop(form.get("code", ""), (None, "", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = not challenge or challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if granted is None or redirect_uri != form.get("redirect_uri") or not proven:
            return self._refuse("invalid_grant")
        return JSONResponse(self._issued(granted, renewed=False))

    async def _revoke(self, request: Request) -> Response:
        raw = await request.body()
        form: dict[str, str] = json.loads(raw) if self.body == "json" else dict(parse_qsl(raw.decode()))
        token = form.get("token", "") or request.query_params.get("token", "")
        self.end(token)
        return JSONResponse({})

    def end(self, token: str) -> bool:
        """Whether a token was known; what else its account allowed ends with it."""
        self.given_back.append(token)
        granted = self.refresh.get(token) or self.access.get(token)
        if granted is None:
            return False
        self.access = {name: one for name, one in self.access.items() if one.account != granted.account}
        self.refresh = {name: one for name, one in self.refresh.items() if one.account != granted.account}
        return True

    async def _form(self, request: Request) -> Mapping[str, str] | None:
        """The request's fields, if the client has proven itself in the provider's way."""
        raw = await request.body()
        form: dict[str, str] = json.loads(raw) if self.body == "json" else dict(parse_qsl(raw.decode()))
        if self.authenticate == "body":
            given = (form.get("client_id"), form.get("client_secret"))
        else:
            _, _, encoded = request.headers.get("authorization", "").partition(" ")
            client, _, secret = base64.b64decode(encoded or "Og==").decode().partition(":")
            given = (client, secret)
        return form if given == (CLIENT_ID, CLIENT_SECRET) else None

    def _asked(self, query: Mapping[str, str]) -> tuple[str, str]:
        """Who is asked on the page, and for what."""
        return self.account, query.get(self.scope_parameter, "")

    def _issued(self, granted: Granted, *, renewed: bool) -> dict[str, Any]:
        access, refresh = f"access-{next(_numbers)}", f"refresh-{next(_numbers)}"
        self.access[access] = granted
        answer: dict[str, Any] = {"access_token": access, "token_type": "bearer", "scope": granted.scope}
        if self.expires_in is not None:
            self.refresh[refresh] = granted
            answer |= {"refresh_token": refresh, "expires_in": self.expires_in}
        return self.shape(answer, granted) if not renewed else self._renewed(answer, granted)

    def _renewed(self, answer: dict[str, Any], granted: Granted) -> dict[str, Any]:
        """The answer to a refresh, in the provider's own shape."""
        return self.shape(answer, granted)

    def _refuse(self, error: str, status: int | None = None) -> Response:
        return JSONResponse({"error": error}, status or self.error_status)
