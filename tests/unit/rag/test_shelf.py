"""Questions about the library itself."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from backend.access import Caller
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.documents.restriction import Restriction
from backend.rag.intent import wish_of
from backend.rag.shelf import about, asks_what_is_there, called_so, what_is_there
from tests.support.hits import hit
from tests.support.whole_documents import PAPERS, Paper, SmallLibrary

ANN = Caller.of("ann")


class Shelf:
    def __init__(self, titles: Sequence[str], **further: int) -> None:
        self._titles = titles
        self._counts = {"indexed": len(titles), **further}

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> Mapping[str, int]:
        return self._counts

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[Sequence[DocumentRow], str | None]:
        return [
            cast(DocumentRow, dict[str, Any](id=f"{at:032x}", title=title))
            for at, title in enumerate(self._titles[:limit])
        ], None


@pytest.mark.parametrize(
    "question",
    [
        "What documents do I have?",
        "which files are in my library",
        "List all my documents.",
        "What's in my library?",
        "How many documents are there?",
        "Welche Dokumente habe ich?",
        "What files can you see?",
    ],
)
def test_a_question_about_the_library_is_one(question: str) -> None:
    assert asks_what_is_there(question)


@pytest.mark.parametrize(
    "question",
    [
        "What documents do I need for a visa?",
        "Which documents are kept on board?",
        "What documents are there about Mars?",
        "What is in",
        "List my documents that mention Mars",
        "",
        "What documents " * 5_000,
    ],
)
def test_a_question_about_what_they_say_is_none(question: str) -> None:
    assert not asks_what_is_there(question)


async def test_titles_are_named_with_their_count() -> None:
    said = await what_is_there(ANN, Shelf(["Harbour rules", "Winter\nrota"], queued=1))
    links = f"- [Harbour rules](/documents/{0:032x})\n- [Winter rota](/documents/{1:032x})"
    assert said == f"You have 2 documents.\n\n{links}\n\n1 more is still being read."


async def test_a_title_with_marks_stays_one_link() -> None:
    said = await what_is_there(ANN, Shelf(["a] (b) [c `d` <i>"]))
    assert said.endswith(rf"- [a\] \(b\) \[c \`d\` \<i\>](/documents/{0:032x})")


async def test_of_many_the_newest_are_named() -> None:
    said = await what_is_there(ANN, Shelf([f"T{number}" for number in range(300)]))
    assert said.startswith("You have 300 documents. The newest 20 are:\n\n- [T0](")
    assert said.count("\n- ") == 20


async def test_an_empty_library_says_so() -> None:
    assert "no document" in await what_is_there(ANN, Shelf([]))
    assert await what_is_there(ANN, Shelf([], processing=2)) == "2 more are still being read."


async def test_a_title_loads_no_picture() -> None:
    assert "http" not in await what_is_there(ANN, Shelf(["![x](http://evil.example/p.png)"]))


TITLES = ["Postmortem: crane stops", "Postmortem of the flood", "Rota", "Postmortal notes", "Insurance policy 2025"]


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("postmortems", ["Postmortem: crane stops", "Postmortem of the flood"]),
        ("Postmortem", ["Postmortem: crane stops", "Postmortem of the flood"]),
        ("rotas", None),
        ("crane stops", None),
        ("mortems", None),
    ],
)
async def test_documents_of_a_kind_are_those_called_so_if_there_are_several(
    kind: str, titles: list[str] | None
) -> None:
    said = await called_so(ANN, Shelf(TITLES), kind)
    assert (said and said.splitlines()[2:]) == (
        titles and [f"- [{title}](/documents/{TITLES.index(title):032x})" for title in titles]
    )


def test_what_is_about_something_is_named_once_each() -> None:
    hits = [hit("One.", title="Rota"), hit("Two.", title="Rota"), hit("Three.", document_id="d2", title="Lease")]
    assert about(hits, "Dana").startswith("2 documents have something about “Dana”:\n\n- [Rota](/documents/")
    assert about(hits[:1], "Dana").startswith("1 document has something")


@pytest.mark.parametrize(
    ("kind", "language", "titles"),
    [
        ("invoices", "en", ["Invoice 2041 Brandt", "Invoice 2052 Kessel"]),
        ("invoice files", "en", ["Invoice 2041 Brandt", "Invoice 2052 Kessel"]),
        ("minutes", "en", ["Minutes of the allotment committee, 12 May", "Minutes of the allotment committee, 9 June"]),
        ("runbooks", "en", None),
        ("tables", "en", None),
        ("Verträge", "de", ["Mietvertrag Lindenstraße 4", "Kaufvertrag Traktor"]),
        ("tractors", "en", None),
        ("dumplings", "en", None),
    ],
)
async def test_documents_of_a_kind_are_known_by_all_their_names(
    kind: str, language: str, titles: list[str] | None
) -> None:
    library = SmallLibrary((*PAPERS, Paper("kauf.txt", "Kaufvertrag Traktor", "Der Traktor kostet 4.000 Euro.")))
    said = await called_so(ANN, library, kind, language=language)
    assert (said is None) is (titles is None)
    for title in titles or ():
        assert f"[{title}](" in (said or "")
    assert said is None or said.count("\n- ") == len(titles or ())


@pytest.mark.parametrize(
    ("message", "called"),
    [
        ("all invoices", "invoices"),
        ("do we have any contracts?", "contracts"),
        ("Are there any spreadsheets here?", "spreadsheets"),
        ("alle Rechnungen", "Rechnungen"),
        ("Welche Verträge liegen vor?", "Verträge"),
        ("Quels contrats avons-nous ?", "contrats"),
        ("¿Qué facturas hay?", "facturas"),
        ("All right then, are we insured for floods in the cellar?", ""),
        ("Are there any of the invoices still unpaid in March?", ""),
    ],
)
def test_all_of_a_kind_may_be_asked_for_in_many_ways(message: str, called: str) -> None:
    assert wish_of(message).called == called
