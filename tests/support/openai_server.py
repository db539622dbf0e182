"""A scripted OpenAI-compatible server at the wire: `/v1/embeddings`, `/v1/chat/completions`, `/v1/models`.

It speaks HTTP/1.1 over a real socket, so that the real SDK with its retries, time-outs and stream parser is under test.
Without a script it behaves: embeddings are hashed words (`HashEmbedder`), a chat answer comes from `answer`. Faults are
queued with `script(...)`; each request takes the next one, and a served request is kept in `requests`.

    async with OpenAIServer() as server:
        server.script(Status(429, retry_after="0.05"), OK)
        client = AsyncOpenAI(base_url=server.base_url, api_key="test")

`python -m tests.support.openai_server --port 9000` serves it alone, for a browser test or a look by hand.
"""

import argparse
import asyncio
import base64
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from tests.support.embedder import HashEmbedder

type Messages = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a tool; `arguments` that are a text are sent as they are."""

    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class Delta:
    """A delta with exactly these fields, e.g. a content that is a list of parts."""

    fields: dict[str, Any]


type Answer = Callable[[Messages], Sequence[str | Called | Delta]]


@dataclass(frozen=True, slots=True)
class Status:
    """Answers with an error status and OpenAI's error body. `retry_after` is the header's text.

    `body`: what is sent instead, as other servers word their refusals; a text is sent as it is.
    """

    status: int
    retry_after: str | None = None
    message: str = "scripted failure"
    code: str | None = None
    param: str | None = None
    body: Any = None


@dataclass(frozen=True, slots=True)
class Slow:
    """Waits before anything is answered, then behaves."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stall:
    """Streams `pieces` pieces, then is silent for `seconds` before it goes on."""

    pieces: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Closes the connection: before the answer, or in a stream after `pieces` pieces."""

    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """Answers 200 with exactly these bytes, e.g. malformed JSON."""

    data: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Chat:
    """Answers a chat request with these pieces of text, or calls, and this finish reason."""

    pieces: tuple[str | Called | Delta, ...]
    finish_reason: str = "stop"


@dataclass(frozen=True, slots=True)
class Behave:
    """No fault."""


OK = Behave()
MALFORMED = Body(b'{"object": "list", "data": [')
MALFORMED_STREAM = Body(b'data: {"choices": [{"delta": \n\n', content_type="text/event-stream")

type Step = Status | Slow | Stall | Cut | Body | Chat | Behave


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in. `body` is the decoded JSON, or None without one."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


def echo_answer(messages: Messages) -> Sequence[str]:
    """The default chat answer: the last message's first words, a word at a time."""
    words = str(messages[-1]["content"]).split()[:12] if messages else []
    return ["You said:", *(f" {word}" for word in words)]


@dataclass
class OpenAIServer:
    """`token_seconds` is the pause between two pieces of a stream; `api_key`, when set, is demanded (else 401).

    `refuses` looks at each chat request and says with what it is refused, if it is. `left` counts the clients that went
    away in the middle of an answer.
    """

    answer: Answer = echo_answer
    dimension: int = 32
    api_key: str | None = None
    token_seconds: float = 0.0
    host: str = "127.0.0.1"
    port: int = 0
    refuses: Callable[[dict[str, Any]], Status | None] = lambda _: None
    model: str = "scripted"
    left: int = 0
    requests: list[Received] = field(default_factory=list)
    _steps: deque[Step] = field(default_factory=deque)
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    def script(self, *steps: Step) -> None:
        """Queues what the next requests meet, one step each."""
        self._steps.extend(steps)

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                step = self._steps.popleft() if self._steps else OK
                if not await self._respond(request, step, writer):
                    break
        except ConnectionError:
            self.left += 1
        except (asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # The client went away, or the server is stopping: there is nobody to answer.
        finally:
            self._connections.discard(task)
            writer.close()

    async def _respond(self, request: Received, step: Step, writer: asyncio.StreamWriter) -> bool:
        """Serves one request; False when the connection must be closed."""
        if self.api_key is not None and request.headers.get("authorization") != f"Bearer {self.api_key}":
            step = Status(401, message="Incorrect API key provided", code="invalid_api_key")
        match step:
            case Status():
                await _write_error(writer, step)
                return True
            case Body():
                await _write(writer, 200, step.data, {"content-type": step.content_type})
                return True
            case Cut(pieces=0):
                writer.transport.abort()
                return False
            case Slow():
                await asyncio.sleep(step.seconds)
        path = request.path.split("?")[0]
        if path.endswith("/embeddings"):
            await _write_json(writer, await self._embeddings(request.body))
        elif path.endswith("/models"):
            await _write_json(writer, {"object": "list", "data": [{"id": self.model, "object": "model"}]})
        elif path.endswith("/chat/completions"):
            if (refusal := self.refuses(request.body)) is not None:
                await _write_error(writer, refusal)
                return True
            return await self._chat(request.body, step, writer)
        else:
            await _write_error(writer, Status(404, message=f"no route {request.path}"))
        return True

    async def _embeddings(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        vectors = await HashEmbedder(dimension=body.get("dimensions") or self.dimension).embed_sentences(texts)
        as_base64 = body.get("encoding_format") == "base64"
        tokens = sum(len(str(text).split()) for text in texts)
        return {
            "object": "list",
            "model": body["model"],
            "data": [
                {
                    "object": "embedding",
                    "index": index,
                    "embedding": base64.b64encode(vector.tobytes()).decode() if as_base64 else vector.tolist(),
                }
                for index, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    async def _chat(self, body: dict[str, Any], step: Step, writer: asyncio.StreamWriter) -> bool:
        pieces = list(step.pieces if isinstance(step, Chat) else self.answer(body["messages"]))
        reason = step.finish_reason if isinstance(step, Chat) else "stop"
        usage = {"prompt_tokens": _words(body["messages"]), "completion_tokens": len(pieces)}
        usage["total_tokens"] = sum(usage.values())
        calls = 0
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(piece for piece in pieces if isinstance(piece, str))}
            choice = {"index": 0, "message": message, "finish_reason": reason}
            await _write_json(writer, _completion(body, "chat.completion") | {"choices": [choice], "usage": usage})
            return True
        _head(writer, 200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for index, piece in enumerate(pieces):
            if isinstance(step, Cut) and index == step.pieces:
                await writer.drain()
                writer.transport.abort()
                return False
            if isinstance(step, Stall) and index == step.pieces:
                await writer.drain()
                await asyncio.sleep(step.seconds)
            if isinstance(piece, Called):
                for part in _call_parts(piece, calls):
                    await _event(writer, body, {"index": 0, "delta": {"tool_calls": [part]}, "finish_reason": None})
                calls, reason = calls + 1, "tool_calls"
                continue
            delta = piece.fields if isinstance(piece, Delta) else {"content": piece}
            delta = delta | ({"role": "assistant"} if index == 0 else {})
            await _event(writer, body, {"index": 0, "delta": delta, "finish_reason": None})
            if self.token_seconds:
                await asyncio.sleep(self.token_seconds)
        await _event(writer, body, {"index": 0, "delta": {}, "finish_reason": reason})
        if (body.get("stream_options") or {}).get("include_usage"):
            payload = _completion(body, "chat.completion.chunk") | {"choices": [], "usage": usage}
            await _chunk(writer, f"data: {json.dumps(payload)}\n\n".encode())
        await _chunk(writer, b"data: [DONE]\n\n")
        await _chunk(writer, b"")
        return True


def _call_parts(call: Called, index: int) -> list[dict[str, Any]]:
    """As OpenAI streams a call: its name, then its arguments in pieces."""
    whole = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
    pieces = [whole[at : at + 20] for at in range(0, len(whole), 20)]
    head = {"index": index, "id": f"call_{index}", "type": "function", "function": {"name": call.name, "arguments": ""}}
    return [head, *({"index": index, "function": {"arguments": piece}} for piece in pieces)]


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path, headers, json.loads(raw) if raw else None)


def _words(messages: Messages) -> int:
    return sum(len(str(message.get("content", "")).split()) for message in messages)


def _completion(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 1, "model": body["model"]}


async def _event(writer: asyncio.StreamWriter, body: dict[str, Any], choice: dict[str, Any]) -> None:
    payload = _completion(body, "chat.completion.chunk") | {"choices": [choice]}
    await _chunk(writer, f"data: {json.dumps(payload)}\n\n".encode())


async def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One chunk of a chunked body; an empty one ends it."""
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


def _head(writer: asyncio.StreamWriter, status: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode())


async def _write(writer: asyncio.StreamWriter, status: int, data: bytes, headers: dict[str, str]) -> None:
    _head(writer, status, headers | {"content-length": str(len(data))})
    writer.write(data)
    await writer.drain()


async def _write_json(writer: asyncio.StreamWriter, payload: dict[str, Any]) -> None:
    await _write(writer, 200, json.dumps(payload).encode(), {"content-type": "application/json"})


async def _write_error(writer: asyncio.StreamWriter, step: Status) -> None:
    headers = {"content-type": "application/json"}
    if step.retry_after is not None:
        headers["retry-after"] = step.retry_after
    body = {"error": {"message": step.message, "type": "scripted", "param": step.param, "code": step.code}}
    words = step.body if isinstance(step.body, str) else json.dumps(step.body or body)
    await _write(writer, step.status, words.encode(), headers)


async def _serve(port: int, token_seconds: float) -> None:
    async with OpenAIServer(port=port, token_seconds=token_seconds) as server:
        print(f"serving {server.base_url}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token-seconds", type=float, default=0.02)
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.port, arguments.token_seconds))
