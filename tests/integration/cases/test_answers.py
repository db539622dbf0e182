"""Questions without a chat model: answered from the right document, cited at the right page, or not answered at all."""

import io
import re
from collections.abc import AsyncIterator, Sequence
from copy import deepcopy
from typing import Any

import pytest
import pytest_asyncio
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.files import zipped
from tests.support.open_document import hidden_slides, show, slide

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def administrator(app: RunningApp) -> AsyncIterator[BibliosClient]:
    """The first account, in whatever order the tests run."""
    async with app.signed_in("administrator") as first:
        yield first


@pytest_asyncio.fixture(loop_scope="module")
async def client(
    app: RunningApp, administrator: BibliosClient, request: pytest.FixtureRequest
) -> AsyncIterator[BibliosClient]:
    async with app.signed_in(f"u{abs(hash(request.node.name))}") as signed_in:
        yield signed_in


async def keep(client: BibliosClient, **texts: tuple[str, str]) -> None:
    """Texts with their titles, by external id."""
    await client.add_texts(
        [{"external_id": name, "title": title, "text": text} for name, (title, text) in texts.items()]
    )
    await client.wait_until_indexed(poll_seconds=0.05)


async def send(client: BibliosClient, *files: tuple[str, bytes]) -> None:
    answer = await client.http.post("/api/v1/documents", files=[("files", one) for one in files])
    assert answer.status_code == 202, answer.text
    await client.wait_until_indexed(poll_seconds=0.05)


async def kept(client: BibliosClient) -> dict[str, str]:
    """Each document's text by its external id; all of them are indexed."""
    rows = (await client.get("/documents"))["items"]
    assert {row["status"] for row in rows} == {"indexed"}
    return {row["external_id"]: (await client.get(f"/documents/{row['id']}/text"))["text"] for row in rows}


async def last_of(client: BibliosClient, *questions: str) -> dict[str, Any]:
    """The last answer of one conversation."""
    conversation = (await client.post("/conversations", {"title": "Asked"}))["id"]
    for question in questions:
        message = await client.answer(question, conversation_id=conversation)
    return message


def cited(message: dict[str, Any]) -> list[str]:
    return [citation["title"] for citation in message["citations"]]


LIBRARY = {
    "English": (
        "What documents do I have?",
        {
            "moor": (
                "Mooring guide",
                "Boats above ten metres lie at the outer pier and keep their documents on board.",
            ),
            "rota": ("Autumn rota", "Liv takes the first week of October and Odd the second."),
            "oil": ("Oil list", "The launch takes the thin oil."),
        },
    ),
    "German": (
        "Welche Dokumente habe ich?",
        {
            "hafen": ("Hafenordnung", "Jedes Boot führt seine Dokumente an Bord mit."),
            "dienst": ("Dienstplan im Herbst", "Uwe übernimmt die erste Woche im Oktober, Heike die zweite."),
            "lack": ("Lackliste", "Unter der Wasserlinie kommt der rote Lack."),
        },
    ),
}


@pytest.mark.parametrize("language", LIBRARY)
async def test_asked_for_the_documents_it_names_them_or_says_that_it_cannot(
    client: BibliosClient, language: str
) -> None:
    question, texts = LIBRARY[language]
    await keep(client, **texts)
    message = await last_of(client, question)
    named = [title for title, _ in texts.values() if title.casefold() in message["content"].casefold()]
    assert message["abstained"] or len(named) == len(texts)


SUMMARIES = {
    "English": (
        "Summarise the fire plan of the yard.",
        (
            "Fire plan of the yard",
            (
                "The bell is rung at each alarm. Hoses lie in the red chest beside the crane. Boats "
                "in hall B are pulled out first. The porter counts everybody at the gate. Nobody goes back for tools."
            ),
        ),
        ("Menu of the canteen", "There is soup on Mondays, herring on Tuesdays and stew on Wednesdays."),
    ),
    "German": (
        "Fasse die Winterregeln der Werft zusammen.",
        (
            "Winterregeln der Werft",
            (
                "Masten werden bis Ende Oktober gelegt. Wasser wird aus allen Tanks gelassen. "
                "Heizlüfter bleiben nie unbewacht. Der Strom wird um acht Uhr abends abgestellt."
            ),
        ),
        ("Speiseplan", "Montags gibt es Suppe, dienstags Hering und mittwochs Eintopf."),
    ),
}


@pytest.mark.parametrize("language", SUMMARIES)
async def test_a_summary_gives_what_the_document_says(client: BibliosClient, language: str) -> None:
    question, plan, other = SUMMARIES[language]
    await keep(client, plan=plan, other=other)
    message = await last_of(client, question)
    assert not message["abstained"]
    assert set(cited(message)) == {plan[0]}


NEAR = {
    "a shorter number of a project": (
        "Who leads project QP-57?",
        (
            "Project QP-5716 deepens the basin. The lead of project QP-5716 is Maren Holt.",
            "Project QP-5700 mends the crane. The lead of project QP-5700 is Leif Sand.",
        ),
    ),
    "a version of which another has one figure more": (
        "Which port does Tidewatch 3.1 listen on?",
        ("Tidewatch 3.10 listens on port 7310.", "Tidewatch 3.12 listens on port 7312 and writes no log."),
    ),
    "a contract without its last figure, in German": (
        "Wer hat den Vertrag LVK/208 unterschrieben?",
        ("Den Vertrag LVK/2081 hat Rieke Thom unterschrieben.", "Den Vertrag LVK/2085 hat Enno Vieth unterschrieben."),
    ),
}


@pytest.mark.parametrize("what", NEAR)
async def test_of_a_number_that_is_nowhere_nothing_is_said_from_one_like_it(client: BibliosClient, what: str) -> None:
    question, texts = NEAR[what]
    await keep(client, **{f"t{place}": (f"Note {place}", text) for place, text in enumerate(texts)})
    message = await last_of(client, question)
    assert message["abstained"], message["content"]


FOLLOWED = {
    "English": (
        ("What is the Tern probe used for?", "How often must it be cleaned?"),
        (
            "Tern probe",
            (
                "The Tern probe measures the salt of the outer basin. It hangs from the green buoy. The Tern "
                "probe must be cleaned every nine days with fresh water. Its cable is red."
            ),
        ),
        (
            "Skua probe",
            (
                "The Skua probe measures the mud of the inner basin. The Skua probe must be cleaned every "
                "thirty days. Its cable is blue."
            ),
        ),
        "nine days",
    ),
    "German": (
        ("Wozu dient der Kran Nord?", "Wie oft muss er geprüft werden?"),
        (
            "Kran Nord",
            (
                "Der Kran Nord hebt Boote bis zwölf Tonnen. Er steht neben dem Turm. Der Kran Nord muss alle "
                "achtzehn Wochen geprüft werden. Sein Haken ist gelb."
            ),
        ),
        (
            "Kran Süd",
            ("Der Kran Süd hebt Masten. Der Kran Süd muss alle sieben Monate geprüft werden. Sein Haken ist schwarz."),
        ),
        "achtzehn Wochen",
    ),
}


@pytest.mark.parametrize("language", FOLLOWED)
async def test_a_pronoun_means_what_was_spoken_of(client: BibliosClient, language: str) -> None:
    questions, meant, other, answer = FOLLOWED[language]
    await keep(client, meant=meant, other=other)
    message = await last_of(client, *questions)
    assert answer in message["content"]


QUARTERS = ("first", "second", "third", "fourth", "fifth")
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli")


def pages(*texts: Sequence[str]) -> bytes:
    """A page for each text, which its lines fill."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for lines in texts:
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(40, 800 - 15 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def log_of_a_quarter(quarter: str, page: int) -> list[str]:
    walks = (f"On day {day} of the {quarter} quarter the watch looked at bollard {day * page}." for day in range(1, 20))
    return [
        f"Log of the bollards, report of the {quarter} quarter, signed by the watch.",
        *walks,
        f"At the end of the {quarter} quarter the watch counted {40 + 9 * page} bollards that were sound.",
    ]


def log_of_a_month(month: str, page: int) -> list[str]:
    """The sentence with the figure begins at the foot of the page and ends on the next one."""
    levels = (f"Am Tag {day} im {month} stand das Wasser bei {day * page + 100} Zentimetern." for day in range(1, 22))
    return [
        "und der Wache gemeldet. Gelesen wurde der Pegel von Hand, weil der Schreiber aus war.",
        *levels,
        f"Am Ende des Monats {month} wurden am Steg {30 + 7 * page} Pfähle ersetzt, mit Teer gestrichen",
    ]


LONG = {
    "of quarters": (
        pages(*(log_of_a_quarter(quarter, page) for page, quarter in enumerate(QUARTERS, 1))),
        "How many bollards were counted at the end of the {} quarter?",
        QUARTERS,
    ),
    "of months that run on": (
        pages(*(log_of_a_month(month, page) for page, month in enumerate(MONTHS, 1))),
        "Wie viele Pfähle wurden am Ende des Monats {} ersetzt?",
        MONTHS,
    ),
}


@pytest.mark.parametrize("report", LONG)
async def test_the_cited_page_of_a_long_report_is_that_of_the_quote(client: BibliosClient, report: str) -> None:
    data, question, names = LONG[report]
    await send(client, ("report.pdf", data))
    for name in names:
        message = await client.answer(question.format(name))
        assert message["citations"], name
        for citation in message["citations"]:
            whole = await client.get(f"/documents/{citation['document_id']}/text", version=citation["version"])
            assert whole["text"][citation["start"] : citation["end"]] == citation["quote"]
            begun = [one["page"] for one in whole["sections"] if one["start"] <= citation["start"]]
            assert citation["page"] == begun[-1]
        assert names.index(name) + 1 in [citation["page"] for citation in message["citations"]]


DUTIES = (
    ("On board", "Read this before you cast off"),
    ("Anchor", "In charge of the anchor: Ragna Lie"),
    ("Kitchen", "In charge of the kitchen: Per Tveit"),
    ("Lines", "In charge of the lines: Unni Moe"),
    ("Charts", "In charge of the charts: Geir Aas"),
)


def slides(*, order: Sequence[int]) -> bytes:
    """The duties on a slide each, made in their order and then shown in another one."""
    presentation = Presentation()
    for title, words in DUTIES:
        made = presentation.slides.add_slide(presentation.slide_layouts[1])
        made.shapes.title.text = title
        made.placeholders[1].text = words
    listed = presentation.part.presentation.element.find(f".//{{{_PRESENTATION}}}sldIdLst")
    entries = [deepcopy(one) for one in listed]
    for one in list(listed):
        listed.remove(one)
    for place in order:
        listed.append(entries[place])
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


_PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"


@pytest.mark.parametrize(
    ("order", "number"),
    [((0, 1, 2, 3, 4), 2), ((0, 4, 3, 1, 2), 4)],
    ids=["as they were made", "in another order than they were made"],
)
async def test_a_quote_from_a_short_slide_names_that_slide(
    client: BibliosClient, order: Sequence[int], number: int
) -> None:
    await send(client, ("duties.pptx", slides(order=order)))
    message = await client.answer("Who is in charge of the anchor?")
    assert "Ragna Lie" in message["content"]
    assert message["citations"][0]["page"] == number


async def test_a_quote_from_a_slide_of_open_document_names_that_slide(client: BibliosClient) -> None:
    """Hidden slides keep their numbers, as the program counts them."""
    made = [slide(title, words, style="shut" if title == "Kitchen" else "") for title, words in DUTIES]
    await send(client, ("duties.odp", show(*made, styles=hidden_slides("shut"))))
    message = await client.answer("Who is in charge of the lines?")
    assert "Unni Moe" in message["content"]
    assert message["citations"][0]["page"] == 4
    assert not any("Per Tveit" in text for text in (await kept(client)).values())


@pytest.mark.parametrize(
    "names",
    [("notes.txt", "notes.txt"), ("pier/notes.txt", "lock/notes.txt")],
    ids=["in one place", "in two folders"],
)
async def test_two_files_of_one_name_are_both_there(client: BibliosClient, names: tuple[str, str]) -> None:
    words = ("The black buoy marks the wreck.", "The white buoy marks the bathing place.")
    await send(client, *((name, text.encode()) for name, text in zip(names, words, strict=True)))
    assert sorted((await kept(client)).values()) == sorted(words)


async def test_a_copy_under_another_name_is_there_under_both(client: BibliosClient) -> None:
    words = "The bridge was opened nine times on Saturday."
    await send(client, ("bridge.txt", words.encode()))
    await send(client, ("bridge (copy).txt", words.encode()))
    assert await kept(client) == {"bridge.txt": words, "bridge (copy).txt": words}


async def test_a_copy_inside_an_archive_is_there_under_both_names(client: BibliosClient) -> None:
    words = "Die Brücke wurde am Samstag neunmal geöffnet."
    packed = zipped({"alt/brücke.txt": words.encode(), "neu/brücke kopie.txt": words.encode()})
    await send(client, ("ablage.zip", packed))
    found = [name for name, text in (await kept(client)).items() if text == words]
    assert sorted(re.sub(r".*/", "", name) for name in found) == ["brücke kopie.txt", "brücke.txt"]
