"""It is asked back only where two are meant alike, and the answer hangs on which."""

import pytest

from backend.access import Caller
from backend.embedding.search.models import Hit
from backend.rag.asking_back import AskingBack
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.models import Contradiction, Question, Source
from tests.support.hits import hit
from tests.support.quoting import BestLine

ROWERS = hit(
    "Phone list\nDana Kim, phone 4411, boats\nPiet Maas, phone 4413, boiler", document_id="rowers", title="Rowers"
)
BAKERS = hit("Oven rota\nIn May Dana Roth, phone 5522, bakes.", document_id="bakers", title="Bakers")
TWO_OF_ONE_NAME = hit("Dana Kim, room 12\nDana Roth, room 14", document_id="rooms", title="Rooms")
TOGETHER = hit("The fair is run by Dana Kim and Dana Roth since May.", document_id="fair", title="Fair")
BARN = hit("The tenant of the barn is Ulla. The lease ends on 3 May.", document_id="barn", title="Lease of the barn")
MILL = hit("The tenant of the mill is Kurt. The lease ends on 9 July.", document_id="mill", title="Mill lease")
OLD = hit("Die Aufnahmegebühr der Satzung ist 10 Euro.", document_id="old", title="Satzung 2019")
NEW = hit("Die Aufnahmegebühr der Satzung ist 15 Euro.", document_id="new", title="Satzung 2023")
WEBERS = hit("Mieter ist Thomas Weber, Kaution 900 Euro.\nMieterin ist Sabine Weber, Kaution 700 Euro.", title="Mieter")
HERR = hit("Mieter ist Thomas Weber, Kaution 900 Euro.\nKaution: Herr Weber hat gezahlt.", title="Mieter")


OFFICE_MOVE = hit("The office move is in May, we move to Ulm.", document_id="move", title="Office move")
OFFICE_RULES = hit("The office rules say: no dogs. The rules are of May.", document_id="rules", title="Office rules")
TRAVEL = hit("Travel Policy\nFor travel 40 euros a day.", document_id="travel", title="Money")
TRAVEL_TOO = hit("Travel Desk\nFor travel call the desk, policy or not.", document_id="desk", title="Help")


async def _composed(
    question: str, hits: tuple[Hit, ...], contradictions: tuple[Contradiction, ...] = ()
) -> Composed | None:
    sources = tuple(map(Source, hits))
    asked = Asked(Question(Caller("ann", frozenset({"user:ann"})), question), question, sources, contradictions)
    return await AskingBack((BestLine(),)).compose(asked)


def _shown(answer: Composed) -> str:
    return "".join(piece.shown if isinstance(piece, Excerpt) else piece for piece in answer.pieces)


@pytest.mark.parametrize(
    ("question", "hits", "shown"),
    [
        ("What is Dana's phone number?", (ROWERS, BAKERS), "Which Dana do you mean?\n\n- Dana Kim\n- Dana Roth"),
        ("phone of dana", (BAKERS, ROWERS), "Which Dana do you mean?\n\n- Dana Roth\n- Dana Kim"),
        (
            "In welchem room sitzt Dana?",
            (TWO_OF_ONE_NAME,),
            "Wer oder was ist mit „Dana“ gemeint?\n\n- Dana Kim\n- Dana Roth",
        ),
        ("When does the lease end?", (BARN, MILL), "Which lease do you mean?\n\n- Lease of the barn\n- Mill lease"),
        (
            "wie hoch ist die Kaution in der Sache Weber",
            (WEBERS,),
            "Wer oder was ist mit „Weber“ gemeint?\n\n- Thomas Weber\n- Sabine Weber",
        ),
    ],
)
async def test_it_is_asked_which_is_meant(question: str, hits: tuple[Hit, ...], shown: str) -> None:
    answer = await _composed(question, hits)
    assert answer is not None
    assert (answer.outcome, _shown(answer)) == ("ask_back", shown)
    for piece in answer.pieces:
        if isinstance(piece, Excerpt):
            assert piece.hit.text[piece.start - piece.hit.start : piece.end - piece.hit.start] == piece.shown


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("What is Dana Kim's phone number?", (ROWERS, BAKERS)),
        ("What is Piet's phone number?", (ROWERS, BAKERS)),
        ("What is Dana's phone number?", (ROWERS,)),
        # Only one of them is asked of by what else is said.
        ("Which boats phone has Dana?", (ROWERS, BAKERS)),
        # The same sentence answers for both.
        ("When did Dana run the fair?", (TOGETHER,)),
        ("When does the lease of the barn end?", (BARN, MILL)),
        ("When do all leases end?", (BARN, MILL)),
        ("When does each lease end?", (BARN, MILL)),
        ("Who is the tenant of the mill in the lease?", (BARN, MILL)),
        # Editions of one document are no choice.
        ("Wie hoch ist die Aufnahmegebühr in der Satzung?", (OLD, NEW)),
        ("Wie hoch ist die Kaution von Sabine Weber?", (WEBERS,)),
        ("Wie hoch ist die Kaution von Herrn Weber?", (WEBERS,)),
        # A title before a name is no other person.
        ("Wie hoch ist die Kaution von Weber?", (HERR,)),
        # Words with a capital in a heading are no names, nor is the first word of a title always what it is of.
        ("how much money for travel a day", (TRAVEL, TRAVEL_TOO)),
        ("When was the office in May?", (OFFICE_MOVE, OFFICE_RULES)),
        ("What does the boiler need?", (ROWERS, BAKERS)),
        ("", (ROWERS, BAKERS)),
    ],
)
async def test_nothing_is_asked_back_where_nothing_is_open(question: str, hits: tuple[Hit, ...]) -> None:
    assert await _composed(question, hits) is None


async def test_two_documents_that_disagree_are_no_choice() -> None:
    dispute = (Contradiction("superseded", BARN, MILL, "", certain=True),)
    assert await _composed("When does the lease end?", (BARN, MILL), dispute) is None


async def test_titles_are_shown_without_markup() -> None:
    hostile = hit("The lease ends on 1 June.", document_id="x", title="Lease [x](javascript:1) *barn*")
    answer = await _composed("When does the lease end?", (hostile, MILL))
    assert answer is not None
    assert "[x](" not in _shown(answer)
