"""A client of the HTTP API, for the command line, evaluation and benchmarks. Speaks only the public contract."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

from backend.errors import BibliosError

_UNFINISHED = ("queued", "processing")


class ApiFailed(BibliosError):
    """The server answered with a problem; `message` is its detail."""

    def __init__(self, status: int, code: str, detail: str, *, hint: str | None = None) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.status = status


class BibliosClient:
    """One signed-in person's view of a server.

    Args:
        base_url: of the server, without ``/api/v1``.
        access_token: as `POST /auth/login` gives it; `login` and `register` set it.
    """

    def __init__(self, base_url: str, *, access_token: str | None = None, timeout_seconds: float = 120) -> None:
        self.http = httpx.AsyncClient(base_url=base_url, timeout=timeout_seconds)
        if access_token:
            self.use_token(access_token)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def use_token(self, access_token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {access_token}"

    @property
    def refresh_token(self) -> str | None:
        """The refresh cookie of the last sign-in, to keep a session across commands."""
        return self.http.cookies.get("biblios_refresh")

    async def register(self, email: str, password: str) -> dict[str, Any]:
        return await self._sign_in("register", {"email": email, "password": password})

    async def login(self, email: str, password: str) -> dict[str, Any]:
        return await self._sign_in("login", {"email": email, "password": password})

    async def resume(self, refresh_token: str) -> dict[str, Any]:
        """Signs in with a kept refresh token; read `refresh_token` afterwards, since it has rotated."""
        # Sent by hand: put into the jar, it would stand beside the one that the answer sets, for another path.
        answer = await self.http.post("/api/v1/auth/refresh", headers={"Cookie": f"biblios_refresh={refresh_token}"})
        return self._signed_in(self._json(answer))

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """GETs a JSON resource under ``/api/v1``. Errors: `ApiFailed`, `httpx.TransportError`."""
        return self._json(await self.http.get(f"/api/v1{path}", params=params))

    async def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return self._json(await self.http.post(f"/api/v1{path}", json=body))

    async def delete(self, path: str) -> None:
        self._json(await self.http.delete(f"/api/v1{path}"))

    async def download(self, path: str, target: Path) -> int:
        """Streams a resource into a file that does not exist yet; returns its size in bytes."""
        partial = target.with_name(target.name + ".part")
        size = 0
        async with self.http.stream("GET", f"/api/v1{path}") as response:
            if not response.is_success:
                await response.aread()
                self._json(response)
            with partial.open("xb") as file:
                async for block in response.aiter_bytes():
                    size += file.write(block)
        partial.replace(target)
        return size

    async def upload(self, files: Sequence[tuple[str, Path]]) -> list[dict[str, Any]]:
        """Uploads files under the given names (relative paths). Returns the `items`."""
        with contextlib.ExitStack() as stack:
            parts = [("files", (name, stack.enter_context(path.open("rb")))) for name, path in files]
            answer = await self.http.post("/api/v1/documents", files=parts)
        return list(self._json(answer)["items"])

    async def add_texts(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Adds or replaces up to 500 text documents. Returns the `items`."""
        answer = await self.http.post("/api/v1/documents/text", json={"items": list(items)})
        return list(self._json(answer)["items"])

    async def wait_until_indexed(
        self,
        *,
        timeout_seconds: float = 3600,
        poll_seconds: float = 0.25,
        on_progress: Callable[[dict[str, int]], None] | None = None,
    ) -> dict[str, int]:
        """Waits until none of this person's documents is queued or processing; returns the counts by status."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                counts = dict((await self.get("/documents/stats"))["by_status"])
                if on_progress:
                    on_progress(counts)
                if not any(counts.get(status) for status in _UNFINISHED):
                    return counts
                await asyncio.sleep(poll_seconds)

    async def search(self, query: str, **params: Any) -> list[dict[str, Any]]:
        return list((await self.get("/search", q=query, **params))["hits"])

    async def ask(self, question: str, *, conversation_id: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """Asks and yields the stream's events as dictionaries with their `type`."""
        if conversation_id is None:
            conversation_id = (await self.post("/conversations", {}))["id"]
        path = f"/api/v1/conversations/{conversation_id}/messages"
        async with self.http.stream("POST", path, json={"content": question}) as response:
            if response.status_code >= httpx.codes.BAD_REQUEST:
                await response.aread()
                self._json(response)
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])

    async def answer(self, question: str, *, conversation_id: str | None = None) -> dict[str, Any]:
        """Asks and returns the completed message."""
        async for event in self.ask(question, conversation_id=conversation_id):
            if event["type"] == "message.completed":
                return dict(event["message"])
            if event["type"] == "error":
                raise ApiFailed(502, event["code"], event["message"], hint=event.get("hint"))
        raise ApiFailed(502, "stream_cut", "The answer broke off. Ask again.")

    async def _sign_in(self, action: str, body: Any) -> dict[str, Any]:
        return self._signed_in(await self.post(f"/auth/{action}", body))

    def _signed_in(self, answer: dict[str, Any]) -> dict[str, Any]:
        self.use_token(str(answer["access_token"]))
        return answer

    @staticmethod
    def _json(response: httpx.Response) -> dict[str, Any]:
        if response.is_success:
            return dict(response.json()) if response.content else {}
        try:
            problem = response.json()
            raise ApiFailed(
                response.status_code, str(problem["code"]), str(problem["detail"]), hint=problem.get("hint")
            )
        except (ValueError, KeyError, TypeError) as error:
            detail = f"The server answered {response.status_code} without an explanation."
            raise ApiFailed(response.status_code, "unexpected_answer", detail) from error
