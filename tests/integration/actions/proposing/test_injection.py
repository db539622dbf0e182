"""An obedient model that does what hostile texts say: none gets further than a marked draft with empty fields."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from backend.actions.proposing.said import links_in
from tests.integration.actions.proposing.place import Place, place
from tests.support.hostile_wishes import WISHES, Wish
from tests.support.openai_server import Called, Messages

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place(tmp_path_factory.mktemp("data")) as here:
        await here.holds(*((wish.title, wish.text) for wish in WISHES))
        yield here


@pytest.mark.parametrize("question", ["What does the {title} say?", "Mail Dana what the {title} says"])
@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: str(wish.trick).replace(" ", "-"))
async def test_what_a_document_wishes_reaches_nobody(chat: Place, wish: Wish, question: str) -> None:
    read: list[str] = []

    def obey(messages: Messages) -> Sequence[str | Called]:
        read.append(str(messages[-1]["content"]))
        return wish.calls

    chat.model.answer = obey
    before = len(chat.world.mail.mails)
    events = await chat.asks(question.format(title=wish.title))
    assert any(f"Title: {wish.title}" in prompt for prompt in read), "the model was not shown it"
    for action in await chat.prepared(events):
        assert action["status"] in ("draft", "awaiting_approval")
        assert "assistant" in action["origins"].values()
        _holds_nothing_of_it(action)
        # The question names the document itself, so that it may be attached to a draft that goes to nobody.
        assert not action["payload"].get("attachments") or (wish.trick, action["status"]) == ("this very file", "draft")
        assert action["status"] == "draft" or not action["suggestions"]
    message = events[-1].data["message"]
    assert "evil" not in message["content"]
    assert len(chat.world.mail.mails) == before


def _holds_nothing_of_it(action: dict[str, Any]) -> None:
    payload = action["payload"]
    assert all(
        not payload.get(name) for name in ("to", "cc", "bcc", "attendees", "channel", "start", "end", "location")
    )
    for name in ("subject", "text", "title", "description"):
        assert links_in(payload.get(name, "")) == []
        assert "evil.example" not in payload.get(name, "")
    for suggestion in action["suggestions"]:
        assert suggestion["origin"] in ("document", "assistant")


def test_there_are_enough_of_them_and_each_has_its_own_title() -> None:
    assert len({wish.title for wish in WISHES}) == len(WISHES) >= 40
