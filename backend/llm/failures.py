"""Failures of an OpenAI-compatible API, classified once, by what the server means, into the error tree.

Each hint names the setting to look at. The API's own words are not repeated: they may carry parts of the prompt
or of the key.
"""

import json
import math
import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz

import openai

from backend.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRateLimited,
    UpstreamRejected,
    UpstreamTransient,
)
from backend.llm.refusals import Refusal, read_refusal
from backend.llm.wire import ErrorInAnswer

_NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_FILTERED = {"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"}


def malformed(host: str) -> UpstreamMalformed:
    """The answer was not what an OpenAI-compatible API sends."""
    return UpstreamMalformed(
        f"The chat model at {host} sent an answer that could not be understood. Ask again; if it stays, tell your "
        "operator.",
        hint="Check that BIBLIOS_LLM_BASE_URL is the address of an OpenAI-compatible API (it usually ends in /v1).",
    )


def cut_off(host: str) -> UpstreamTransient:
    """The connection ended in the middle of an answer."""
    return UpstreamTransient(
        f"The connection to the chat model at {host} was lost in the middle of the answer. Ask again; what arrived "
        "is kept."
    )


def too_slow(host: str, seconds: float) -> UpstreamTransient:
    """Nothing came for longer than the gap that the settings allow."""
    return UpstreamTransient(
        f"The chat model at {host} sent nothing for {seconds:g} seconds. Ask again.",
        hint="Raise BIBLIOS_LLM_TIMEOUT_SECONDS if the model needs longer.",
    )


def classify(error: Exception, *, host: str, model: str, gap_seconds: float, started: bool) -> UpstreamError:
    """Maps what the SDK raised. `started`: whether text of the answer had already arrived."""
    match error:
        case UpstreamError():
            return error
        case openai.APITimeoutError() | TimeoutError():
            return too_slow(host, gap_seconds)
        case openai.APIConnectionError():
            if started:
                return cut_off(host)
            return UpstreamTransient(
                f"The chat model at {host} cannot be reached. Ask again later; if it stays, tell your operator.",
                hint="Check that the model's server is running and that BIBLIOS_LLM_BASE_URL is right.",
            )
        case openai.APIStatusError():
            return _refused(refusal_of(error), host=host, model=model, started=started)
        case ErrorInAnswer():
            return _refused(error.refusal, host=host, model=model, started=started)
        case openai.APIResponseValidationError() | json.JSONDecodeError() | UnicodeDecodeError():
            return malformed(host)
        case _:
            raise error


def refusal_of(error: openai.APIStatusError) -> Refusal:
    """What an answer with an error status means."""
    return read_refusal(error.status_code, error.body, error.response.headers)


def filtered(refusal: Refusal) -> bool:
    """Whether it is the content that was refused: then no other form of the request helps."""
    return refusal.code in _FILTERED


def _refused(refusal: Refusal, *, host: str, model: str, started: bool) -> UpstreamError:
    status, code = refusal.status, refusal.code
    if code in _NO_CREDIT or refusal.kind in _NO_CREDIT or status == 402:
        return _no_credit(host)
    if status in {401, 403} or (status == 400 and "api key" in refusal.words):
        return UpstreamAuth(
            f"The chat model at {host} refused this server's key. Tell your operator.",
            hint=f"Set BIBLIOS_LLM_API_KEY to a valid key that may use the model '{model}'.",
        )
    if status == 429:
        return rate_limited(host, retry_after_seconds(refusal.headers))
    if status == 404:
        return UpstreamRejected(
            f"{host} does not know the model '{model}'. Tell your operator.",
            hint="Check BIBLIOS_LLM_MODEL, and that BIBLIOS_LLM_BASE_URL is the address of an OpenAI-compatible API "
            "(it usually ends in /v1).",
        )
    if started:
        return UpstreamTransient(f"The chat model at {host} broke off with an error of its own. Ask again in a moment.")
    if refusal.too_long:
        return too_long(model, refusal.told_limit())
    if filtered(refusal):
        return UpstreamRejected(f"The content filter of {host} refused this question. Ask it in other words.")
    if status >= 500 or status in {408, 409}:
        return UpstreamTransient(
            f"The chat model at {host} has a problem of its own (status {status}). Ask again in a moment."
        )
    return UpstreamRejected(
        f"{host} refused the request (status {status}). Ask in other words; if it stays, tell your operator.",
        hint="Check BIBLIOS_LLM_MODEL and the model's limits.",
    )


def too_long(model: str, limit_tokens: int | None) -> UpstreamRejected:
    """More than the model's context. `limit_tokens`: what the server said it takes."""
    said = f" (its server says {limit_tokens})" if limit_tokens else ""
    return UpstreamRejected(
        f"The question with its passages is longer than the context of '{model}'. Ask a shorter question, or in a new "
        "conversation.",
        hint=f"Lower BIBLIOS_LLM_CONTEXT_TOKENS to the model's context size{said}, or start the model's server with a "
        "larger context.",
        too_long=True,
    )


def _no_credit(host: str) -> UpstreamRejected:
    return UpstreamRejected(
        f"This server's account at {host} has no credit left. Tell your operator.",
        hint="Check its billing, or set BIBLIOS_LLM_API_KEY to another key.",
    )


def rate_limited(host: str, seconds: float | None) -> UpstreamRateLimited:
    wait = f"Ask again in {math.ceil(seconds)} seconds." if seconds else "Ask again in a moment."
    return UpstreamRateLimited(
        f"The chat model at {host} is rate limited. {wait}",
        retry_after_seconds=seconds,
    )


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait (RFC 9110, 10.2.3: seconds or a date); None if it does not say."""
    raw = headers.get("retry-after")
    if raw is None:
        return None
    try:
        seconds = float(raw)
    except ValueError:
        date = parsedate_tz(raw)
        if date is None:
            return None
        seconds = mktime_tz(date) - time.time()
    return max(0.0, seconds) if math.isfinite(seconds) else None
