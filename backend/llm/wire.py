"""The bytes of a chat API's answer: an event stream, or one JSON object where a server does not stream.

Servers differ in all that OpenAI's description leaves open: events without choices or without content, content as a
list of parts, the whole message in place of a delta, no ``[DONE]``, an error in an event or in the body of a 200.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson

from backend.llm.base import Usage
from backend.llm.refusals import read_refusal

DONE = b"[DONE]"
_MOST_BODY_BYTES = 8_000_000
_TEXT_PARTS = {None, "text", "output_text"}
_REASONING_FIELDS = ("reasoning_content", "reasoning", "reasoning_details", "thinking")


@dataclass(frozen=True, slots=True)
class Line:
    """One event's data. `event` is its name: "" for most, "body" for a body that is no stream."""

    event: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event says. `apart`: it carries reasoning in a field of its own. `calls`: of tools, as they stand."""

    text: str
    finish_reason: str | None = None
    usage: Usage | None = None
    calls: Any = None
    apart: bool = False


class ErrorInAnswer(Exception):
    """The server reported an error where an answer was to be. `body` is what it said."""

    def __init__(self, body: Any) -> None:
        super().__init__("error in the answer")
        self.refusal = read_refusal(200, body)


async def read_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[Line]:
    """The events of a stream; a JSON body is one line. Bytes are split, since JSON may hold U+2028 unescaped.

    Errors: `ValueError` for a JSON body that is longer than any answer.
    """
    pending = b""
    event = ""
    is_body: bool | None = None
    async for chunk in chunks:
        pending += chunk
        if is_body is None and (begun := pending.lstrip(b"\xef\xbb\xbf \t\r\n")):
            is_body = begun.startswith((b"{", b"["))
        if is_body:
            if len(pending) > _MOST_BODY_BYTES:
                raise ValueError("a body without end")
            continue
        *lines, pending = pending.split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield Line(event, line[5:].strip())
            elif line.startswith(b"event:"):
                event = line[6:].strip().decode(errors="replace")
            elif not line.strip():
                event = ""
    if is_body:
        yield Line("body", pending)
    elif pending.startswith(b"data:"):
        yield Line(event, pending[5:].strip())


def read_piece(line: Line) -> Piece:
    """Errors: `ErrorInAnswer`; `AttributeError`, `KeyError`, `TypeError`, `ValueError` for what is no answer."""
    try:
        event = orjson.loads(line.data)
    except orjson.JSONDecodeError:
        if line.event == "error":
            raise ErrorInAnswer(line.data.decode(errors="replace")) from None
        raise
    if line.event == "body" and isinstance(event, list) and event:
        event = event[0]
    if not isinstance(event, dict):
        raise TypeError("an event is an object")
    if line.event == "error" or _is_error(event):
        raise ErrorInAnswer(event)
    choices = event.get("choices") or []
    choice = choices[0] if choices else {}
    if choice.get("error") or choice.get("finish_reason") == "error":
        raise ErrorInAnswer(choice.get("error") or {"message": "error"})
    delta = choice.get("delta") or choice.get("message") or {}
    reason = choice.get("finish_reason")
    if not (reason is None or isinstance(reason, str)):
        raise TypeError("a finish reason is a text")
    if line.event == "body":
        if not choices:
            raise ValueError("no answer in the body")
        reason = reason or "stop"
    counts = event.get("usage")
    text, apart = _text(delta.get("content"))
    return Piece(
        text=text,
        finish_reason=reason or None,
        usage=_usage(counts) if counts else None,
        calls=_calls(delta.get("tool_calls"), whole="message" in choice and not choice.get("delta")),
        apart=apart or any(delta.get(name) for name in _REASONING_FIELDS),
    )


def _is_error(event: dict[str, Any]) -> bool:
    if event.get("error"):
        return True
    if event.get("object") == "error" or event.get("type") == "error":
        return True
    return "choices" not in event and ("detail" in event or isinstance(event.get("message"), str))


def _usage(counts: Any) -> Usage:
    return Usage(int(counts.get("prompt_tokens") or 0), int(counts.get("completion_tokens") or 0))


def _text(content: Any) -> tuple[str, bool]:
    """The text of a content, which is a text or a list of parts, and whether there was reasoning beside it."""
    if content is None or isinstance(content, str):
        return content or "", False
    text = ""
    apart = False
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            text += part
        elif part.get("type") in _TEXT_PARTS:
            value = part.get("text") or ""
            text += value if isinstance(value, str) else str(value.get("value") or "")
        else:
            apart = apart or "think" in str(part["type"]) or "reason" in str(part["type"])
    return text, apart


def _calls(calls: Any, *, whole: bool) -> Any:
    """Whole calls come without an index."""
    if calls and whole:
        return [{**call, "index": index} for index, call in enumerate(calls)]
    return calls
