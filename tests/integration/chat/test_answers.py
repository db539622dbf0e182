"""Answers end to end: a real server, a real database, the real gateway to a scripted model."""

import threading
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.schema import CITATIONS
from backend.embedding.search.models import Hit
from backend.llm.prompts import NOT_FOUND_MARK
from backend.rag.disagreement import find_contradictions
from backend.rag.models import Contradiction
from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed, text_of
from tests.support.openai_server import Chat, OpenAIServer

LEAVE = "Every employee has thirty days of paid leave per year.\n\nThe notice period is three months for everyone."


@pytest.fixture
async def quoting(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as rig:
        await rig.add("leave", LEAVE, title="Leave policy")
        yield rig


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def generating(tmp_path: Path, model: OpenAIServer) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path, model) as rig:
        await rig.add("leave", LEAVE, title="Leave policy")
        yield rig


async def assert_verified(rig: ChatRig, message: dict, user: str = "ann") -> None:  # type: ignore[type-arg]
    assert message["citations"]
    for citation in message["citations"]:
        text = await rig.library.text(Caller.of(user), citation["document_id"], citation["version"])
        assert text.text[citation["start"] : citation["end"]] == citation["quote"]
        assert 0 <= citation["answer_start"] < citation["answer_end"] <= len(message["content"])


async def test_without_a_model_the_answer_quotes_and_cites(quoting: ChatRig) -> None:
    async with ChatClient(chat_app(quoting)) as client:
        conversation = await client.conversation()
        events = await client.ask(conversation, "How many days of paid leave does every employee have per year?")
    message = completed(events)
    assert [event.type for event in events][:3] == ["message.started", "retrieval.completed", "token"]
    assert message["mode"] == "extractive"
    assert message["model"] is None
    assert "thirty days" in message["content"]
    assert text_of(events) == message["content"]
    first = message["citations"][0]
    assert message["content"][first["answer_start"] : first["answer_end"]] == first["quote"]
    assert first["support"] == "matched"
    await assert_verified(quoting, message)


async def test_without_a_model_it_says_when_it_does_not_know(quoting: ChatRig) -> None:
    async with ChatClient(chat_app(quoting)) as client:
        events = await client.ask(await client.conversation(), "Which employee won the chess cup of Lisbon in 1987?")
    message = completed(events)
    assert message["abstained"] is True
    assert message["citations"] == []
    assert message["passages"], "the nearest passages are shown"
    assert "not in your library" in message["content"]


@pytest.mark.parametrize(
    ("question", "abstained"),
    [
        ("How many days of paid leave does every employee have per year?", False),
        ("Which employee won the chess cup of Lisbon in 1987?", True),
    ],
)
async def test_an_answer_from_half_a_search_says_so_now_and_later(
    quoting: ChatRig, question: str, abstained: bool
) -> None:
    quoting.shelf.degraded = ("semantic",)
    async with ChatClient(chat_app(quoting)) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, question))
        assert (message["degraded"], message["abstained"]) == (["semantic"], abstained)
        await quoting.restart()
        asked, answer = await client.messages(conversation)
        assert (asked["degraded"], answer["degraded"]) == ([], ["semantic"])
        replayed = await client.watch(answer["id"])
        assert [event.data["degraded"] for event in replayed if event.type == "retrieval.completed"] == [["semantic"]]
        quoting.shelf.degraded = ()
        async with client.stream("POST", f"/messages/{answer['id']}/regenerate") as events:
            assert completed([event async for event in events])["degraded"] == []


async def test_an_empty_library_says_what_to_do(quoting: ChatRig) -> None:
    async with ChatClient(chat_app(quoting), "ben") as client:
        message = completed(await client.ask(await client.conversation(), "What is the notice period?"))
    assert message["abstained"] is True
    assert "Add documents" in message["content"]


async def test_with_a_model_tokens_stream_and_sentences_are_cited(generating: ChatRig, model: OpenAIServer) -> None:
    model.script(Chat(("Every employee ", "has thirty days of ", "paid leave per year [1].", " Enjoy!")))
    async with ChatClient(chat_app(generating)) as client:
        events = await client.ask(await client.conversation(), "How many days of paid leave are there?")
    message = completed(events)
    assert message["content"] == "Every employee has thirty days of paid leave per year. Enjoy!"
    assert text_of(events) == message["content"]
    assert message["mode"] == "model"
    assert message["model"] == "scripted"
    assert message["citations"][0]["quote"] == "Every employee has thirty days of paid leave per year."
    assert [e.data["citation"] for e in events if e.type == "citation"] == message["citations"]
    await assert_verified(generating, message)


async def test_the_prompt_fences_passages_as_data(generating: ChatRig, model: OpenAIServer) -> None:
    async with ChatClient(chat_app(generating)) as client:
        await client.ask(await client.conversation(), "How many days of paid leave are there?")
    system, asked = model.requests[0].body["messages"]
    assert system["role"] == "system"
    assert "It is data" in system["content"]
    assert 'number="1" date="2025-03-01"' in asked["content"]
    assert asked["content"].endswith("Question: How many days of paid leave are there?")


async def test_a_model_that_finds_nothing_makes_an_abstention(generating: ChatRig, model: OpenAIServer) -> None:
    model.script(Chat(("NOT_", "IN_", "LIBRARY", ".")))
    async with ChatClient(chat_app(generating)) as client:
        events = await client.ask(await client.conversation(), "What is the paid leave of whales?")
    message = completed(events)
    assert message["abstained"] is True
    assert NOT_FOUND_MARK not in text_of(events)
    assert text_of(events) == message["content"]
    assert message["citations"] == []


async def test_newer_sources_are_preferred_and_older_ones_shown(quoting: ChatRig) -> None:
    await quoting.add(
        "travel-old",
        "The daily travel allowance for meals is 40 euros in every country.",
        title="Travel policy 2022",
        modified_at=datetime(2022, 1, 10, tzinfo=UTC),
    )
    await quoting.add(
        "travel-new",
        "The daily travel allowance for meals is 55 euros in every country.",
        title="Travel policy 2024",
        modified_at=datetime(2024, 5, 2, tzinfo=UTC),
    )
    async with ChatClient(chat_app(quoting)) as client:
        message = completed(
            await client.ask(await client.conversation(), "How high is the daily travel allowance for meals?")
        )
    assert "55 euros" in message["content"]
    assert "40 euros" not in message["content"]
    [disagreement] = message["disagreements"]
    assert disagreement["kind"] == "superseded"
    assert disagreement["older_document_id"] == "travel-old"
    assert disagreement["older_date"].startswith("2022-01-10")
    assert disagreement["newer_date"].startswith("2024-05-02")
    old = next(passage for passage in message["passages"] if passage["document_id"] == "travel-old")
    assert old["superseded_by"] == "travel-new"


async def test_passages_are_compared_beside_the_event_loop(quoting: ChatRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a passage that takes long to be compared keeps nobody else waiting."""
    threads: list[threading.Thread] = []

    def compare(hits: Sequence[Hit], question: str) -> tuple[Contradiction, ...]:
        threads.append(threading.current_thread())
        return find_contradictions(hits, question)

    monkeypatch.setattr("backend.rag.looking_up.find_contradictions", compare)
    async with ChatClient(chat_app(quoting)) as client:
        completed(await client.ask(await client.conversation(), "How many days of paid leave per year?"))
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


async def test_a_follow_up_carries_its_subject(quoting: ChatRig) -> None:
    await quoting.add("fr", "Parental leave in France lasts sixteen weeks.", title="France")
    await quoting.add("de", "Parental leave in Germany lasts three years.", title="Germany")
    async with ChatClient(chat_app(quoting)) as client:
        conversation = await client.conversation()
        await client.ask(conversation, "How long is parental leave in Germany?")
        events = await client.ask(conversation, "And in France?")
    assert quoting.shelf.queries[-1] == "How long is parental leave in France?"
    assert "sixteen weeks" in completed(events)["content"]


async def test_a_follow_up_is_rewritten_by_the_model(generating: ChatRig, model: OpenAIServer) -> None:
    async with ChatClient(chat_app(generating)) as client:
        conversation = await client.conversation()
        model.script(Chat(("Every employee has thirty days of paid leave per year.",)))
        await client.ask(conversation, "How many days of paid leave are there?")
        model.script(Chat(("What is the notice period for employees?",)), Chat(("Three months.",)))
        events = await client.ask(conversation, "And their notice period?")
    assert generating.shelf.queries[-1] == "What is the notice period for employees?"
    assert events[1].data["query"] == "What is the notice period for employees?"
    sent = model.requests[-1].body["messages"]
    assert [turn["role"] for turn in sent] == ["system", "user", "assistant", "user"]
    assert sent[-1]["content"].endswith("Question: And their notice period?")


async def test_filters_restrict_the_answer(quoting: ChatRig) -> None:
    await quoting.add("mail", "Every employee has forty days of paid leave, says Bob.", source="gmail")
    async with ChatClient(chat_app(quoting)) as client:
        events = await client.ask(
            await client.conversation(), "How many days of paid leave?", filters={"sources": ["gmail"]}
        )
    assert {hit["source"] for hit in events[1].data["hits"]} == {"gmail"}


async def test_a_citation_that_does_not_verify_is_dropped(quoting: ChatRig) -> None:
    access, hit = quoting.shelf.hits[0]
    from dataclasses import replace

    quoting.shelf.hits[0] = (access, replace(hit, start=hit.start + 1, end=hit.end + 1))
    async with ChatClient(chat_app(quoting)) as client:
        message = completed(await client.ask(await client.conversation(), "How many days of paid leave per year?"))
    assert "thirty days" in message["content"]
    assert all("thirty days" not in citation["quote"] for citation in message["citations"])


async def test_citations_outlive_their_document_but_passages_do_not(quoting: ChatRig) -> None:
    ann = Caller.of("ann")
    async with ChatClient(chat_app(quoting)) as client:
        conversation = await client.conversation()
        message = completed(await client.ask(conversation, "How many days of paid leave per year?"))
        await quoting.library.delete(ann, "leave")
        [_, answer] = await client.messages(conversation)
        assert answer["citations"] == message["citations"]
        assert answer["passages"] == []
        first = answer["citations"][0]
        kept = await quoting.library.text(ann, "leave", 1)
        assert kept.text[first["start"] : first["end"]] == first["quote"]
        assert (await client.http.delete(f"/conversations/{conversation}")).status_code == 204
        assert await quoting.database.collection(CITATIONS).count({}) == 0
