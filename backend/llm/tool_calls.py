"""Tools as OpenAI-compatible APIs describe them, and their calls as they come in pieces.

https://platform.openai.com/docs/guides/function-calling (2026-11)
"""

import json
from collections.abc import Sequence
from typing import Any

from backend.llm.base import Tool, ToolCall

#: What one call may weigh; a longer one is cut, and is no JSON then.
_MAX_ARGUMENT_CHARS = 100_000
_MAX_CALLS = 16


def described(tools: Sequence[Tool], *, strict: bool = True) -> list[dict[str, Any]]:
    """`strict`: whether the server is asked to hold the model to the schema."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
                **({"strict": True} if strict else {}),
            },
        }
        for tool in tools
    ]


class ToolCalls:
    """Feed what a delta holds of calls; a call is whole when the next one begins, or at the end."""

    def __init__(self) -> None:
        self._index: int | None = None
        self._id = ""
        self._name = ""
        self._arguments = ""
        self._given = 0

    def feed(self, pieces: Any) -> list[ToolCall]:
        """Errors: `AttributeError`, `TypeError`, `ValueError` for what is none."""
        whole: list[ToolCall] = []
        for piece in pieces:
            index = int(piece.get("index") or 0)
            function = piece.get("function") or {}
            # Some servers send whole calls, each with an id of its own and all with the index 0.
            other_id = bool(piece.get("id")) and bool(self._id) and piece["id"] != self._id
            if index != self._index or other_id:
                whole += self.finish()
                self._index = index
            self._id = str(piece.get("id") or "") or self._id
            self._name += str(function.get("name") or "")
            if len(self._arguments) < _MAX_ARGUMENT_CHARS:
                self._arguments += _arguments(function.get("arguments"))
        return whole

    def finish(self) -> list[ToolCall]:
        """The last one, once."""
        call = ToolCall(_plain_name(self._name), self._arguments)
        begun = self._index is not None
        self._index, self._id, self._name, self._arguments = None, "", "", ""
        if not begun or self._given >= _MAX_CALLS:
            return []
        self._given += 1
        return [call]


def _arguments(given: Any) -> str:
    """JSON as text; some servers send the object itself."""
    return json.dumps(given) if isinstance(given, dict) else str(given or "")


def _plain_name(name: str) -> str:
    """Without the control tokens that gpt-oss leaves around it: ``functions.mail<|channel|>commentary``."""
    return name.partition("<|")[0].strip().removeprefix("functions.")
