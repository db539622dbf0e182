"""What is said without a document, and what is offered to ask."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from backend.access import Caller
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.documents.restriction import Restriction
from backend.rag.intent import Intent, Wish
from backend.rag.replies import Reply, reply_to

ANN = Caller.of("ann")
LANGUAGES = ("en", "de", "fr", "es")


class Shelf:
    def __init__(self, *titles: str) -> None:
        self._titles = titles

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> Mapping[str, int]:
        return {"indexed": len(self._titles)}

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[Sequence[DocumentRow], str | None]:
        rows = [dict[str, Any](id=title.lower(), title=title) for title in self._titles[:limit]]
        return [cast(DocumentRow, row) for row in rows], None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", [Intent.greeting, Intent.help, Intent.product])
async def test_three_questions_about_the_callers_documents_are_offered(intent: Intent, language: str) -> None:
    shelf = Shelf("Rota", "Winter\nrules", "Lease", "Fourth")
    reply = await reply_to(Wish(intent, language), ANN, shelf, model=None)
    said = reply.text
    assert [offer.document_id for offer in reply.suggestions] == ["rota", "winter\nrules", "lease"]
    # The page shows them as buttons in place of the list.
    assert said.endswith("\n".join(f"- {offer.text}" for offer in reply.suggestions))
    assert [title in said for title in ("Rota", "Winter rules", "Lease", "Fourth")] == [True, True, True, False]
    assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_empty_library_offers_none(language: str) -> None:
    said = (await reply_to(Wish(Intent.greeting, language), ANN, Shelf(), model=None)).text
    assert "- " not in said


async def test_thanks_are_taken_briefly() -> None:
    assert await reply_to(Wish(Intent.thanks, "de"), ANN, Shelf("Rota"), model=None) == Reply(
        "Gern geschehen. Fragen Sie, wann immer noch etwas ist."
    )


async def test_it_says_truthfully_who_answers() -> None:
    by_quotes = (await reply_to(Wish(Intent.product), ANN, Shelf(), model=None)).text
    by_model = (await reply_to(Wish(Intent.product), ANN, Shelf(), model="fjord-1")).text
    assert "nothing is sent anywhere" in by_quotes
    assert "fjord-1" in by_model
    assert "nothing is sent anywhere" not in by_model


async def test_a_hostile_title_is_no_markup() -> None:
    reply = await reply_to(Wish(Intent.greeting), ANN, Shelf("![x](http://evil.example/p.png)"), model=None)
    assert "http" not in reply.text
    assert reply.suggestions == ()
