"""What happens around every request: its id and sender, its log line, its metric and the security headers.

One plain ASGI class, since each extra layer costs every request and streams must pass through unbuffered.
"""

import re
import secrets
import time

import structlog
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.client_address import ClientAddress
from backend.monitoring.metrics import HTTP_SECONDS

log = structlog.get_logger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

#: Scripts only from here; styles may be inline, since the toast library and virtual lists set style attributes.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_PAGE_CSP = CONTENT_SECURITY_POLICY.encode()
_DATA_CSP = b"default-src 'none'; frame-ancestors 'none'"
_MOST_TIMERS = 2000


#: Sent with every answer as they are here.
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_NAMES = frozenset(name for name, _ in _HEADERS)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_POLICY = b"content-security-policy"


class RequestContext:
    """Binds the request id, times the request, logs it once and adds the headers."""

    def __init__(self, app: ASGIApp, *, https: bool, client: ClientAddress) -> None:
        self._app = app
        self._client = client
        self._headers = (*_HEADERS, _HTTPS_ONLY) if https else _HEADERS
        self._timers: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = given if given and _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        scope["request_id"] = request_id
        self._client.resolve(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(list(message.get("headers", ())), request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _with_headers(self, headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
        """Replaces what the route set of these itself, but for its content security policy."""
        content_type, policy = b"", False
        for name, value in headers:
            if name == b"content-type":
                content_type = value
            elif name == _POLICY:
                policy = True
        kept = [header for header in headers if header[0] not in _NAMES]
        kept.append((b"x-request-id", request_id.encode("latin-1")))
        kept.extend(self._headers)
        if not policy:
            kept.append((_POLICY, _PAGE_CSP if content_type.startswith(b"text/html") else _DATA_CSP))
        return kept

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "other"
        key = (scope["method"], route, status)
        timer = self._timers.get(key)
        if timer is None:
            timer = HTTP_SECONDS.labels(key[0], route, str(status))
            # Methods are the client's words: beyond what our routes can give, nothing is kept.
            if len(self._timers) < _MOST_TIMERS:
                self._timers[key] = timer
        timer.observe(seconds)
        if scope["path"] not in _QUIET:
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                duration_ms=round(seconds * 1000, 2),
            )
