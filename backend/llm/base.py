"""The chat model port: messages in, pieces of text out."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class ChatTurn:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the API counted them; 0 where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The last item of a stream: why it ended ("stop", "length", …) and what it used."""

    reason: str
    usage: Usage = Usage()


class ChatModel(Protocol):
    """Implementations: `openai.OpenAIChatModel`; the tests' fake is scripted. `name` is shown to the person."""

    @property
    def name(self) -> str: ...

    def stream(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> AsyncGenerator[str | Finish]:
        """Yields text as it comes, then one `Finish`; closing it ends the request. Errors: `UpstreamError`."""
        ...

    async def complete(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> str:
        """The whole answer at once, for titles and rewritten questions."""
        ...

    async def close(self) -> None: ...
