"""What is answered where one document changes or contradicts what another says."""

from collections.abc import Mapping

import pytest

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.sides.changes import Changes
from backend.rag.sides.versions import Versions
from tests.support.embedder import HashEmbedder
from tests.unit.rag.two_sided_shelf import DOCUMENTS, SmallSearch, answer, shown


class Texts:
    """The `VersionTexts` port over the small documents."""

    def __init__(self, documents: Mapping[str, tuple[str, str, str, str]]) -> None:
        self._documents = documents

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        return DocumentText(document_id=document_id, version=version or 1, text=self._documents[document_id][1])


def versions() -> Versions:
    return Versions(ExtractiveAnswerer(HashEmbedder(), abstain_below=0.2))


REPLACED = [
    ("When does the board meeting take place?", "Thursday 5 March", "Before (Board dates, 2026-02-01): ", "Tuesday"),
    ("Wann findet das Training der Junioren statt?", "18 Uhr", "Before (Trainingsplan, 2025-01-01): ", "17 Uhr"),
    # The past is asked for.
    (
        "when did the board meeting take place before?",
        "Tuesday",
        "Now (Mail from Kim, 2026-02-20): ",
        "Thursday",
    ),
    ("Wie hoch war der Beitrag für Erwachsene im Jahr früher?", "120 Euro", "Now (Satzung 2024, ", "150 Euro"),
    ("Wie hoch war 2019 der Beitrag für Erwachsene im Jahr?", "120 Euro", "Now (Satzung 2024, ", "150 Euro"),
]

# The older document holds no more as a whole: it is named, not quoted.
GONE = [
    ("where are background jobs kept", "Postgres table", "(ADR 3: Where background jobs are kept, ", "Redis"),
    ("Wie hoch ist der Beitrag für Erwachsene im Jahr?", "150 Euro", "(Satzung 2019, ", "120"),
    ("Beitrag für Jugendliche im Jahr", "75 Euro", "(Satzung 2019, ", "60"),
]

ALONE = [
    "How long does the pea soup take?",
    "What is the deposit of the flat?",
    "When does the barrier close?",
    "How high is the deposit for the kayak?",
    "How long does the relay take to restart?",
    "What does the Year 5 trip cost?",
    "Who wrote the Iliad?",
]


@pytest.mark.parametrize(("question", "first", "between", "last"), REPLACED)
async def test_what_holds_comes_first_and_what_held_before_behind_it(
    question: str, first: str, between: str, last: str
) -> None:
    composed = await answer(versions(), question, SmallSearch())
    assert composed is not None
    stands, _, other = shown(composed.pieces).partition(between)
    assert first in stands
    assert last in other
    assert last not in stands
    assert "\n" not in other


@pytest.mark.parametrize(("question", "holds", "named", "lacks"), GONE)
async def test_a_document_that_is_replaced_is_named_and_not_quoted(
    question: str, holds: str, named: str, lacks: str
) -> None:
    composed = await answer(versions(), question, SmallSearch())
    assert composed is not None
    text = shown(composed.pieces)
    assert text.index(holds) < text.index(f"Before, another version said otherwise {named}")
    assert lacks not in text


async def test_two_documents_that_disagree_are_both_shown_with_their_dates() -> None:
    composed = await answer(versions(), "How much is parking in the yard a day?", SmallSearch())
    assert composed is not None
    assert shown(composed.pieces) == (
        "Two documents say different things:\n\n"
        "- Parking in the yard costs 6 euros a day. (Text of the signboard, 2025-01-01)\n"
        "- Parking in the yard costs 4 euros a day. (Questions of guests, 2024-01-01)"
    )


@pytest.mark.parametrize("question", ALONE)
async def test_what_one_document_says_alone_is_left_to_others(question: str) -> None:
    assert await answer(versions(), question, SmallSearch()) is None


@pytest.mark.parametrize(
    ("question", "old", "new", "lacks"),
    [
        ("Was hat sich an der Satzung geändert?", ["120", "sechs Wochen"], ["150", "drei Monate"], ["Training"]),
        ("what changed between the 2019 and the 2024 Satzung", ["120", "sechs"], ["150", "drei"], ["Training"]),
        ("Satzung: wie war die Kündigungsfrist früher und wie ist sie jetzt", ["sechs"], ["drei"], ["120", "150"]),
        ("Beitrag in der alten Satzung und in der neuen", ["120"], ["150"], ["Wochen", "Monate"]),
    ],
)
async def test_versions_are_set_side_by_side_by_what_differs(
    question: str, old: list[str], new: list[str], lacks: list[str]
) -> None:
    search = SmallSearch()
    composed = await answer(Changes(Texts(DOCUMENTS)), question, search)
    assert composed is not None
    text = shown(composed.pieces)
    before, _, now = text.partition("**Satzung 2024**")
    assert before.startswith("**Satzung 2019**")
    assert [part for part in old if part not in before] == []
    assert [part for part in new if part not in now] == []
    assert [part for part in lacks if part in text] == []


@pytest.mark.parametrize(
    "question",
    [
        "What has changed in the recipes?",
        "Is there an old price and a new price for the kayak?",
        "How do I change the fuse?",
        "Wie alt muss man sein und was ist neu?",
        "compare pea soup and goulash",
    ],
)
async def test_without_versions_nothing_has_changed(question: str) -> None:
    search = SmallSearch()
    assert await answer(Changes(Texts(DOCUMENTS)), question, search) is None
