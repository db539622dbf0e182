"""Failures of an OpenAI-compatible API, classified once, by status and code, into the error tree.

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

_NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length"}
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
            return _by_status(error, host=host, model=model)
        case openai.APIResponseValidationError() | json.JSONDecodeError() | UnicodeDecodeError():
            return malformed(host)
        case openai.APIError():
            return _by_code(error, host)
        case _:
            raise error


def _by_status(error: openai.APIStatusError, *, host: str, model: str) -> UpstreamError:
    status, code = error.status_code, error.code or ""
    if code in _NO_CREDIT:
        return _no_credit(host)
    if status in {401, 403}:
        return UpstreamAuth(
            f"The chat model at {host} refused this server's key. Tell your operator.",
            hint=f"Set BIBLIOS_LLM_API_KEY to a valid key that may use the model '{model}'.",
        )
    if status == 429:
        return rate_limited(host, retry_after_seconds(error.response.headers))
    if status == 404:
        return UpstreamRejected(
            f"{host} does not know the model '{model}'. Tell your operator.",
            hint="Check BIBLIOS_LLM_MODEL, and that BIBLIOS_LLM_BASE_URL is the address of an OpenAI-compatible API "
            "(it usually ends in /v1).",
        )
    if code in _TOO_LONG or status == 413:
        return UpstreamRejected(
            f"The question with its passages is longer than '{model}' accepts. Ask a shorter question, or in a new "
            "conversation.",
            hint="Lower BIBLIOS_LLM_CONTEXT_TOKENS to the model's context size.",
        )
    if code in _FILTERED:
        return UpstreamRejected(f"The content filter of {host} refused this question. Ask it in other words.")
    if status >= 500 or status in {408, 409}:
        return UpstreamTransient(
            f"The chat model at {host} has a problem of its own (status {status}). Ask again in a moment."
        )
    return UpstreamRejected(
        f"{host} refused the request (status {status}). Ask in other words; if it stays, tell your operator.",
        hint="Check BIBLIOS_LLM_MODEL and the model's limits.",
    )


def _by_code(error: openai.APIError, host: str) -> UpstreamError:
    """An error object inside a stream that had begun with status 200: only its code and type tell."""
    names = {error.code or "", error.type or ""}
    if names & _NO_CREDIT:
        return _no_credit(host)
    if names & {"rate_limit_exceeded", "rate_limit_error", "429"}:
        return rate_limited(host, None)
    return UpstreamTransient(f"The chat model at {host} broke off with an error of its own. Ask again in a moment.")


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
