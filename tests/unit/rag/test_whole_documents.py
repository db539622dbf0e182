"""Questions that mean a document as a whole, over a small library of many worlds."""

import pytest

from backend.access import Caller
from backend.embedding.search.models import Filters
from backend.rag.composing import Asked, Composed, Excerpt, composed
from backend.rag.models import Question, Source
from backend.rag.whole_documents import whole_documents
from tests.support.embedder import HashEmbedder
from tests.support.whole_documents import SmallLibrary, id_of

ANN = Caller.of("ann")

SUMMARIES = [
    ("Summarise the message queue runbook", "runbooks/RB-207.md", ["duty manager", "queue depth", "24 hours"]),
    ("tl;dr of the boiler mail", "boiler.eml", ["no hot water", "350 pounds"]),
    ("what's the broken boiler thread about", "boiler.eml", ["lost pressure"]),
    ("Worum geht es im Elternbrief zur Klassenfahrt?", "elternbrief_6b.txt", ["Wernigerode", "245 Euro"]),
    ("fass mir die satzung vom turnverein zusammen", "satzung.txt", ["96 Euro", "im März"]),
    ("was steht im mietvertrag lindenstraße", "mietvertrag_lindenstr_4.md", ["780 Euro", "2.340 Euro", "drei Monate"]),
    ("Résume le règlement du club nautique", "reglement.txt", ["gilet de sauvetage", "120 euros"]),
    ("De quoi parle le règlement du club nautique ?", "reglement.txt", ["gilet de sauvetage"]),
    ("give me a quick overview of grandmas plum dumplings", "olga-dumplings.md", ["semolina", "plums", "12 minutes"]),
    ("can you sumarize the runbook for restoring the mesage queue please", "runbooks/RB-207.md", ["24 hours"]),
    ("key points of the members questions", "faq.md", ["17:00", "6 pounds"]),
    ("summary minutes allotment committee 9 june", "minutes-06-09.md", ["Okoro", "19 July"]),
    ("Zusammenfassung Klassenfahrt Harz", "elternbrief_6b.txt", ["245 Euro"]),
    ("In short, what does the allotment committee's minutes of 12 May say?", "minutes-05-12.md", ["Compost"]),
    ("Kurzfassung satzung.txt", "satzung.txt", ["96 Euro"]),
    ("resumen de prices_spring.csv", "prices_spring.csv", ["Glass jar"]),
    ("give me the short version of the dumpling recipe", "olga-dumplings.md", ["semolina", "12 minutes"]),
    ("tldr of the broker restart", "runbooks/RB-207.md", ["duty manager"]),
    ("Fass bitte den Brief wegen der Fahrt nach Wernigerode zusammen", "elternbrief_6b.txt", ["245 Euro"]),
    ("sum up what marta said about the boiler for me please", "boiler.eml", ["350 pounds"]),
    ("sum up the allotment committee protocol of 9 june", "minutes-06-09.md", ["Okoro", "19 July"]),
    ("tldr of the club nautique rules", "reglement.txt", ["gilet de sauvetage"]),
    ("What is RB-207 about?", "runbooks/RB-207.md", ["Heron"]),
]
NAMED = [
    ("Re: broken boiler in flat 12", "boiler.eml", ["lost pressure"]),
    ("“Grandma Olga's plum dumplings”", "olga-dumplings.md", ["semolina"]),
    ("spring prices", "prices_spring.csv", ["Glass jar"]),
    ("satzung.txt", "satzung.txt", ["Auerbach"]),
    ("prices_spring.csv", "prices_spring.csv", ["2.40"]),
    ("open the runbook restoring the message queue", "runbooks/RB-207.md", ["Heron"]),
    ("Mietvertrag Lindenstrasse 4", "mietvertrag_lindenstr_4.md", ["780 Euro"]),
    ("Könnten Sie mir bitte die Satzung des Turnvereins heraussuchen?", "satzung.txt", ["96 Euro"]),
    ("the minutes of the allotment committee from june pls", "minutes-06-09.md", ["Okoro"]),
    ("le règlement du club nautique, s'il vous plaît", "reglement.txt", ["gilet de sauvetage"]),
    ("die lindenstraße mietvertrag datei bitte", "mietvertrag_lindenstr_4.md", ["780 Euro"]),
    ("GL-4420 what was that again", "prices_spring.csv", ["Glass bottle"]),
    ("which item is bk1007", "prices_spring.csv", ["Willow basket"]),
    ("Kite-2210", "faq.md", ["Wi-Fi of the club"]),
    ("members questions please", "faq.md", ["17:00"]),
    ("GL-4410", "prices_spring.csv", ["Glass jar"]),
    ("what is GL4410?", "prices_spring.csv", ["Glass jar"]),
    ("BK-1012 ?", "prices_spring.csv", ["Bread basket"]),
    ("§ 14", "mietvertrag_lindenstr_4.md", ["drei Monate"]),
    ("§9 Satzung", "satzung.txt", ["96 Euro"]),
    ("RB-207", "runbooks/RB-207.md", ["Heron"]),
    ("invoice 2052", "invoices/2052.txt", ["410.50"]),
    ("bill 2052", "invoices/2052.txt", ["410.50"]),
    ("Rechnung 2041", "invoices/2041.txt", ["264.00"]),
]
BARE = [
    ("wifi", "faq.md", ["Kite-2210"]),
    ("Kaution", "mietvertrag_lindenstr_4.md", ["2.340 Euro"]),
    ("boiler", "boiler.eml", ["lost pressure"]),
    ("compost", "minutes-05-12.md", ["every second Friday"]),
    ("haustiere?", "mietvertrag_lindenstr_4.md", ["Hunde bedürfen"]),
    ("sauna", "faq.md", ["17:00"]),
    ("Mitgliedsbeitrag", "satzung.txt", ["96 Euro"]),
    ("gilet de sauvetage", "reglement.txt", ["obligatoire"]),
    ("anything about the fence", "minutes-06-09.md", ["council"]),
    ("summer fete", "minutes-06-09.md", ["19 July"]),
    ("membership pause", "faq.md", ["at least one month"]),
]
OTHERS = [
    "How do I restore the message queue?",
    "What does the runbook say about deploying?",
    "How much is a glass jar?",
    "Summarise the differences between the May and June minutes",
    "Wie hoch ist die Kaution?",
    "Who was present on 12 May?",
    "Summarise the minutes",
    "Summarise the tax return of 2019",
    "summarise the document",
    "submarine",
    "sauna hours",
    "GL-4499",
    "Is the boiler repaired?",
    "why did the boiler lose pressure",
    "summarise it",
    "Who wrote the summary of accounts?",
    "What is the price of GL-4410?",
    "list all prices",
    "summarise our holiday policy",
    "summarise the difference between the glass jar and the bottle",
    "tldr of the insurance letter",
    "How many GL-4410 are in stock?",
    "Who signed invoice 2052?",
    "can you please open the window",
    "Compare GL-4410 and GL-4420",
    "Wann ist die Klassenfahrt?",
    "What is a boiler?",
    "",
    "§ 77",
]


async def ask(question: str, filters: Filters = Filters()) -> Composed | None:
    library, embedder = SmallLibrary(), HashEmbedder()
    found = await library.search(ANN, question, filters=filters, limit=8, group="chunk")
    asked = Asked(Question(ANN, question, filters=filters), question, tuple(map(Source, found.hits)))
    composers = whole_documents(search=library, texts=library, shelf=library, embedder=embedder)
    return await composed(composers, asked)


def shown(answer: Composed) -> str:
    return "".join(piece if isinstance(piece, str) else piece.shown for piece in answer.pieces)


def check_quotes(answer: Composed) -> None:
    library = SmallLibrary()
    for piece in answer.pieces:
        if isinstance(piece, Excerpt):
            text = library.papers[piece.hit.document_id].text
            assert piece.hit.text[piece.start - piece.hit.start : piece.end - piece.hit.start]
            assert text[piece.hit.start : piece.hit.end] == piece.hit.text


@pytest.mark.parametrize(("question", "file", "holds"), [*SUMMARIES, *NAMED, *BARE])
async def test_a_question_that_means_a_document_is_answered_from_it(question: str, file: str, holds: list[str]) -> None:
    answer = await ask(question)
    assert answer is not None
    text = shown(answer)
    assert f"](/documents/{id_of(file)})" in text
    assert [words for words in holds if words not in text] == []
    check_quotes(answer)


@pytest.mark.parametrize("question", OTHERS)
async def test_what_only_looks_so_is_left_to_others(question: str) -> None:
    answer = await ask(question)
    assert answer is None, shown(answer)
