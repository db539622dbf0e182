"""Everything that a person can get to see of connections, by every way that there is to ask."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.support.accounts import Person


async def everything_told(
    person: Person, keepers: Sequence[tuple[Person, str]], secrets: Iterable[str], *, conversation: str | None = None
) -> str:
    """As one text.

    Args:
        keepers: who administers each connection, with its id: their ledgers name the documents that are asked for.
        secrets: words that are searched for.
        conversation: one of the person's own.
    """
    told: list[str] = []

    async def ask(path: str, **params: Any) -> None:
        answer = await person.call("GET", path, params=params)
        told.append(answer.text if answer.is_success else "")

    for secret in secrets:
        await ask("/search", q=secret)
        await ask("/documents", q=secret)
    await ask("/documents/sources")
    await ask("/documents/paths")
    await ask("/conversations")
    if conversation is not None:
        await ask(f"/conversations/{conversation}")
    for keeper, connection_id in keepers:
        for secret in secrets:
            await ask("/search", q=f"what is {secret[:6]}", connection=connection_id)
        await ask("/documents", connection=connection_id)
        await ask("/documents/paths", connection=connection_id)
        path = f"/connections/{connection_id}/items"
        for item in (await keeper.call("GET", path, params={"limit": 100})).json()["items"]:
            if item["document_id"]:
                await ask(f"/documents/{item['document_id']}")
                await ask(f"/documents/{item['document_id']}/text")
                await ask(f"/documents/{item['document_id']}/why")
    return "\n".join(told)
