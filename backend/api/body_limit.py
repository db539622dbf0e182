"""Who may send a body, and how long it may be: asked before its first byte is read, for every route alike.

A body may take long to come, and its sender may be nobody any more when it is there. So they are asked for again then.

The application's `receive` is the one way to a body, whether a form, a stream or JSON. It is wrapped here, so that a
new route is guarded without knowing of it: a route that needs a signed-in person knows who it is before it reads.
"""

import time
from collections.abc import Callable
from typing import Any

from fastapi import HTTPException, Request
from fastapi.dependencies.models import Dependant
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.dependencies import SignedIn, confirm_again, identify
from backend.errors import BibliosError, InvalidInput, TooLarge
from backend.settings import KIBIBYTE, MEBIBYTE, Settings

#: For forms of strangers (a password, a mailed secret): nothing that they send has to be longer.
STRANGERS_BYTES = 16 * KIBIBYTE
#: What providers push is signed over the whole of it, by nobody who signs in.
STRANGERS_LARGER = {("POST", "/connectors/{type}/events"): 256 * KIBIBYTE}
#: By the path of a route below the version: the most bytes, and the setting to name. None: limited where it arrives.
LARGER: dict[tuple[str, str], tuple[Callable[[Settings], int], str] | None] = {
    ("POST", "/documents"): None,
    ("POST", "/documents/text"): (
        lambda settings: settings.upload.max_text_request_bytes,
        "UPLOAD_MAX_TEXT_REQUEST_BYTES",
    ),
}


#: A body that was whole so soon after its sender was known was not waited for.
_AT_ONCE_SECONDS = 0.1


class BodyRefused(HTTPException):
    """Carries a refusal out of FastAPI's reading of a body, which lets only this class through. See `problems`."""

    def __init__(self, reason: BibliosError) -> None:
        super().__init__(reason.status, reason.message)
        self.reason = reason


class BodyLimit:
    """Answers 401, 403, 413 or 429 in place of reading a body. What follows is the server's to throw away."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._closed: dict[int, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit: _Limit | None = None
        taken = pieces = 0
        admitted = 0.0

        async def limited() -> Message:
            nonlocal limit, taken, pieces, admitted
            try:
                if limit is None:
                    limit = await self._admit(scope)
                    limit.check(_announced(scope))
                    admitted = time.monotonic()
                message = await receive()
                taken += len(message.get("body", b""))
                pieces += 1
                limit.check(taken)
                ends = message["type"] == "http.request" and not message.get("more_body")
                if ends and limit.of_somebody and (pieces > 1 or time.monotonic() - admitted > _AT_ONCE_SECONDS):
                    await confirm_again(Request(scope))
            except BibliosError as error:
                raise BodyRefused(error) from error
            return message

        await self._app(scope, limited, send)

    async def _admit(self, scope: Scope) -> "_Limit":
        route: Any = scope.get("route")
        if route is None or not self._is_closed(route):
            path = getattr(route, "path", "")
            return _Limit(STRANGERS_LARGER.get((scope["method"], path), STRANGERS_BYTES), None, of_somebody=False)
        await identify(Request(scope))
        settings = self._settings
        entry = LARGER.get((scope["method"], route.path), (_json_bytes, "WEB_MAX_JSON_BYTES"))
        return _Limit(None, None) if entry is None else _Limit(entry[0](settings), f"BIBLIOS_{entry[1]}")

    def _is_closed(self, route: BaseRoute) -> bool:
        """Whether the route asks who sent the request. Routes live as long as the application."""
        known = self._closed.get(id(route))
        if known is None:
            dependant = getattr(route, "dependant", None)
            known = self._closed[id(route)] = dependant is not None and _needs_sign_in(dependant)
        return known


class _Limit:
    """`setting` is hinted to whoever could raise it; `of_somebody`: it is known who sends."""

    def __init__(self, most: int | None, setting: str | None, *, of_somebody: bool = True) -> None:
        self.of_somebody = of_somebody
        self._most = most
        self._setting = setting

    def check(self, size: int) -> None:
        if self._most is None or size <= self._most:
            return
        unit, name = (MEBIBYTE, "MB") if self._most >= MEBIBYTE else (KIBIBYTE, "KB")
        raise TooLarge(
            f"This request is longer than {self._most / unit:.4g} {name}. Send less at a time.",
            hint=f"The limit is {self._setting}." if self._setting else None,
        )


def _json_bytes(settings: Settings) -> int:
    return settings.web.max_json_bytes


def _needs_sign_in(dependant: Dependant) -> bool:
    return isinstance(dependant.call, SignedIn) or any(_needs_sign_in(item) for item in dependant.dependencies)


def _announced(scope: Scope) -> int:
    given = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not given.isdigit():
        raise InvalidInput("Content-Length is not a number.", code="invalid_content_length")
    return int(given)
