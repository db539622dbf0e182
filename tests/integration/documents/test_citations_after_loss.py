"""The words that one's own answers cite, once their document is gone or closed: by setting and by who held it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from backend.access import Caller, Holder
from backend.conversation.closed import without_closed
from backend.conversation.events import Citation
from backend.conversation.models import Message
from backend.documents.citations import CitedStretch
from backend.documents.incoming import TextItem
from backend.documents.sharing import Change
from backend.errors import NotFound
from backend.settings import CitationSettings, Settings
from tests.support.library import Library, open_library

type Way = Literal["deleted", "closed"]

SLACK = Holder.connection("c1")
OPEN = TextItem("1", "Boats", "Boats float on water.", access=frozenset({"group:legal"}))


async def lose(library: Library, ada: Caller, holder: Holder, document_id: str, way: Way) -> None:
    if way == "deleted":
        await library.service.unscoped_delete([document_id])
    elif holder.kind == "user":
        await library.service.change(ada, document_id, Change(access=frozenset()))
    else:
        await library.service.set_access(holder, {"1": frozenset()})


async def closed_to(library: Library, caller: Caller, document_id: str) -> set[str]:
    return (await library.service.reread(caller, (), [document_id])).closed


@pytest.mark.parametrize("way", ["deleted", "closed"])
@pytest.mark.parametrize(
    ("setting", "kept"),
    [("auto", {"user"}), ("keep", {"user", "connection"}), ("hide", set())],
)
async def test_cited_words_after_a_loss(
    tmp_path: Path, ada: Caller, ben: Caller, setting: Literal["auto", "keep", "hide"], kept: set[str], way: Way
) -> None:
    settings = Settings(data_dir=tmp_path, citations=CitationSettings(after_loss=setting), _env_file=None)
    async with open_library(tmp_path, settings=settings) as library:
        for holder in (Holder.person("ada"), SLACK):
            [stored] = await library.service.store_texts(holder, [OPEN], source="notes")
            await library.settled(ben)
            await library.service.unscoped_retain_citations(
                [CitedStretch(stored.id, 1, 0, 5, "Boats")], user_id="ben", message_id=f"m{holder.kind}"
            )
            assert await closed_to(library, ben, stored.id) == set()
            await lose(library, ada, holder, stored.id, way)
            if holder.kind in kept:
                assert (await library.service.text(ben, stored.id, 1)).text == "Boats"
                assert await closed_to(library, ben, stored.id) == set()
            else:
                with pytest.raises(NotFound) as raised:
                    await library.service.text(ben, stored.id, 1)
                assert raised.value.code == "source_closed"
                assert await closed_to(library, ben, stored.id) == {stored.id}
            with pytest.raises(NotFound) as raised:  # nobody is told that somebody else cited it
                await library.service.text(Caller.of("eve"), stored.id, 1)
            assert raised.value.code == "not_found"


def test_an_old_answer_shows_that_its_source_is_closed_and_none_of_its_words() -> None:
    content = "Boats float.\n\nCats sleep."
    citations = [
        Citation(
            index=number,
            document_id=document_id,
            version=1,
            start=0,
            end=len(quote),
            quote=quote,
            title=f"Title {number}",
            source="slack",
            support="matched",
            answer_start=content.index(quote),
            answer_end=content.index(quote) + len(quote),
        )
        for number, (document_id, quote) in enumerate([("boats", "Boats float."), ("cats", "Cats sleep.")], 1)
    ]
    message = Message(
        id="m",
        conversation_id="c",
        owner_id="ben",
        order="1",
        role="assistant",
        content=content,
        citations=citations,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert without_closed(message, set()) is message
    shown = without_closed(message, {"boats"})
    assert (shown.citations[0].closed, shown.citations[0].quote, shown.citations[0].title) == (True, "", "")
    assert "Boats" not in shown.model_dump_json()
    other = shown.citations[1]
    assert shown.content[other.answer_start : other.answer_end] == other.quote == "Cats sleep."
    assert len(shown.content) == len(content)
