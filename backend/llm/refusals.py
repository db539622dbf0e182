"""What a server means by a refusal, whatever form it gives it.

OpenAI names a code and a parameter. Most others name neither, and say it in words: in ``error.message``, ``message``,
``detail`` or ``detail[].msg``, as JSON or as plain text, with any status, or within a stream that began well. So the
words are read, for their meaning alone: they are never repeated, since they may carry parts of the prompt or of the
key. The wordings are those of OpenAI, Azure, Anthropic, Mistral, Google, Groq, xAI, DeepSeek, OpenRouter, LiteLLM,
vLLM, SGLang, TGI, llama.cpp, Ollama and LM Studio (2026-11).
"""

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

_MOST_WORDS_CHARS = 4000
_DEEPEST = 5

_TOO_LONG_CODES = {
    "context_length_exceeded",
    "string_above_max_length",
    "exceed_context_size_error",
    "context_exceeded",
    "context_window_exceeded",
    "contextwindowexceedederror",
    "model_context_window_exceeded",
    "prompt_too_long",
}
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window|limit)|\bn_ctx\b|context the overflows|context overflow|"
    r"(?:prompt|input|request|messages?) (?:is|are) too (?:long|large)|(?:prompt|input|request) too (?:long|large)|"
    r"too many (?:input |prompt )?tokens|reduce the length|maximum (?:prompt|input|sequence) length|max_model_len|"
    r"input token count|inputs` tokens|range of input length|maximum number of input tokens|token limit"
)
#: How much fits, as it is said: before or after the word for it. The first that makes sense counts.
_LIMIT = re.compile(
    r"(?:context (?:length|size|window|limit)|n_ctx|maximum(?: \w{1,12}){0,3}|max|limit)\b"
    r"(?:(?!\bby\b)[^\d\n]){0,40}(\d[\d,]{2,8})\b"
)
_LIMIT_FIRST = re.compile(r"\b(\d[\d,]{2,8}) ?(?:tokens? ?)?(?:maximum|max)\b")
_LEAST_CONTEXT_TOKENS = 256

#: What of a request may be refused, by the words that name it.
FEATURES = {
    "stream_options": re.compile(r"\bstream_options\b|\binclude_usage\b"),
    "max_completion_tokens": re.compile(r"\bmax_completion_tokens\b"),
    "max_tokens": re.compile(r"\bmax_tokens\b"),
    "temperature": re.compile(r"\btemperature\b"),
    "strict": re.compile(r"\bstrict\b"),
    "tools": re.compile(r"\btools?\b|\btool[_ ](?:choice|use|call)|\bfunction[ _]call"),
    "system": re.compile(
        r"\bsystem[ _](?:role|message|prompt|instruction)|developer instruction|role\W{0,6}system\b|"
        r"roles must alternate|\W'system'\W"
    ),
    "stream": re.compile(r"\bstream(?:ing)?\b"),
}
_UNABLE = re.compile(r"support|requires?\b|not enabled|not available|not permitted|not allowed|unrecogni[sz]ed|unknown")
#: Where a server also answers what has nothing to do with the request's form: the words must be plain.
_ONLY_IF_UNABLE = {404, 405, 500, 501}
_OF_TEMPLATES = {"tools", "system", "strict"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status` is HTTP's, or the nearest to it. `words` are in lower case, `named` the fields that it points at."""

    status: int
    code: str = ""
    kind: str = ""
    named: tuple[str, ...] = ()
    words: str = ""
    context_tokens: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def too_long(self) -> bool:
        """Whether a shorter prompt might be taken."""
        if self.status == 413 or {self.code.lower(), self.kind.lower()} & _TOO_LONG_CODES:
            return True
        return self.status not in {401, 403, 404, 429} and _TOO_LONG.search(self.words) is not None

    def told_limit(self) -> int | None:
        """Tokens that the server says it takes, prompt and answer together."""
        if self.context_tokens is not None:
            return self.context_tokens
        found = (_LIMIT.search(self.words), _LIMIT_FIRST.search(self.words))
        limits = [int(match[1].replace(",", "")) for match in found if match]
        return next((limit for limit in limits if limit >= _LEAST_CONTEXT_TOKENS), None)

    def refused(self, sent: Collection[str]) -> str | None:
        """Which of the features that were sent it refuses; None if it says nothing about one."""
        if self.status not in {400, 422} and self.status not in _ONLY_IF_UNABLE:
            return None
        for name in self.named:
            feature = "system" if name.startswith("messages") and name.endswith("role") else _head(name)
            if feature in sent:
                return feature
        unable = _UNABLE.search(self.words) is not None
        for feature, pattern in FEATURES.items():
            plain = self.status not in _ONLY_IF_UNABLE or (unable and feature in _OF_TEMPLATES)
            if feature in sent and plain and pattern.search(self.words):
                return feature
        return None


def read_refusal(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Refusal:
    """Reads what a server answered with an error; `body` is decoded JSON, or text.

    Within a stream the status is that of its beginning: then the body's own code, or its type, says what is meant.
    """
    if isinstance(body, str) and body.lstrip().startswith(("{", "[")):
        with contextlib.suppress(orjson.JSONDecodeError):
            body = orjson.loads(body)
    parts = list(_parts(body))
    first = {name: value for name, value in reversed(parts) if name in {"code", "type", "n_ctx"}}
    code, kind = str(first.get("code") or ""), str(first.get("type") or "")
    named = tuple(str(value) for name, value in parts if name == "named")
    words = " ".join(str(value) for name, value in parts if name == "words").lower()[:_MOST_WORDS_CHARS]
    n_ctx = first.get("n_ctx")
    return Refusal(
        status=status if status >= 400 else _status(code, kind),
        code=code,
        kind=kind,
        named=named,
        words=words,
        context_tokens=n_ctx if isinstance(n_ctx, int) and n_ctx >= _LEAST_CONTEXT_TOKENS else None,
        headers=headers or {},
    )


def _status(code: str, kind: str) -> int:
    if code.isdigit() and 400 <= int(code) < 600:
        return int(code)
    names = f"{code} {kind}".lower()
    if "rate_limit" in names or "quota" in names:
        return 429
    if "invalid_request" in names or "badrequest" in names or "context" in names:
        return 400
    return 500


def _head(name: str) -> str:
    """``tools`` of ``tools[0].function.strict``, unless it is that."""
    if name.endswith(".strict"):
        return "strict"
    return name.partition(".")[0].partition("[")[0]


def _parts(body: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """What means something, outermost first: words, named fields, code, type, n_ctx."""
    if depth > _DEEPEST:
        return
    if isinstance(body, str):
        yield "words", body[:_MOST_WORDS_CHARS]
    elif isinstance(body, list):
        for item in body[:20]:
            yield from _parts(item, depth + 1)
    elif isinstance(body, dict):
        for name in ("code", "type", "n_ctx"):
            if isinstance(body.get(name), str | int):
                yield name, body[name]
        for name in ("param", "field"):
            if isinstance(body.get(name), str):
                yield "named", body[name]
        if isinstance(location := body.get("loc"), list):
            yield "named", ".".join(str(step) for step in location if step != "body")
        for name in ("error", "errors", "message", "msg", "detail", "metadata", "raw"):
            if name in body:
                yield from _parts(body[name], depth + 1)
