"""Whole lists and all of the steps, over small papers; and what looks like a question for them and is none."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.embedding.search.models import Hit
from backend.quoting.confidence import MINILM
from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.models import Question, Source
from backend.rag.section_answers import SectionAnswers
from backend.text.terms import content_terms
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit
from tests.support.small_papers import PAPERS

ANN = Caller.of("ann")

# question; what the answer holds, in this order; what it does not hold
WHOLES: list[tuple[str, list[str], list[str]]] = [
    (
        "What ingredients do I need for the pancakes?",
        ["250 g flour", "3 eggs", "2 apples", "salt"],
        ["lentils", "Whisk"],
    ),
    ("pancakes: list the ingredients", ["250 g flour", "a pinch of salt"], ["Whisk"]),
    ("what do i need to make lentil soup", ["red lentils", "onion", "stock"], ["flour", "Fry"]),
    (
        "How do I make pancakes?",
        ["Whisk flour", "Beat in", "medium heat", "a new piece", "turn once"],
        ["Reheat", "lentils"],
    ),
    ("how to cook lentil soup", ["Fry the onion", "cook for 15 minutes"], ["Whisk"]),
    ("Welche Pflichten hat der Mieter?", ["lüftet und heizt", "Schäden", "untervermieten", "Hunde"], ["Grundsteuer"]),
    ("Welche Betriebskosten trägt der Mieter", ["Grundsteuer", "Abwasser", "Müllabfuhr", "Hausreinigung"], ["Kaution"]),
    ("Nenne alle Organe des Vereins", ["Mitgliederversammlung", "Vorstand", "Ältestenrat"], ["Bootswart"]),
    ("was sind die organe vom verein?", ["Mitgliederversammlung", "Ältestenrat"], ["Bootswart"]),
    ("Aus wem besteht der Vorstand?", ["Vorsitzenden", "Kassenwartin", "Bootswart"], ["Ältestenrat"]),
    ("Wie melde ich ein neues Boot an?", ["Formular", "Versicherung", "Liegeplatz"], ["Frist"]),
    ("boot anmelden was muss ich tun", ["Formular", "Versicherung", "Liegeplatz"], []),
    ("What are the symptoms of a stuck queue?", ["ten minutes", "red"], ["Drain"]),
    ("How do I restart the worker?", ["gearctl drain worker-1", "wait for", "Undrain"], ["previous tag"]),
    ("how do we roll back?", ["gearctl deploy --previous", "#ops"], ["Undrain"]),
    ("Which decisions were made at the parents' evening?", ["the sea", "Phones", "20 euros"], ["coach", "canteen"]),
    ("list all decisions of the parents evening", ["the sea", "Phones", "20 euros"], ["coach"]),
    (
        "What does my child need for the trip to the sea?",
        ["Rain jacket", "Swimming", "Sleeping bag", "health form"],
        ["Mr Lindt"],
    ),
    ("Which teachers come along to the sea?", ["Ms Okafor", "Mr Lindt"], ["Rain jacket"]),
    ("what are the opening hours of the beach hut", ["10 to 18", "9 to 20", "closed"], ["glass"]),
    ("What are the house rules at the beach hut?", ["No glass", "lead", "Life jackets", "17:30", "buoys"], ["Canoe"]),
    ("What are the rules for boats", ["17:30", "buoys"], ["No glass"]),
    (
        "What do I have to do before I can log in to the accounting system?",
        ["token", "certificate", "number"],
        ["soup", "I have no"],
    ),
    ("How do I renew a book?", ["My loans", "renewed twice"], ["18 euros"]),
    ("which media can i borrow", ["Books and comics", "Board games", "Films"], ["renew"]),
    ("Quels objets sont interdits à la piscine ?", ["bouteilles", "ballons", "nourriture"], ["formulaire"]),
    ("Comment s'inscrire aux cours", ["formulaire", "certificat", "cotisation"], ["ballons"]),
    ("¿Cuáles son las tareas semanales?", ["baño", "basura", "plantas"], ["lavadora"]),
    ("cómo se usa la lavadora", ["agua", "jabón", "programa"], ["basura"]),
    ("Who do I call for escalation? List all calls", ["person on duty", "Noor Haddad", "hotline"], ["Drain"]),
    ("What are the escalation steps when the queue is stuck?", ["person on duty", "Noor Haddad", "hotline"], ["Drain"]),
    ("wie wird ein neues boot angemeldet", ["Formular", "Liegeplatz"], []),
]

# They look like questions for a whole; a list that is there is no answer to them.
NO_WHOLES = [
    "How many eggs do I need for the pancakes?",
    "Wie hoch ist die Kaution?",
    "How long do pancakes keep?",
    "When do we meet in front of the gym?",
    "Which of the decisions costs the most money?",
    "Is glass allowed on the beach?",
    "Darf der Mieter Hunde halten?",
    "What are the ingredients of the tomato sauce?",
    "Which fees does the marathon have?",
    "How do I repair the bicycle?",
    "Welche Strafen drohen beim Falschparken?",
    "Why are phones banned on the trip?",
    "What is the difference between the two soups?",
    "How did the meeting about the canteen end?",
    "How much does a library card cost?",
    "Wer ist der Vorsitzende des Vereins?",
    "Which board members live in Berlin?",
    "What are the decisions and who is the chair?",
    "Summarise the minutes of the parents' evening",
    "Hello, how are you?",
    "How do I renew the passport?",
    "What are the symptoms of measles?",
]


class Texts:
    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        return DocumentText(document_id=document_id, version=version or 1, text=PAPERS[document_id][1])


def found(question: str) -> list[Hit]:
    """All papers, those that share most words with the question first; of each only a part is a hit."""
    wanted = content_terms(question)
    hits = []
    for name, (title, text, language) in PAPERS.items():
        met = len(wanted & content_terms(f"{title} {text}"))
        part = hit(text[: len(text) // 2], document_id=name, title=title)
        hits.append((met, replace(part, language=language)))
    return [one for _, one in sorted(hits, key=lambda pair: -pair[0])][:8]


async def answer(question: str, hits: Sequence[Hit] | None = None) -> Composed | None:
    composer = SectionAnswers(ExtractiveAnswerer(HashEmbedder(), abstain_below=MINILM.abstain_below), Texts())
    sources = tuple(Source(one) for one in (found(question) if hits is None else hits))
    return await composer.compose(Asked(Question(ANN, question), question, sources))


def shown(composed: Composed) -> str:
    return "".join(piece.shown if isinstance(piece, Excerpt) else piece for piece in composed.pieces)


@pytest.mark.parametrize(("question", "holds", "lacks"), WHOLES, ids=[one[0] for one in WHOLES])
async def test_a_whole_is_quoted_whole(question: str, holds: list[str], lacks: list[str]) -> None:
    composed = await answer(question)
    assert composed is not None
    text = " ".join(shown(composed).split())
    places = [text.find(words) for words in holds]
    assert -1 not in places, text
    assert places == sorted(places), text
    assert not [words for words in lacks if words in text], text


@pytest.mark.parametrize("question", NO_WHOLES)
async def test_what_only_looks_like_it_is_left_to_others(question: str) -> None:
    composed = await answer(question)
    assert composed is None, shown(composed)


async def test_every_piece_stands_word_for_word_in_its_version() -> None:
    for question, _, _ in WHOLES:
        composed = await answer(question)
        assert composed is not None
        for piece in composed.pieces:
            if isinstance(piece, Excerpt):
                text = PAPERS[piece.hit.document_id][1]
                assert text[piece.hit.start : piece.hit.end] == piece.hit.text
                quote = text[piece.start : piece.end]
                assert quote == quote.strip() != ""
                assert re.findall(r"\w+", quote) == re.findall(r"\w+", piece.shown)
