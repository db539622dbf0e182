"""The chat model port: messages in, pieces of text and calls of tools out."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


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


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All text before this was reasoning, as its end showed: none of it stands."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model may ask for. `parameters`: a JSON schema in which every object is closed."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for. `arguments`: JSON as it wrote it, which nobody has checked."""

    name: str
    arguments: str


class ChatModel(Protocol):
    """Implementations: `openai.OpenAIChatModel`; the tests' fake is scripted. `name` is shown to the person."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int | None:
        """Tokens that fit, by this house's estimate, once the server has refused more; None while it has not."""
        ...

    def stream(
        self, turns: Sequence[ChatTurn], *, max_tokens: int, tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall | Withdrawn | Finish]:
        """Yields text and calls as they come, then one `Finish`; closing it ends the request. Errors: `UpstreamError`;
        an `UpstreamRejected` that is `too_long` has changed `context_tokens`.

        None of the text is the model's reasoning, or `Withdrawn` says that what came before it was. A model that knows
        no tools gives text alone.
        """
        ...

    async def complete(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> str:
        """The whole answer at once, for titles and rewritten questions; '' when it did not come to its end."""
        ...

    async def close(self) -> None: ...
