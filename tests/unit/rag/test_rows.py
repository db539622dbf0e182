"""Questions over rows of tables and items of lists: what is computed, of which table, and when nothing is said."""

from collections.abc import Sequence

import pytest

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.errors import NotFound
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.models import Question, Source
from backend.rag.rows.composer import Rows
from tests.support.hits import hit

RECIPES = """# Weeknight recipes

What we cook when nobody has time.

| Recipe | Cooking time | Servings | Vegan | Season |
|---|---|---:|---|---|
| Lentil soup | 35 min | 4 | yes | winter |
| Pea risotto | 50 min | 3 | no | spring |
| Shakshuka | 25 min | 2 | no | summer |
| Pumpkin curry | 1 h 10 min | 6 | yes | autumn |
| Potato salad | 40 min | 4 | yes | summer |

## Rules of the kitchen

1. Whoever cooks does not wash up.
2. Knives never go into the dishwasher.
3. Label what you freeze.
"""
STATUTES = """# Beitragsordnung des TSV Ahornweiler

Gültig ab 1. Januar 2026.

## Mitgliedsbeiträge

| Gruppe | Monatsbeitrag | Aufnahmegebühr |
|---|---|---|
| Kinder bis 14 Jahre | 6,50 € | 10,00 € |
| Jugendliche | 8,00 € | 10,00 € |
| Erwachsene | 14,50 € | 25,00 € |
| Familien | 29,00 € | 40,00 € |
| Fördermitglieder | 5,00 € | – |

## Abteilungen

Der Verein gliedert sich in folgende Abteilungen:

- Handball
- Turnen
- Leichtathletik
- Tischtennis
"""
UTILITIES = """# Nebenkostenabrechnung 2025

Wohnung Lindenstraße 8, 2. OG links

| Kostenart | Verteiler | Betrag |
|---|---|---|
| Grundsteuer | Fläche | 212,40 € |
| Wasser | Verbrauch | 318,15 € |
| Heizung | Verbrauch | 1.104,00 € |
| Hausmeister | Fläche | 180,00 € |
| Gesamt | | 1.814,55 € |
"""
RUNBOOK = """# Runbook: Harbor platform

## Services

| Service | Port | Owner | Restart takes | Critical |
|---|---|---|---|---|
| gateway | 8443 | Priya Nair | 40 s | yes |
| ledger | 9010 | Tomas Berg | 3 min | yes |
| mailer | 9025 | Priya Nair | 90 s | no |
| reports | 9100 | Ines Kaya | 12 min | no |

## Escalation levels

There are three escalation levels: primary, secondary, manager. Page the primary first.

- Primary: answers within 5 minutes
- Secondary: after 15 minutes
- Manager: after 30 minutes
- Vendor hotline: only for hardware
"""
MINUTES = """# Minutes of the parents' council, 12 March 2026

## Action items

| Task | Responsible | Due | Status |
|---|---|---|---|
| Book the gym | Olga Petrova | 2026-03-20 | done |
| Print flyers | Sam Reed | 2026-03-27 | open |
| Ask the baker for a donation | Olga Petrova | 2026-04-10 | open |
| Hire a band | Wen Li | 2026-05-02 | open |

## Present

Olga Petrova, Sam Reed, Wen Li, Mr Adeyemi
"""
PRICES = """Item | Price | Allergens
Item: Croissant | Price: 1.80 EUR | Allergens: gluten, milk
Item: Rye bread | Price: 4.20 EUR | Allergens: gluten
Item: Meringue | Price: 2.10 EUR | Allergens: egg
Item: Fruit tart | Price: 3.90 EUR | Allergens: gluten, egg, milk
"""
PUPILS = """Liebe Eltern,

die Klassenfahrt nach Rügen kostet 245 Euro. Mitzubringen sind Badesachen, eine Regenjacke und ein Fahrradhelm.

Mit freundlichen Grüßen
Frau Osterkamp
"""
EXPENSES = """# Dépenses du club de lecture 2026

| Date | Achat | Montant |
|---|---|---|
| 03.01.2026 | Romans | 84,00 € |
| 17.02.2026 | Thé et biscuits | 12,50 € |
| 09.03.2026 | Affiches | 30,00 € |
"""
ROUTES = """# Rutas de senderismo

| Ruta | Distancia | Dificultad |
|---|---|---|
| Cares | 12,4 km | media |
| Pico Azul | 18,1 km | alta |
| Laguna Verde | 6,0 km | baja |
"""
DEVICES = """# Inventory of loan devices

| Device | Serial | Bought | Price | Lent to |
|---|---|---|---|---|
| Laptop A | LX-204 | 2023-05-11 | $1,249.00 | Noor |
| Laptop B | LX-219 | 2025-01-30 | $1,399.50 | Jakub |
| Projector | PJ-7 | 2021-09-02 | $640.00 | – |
| Tablet | TB-33 | 2024-11-18 | $420.00 | Noor |
"""
LEASE = """# Mietvertrag Gartenweg 3

| Vereinbarung | Wert |
|---|---|
| Kaltmiete | 890,00 € |
| Kaution | 2.670,00 € |
| Kündigungsfrist | 3 Monate |
"""
LOG = """# Garage log of the van

| Date | Garage | Work | Odometer |
|---|---|---|---|
| 2024-02-03 | Mill Lane | oil change | 40,120 km |
| 2024-09-17 | Mill Lane | brakes | 47,300 km |
| 2025-03-22 | Station Road | tyres | 52,008 km |
"""
DAMP = """# Feuchtemessung im Keller

| Stelle | Feuchte (%) |
|---|---|
| Nordwand | 71 |
| Treppe | 48 |
| Heizraum | 39 |
"""
ORDERS = """month | parts_kg | parts_usd | carrier | remarks
month: 2026-01 | parts_kg: 120 | parts_usd: 310.50 | carrier: Quickline
month: 2026-02 | parts_kg: 80 | parts_usd: 295.00 | carrier: Farhaul | remarks: late
month: 2026-03 | parts_kg: 95 | parts_usd: 402.25 | carrier: Quickline
"""
STALLS = """# Fair planning

## Offers

Prices per day as the towns offer them:

| Item | Brookfield | Ashton |
|---|---|---|
| Pitch | 140 | 155 |
| Power | 35 | 20 |
"""
DOCUMENTS = {
    "recipes": ("Weeknight recipes", RECIPES),
    "statutes": ("Beitragsordnung", STATUTES),
    "utilities": ("Nebenkostenabrechnung 2025", UTILITIES),
    "runbook": ("Harbor runbook", RUNBOOK),
    "minutes": ("Minutes 2026-03-12", MINUTES),
    "prices": ("Bakery price list", PRICES),
    "letter": ("Brief zur Klassenfahrt", PUPILS),
    "expenses": ("Dépenses 2026", EXPENSES),
    "routes": ("Rutas de senderismo", ROUTES),
    "devices": ("Loan devices", DEVICES),
    "log": ("Garage log", LOG),
    "damp": ("Messprotokoll", DAMP),
    "orders": ("orders-workshop-2026", ORDERS),
    "stalls": ("Fair planning", STALLS),
    "lease": ("Mietvertrag", LEASE),
}


class Texts:
    """`VersionTexts` over the documents above."""

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        if document_id not in DOCUMENTS:
            raise NotFound("There is no such document.")
        return DocumentText(document_id=document_id, version=version or 1, text=DOCUMENTS[document_id][1])


async def asked(question: str, found: Sequence[str] = tuple(DOCUMENTS)) -> Composed | None:
    """As if a search had found the beginning of each document."""
    hits = [hit(DOCUMENTS[one][1][:120], document_id=one, title=DOCUMENTS[one][0]) for one in found]
    sources = tuple(map(Source, hits))
    return await Rows(Texts()).compose(Asked(Question(Caller.of("ann"), question), question, sources))


def shown(answer: Composed) -> str:
    return "".join(piece if isinstance(piece, str) else piece.shown for piece in answer.pieces)


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        # counts of rows and of items
        ("How many recipes are there?", ["5", "Shakshuka"], []),
        ("how many vegan recipes do we have", ["3", "Lentil soup", "Potato salad"], ["Shakshuka"]),
        ("How many recipes are for summer?", ["2", "Shakshuka", "Potato salad"], ["Lentil"]),
        ("How many kitchen rules are there", ["3", "Knives"], []),
        ("wie viele abteilungen hat der verein", ["4", "Turnen", "Tischtennis"], []),
        ("How many services does Priya Nair own?", ["2", "gateway", "mailer"], ["ledger"]),
        ("how many action items are still open?", ["3", "Hire a band"], ["Book the gym"]),
        ("number of critical services", ["2", "ledger"], ["reports"]),
        ("How many devices are lent to Noor?", ["2", "Tablet"], ["Jakub"]),
        ("how often has the van been at Mill Lane?", ["2", "brakes"], ["tyres"]),
        ("How many recipes are there in total?", ["5 rows", "Shakshuka"], []),
        # stated beats counted
        ("How many escalation levels are there?", ["three escalation levels"], ["4"]),
        # sums and averages
        ("Wie hoch sind die Nebenkosten 2025 insgesamt?", ["1.814,55 €"], ["3.629"]),
        ("Was macht das nach Verbrauch zusammen in der Nebenkostenabrechnung?", ["1.422,15 €"], ["Hausmeister"]),
        ("What did the loan devices cost in total?", ["$3,708.50"], []),
        ("total price of the devices lent to noor", ["$1,669.00"], ["Jakub"]),
        ("combien avons-nous dépensé au total dans le club de lecture", ["126,50 €"], []),
        ("What is the average price of the bakery items?", ["3", "EUR"], []),
        ("how much do all the recipes take in total", ["3 h 40 min"], []),
        ("what did the parts cost us in the workshop orders all told", ["1,007.75"], []),
        ("What would Ashton cost per day altogether?", ["175", "155"], []),
        ("how many deliveries in the workshop orders are quickline's", ["2", "2026-03"], ["Farhaul"]),
        ("what did the parts cost in january in the workshop orders", ["310.50"], ["402"]),
        # the most and the least
        ("Which recipe takes the longest?", ["Pumpkin curry"], ["Shakshuka"]),
        ("whats the quickest recipe", ["Shakshuka", "25 min"], ["Lentil"]),
        ("Welche Gruppe zahlt den höchsten Monatsbeitrag?", ["Familien", "29,00 €"], ["Erwachsene"]),
        ("welche kostenart ist am teuersten in der nebenkostenabrechnung", ["Heizung"], ["Gesamt"]),
        ("What is the cheapest thing on the bakery price list?", ["Croissant"], ["Meringue"]),
        ("Which loan device is the oldest?", ["Projector", "2021-09-02"], ["Tablet"]),
        ("cuál es la ruta más larga", ["Pico Azul"], ["Cares"]),
        ("which vegan recipe takes the least time", ["Lentil soup"], ["Shakshuka"]),
        ("the most expensive laptop of the loan devices", ["Laptop B"], ["Projector"]),
        ("wo im keller war es am feuchtesten", ["Nordwand", "71"], ["Treppe"]),
        # filters
        ("Which recipes take less than 40 minutes?", ["Lentil soup", "Shakshuka"], ["Potato"]),
        ("Which bakery items cost more than 2 euros?", ["Rye", "Meringue", "Fruit tart"], ["Croissant"]),
        ("welche gruppen zahlen mehr als 8 € monatsbeitrag", ["Erwachsene", "Familien"], ["Jugendliche"]),
        ("Which recipes are vegan?", ["Lentil soup", "Pumpkin curry", "Potato salad"], ["risotto"]),
        ("which services are not critical?", ["mailer", "reports"], ["gateway"]),
        ("list the services that take over 2 min to restart", ["ledger", "reports"], ["mailer"]),
        ("Which action items are due after 1 April 2026?", ["baker", "band"], ["flyers"]),
        ("which devices were bought before 2024?", ["Laptop A", "Projector"], ["Tablet"]),
        ("Which tasks does Olga Petrova still have open?", ["baker"], ["gym", "flyers"]),
        ("Which bakery items contain egg?", ["Meringue", "Fruit tart"], ["Rye"]),
        # one cell
        ("How much is the fruit tart?", ["3.90 EUR"], ["Meringue"]),
        ("was kostet die Aufnahmegebühr für Erwachsene", ["25,00 €"], ["Familien"]),
        ("what port does the ledger service use", ["9010"], ["9025"]),
        ("How long does the pumpkin curry take?", ["1 h 10 min"], ["35"]),
        ("wie hoch ist die kaution im mietvertrag", ["2.670,00 €"], ["890"]),
        ("What does the projector cost", ["$640.00"], ["Tablet"]),
    ],
)
async def test_what_is_computed_and_over_which_rows(question: str, holds: list[str], lacks: list[str]) -> None:
    answer = await asked(question)
    assert answer is not None
    text = shown(answer)
    assert [word for word in holds if word not in text] == [], text
    assert [word for word in lacks if word in text] == [], text


@pytest.mark.parametrize(
    "question",
    [
        "How many days is the kitchen closed?",
        "How many minutes are the escalation levels?",
        "How often should the van be serviced?",
        "How many guests may a tenant have?",
        "How many recipes did we cook in January?",
        "How many vegan desserts are there?",
        "Why does the ledger take so long to restart?",
        "How do I restart the ledger service?",
        "How much does the class trip cost in total?",
        "Which recipes does Priya Nair like?",
        "Who is the longest serving member of the club?",
        "What is the total budget of the school?",
        "Was kostet die Klassenfahrt nach Rügen?",
        "Which recipes are not from Italy?",
        "When was the most expensive laptop repaired?",
        "How many pupils are in the class?",
        "which services cost more than 20 euros",
        "How much is a croissant in Paris?",
        "Summarize the action items",
        "Is the ledger critical?",
        "hello, how are you",
    ],
)
async def test_what_no_table_answers_is_left_to_others(question: str) -> None:
    assert await asked(question) is None


async def test_what_is_quoted_stands_in_the_text_and_headers_are_told() -> None:
    answer = await asked("Which recipes take less than 40 minutes?")
    assert answer is not None
    excerpts = [piece for piece in answer.pieces if isinstance(piece, Excerpt)]
    assert [RECIPES[piece.start : piece.end] for piece in excerpts] == [
        "Lentil soup | 35 min | 4 | yes | winter",
        "Shakshuka | 25 min | 2 | no | summer",
    ]
    assert all(piece.hit.text[piece.start - piece.hit.start :].startswith(piece.shown[:8]) for piece in excerpts)
    assert "Recipe | Cooking time | Servings" in shown(answer)


async def test_german_questions_get_german_words() -> None:
    answer = await asked("Wie viele Gruppen gibt es bei den Mitgliedsbeiträgen?")
    assert answer is not None
    assert shown(answer).startswith("5 Zeilen")


async def test_long_results_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"| Lamp {number} | {number} € |\n" for number in range(1, 31))
    monkeypatch.setitem(DOCUMENTS, "lamps", ("Lamps", f"# Lamps\n\n| Lamp | Price |\n|---|---|\n{rows}"))
    answer = await asked("How many lamps are there?", ["lamps"])
    assert answer is not None
    assert shown(answer).startswith("30 rows")
    assert sum(isinstance(piece, Excerpt) for piece in answer.pieces) == 12
    assert "18 more" in shown(answer)


async def test_two_tables_that_say_different_things_are_not_chosen_from(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, price in (("north", "3 €"), ("south", "4 €")):
        text = f"# Kiosk\n\n| Snack | Price |\n|---|---|\n| Pretzel | {price} |\n| Soup | 6 € |\n"
        monkeypatch.setitem(DOCUMENTS, name, ("Kiosk", text))
    assert await asked("How much is the pretzel?", ["north", "south"]) is None


async def test_a_document_that_has_gone_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(hit("| Snack | Price |", document_id="gone", title="Kiosk"))
    question = Question(Caller.of("ann"), "How many snacks are there?")
    assert await Rows(Texts()).compose(Asked(question, question.text, (source,))) is None


TICKETS = """# Help desk, figures of each month

| Month | Calls | P1 calls |
|---|---:|---:|
| 2025-11 | 90 | 4 |
| 2025-12 | 70 | 2 |
| 2026-01 | 80 | 3 |
| 2026-03 | 85 | 1 |
| 2026-04 | 60 | 6 |
| 2026-08 | 75 | 9 |
"""
SALES = """# Turnover of the bakery

| Quarter | Bread | Cakes |
|---|---:|---:|
| 2025-Q3 | 900 | 310 |
| 2025-Q4 | 950 | 520 |
| 2026-Q1 | 870 | 280 |
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many p1 calls did we have in the first half of 2026?", "10"),
        ("How many calls were there in the second half of 2025?", "160"),
        ("how many p1 calls in Q1 2026", "4"),
        ("how many p1 calls in 2026-Q2", "6"),
        ("Wie viele P1 calls gab es im ersten Quartal 2026?", "4"),
        ("wie viele p1 calls gab es im 2. Halbjahr 2025", "6"),
    ],
)
async def test_a_part_of_a_year_chooses_rows_by_their_month(
    question: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DOCUMENTS, "desk", ("Help desk", TICKETS))
    answer = await asked(question, ["desk"])
    assert answer is not None
    assert value in shown(answer).replace(":", " ").replace(".", " ").split()


async def test_a_part_of_a_year_is_found_by_its_name_where_there_are_no_months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DOCUMENTS, "bakery", ("Bakery", SALES))
    answer = await asked("how many cakes in the fourth quarter of 2025?", ["bakery"])
    assert answer is not None
    assert "520" in shown(answer)
    assert await asked("how many cakes in the fourth quarter of 2024?", ["bakery"]) is None
    assert await asked("how many cakes in the third half of 2025?", ["bakery"]) is None
