"""A signed-in, synchronous client of a server under measurement."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from backend.client import BibliosClient
from scripts.bench.corpus import TextDocument

PASSWORD = "a password for measuring"  # noqa: S105 - of throw-away accounts
_BATCH = 500


def with_client[T](url: str, token: str | None, work: Callable[[BibliosClient], Coroutine[Any, Any, T]]) -> T:
    """Runs `work` with a client in an event loop of its own."""

    async def go() -> T:
        async with BibliosClient(url, access_token=token, timeout_seconds=600) as client:
            return await work(client)

    return asyncio.run(go())


def register(url: str, name: str) -> tuple[str, str]:
    """Creates ``name@bench.example`` and returns (access token, user id)."""

    async def go(client: BibliosClient) -> tuple[str, str]:
        answer = await client.register(f"{name}@bench.example", PASSWORD)
        return str(answer["access_token"]), str(answer["user"]["id"])

    return with_client(url, None, go)


def login(url: str, name: str) -> str:
    """A fresh access token."""

    async def go(client: BibliosClient) -> str:
        return str((await client.login(f"{name}@bench.example", PASSWORD))["access_token"])

    return with_client(url, None, go)


def add_documents(
    url: str,
    token: str,
    documents: Sequence[TextDocument],
    *,
    access_of: Callable[[int], list[str]] | None = None,
    wait: bool = True,
) -> None:
    """Sends documents 500 at a time and waits until they are searchable."""

    async def go(client: BibliosClient) -> None:
        for start in range(0, len(documents), _BATCH):
            await client.add_texts(
                [
                    document.as_item(**({"access": access_of(start + offset)} if access_of else {}))
                    for offset, document in enumerate(documents[start : start + _BATCH])
                ]
            )
        if wait:
            await client.wait_until_indexed(poll_seconds=0.1)

    with_client(url, token, go)


def count_chunks(url: str, token: str) -> int:
    """How many chunks this account's documents have."""

    async def go(client: BibliosClient) -> int:
        total, cursor = 0, None
        while True:
            page = await client.get("/documents", limit=100, **({"cursor": cursor} if cursor else {}))
            total += sum(int(item["chunks"]) for item in page["items"])
            if (cursor := page["next_cursor"]) is None:
                return total

    return with_client(url, token, go)
