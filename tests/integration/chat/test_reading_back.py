"""Opening a long conversation reads slices of documents, not documents, and only of what one may still see."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.conversation.events import Citation
from backend.conversation.models import Conversation, Message, StoredPassage
from backend.conversation.storage import ConversationRepository, MessageRepository
from backend.db.sqlite_collection import SqliteCollection
from backend.documents.citations import CitedStretch
from backend.documents.schema import DOCUMENTS, VERSIONS
from backend.documents.texts import PART_CHARS, NewText, Place
from tests.support.chat import MARCH, ChatRig, chat_rig

ANN, BEN = Caller.of("ann"), Caller.of("ben")
ANSWERS = 25
CITED = 4
CHARS = 200_000
WORD = "wörd😀 "


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as rig:
        yield rig


def text_of(number: int) -> str:
    """A long text in which every place reads differently."""
    return "".join(f"{number}:{at} {WORD}" for at in range(CHARS // 14))


async def long_conversation(rig: ChatRig) -> dict[str, str]:
    """25 answers that cite four passages each, every one of another long document; gives the texts by document."""
    texts = {f"d{number}": text_of(number) for number in range(ANSWERS * CITED)}
    await rig.documents.unscoped_insert([_head(document_id) for document_id in texts])
    await rig.versions.unscoped_put([NewText(f"{id_}.1", id_, text, MARCH, version=1) for id_, text in texts.items()])
    at = datetime.now(UTC)
    conversation = Conversation(id="c", owner_id="ann", created_at=at, updated_at=at)
    await ConversationRepository(rig.database).add(conversation)
    messages = []
    for number in range(ANSWERS):
        ids = [f"d{number * CITED + part}" for part in range(CITED)]
        messages.append(_message(f"q{number:02}", "user"))
        answer = _message(f"r{number:02}", "assistant", [_passage(id_, at) for at, id_ in enumerate(ids)])
        answer.citations = [_citation(passage, texts) for passage in answer.passages]
        messages.append(answer)
        await rig.library.unscoped_retain_citations(
            [CitedStretch(c.document_id, c.version, c.start, c.end, c.quote) for c in answer.citations],
            user_id="ann",
            message_id=answer.id,
            conversation_id="c",
        )
    await MessageRepository(rig.database).add(messages)
    return texts


def _head(document_id: str) -> dict[str, Any]:
    return {
        "_id": document_id,
        "key": document_id,
        "owner_id": "ann",
        "holder": "user:ann",
        "external_id": document_id,
        "title": document_id,
        "url": None,
        "source": "files",
        "kind": "text",
        "content_hash": document_id,
        "status": "indexed",
        "version": 1,
        "access": ["user:ann"],
        "created_at": MARCH,
        "modified_at": MARCH,
    }


def _message(id_: str, role: Any, passages: list[StoredPassage] | None = None) -> Message:
    order = f"{id_[1:]}{0 if role == 'user' else 1}"
    return Message(
        id=id_,
        conversation_id="c",
        owner_id="ann",
        order=order,
        role=role,
        content=id_,
        created_at=datetime.now(UTC),
        passages=passages or [],
    )


def _passage(document_id: str, at: int) -> StoredPassage:
    """The first lies over the border of two parts, the others anywhere."""
    start = PART_CHARS - 100 if at == 0 else at * 40_000 + 17
    return StoredPassage(
        document_id=document_id,
        version=1,
        start=start,
        end=start + 800,
        title=document_id,
        source="files",
        kind="text",
        score=1,
    )


def _citation(passage: StoredPassage, texts: dict[str, str]) -> Citation:
    """The first words of a passage."""
    start, end = passage.start, passage.start + 50
    return Citation(
        index=1,
        document_id=passage.document_id,
        version=1,
        start=start,
        end=end,
        quote=texts[passage.document_id][start:end],
        title=passage.title,
        source="files",
        support="matched",
    )


@contextmanager
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Counts the reads of the database (`find_one` is a `find`), and the characters of text that they brought."""
    seen: list[int] = []
    find, stream = SqliteCollection.find, SqliteCollection.stream

    def chars(records: list[Any]) -> int:
        return sum(len(str(record.get("text", ""))) for record in records if record)

    async def counted_find(self: SqliteCollection, *args: Any, **kwargs: Any) -> Any:
        found = await find(self, *args, **kwargs)
        seen.append(chars(found))
        return found

    def counted_stream(self: SqliteCollection, *args: Any, **kwargs: Any) -> Any:
        seen.append(CHARS)
        return stream(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteCollection, "find", counted_find)
        patched.setattr(SqliteCollection, "stream", counted_stream)
        yield seen


async def test_opening_a_long_conversation_takes_five_reads_and_a_fraction_of_its_texts(
    rig: ChatRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = await long_conversation(rig)
    with reads(monkeypatch) as seen:
        _, views, _ = await rig.chat.conversations.opened(ANN, "c", limit=50)
    assert len(seen) <= 5
    assert sum(seen) <= ANSWERS * CITED * 2 * PART_CHARS
    shown = [passage for view in views for passage in view.passages]
    assert len(shown) == ANSWERS * CITED
    for passage in shown:
        assert passage.text == texts[passage.document_id][passage.start : passage.end]
    citations = [citation for view in views for citation in view.citations]
    assert len(citations) == ANSWERS * CITED
    for citation in citations:
        assert citation.quote == texts[citation.document_id][citation.start : citation.end]


@pytest.mark.parametrize(("lost", "at_most"), [("closed", 5), ("gone", 6)])
async def test_sources_that_are_lost_cost_a_long_conversation_no_read_each(
    rig: ChatRig, monkeypatch: pytest.MonkeyPatch, lost: str, at_most: int
) -> None:
    await long_conversation(rig)
    ids = [f"d{number}" for number in range(0, ANSWERS * CITED, 2)]
    if lost == "gone":
        await rig.library.unscoped_delete(ids)
    else:  # by a source that people connected, so its words go with the access
        await rig.database.collection(DOCUMENTS).bulk_update(
            [(id_, {"$set": {"access": [], "holder": "connection:c1"}}) for id_ in ids]
        )
    with reads(monkeypatch) as seen:
        _, views, _ = await rig.chat.conversations.opened(ANN, "c", limit=50)
    assert len(seen) <= at_most
    citations = [citation for view in views for citation in view.citations]
    assert {citation.document_id for citation in citations if citation.closed} == (
        set(ids) if lost == "closed" else set()
    )
    assert {passage.document_id for view in views for passage in view.passages}.isdisjoint(ids)


async def test_slices_are_the_words_of_whole_texts_however_they_are_stored(
    rig: ChatRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(7)
    await rig.versions.unscoped_put([NewText("new.1", "new", text, MARCH, version=1)])
    # As earlier releases stored it: in one record, or in parts of a million characters whose size was not said.
    monkeypatch.setattr("backend.documents.texts.PART_CHARS", 1_000_000)
    await rig.versions.unscoped_put([NewText("inline.1", "inline", text, MARCH, version=1)])
    long = text * 6
    await rig.versions.unscoped_put([NewText("former.1", "former", long, MARCH, version=1)])
    await rig.database.collection(VERSIONS).update_one({"_id": "former.1"}, {"$unset": {"part_chars": ""}})
    spans = [(0, 5), (PART_CHARS - 3, PART_CHARS + 3), (2 * PART_CHARS, 3 * PART_CHARS), (len(text) - 4, len(text) + 9)]
    places = [Place(id_, 1, start, end) for id_ in ("new", "inline", "former") for start, end in spans]
    places += [Place("former", 1, 999_990, 1_000_010), Place("new", 2, 0, 5), Place("none", 1, 0, 5)]
    found = await rig.versions.unscoped_slices(places)
    for place in places[:-2]:
        whole = long if place.document_id == "former" else text
        assert found[place] == whole[place.start : place.end], place
    assert set(found) == set(places[:-2])
    for document_id, whole in (("new", text), ("inline", text), ("former", long)):
        stored = await rig.versions.unscoped_version(document_id, 1)
        assert stored is not None
        assert stored.text == whole


async def slices(rig: ChatRig, caller: Caller, places: list[Place]) -> dict[Place, str]:
    return (await rig.library.reread(caller, places, ())).texts


async def test_slices_follow_the_access_of_their_documents(rig: ChatRig) -> None:
    await rig.add("mine", "Ann's own words.")
    await rig.add("theirs", "Ben's own words.", owner="ben")
    mine, theirs = Place("mine", 1, 0, 3), Place("theirs", 1, 0, 3)
    assert await slices(rig, ANN, [mine, theirs]) == {mine: "Ann"}
    assert await slices(rig, BEN, [mine, theirs]) == {theirs: "Ben"}
    await rig.library.unscoped_delete(["mine"])
    assert await slices(rig, ANN, [mine, theirs]) == {}


async def test_only_the_present_words_of_a_document_that_speaks_are_read(rig: ChatRig) -> None:
    await rig.add("mine", "Ann's own words.")
    place, former = Place("mine", 1, 0, 3), Place("mine", 0, 0, 3)
    await rig.versions.unscoped_put([NewText("mine.0", "mine", "Old words.", MARCH, version=0)])
    assert await slices(rig, ANN, [place, former]) == {place: "Ann"}
    await rig.database.collection(DOCUMENTS).update_one({"_id": "mine"}, {"$set": {"silent": True}})
    assert await slices(rig, ANN, [place, former]) == {}
