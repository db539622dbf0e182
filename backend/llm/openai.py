"""Any OpenAI-compatible chat API as a `ChatModel`: OpenAI, Azure, Ollama, vLLM, LM Studio.

The SDK sends, authenticates and raises; the stream's lines are read here (`wire`). The SDK builds a pydantic model for
each piece, which costs five times as much (measured: 124 against 25 µs a piece, test server included), and it hides
whether ``[DONE]`` came, which tells a finished answer from one that was cut.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any

import httpx2
import openai

from backend.errors import UpstreamError, UpstreamRateLimited, UpstreamRejected, UpstreamTransient
from backend.llm import failures, wire
from backend.llm.base import ChatTurn, Finish, Tool, ToolCall, Usage, Withdrawn
from backend.llm.capabilities import Adaptation, Learning
from backend.llm.config import Endpoint, configured_model
from backend.llm.reasoning import ReasoningFilter, only_answer
from backend.llm.reasoning_marks import named_for_thinking
from backend.llm.refusals import Refusal
from backend.llm.request import request_body
from backend.llm.tokens import TURN_OVERHEAD_TOKENS, estimate_tokens
from backend.llm.tool_calls import ToolCalls
from backend.retry import Backoff
from backend.settings import LlmSettings

# A person is waiting: a longer pause is reported to them instead of being sat out.
_LONGEST_RETRY_SECONDS = 10.0
_FIRST_RETRY_SECONDS = 0.5
_CONNECT_SECONDS = 10.0
#: What a title or a rewritten question may cost beside itself where the model reasons first.
_REASONING_TOKENS = 1000

type _Item = str | ToolCall | Withdrawn | Finish


class OpenAIChatModel:
    """The gateway. `stream` retries only until the first text has come: a repeated beginning would be worse.

    What a model turns out not to take is kept for each name at this address, so that it is refused once and not with
    every call (`capabilities`).
    """

    def __init__(self, settings: LlmSettings) -> None:
        self._endpoint = Endpoint.of(settings.base_url)
        self._configured_model = self._model = configured_model(settings)
        self._temperature = settings.temperature
        self._gap_seconds = settings.timeout_seconds
        self._backoff = Backoff(
            _FIRST_RETRY_SECONDS,
            attempts=settings.max_retries + 1,
            longest_seconds=_LONGEST_RETRY_SECONDS,
            jitter=0.25,
        )
        self._learnings: dict[str, Learning] = {}
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

    @property
    def context_tokens(self) -> int | None:
        return self._learning.known.context_tokens

    @property
    def _learning(self) -> Learning:
        return self._learnings.setdefault(self._model, Learning(hosted=self._endpoint.hosted))

    async def stream(
        self, turns: Sequence[ChatTurn], *, max_tokens: int, tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[_Item]:
        """See `ChatModel.stream`. Waits at most the gap time-out for each piece."""
        attempt = 0
        adaptation: Adaptation | None = None
        asked_for_model = False
        while True:
            started = False
            sent: frozenset[str] = frozenset()
            try:
                if not self._model:
                    async with asyncio.timeout(self._gap_seconds):
                        self._model = await self._served_model()
                adaptation = adaptation or self._learning.begin()
                body, sent = request_body(
                    self._model,
                    turns,
                    tools,
                    max_tokens=max_tokens,
                    temperature=self._temperature,
                    known=self._learning.known,
                )
                async with aclosing(self._attempt(body)) as items:
                    async for item in items:
                        started = started or not isinstance(item, Finish)
                        yield item
            except (
                UpstreamError,
                wire.ErrorInAnswer,
                openai.OpenAIError,
                httpx2.HTTPError,
                TimeoutError,
                ValueError,
            ) as error:
                refusal = _refusal(error) if not started else None
                if refusal is not None and adaptation is not None:
                    if refusal.too_long:
                        self._learning.shorten(refusal, used_tokens=_used_tokens(turns, tools, max_tokens))
                    elif not failures.filtered(refusal) and adaptation.adapt(refusal, sent):
                        continue
                    elif refusal.status == 404 and not self._configured_model and not asked_for_model:
                        # The server has another model now than when it was asked.
                        asked_for_model, self._model, adaptation = True, "", None
                        continue
                failure = self._classify(error, started=started)
                if not started and await self._wait_to_retry(failure, attempt):
                    attempt += 1
                    continue
                if adaptation is not None and isinstance(failure, UpstreamRejected) and not failure.too_long:
                    adaptation.take_back()
                raise failure from error
            else:
                return

    async def complete(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> str:
        """See `ChatModel.complete`; streams underneath, so the same time-outs and retries hold."""
        if self._learning.known.reasons:
            max_tokens += _REASONING_TOKENS
        text: list[str | Withdrawn] = []
        async with aclosing(self.stream(turns, max_tokens=max_tokens)) as items:
            async for item in items:
                if isinstance(item, str | Withdrawn):
                    text.append(item)
                elif isinstance(item, Finish) and item.reason == "length":
                    return ""
        return only_answer(text)

    async def close(self) -> None:
        await self._client.close()

    async def _attempt(self, body: dict[str, Any]) -> AsyncGenerator[_Item]:
        """One request from beginning to end."""
        learning = self._learning
        expected = self._expects_reasoning(learning)
        reasoning = ReasoningFilter(expected=expected)
        reason: str | None = None
        usage = Usage()
        calls = ToolCalls()
        done = answered = called = False
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._gap_seconds):
                response = await stack.enter_async_context(
                    self._client.chat.completions.with_streaming_response.create(**body)
                )
            lines = wire.read_lines(response.iter_bytes())
            while True:
                # Comments that keep the connection alive are no progress: the gap is measured between pieces.
                async with asyncio.timeout(self._gap_seconds):
                    line = await anext(lines, None)
                if line is None:
                    break
                if line.data == wire.DONE:
                    done = True
                    break
                answered = True
                piece = self._read(line)
                if piece.apart:
                    reasoning.separate()
                if piece.calls:
                    called = True
                    reasoning.drop_held()
                for part in reasoning.feed(piece.text) if piece.text else ():
                    yield part
                for call in self._called(calls, piece):
                    yield call
                reason = piece.finish_reason or reason
                usage = piece.usage or usage
        if not answered and not done:
            # A body without a single event is no stream at all, e.g. an HTML page answered with status 200.
            raise failures.malformed(self._endpoint.host)
        if reason is None and not done:
            raise failures.cut_off(self._endpoint.host)
        for part in reasoning.finish(reason or "stop"):
            yield part
        if reasoning.found:
            learning.saw_reasoning(unopened=reasoning.closed_unopened)
        elif expected and not called and reason != "length":
            learning.saw_none()
        for call in calls.finish():
            yield call
        yield Finish(reason or "stop", usage)

    def _expects_reasoning(self, learning: Learning) -> bool:
        """Whether an answer is expected to begin with reasoning that has no opening tag."""
        if learning.known.reasons_first is not None:
            return learning.known.reasons_first
        return not self._endpoint.hosted and named_for_thinking(self._model)

    def _called(self, calls: ToolCalls, piece: wire.Piece) -> Sequence[ToolCall]:
        """The calls that are complete. Errors: `UpstreamMalformed`."""
        try:
            whole = calls.feed(piece.calls) if piece.calls else ()
            return [*whole, *(calls.finish() if piece.finish_reason else ())]
        except (AttributeError, TypeError, ValueError) as error:
            raise failures.malformed(self._endpoint.host) from error

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

    def _read(self, line: wire.Line) -> wire.Piece:
        """One event of the stream. Errors: `UpstreamMalformed`, or the error that the event carries."""
        try:
            return wire.read_piece(line)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise failures.malformed(self._endpoint.host) from error

    def _classify(self, error: Exception, *, started: bool) -> UpstreamError:
        host = self._endpoint.host
        if isinstance(error, httpx2.TimeoutException):
            return failures.too_slow(host, self._gap_seconds)
        if isinstance(error, httpx2.HTTPError):
            return failures.cut_off(host)
        return failures.classify(error, host=host, model=self.name, gap_seconds=self._gap_seconds, started=started)

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


def _refusal(error: Exception) -> Refusal | None:
    if isinstance(error, wire.ErrorInAnswer):
        return error.refusal
    return failures.refusal_of(error) if isinstance(error, openai.APIStatusError) else None


def _used_tokens(turns: Sequence[ChatTurn], tools: Sequence[Tool], max_tokens: int) -> int:
    texts = sum(estimate_tokens(turn.content) + TURN_OVERHEAD_TOKENS for turn in turns)
    return texts + sum(estimate_tokens(json.dumps(dict(tool.parameters))) for tool in tools) + max_tokens
