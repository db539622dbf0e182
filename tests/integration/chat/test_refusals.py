"""A refusal carries its closest sentences, its reason and its reach: in the stream, stored, and for its asker alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

BACKUPS = "Backups lie in another country. A chess cup is kept in the archive for ever. The porter has its key."
QUESTION = "Who won the chess cup of Lisbon in 1987?"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as made:
        yield made


async def asked(rig: ChatRig, question: str = QUESTION, *, user: str = "ann") -> dict[str, Any]:
    """What was answered, which is the same when it is read again by a new process."""
    async with ChatClient(chat_app(rig), user) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, question))
        await rig.restart()
        assert (await client.messages(conversation))[1] == message
    return message


async def test_each_passage_of_a_refusal_has_its_closest_sentence(rig: ChatRig) -> None:
    text = f"An introduction.\n\n{BACKUPS}"
    await rig.add("archive", text, title="Archive")
    message = await asked(rig)
    assert (message["abstained"], message["refusal"]) == (True, {"reason": "not_found", "names": [], "hint": None})
    [passage] = [passage for passage in message["passages"] if passage["text"] == BACKUPS]
    closest = passage["closest"]
    assert closest["text"] == text[closest["start"] : closest["end"]] == "A chess cup is kept in the archive for ever."


async def test_an_answer_has_no_closest_sentence_and_counts_nothing(
    rig: ChatRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.add("leave", "Every employee has thirty days of paid leave per year.", title="Leave policy")

    async def never(*_: Any) -> Any:
        raise AssertionError("an answer asks for no counts")

    monkeypatch.setattr(rig.library, "count_by_status_and_connection", never)
    message = await asked(rig, "How many days of paid leave does every employee have?")
    assert message["outcome"] == "answer"
    assert (message["refusal"], message["coverage"]) == (None, None)
    assert [passage["closest"] for passage in message["passages"]] == [None]


async def test_documents_of_others_are_neither_counted_nor_shown(rig: ChatRig) -> None:
    await rig.add("archive", BACKUPS, title="Archive")
    await rig.add("secret", "Ben won the chess cup of Lisbon in 1987.", title="Cup", owner="ben")
    for number, status in enumerate(("queued", "processing", "failed")):
        await rig.add(f"b{number}", "", owner="ben", status=status)
    message = await asked(rig)
    assert message["coverage"] == {"indexed": 1, "reading": 0, "failed": 0, "late": []}
    assert {passage["document_id"] for passage in message["passages"]} == {"archive"}
    nothing = await asked(rig, user="eve")
    assert nothing["refusal"]["reason"] == "nothing_indexed"
    assert nothing["coverage"] == {"indexed": 0, "reading": 0, "failed": 0, "late": []}


@pytest.mark.parametrize(
    ("question", "statuses", "reason"),
    [
        (QUESTION, ("indexed", "queued"), "still_reading"),
        (QUESTION, ("indexed", "failed"), "not_found"),
        ("What does TK-3139 cost?", ("indexed", "queued"), "name_unknown"),
    ],
)
async def test_while_something_is_unread_the_library_is_not_said_to_lack_it(
    rig: ChatRig, question: str, statuses: tuple[str, ...], reason: str
) -> None:
    await rig.add("archive", f"{BACKUPS}\n\nTK-3130 costs ninety euros.", title="Archive")
    for number, status in enumerate(statuses[1:]):
        await rig.add(f"d{number}", "", status=status)
    message = await asked(rig, question)
    assert message["refusal"]["reason"] == reason
    assert message["refusal"]["names"] == (["TK-3139"] if reason == "name_unknown" else [])
    assert "so far" in message["content"]
    assert "your library" not in message["content"]
