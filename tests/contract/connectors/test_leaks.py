"""People × items × every way to ask: each shows what the source would show, and after a narrowing nothing more."""

from typing import Any

import pytest

from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN, Stage
from tests.support.accounts import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Words that stand in one item each, and in no question.
SECRETS = ("zanzibarquartz", "obsidianferry", "tamarindvault")


async def _told(place: Place, person: Person, connection_id: str, conversation: str | None) -> str:
    """Everything that a person can get to see of a connection, as one text."""
    told: list[str] = []

    async def ask(path: str, **params: Any) -> None:
        answer = await person.call("GET", path, params=params)
        told.append(answer.text if answer.is_success else "")

    for secret in SECRETS:
        await ask("/search", q=secret)
        await ask("/search", q=f"what is {secret[:6]}", connection=connection_id)
        await ask("/documents", q=secret)
    await ask("/documents", connection=connection_id)
    await ask("/documents/sources")
    await ask("/documents/paths", connection=connection_id)
    await ask("/conversations")
    if conversation is not None:
        await ask(f"/conversations/{conversation}")
    items = (await place.ada.call("GET", f"/connections/{connection_id}/items", params={"limit": 100})).json()["items"]
    for item in items:
        if item["document_id"]:
            await ask(f"/documents/{item['document_id']}")
            await ask(f"/documents/{item['document_id']}/text")
            await ask(f"/documents/{item['document_id']}/why")
    return "\n".join(told)


def _readable(stage: Stage, person: Person) -> set[str]:
    return {entry.words for entry in stage.truth().values() if person.email in entry.readers}


async def _holds(place: Place, connection_id: str, conversations: dict[str, str]) -> None:
    for person in (place.ada, place.ben):
        told = await _told(place, person, connection_id, conversations.get(person.email))
        readable = _readable(place.stage, person)
        for secret in SECRETS:
            may = any(secret in words for words in readable)
            # One's own question is in one's own conversation; only the source's sentence around it tells anything.
            assert (f"rests under {secret}" in told) == may, (person.email, secret, told[:2000])


async def test_each_person_is_told_what_the_source_would_show_them_and_nothing_more(place: Place) -> None:
    stage = place.stage
    both = "share" in stage.can
    stage.add(f"The first key rests under {SECRETS[0]}.", ADA)
    second = stage.add(f"The second key rests under {SECRETS[1]}.", ADA, *([BEN] if both else []))
    stage.add(f"The third key rests under {SECRETS[2]}.", *([BEN] if both else [ADA]))
    made = await place.connected()
    await place.equals_its_source(made)
    conversations: dict[str, str] = {}
    for person in (place.ada, place.ben):
        opened = (await person.call("POST", "/conversations", json={})).json()["id"]
        conversations[person.email] = opened
        for secret in SECRETS:
            question = {"content": f"Which key is with {secret}?"}
            assert (await person.call("POST", f"/conversations/{opened}/messages", json=question)).is_success
    await _holds(place, made, conversations)
    if both:
        stage.share(second, ADA)
        await place.synced(made)
        await _holds(place, made, conversations)
