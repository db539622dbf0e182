"""People × items × every way to ask: each shows what the source would show, and after a narrowing nothing more."""

import pytest

from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN, Stage
from tests.support.accounts import Person
from tests.support.told import everything_told

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Words that stand in one item each, and in no question.
SECRETS = ("zanzibarquartz", "obsidianferry", "tamarindvault")


def _readable(stage: Stage, person: Person) -> set[str]:
    return {entry.words for entry in stage.truth().values() if person.email in entry.readers}


async def _holds(place: Place, connection_id: str, conversations: dict[str, str]) -> None:
    for person in (place.ada, place.ben):
        keepers, conversation = [(place.ada, connection_id)], conversations.get(person.email)
        told = await everything_told(person, keepers, SECRETS, conversation=conversation)
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
