"""A request as a model takes it: what it is known to refuse is left out, or put in another form."""

from collections.abc import Sequence
from typing import Any

from backend.llm.base import ChatTurn, Tool
from backend.llm.capabilities import Capabilities
from backend.llm.tool_calls import described


def request_body(
    model: str,
    turns: Sequence[ChatTurn],
    tools: Sequence[Tool],
    *,
    max_tokens: int,
    temperature: float | None,
    known: Capabilities,
) -> tuple[dict[str, Any], frozenset[str]]:
    """The body, and which of `refusals.FEATURES` it makes use of."""
    used = set()
    streams = known.supports("stream")
    if not known.supports("system"):
        turns = _without_system(turns)
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        "stream": streams,
    }
    if streams:
        used.add("stream")
    if any(turn.role == "system" for turn in turns):
        used.add("system")
    if known.limit:
        body[known.limit] = max_tokens
        used.add(known.limit)
    if streams and known.supports("stream_options"):
        body["stream_options"] = {"include_usage": True}
        used.add("stream_options")
    if temperature is not None and known.supports("temperature"):
        body["temperature"] = temperature
        used.add("temperature")
    if tools and known.supports("tools"):
        strict = known.supports("strict")
        body["tools"] = described(tools, strict=strict)
        used |= {"tools", "strict"} if strict else {"tools"}
    return body, frozenset(used)


def _without_system(turns: Sequence[ChatTurn]) -> list[ChatTurn]:
    """The instructions stand before the first words of the person instead; roles still alternate."""
    instructions = "\n\n".join(turn.content for turn in turns if turn.role == "system")
    rest = [turn for turn in turns if turn.role != "system"]
    if not instructions:
        return rest
    if not rest or rest[0].role != "user":
        return [ChatTurn("user", instructions), *rest]
    return [ChatTurn("user", f"{instructions}\n\n{rest[0].content}"), *rest[1:]]
