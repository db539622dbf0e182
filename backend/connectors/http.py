"""The wire to a provider's HTTP API, the same for every connector: tokens, deadlines, sizes, errors, counted calls.

Nothing is tried again here, but for one call with a new token: waiting belongs to the runner, which knows what else
waits. A connector's gateway (`client.py`) holds one `HttpGateway` and names the calls that it makes.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from httpx2 import AsyncClient, ConnectError, ConnectTimeout, HTTPError, InvalidURL, PoolTimeout, Response, Timeout

from backend.connectors.base import Calls, Credential
from backend.errors import (
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)
from backend.oauth.failures import retry_after

log = structlog.get_logger(__name__)

type Params = Mapping[str, str | int | bool | None]

_TIMEOUT_SECONDS = 20.0
_CONNECT_SECONDS = 10.0
#: A call that answers, but too slowly to be of use (an answer that drips).
DEADLINE_SECONDS = 90.0
DOWNLOAD_SECONDS = 900.0
MAX_ANSWER_BYTES = 64 * 2**20
#: The `reason` of a `SourceRefused` for an answer that is larger.
TOO_LARGE = "too_large"
_PIECE_BYTES = 64 * 2**10
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_ERROR, _OVERLOADED = 401, 403, 429, 500, 529


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered. `headers` are found in any case of their letters."""

    label: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Errors: `TransientFailure` for what is none: something in between answered."""
        with understood(self.label):
            return orjson.loads(self.body)

    def fields(self) -> dict[str, Any]:
        """The answer's object; empty when it is none. For looking into refusals."""
        try:
            found = orjson.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@contextmanager
def understood(label: str) -> Iterator[None]:
    """For reading an answer on which all of a run rests. Errors: `TransientFailure` where it has another shape."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise no_answer(label) from error


def no_answer(label: str) -> TransientFailure:
    """An answer that says nothing: it is evidence of nothing."""
    return TransientFailure(f"{label} gave an answer that is none. It is tried again by itself.")


#: What a refusal means in a provider's own words; None: what its status says.
type Classify = Callable[[Answer], SourceError | None]


class HttpGateway:
    """One account's wire to one API.

    Args:
        label: how people call the provider.
        base_url: where paths are relative to, without a slash at the end.
        classify: what the provider's own refusals mean.
        bearer: how the token is written into `Authorization`.
        timeout_seconds: how long the provider may be silent.
        deadline_seconds: the longest that an answer may take to begin, and then to end; None: `DEADLINE_SECONDS`.
        repeats: whether a call is made once more with a new token when its token is refused.

    Errors of every call: `SourceError`: `ReauthRequired` (also after a new token), `PermissionMissing`,
    `SourceRateLimited` (429, 529 and what `classify` says), `TransientFailure` (no answer, a broken or endless one,
    5xx), `SourceRefused` for every other refusal.
    """

    def __init__(
        self,
        label: str,
        base_url: str,
        *,
        credential: Credential,
        calls: Calls,
        classify: Classify = lambda _answer: None,
        headers: Mapping[str, str] | None = None,
        bearer: str = "Bearer",
        timeout_seconds: float = _TIMEOUT_SECONDS,
        deadline_seconds: float | None = None,
        repeats: bool = True,
    ) -> None:
        self._label = label
        self._base_url = base_url.rstrip("/")
        self._credential = credential
        self._calls = calls
        self._classify = classify
        self._bearer = bearer
        self._deadline = deadline_seconds
        self._repeats = repeats
        timeout = Timeout(timeout_seconds, connect=_CONNECT_SECONDS)
        self._client = AsyncClient(timeout=timeout, headers=dict(headers or {}), follow_redirects=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def json(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer's JSON."""
        return (await self.answer(method, path, params=params, body=body, headers=headers)).json()

    async def answer(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The whole answer. `path` may be an address that the API gave, `body` bytes of JSON, which leave as they are.
        No API sends a call elsewhere, unless `classify` knows of it: something in between does.
        """
        async with self._sent(method, path, params=params, body=body, headers=headers) as response:
            found = await self._read(response)
        if response.has_redirect_location:
            raise self._classify(found) or no_answer(self._label)
        return found

    async def pieces(
        self,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        hosts: Callable[[str], bool] = lambda _host: False,
        redirects: int = 3,
    ) -> AsyncGenerator[bytes]:
        """A download in pieces. The token goes to the API's own host and to those of `hosts`, whatever an address or a
        redirect says; others are asked without it.
        """
        ends = asyncio.get_running_loop().time() + DOWNLOAD_SECONDS
        async with self._sent("GET", path, params=params, headers=headers, hosts=hosts) as response:
            target = response.headers.get("location") if response.is_redirect else None
            if target is None:
                arriving = response.aiter_bytes(_PIECE_BYTES)
                while True:
                    try:
                        async with asyncio.timeout_at(ends):
                            piece = await anext(arriving, None)
                    except (HTTPError, TimeoutError) as error:
                        raise self._unreachable(type(error).__name__) from error
                    if piece is None:
                        return
                    yield piece
            target = str(response.url.join(target))
        if redirects == 0 or urlsplit(target).scheme not in ("https", urlsplit(self._base_url).scheme):
            raise SourceRefused(f"{self._label} sends a download elsewhere.", status=302, reason="redirect")
        async for piece in self.pieces(target, hosts=hosts, redirects=redirects - 1):
            yield piece

    @asynccontextmanager
    async def _sent(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        hosts: Callable[[str], bool] = lambda _host: False,
    ) -> AsyncIterator[Response]:
        """The answer to a call, its body not read yet; refusals are raised."""
        url = path if path.startswith(("http://", "https://")) else f"{self._base_url}{path}"
        with_token = self._is_own(url, hosts)
        refused: str | None = None
        while True:
            token = await self._credential.access_token(refused=refused) if with_token else None
            self._calls.count += 1
            request = self._client.build_request(
                method,
                url,
                params=params and {name: value for name, value in params.items() if value is not None},
                content=body if isinstance(body, bytes) else None,
                json=None if isinstance(body, bytes) else body,
                headers={
                    **(_JSON if isinstance(body, bytes) else {}),
                    **(headers or {}),
                    **({"Authorization": f"{self._bearer} {token}"} if token else {}),
                },
            )
            try:
                async with asyncio.timeout(self._deadline or DEADLINE_SECONDS):
                    response = await self._client.send(request, stream=True)
            except (ConnectError, ConnectTimeout, PoolTimeout, InvalidURL) as error:
                raise self._unreachable(type(error).__name__, arrived=False) from error
            except (HTTPError, TimeoutError) as error:
                raise self._unreachable(type(error).__name__) from error
            try:
                is_refused = response.status_code == _UNAUTHORIZED and token is not None and refused is None
                if is_refused and self._repeats:
                    refused = token
                    continue
                if response.is_error:
                    raise self._refusal(await self._read(response))
                yield response
                return
            finally:
                await response.aclose()

    def _is_own(self, url: str, hosts: Callable[[str], bool]) -> bool:
        at, own = urlsplit(url), urlsplit(self._base_url)
        return (at.scheme, at.netloc) == (own.scheme, own.netloc) or (at.scheme == "https" and hosts(at.hostname or ""))

    async def _read(self, response: Response) -> Answer:
        """Errors: `TransientFailure` for an answer that drips, `SourceRefused` for one without an end."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._deadline or DEADLINE_SECONDS):
                async for piece in response.aiter_bytes(_PIECE_BYTES):
                    body += piece
                    if len(body) > MAX_ANSWER_BYTES:
                        raise SourceRefused(f"{self._label} gave an endless answer.", status=200, reason=TOO_LARGE)
        except (HTTPError, TimeoutError) as error:
            raise self._unreachable(type(error).__name__) from error
        return Answer(self._label, response.status_code, response.headers, bytes(body))

    def _refusal(self, answer: Answer) -> SourceError:
        status, label = answer.status, self._label
        error = self._classify(answer)
        if error is None and status in (_TOO_MANY, _OVERLOADED):
            error = rate_limited(answer)
        if error is None and status >= _SERVER_ERROR:
            error = self._unreachable(str(status))
        if error is None and status == _UNAUTHORIZED:
            error = ReauthRequired(f"{label} no longer accepts what was allowed. Connect it again.")
        if error is None and status == _FORBIDDEN:
            error = PermissionMissing(f"{label} does not allow this. Somebody who administers it there has to.")
        if error is None:
            error = SourceRefused(f"{label} refused, with status {status}.", status=status)
        log.info("source_refused", source=label, status=status, code=error.code)
        return error

    def _unreachable(self, kind: str, *, arrived: bool = True) -> TransientFailure:
        log.info("source_unreachable", source=self._label, kind=kind)
        message = f"{self._label} does not answer right now. It is tried again by itself."
        return TransientFailure(message, arrived=arrived)


def rate_limited(answer: Answer, *, retry_after_seconds: float | None = None) -> SourceRateLimited:
    """With the pause that the answer asks for, unless another is given."""
    return SourceRateLimited(
        f"{answer.label} asks us to wait. It goes on by itself.",
        retry_after_seconds=retry_after(answer.headers) if retry_after_seconds is None else retry_after_seconds,
    )
