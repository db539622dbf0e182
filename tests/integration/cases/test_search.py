"""What people type into the search field finds what they mean first: parts of ids, other spellings, names of files.

The documents of a case differ in little more than what is asked for, and nobody else's are there.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.files import docx

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class SearchCase:
    """`texts` by external id or, where `files` are true, contents by name; what each query must find first."""

    about: str
    texts: Mapping[str, str | bytes]
    finds: Mapping[str, str]
    files: bool = False


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def administrator(app: RunningApp) -> AsyncIterator[BibliosClient]:
    """The first account, in whatever order the tests run."""
    async with app.signed_in("administrator") as first:
        yield first


def in_places(sentence: str, *places: str) -> dict[str, str]:
    """One sentence about each place, by the place."""
    return {place: sentence.format(place) for place in places}


_CONTRACT = "The keeper looks after the engine and comes within a day. The owner pays by the quarter."
_PROCEDURE = "The batteries are tested under load every sixty days. Disconnect the shore power and note the voltage."

CASES = (
    SearchCase(
        "a part of an id that is put together",
        {
            "nights": "Rule GATE-C017 closes the yard at night.",
            "locks": "Rule GATE-C018 asks for a second key to the fuel store.",
            "lamps": "Rule LAMP-C017 dims the lamps of the mole.",
            "paint": "The notice HN24-006 is about wet paint.",
            "wrecks": "The notice HN25-019 is about the wreck at buoy nine.",
        },
        {"c018": "locks", "HN25": "wrecks"},
    ),
    SearchCase(
        "a number inside an id with underscores and slashes",
        {
            "first": "Rechnung INV_2031_00317 betrifft den Kran auf dem Kai.",
            "second": "Rechnung INV_2031_00371 betrifft die Slipanlage.",
            "third": "Rechnung INV_2032_00713 betrifft den Turm.",
            "deed": "Die Urkunde DE/HH/0042-7 nennt den Eigner der Yacht.",
            "other": "Die Urkunde DE/HB/0024-9 nennt den Eigner der Jolle.",
        },
        {"00371": "second", "inv_2032": "third", "hh 0042": "deed"},
    ),
    SearchCase(
        "a model number with or without its hyphen and suffix",
        {
            "radio-a": "Marine radio VX4410, for the tower.",
            "radio-b": "Marine radio IC-M7322EURO, for the office.",
            "radio-c": "Marine radio VX4411, for the launch.",
            "pump-a": "Bilge pump RB-2200 below the aft bench.",
            "pump-b": "Bilge pump RB-2240 below the fore bench.",
            "lens-a": "Signal lens FK305 of red glass.",
            "lens-b": "Signal lens FK350 of green glass.",
        },
        {"m7322": "radio-b", "RB2240": "pump-b", "FK 305": "lens-a"},
    ),
    SearchCase(
        "the number of a norm or a machine, written together or apart",
        {
            "safety": "Geprüft nach ISO 45001 im Frühjahr.",
            "quality": "Geprüft nach ISO 9001 im Herbst.",
            "nature": "Geprüft nach ISO 14001 im Winter.",
            "press": "Die Presse Optima 340T steht in Halle zwei.",
            "lathe": "Die Drehbank Optima 430 T steht in Halle drei.",
        },
        {"ISO45001": "safety", "iso-14001": "nature", "Optima 430T": "lathe", "340 t": "press"},
    ),
    SearchCase(
        "a German compound by what it is made of, and its parts by the compound",
        {
            "leave": "Allen Lotsen stehen dreißig Urlaubstage im Jahr zu; über Ostern ruht der Dienst.",
            "pay": "Allen Lotsen steht ein Zuschlag im Jahr zu; über Ostern wird er verdoppelt.",
            "notice": "Wer den Liegeplatz aufgibt, hat für die Kündigung eine Frist von sechs Wochen.",
            "berth": "Wer den Liegeplatz wechselt, hat für den Umzug einen Kran und zwei Leute.",
            "insurance": "Jede Haftpflichtversicherung der Eigner wird im Hafenbüro hinterlegt.",
            "keys": "Jeder Zweitschlüssel der Eigner wird im Hafenbüro hinterlegt.",
        },
        {"Urlaub": "leave", "Kündigungsfrist": "notice", "Versicherungen": "insurance", "Schluessel": "keys"},
    ),
    SearchCase(
        "words of the south in another number than they are asked in",
        {
            "invoice": "La factura del varadero vence a los quince días y se paga en la oficina.",
            "contract": "El contrato del varadero vence a los quince días y se firma en la oficina.",
            "station": "La stazione di rifornimento apre alle sei e chiude al tramonto.",
            "market": "Il mercato del pesce apre alle sei e chiude al tramonto.",
        },
        {"facturas": "invoice", "contratos": "contract", "stazioni": "station", "mercati": "market"},
    ),
    SearchCase(
        "an umlaut that is written with an e",
        in_places(
            "Das Zollamt in {} ist montags geschlossen und dienstags bis vier geöffnet.",
            "Bremen", "Lübeck", "Emden", "Mölln", "Husum", "Kiel",
        ),
        {"Luebeck": "Lübeck", "Moelln": "Mölln", "Lübeck": "Lübeck"},
    ),
    SearchCase(
        "letters of the north and a sharp s that are written with others",
        in_places(
            "Lageret i {} holder lukket om mandagen og åbner tirsdag klokken otte.",
            "Vejle", "Århus", "Rødby", "Ribe", "Næstved", "Weißenhafen",
        ),
        {"Aarhus": "Århus", "Roedby": "Rødby", "Naestved": "Næstved", "Weissenhafen": "Weißenhafen"},
    ),
    SearchCase(
        "an Arabic word without its vowel signs and hamza",
        in_places("يفتح مخزن {} أبوابه يوم الأحد ويغلق يوم الجمعة.", "تونس", "أغادير", "وَهْرَان", "صفاقس", "سوسة"),
        {"اغادير": "أغادير", "وهران": "وَهْرَان"},
    ),
    SearchCase(
        "a Persian word on an Arabic keyboard, and a Hebrew one without its vowel signs",
        {
            "یزد": "انبار یزد روز شنبه باز است.",
            "کرمان": "انبار کرمان روز شنبه باز است.",
            "تبریز": "انبار تبریز روز شنبه باز است.",
            "עכו": "המחסן בעכו נפתח ביום ראשון.",
            "יפו": "הַמַּחְסָן בְּיָפוֹ נִפְתָּח בְּיוֹם רִאשׁוֹן.",
        },
        {"يزد": "یزد", "كرمان": "کرمان", "ביפו": "יפו"},
    ),
    SearchCase(
        "an acronym that is a small word too",
        in_places(
            "The {0} plan of the year was set. {0} may hire within it.", "HR", "Yard", "IT", "Sales", "Fuel"
        ),
        {"IT": "IT", "IT plan": "IT"},
    ),
    SearchCase(
        "an acronym that is a small word in another language",
        in_places(
            "Die Abteilung {0} zieht im Mai um. Wer zu {0} will, nimmt das Tor am Kai.",
            "Einkauf", "DAS", "Lotsen", "WO", "Lager", "MAN",
        ),
        {"DAS": "DAS", "Abteilung WO": "WO", "MAN": "MAN"},
    ),
    SearchCase(
        "the name of a file that has a title of its own",
        {
            f"{name}.docx": docx(blocks=[("Heading 1", title), ("Normal", _CONTRACT)])
            for name, title in {
                "lindqvist-7702": "Care of engines",
                "moreau-3315": "Care of engines, short form",
                "abara-9046": "Lease",
                "stein-1180": "Letter of intent",
            }.items()
        },
        {"lindqvist 7702": "lindqvist-7702.docx", "lindqvist-7702.docx": "lindqvist-7702.docx"},
        files=True,
    ),
    SearchCase(
        "a file whose name has words run together and umlauts as a Mac writes them",
        {
            f"{name}.docx": docx(blocks=[("Heading 1", title), ("Normal", _CONTRACT)])
            for name, title in {
                "Liegeplatz_Ko\u0308hler_2031": "Vertrag",
                "Liegeplatz_Kruse_2031": "Vertrag (Entwurf)",
                "WinterlagerVertragBaumann": "Vereinbarung",
                "WinterlagerVertragBrandt": "Absprache",
            }.items()
        },
        {"Köhler 2031": "Liegeplatz_Köhler_2031.docx", "baumann": "WinterlagerVertragBaumann.docx"},
        files=True,
    ),
    SearchCase(
        "a field of the front matter of a Markdown file",
        {
            "batteries.md": "---\ntitle: Batteries\nowner: Crew Osprey\nstatus: withdrawn\naliases: [cell, BX-3]\n---\n"
            f"\n# Batteries\n\n{_PROCEDURE}\n",
            **{
                f"{name}.md": f"---\ntitle: {name.title()}\nowner: Crew Heron\nstatus: valid\n---\n\n"
                f"# {name.title()}\n\n{words}\n"
                for name, words in {
                    "ropes": "Ropes are turned end for end each autumn.",
                    "flags": "Flags are taken down at dusk.",
                    "tenders": "A tender is washed after each trip.",
                }.items()
            },
        },
        {"Osprey": "batteries.md", "withdrawn": "batteries.md", "BX-3": "batteries.md"},
        files=True,
    ),
    SearchCase(
        "a field of front matter that is written in TOML",
        {
            "akkus.md": '+++\ntitle = "Akkus"\ndraft = true\n[params]\nverwalter = "Mannschaft Seeadler"\n'
            f'kennung = ["ZK-8", "Zellen"]\n+++\n\n# Akkus\n\n{_PROCEDURE}\n',
            **{
                f"{name}.md": f'+++\ntitle = "{name.title()}"\n[params]\nverwalter = "Mannschaft Reiher"\n+++\n\n'
                f"# {name.title()}\n\n{words}\n"
                for name, words in {
                    "leinen": "Leinen werden im Herbst gewendet.",
                    "flaggen": "Flaggen werden abends eingeholt.",
                    "beiboote": "Beiboote werden nach jeder Fahrt gewaschen.",
                }.items()
            },
        },
        {"Seeadler": "akkus.md", "ZK-8": "akkus.md"},
        files=True,
    ),
)  # fmt: skip


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
async def test_it_finds_first(app: RunningApp, case: SearchCase) -> None:
    async with app.signed_in(f"searcher{CASES.index(case)}") as client:
        if case.files:
            files = [("files", one) for one in case.texts.items()]
            assert (await client.http.post("/api/v1/documents", files=files)).status_code == 202
        else:
            await client.add_texts(
                [{"external_id": name, "title": name, "text": text} for name, text in case.texts.items()]
            )
        await client.wait_until_indexed(poll_seconds=0.05)
        first = {query: (await client.search(query) or [{}])[0].get("external_id") for query in case.finds}
    assert first == dict(case.finds)
