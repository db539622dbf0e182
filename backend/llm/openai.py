"""Any OpenAI-compatible chat API as a `ChatModel`: OpenAI, Azure, Ollama, vLLM, LM Studio.

The SDK sends, authenticates and raises; the stream's lines are read here. The SDK builds a pydantic model for each
piece, which costs five times as much (measured: 124 against 25 µs a piece, test server included), and it hides
whether ``[DONE]`` came, which tells a finished answer from one that was cut.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import orjson

from backend.errors import UpstreamError, UpstreamRateLimited, UpstreamRejected, UpstreamTransient
from backend.llm import failures
from backend.llm.base import ChatTurn, Finish, Usage
from backend.llm.config import Endpoint, configured_model
from backend.retry import Backoff
from backend.settings import LlmSettings

# A person is waiting: a longer pause is reported to them instead of being sat out.
_LONGEST_RETRY_SECONDS = 10.0
_FIRST_RETRY_SECONDS = 0.5
_CONNECT_SECONDS = 10.0
# Parameters that some servers refuse, with what stands in for each (None: left out).
_REPLACEMENTS: dict[str, str | None] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
    "stream_options": None,
    "temperature": None,
}


@dataclass(slots=True)
class _Piece:
    text: str
    finish_reason: str | None
    usage: Usage | None


class OpenAIChatModel:
    """The gateway. `stream` retries only until the first text has come: a repeated beginning would be worse."""

    def __init__(self, settings: LlmSettings) -> None:
        self._endpoint = Endpoint.of(settings.base_url)
        self._model = configured_model(settings)
        self._temperature = settings.temperature
        self._gap_seconds = settings.timeout_seconds
        self._backoff = Backoff(
            _FIRST_RETRY_SECONDS,
            attempts=settings.max_retries + 1,
            longest_seconds=_LONGEST_RETRY_SECONDS,
            jitter=0.25,
        )
        self._replaced: dict[str, str | None] = {}
        key = settings.api_key.get_secret_value()
        self._client = openai.AsyncOpenAI(
            base_url=self._endpoint.base_url,
            api_key=key or "none",  # local servers want no key, the SDK wants a string
            default_query=self._endpoint.query or None,
            default_headers={"api-key": key} if self._endpoint.azure else None,
            max_retries=0,
            timeout=httpx2.Timeout(self._gap_seconds, connect=min(_CONNECT_SECONDS, self._gap_seconds)),
        )

    @property
    def name(self) -> str:
        return self._model or self._endpoint.host

    async def stream(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> AsyncGenerator[str | Finish]:
        """See `ChatModel.stream`. Waits at most the gap time-out for each piece."""
        attempt = 0
        while True:
            started = False
            try:
                async with aclosing(self._attempt(turns, max_tokens=max_tokens)) as items:
                    async for item in items:
                        started = started or isinstance(item, str)
                        yield item
            except (UpstreamError, openai.OpenAIError, httpx2.HTTPError, TimeoutError, ValueError) as error:
                failure = self._classify(error, started=started)
                if not started and self._adapt(error):
                    continue
                if started or not await self._wait_to_retry(failure, attempt):
                    raise failure from error
                attempt += 1
            else:
                return

    async def complete(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> str:
        """See `ChatModel.complete`; streams underneath, so the same time-outs and retries hold."""
        parts = [part async for part in self.stream(turns, max_tokens=max_tokens) if isinstance(part, str)]
        return "".join(parts)

    async def close(self) -> None:
        await self._client.close()

    async def _attempt(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> AsyncGenerator[str | Finish]:
        """One request from beginning to end."""
        reason: str | None = None
        usage = Usage()
        done = answered = False
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._gap_seconds):
                body = await self._body(turns, max_tokens)
                response = await stack.enter_async_context(
                    self._client.chat.completions.with_streaming_response.create(**body)
                )
            lines = _data_lines(response.iter_bytes())
            while True:
                # Comments that keep the connection alive are no progress: the gap is measured between pieces.
                async with asyncio.timeout(self._gap_seconds):
                    line = await anext(lines, None)
                if line is None:
                    break
                if line == b"[DONE]":
                    done = True
                    break
                answered = True
                piece = self._read(line)
                if piece.text:
                    yield piece.text
                reason = piece.finish_reason or reason
                usage = piece.usage or usage
        if not answered and not done:
            # A body without a single event is no stream at all, e.g. an HTML page answered with status 200.
            raise failures.malformed(self._endpoint.host)
        if reason is None and not done:
            raise failures.cut_off(self._endpoint.host)
        yield Finish(reason or "stop", usage)

    async def _body(self, turns: Sequence[ChatTurn], max_tokens: int) -> dict[str, Any]:
        if not self._model:
            self._model = await self._served_model()
        wanted: dict[str, Any] = {
            "max_completion_tokens" if self._endpoint.hosted else "max_tokens": max_tokens,
            "stream_options": {"include_usage": True},
        }
        if self._temperature is not None:
            wanted["temperature"] = self._temperature
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
            "stream": True,
        }
        for name, value in wanted.items():
            chosen = self._replaced.get(name, name)
            if chosen is not None:
                body[chosen] = value
        return body

    async def _served_model(self) -> str:
        """The first model that a local server lists; servers with one model need no BIBLIOS_LLM_MODEL."""
        page = await self._client.models.list()
        for model in page.data:
            if model.id:
                return model.id
        raise UpstreamRejected(
            f"{self._endpoint.host} lists no model that could answer. Tell your operator.",
            hint="Set BIBLIOS_LLM_MODEL to the model to use.",
        )

    def _read(self, line: bytes) -> _Piece:
        """One event of the stream. Errors: `UpstreamMalformed`, or the error that the event carries."""
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise failures.malformed(self._endpoint.host) from error
        if not isinstance(event, dict):
            raise failures.malformed(self._endpoint.host)
        if event.get("error"):
            request = httpx2.Request("POST", self._endpoint.base_url)
            raise openai.APIError("error in the stream", request, body=event["error"])
        try:
            choices = event.get("choices") or []
            choice = choices[0] if choices else {}
            text = (choice.get("delta") or {}).get("content") or ""
            reason = choice.get("finish_reason")
            counts = event.get("usage")
            usage = (
                Usage(int(counts.get("prompt_tokens") or 0), int(counts.get("completion_tokens") or 0))
                if counts
                else None
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise failures.malformed(self._endpoint.host) from error
        if not isinstance(text, str) or not (reason is None or isinstance(reason, str)):
            raise failures.malformed(self._endpoint.host)
        return _Piece(text, reason, usage)

    def _classify(self, error: Exception, *, started: bool) -> UpstreamError:
        host = self._endpoint.host
        if isinstance(error, httpx2.TimeoutException):
            return failures.too_slow(host, self._gap_seconds)
        if isinstance(error, httpx2.HTTPError):
            return failures.cut_off(host)
        return failures.classify(error, host=host, model=self.name, gap_seconds=self._gap_seconds, started=started)

    def _adapt(self, error: Exception) -> bool:
        """Whether a parameter that this server refuses was exchanged, so that asking again makes sense."""
        if not isinstance(error, openai.APIStatusError) or error.status_code not in {400, 422}:
            return False
        refused = (error.param or "").split(".")[0]
        if refused not in _REPLACEMENTS or refused in self._replaced.values():
            return False
        if refused in self._replaced:
            return False
        self._replaced[refused] = _REPLACEMENTS[refused]
        return True

    async def _wait_to_retry(self, failure: UpstreamError, attempt: int) -> bool:
        """Waits before another try; False when none should be made."""
        if not isinstance(failure, UpstreamTransient | UpstreamRateLimited):
            return False
        asked = failure.retry_after_seconds if isinstance(failure, UpstreamRateLimited) else None
        seconds = self._backoff.pause(attempt + 1, asked_seconds=asked)
        if seconds is None:
            return False
        await asyncio.sleep(seconds)
        return True


async def _data_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The ``data:`` values of an event stream. Bytes are split, since a JSON string may hold U+2028 unescaped."""
    pending = b""
    async for chunk in chunks:
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if pending.startswith(b"data:"):
        yield pending[5:].strip()
