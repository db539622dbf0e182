"""Models that refuse what others take, or think aloud: asked again in another way, and the reader sees an answer.

What is learnt of a model is kept, so each test has a server of its own that does not know it yet.
"""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cases.model_place import (
    ANSWER,
    THOUGHT,
    Place,
    answer_of,
    asked,
    events,
    place_in,
    stream,
)
from tests.support.openai_server import Chat, Status

WORDS = ("Guests ", "moor at ", "berth 27.", " [1]")
VANS = {
    f"van{number}": f"Note {number} about guests. "
    + "Guests who moor for a week at the yard ask the porter, who shows them where. " * 12
    for number in range(8)
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with place_in(tmp_path / "data") as here:
        here.model.answer = lambda _: WORDS
        yield here


@pytest.mark.parametrize(
    "pieces",
    [
        (THOUGHT[:33], f"{THOUGHT[33:]}\n", "</think>", "\n\n", *WORDS),
        ("嗯，用户想知道", "客人在哪里停船。", "◁/th", "ink▷\n", *WORDS),
    ],
    ids=["a tag", "another model's mark, in Chinese and in two pieces"],
)
async def test_thoughts_of_which_only_the_end_is_marked_are_no_part_of_the_answer(
    place: Place, pieces: tuple[str, ...]
) -> None:
    place.model.script(Chat(pieces))
    async with place.guest("guest") as client:
        seen = await asked(client)
    assert answer_of(seen) == ANSWER


def _in_details(body: dict[str, Any]) -> Status | None:
    told = {
        "type": "extra_forbidden",
        "loc": ["body", "stream_options"],
        "msg": "Extra inputs are not permitted",
        "input": body.get("stream_options"),
    }
    return Status(422, body={"object": "error", "detail": [told]}) if "stream_options" in body else None


def _in_words(body: dict[str, Any]) -> Status | None:
    return Status(400, body='json: unknown field "stream_options"\n') if "stream_options" in body else None


@pytest.mark.parametrize("refuses", [_in_details, _in_words], ids=["in details of the body", "in plain words"])
async def test_a_server_that_refuses_a_field_of_the_request_is_asked_without_it(
    place: Place, refuses: Callable[[dict[str, Any]], Status | None]
) -> None:
    place.model.refuses = refuses
    async with place.guest("guest") as client:
        assert answer_of(await asked(client)) == ANSWER
        sent = len(place.model.requests)
        assert answer_of(await asked(client)) == ANSWER
    assert len(place.model.requests) == sent + 1, "it is not asked in vain again"


async def test_a_prompt_that_a_model_finds_too_long_is_shortened(place: Place) -> None:
    words = "This model's maximum context length is 2048 tokens. However, your request has 3100 input tokens."

    def refuses(body: dict[str, Any]) -> Status | None:
        is_long = len(json.dumps(body["messages"])) > 6000
        return (
            Status(400, body={"error": {"message": words, "type": "BadRequestError", "code": 400}}) if is_long else None
        )

    place.model.refuses = refuses
    async with place.guest("guest", **VANS) as client:
        assert answer_of(await asked(client)) == ANSWER
    assert len(place.model.requests) == 2


async def test_a_prompt_of_which_it_is_said_within_the_stream_that_it_is_too_long_is_shortened(place: Place) -> None:
    told = {
        "code": 400,
        "type": "exceed_context_size_error",
        "message": "request (3100 tokens) exceeds the available context size (2048 tokens), try increasing it",
        "n_prompt_tokens": 3100,
        "n_ctx": 2048,
    }
    place.model.script(stream(events(json.dumps({"error": told}))))
    async with place.guest("guest", **VANS) as client:
        assert answer_of(await asked(client)) == ANSWER
    first, second = (len(json.dumps(request.body["messages"])) for request in place.model.requests)
    assert second < first
