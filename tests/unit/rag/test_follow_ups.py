"""What a follow-up takes over from the talk before it, and that a whole new question takes over nothing."""

import pytest

from backend.rag.followup import standalone_question
from backend.rag.models import PastTurn

#: The question before, its answer, the follow-up, what must stand in the question that is searched, and what must not.
CARRIED = [
    # A pronoun stands for what the question before was about.
    ("When does the lease of the barn start?", "On 1 May.", "when does it end?", "lease barn end", ""),
    ("What is the budget of Orion?", "12,000.", "who approved it?", "approved budget Orion", ""),
    ("How much does the dough need of yeast?", "20 g.", "how long does that rest", "dough rest", ""),
    (
        "Wann läuft der Mietvertrag in Jena aus?",
        "Am 31. Mai.",
        "wer hat ihn unterschrieben?",
        "unterschrieben Mietvertrag Jena",
        "läuft",
    ),
    (
        "Wie hoch ist der Jahresbeitrag im Ruderverein?",
        "90 Euro.",
        "wann ist er fällig",
        "fällig Jahresbeitrag Ruderverein",
        "",
    ),
    ("Quel est le loyer du garage ?", "80 euros.", "et quand faut-il le payer ?", "payer loyer garage", ""),
    ("¿Cuánto cuesta el abono de la piscina?", "40 euros.", "¿y desde cuándo?", "abono piscina", ""),
    # A person whom the answer named.
    (
        "Who looks after the boiler?",
        "The caretaker is Piet Maas.",
        "what's his phone number?",
        "phone number Piet Maas",
        "",
    ),
    ("Who keeps the minutes?", "Minutes are kept by Lena Ott.", "since when does she do that?", "Lena Ott minutes", ""),
    (
        "Wer leitet die Jugendabteilung?",
        "Die Jugendabteilung leitet Jana Wolff.",
        "wie erreiche ich sie?",
        "erreiche Jana Wolff",
        "",
    ),
    (
        "Which bakery delivers the rolls?",
        "The rolls come from Mill Lane Bakery.",
        "where is it?",
        "Mill Lane Bakery rolls",
        "",
    ),
    # A question word alone.
    ("Who cancelled the choir trip?", "The board.", "why?", "why cancelled choir trip", ""),
    ("Does the lodge have a sauna?", "Yes.", "since when?", "since lodge sauna", ""),
    ("Is there a fine for late books?", "Yes.", "how much?", "fine late books", ""),
    ("Why did the club leave the old hall?", "It leaked.", "who decided that?", "decided club leave old hall", ""),
    ("Gibt es eine Kündigungsfrist im Verein?", "Ja.", "und wie lange?", "Kündigungsfrist Verein", ""),
    ("Darf man im Hof grillen?", "Ja.", "bis wann denn", "Hof grillen", ""),
    # The like takes the place of the like: a place, a name, a year, a thing.
    (
        "How long is parental leave in Germany?",
        "Three years.",
        "and in Tokyo?",
        "long parental leave in Tokyo",
        "Germany",
    ),
    ("What is the rent at the Bergen flat?", "900.", "and at the Oslo flat?", "rent Oslo flat", "Bergen"),
    (
        "Was kostet der Eintritt für Erwachsene?",
        "8 Euro.",
        "und für Kinder?",
        "kostet Eintritt für Kinder",
        "Erwachsene",
    ),
    ("Was kostet ein Stellplatz in Ulm?", "50 Euro.", "Und in Bad Aibling?", "kostet Stellplatz Bad Aibling", "Ulm"),
    ("When does Mia Brandt have her ski lesson?", "Monday.", "what about Ben?", "Ben ski lesson", "Mia Brandt"),
    ("What did Carla bring to the picnic?", "Salad.", "and Tom", "Tom bring picnic", "Carla"),
    ("How many members did the club have in 2022?", "120.", "and 2023?", "members club 2023", "2022"),
    ("How many members did the club have in 2022?", "120.", "and in 2024?", "members club in 2024", "2022"),
    ("Wie viele Mitglieder hatte der Verein 2022?", "120.", "und 2023?", "Mitglieder Verein 2023", "2022"),
    (
        "How long is the warranty on the fridge?",
        "Two years.",
        "what about the dishwasher?",
        "long warranty dishwasher",
        "fridge",
    ),
    (
        "Wie lange gilt die Garantie für den Herd?",
        "2 Jahre.",
        "und für die Spülmaschine?",
        "gilt Garantie Spülmaschine",
        "Herd",
    ),
    ("Wer ist für die Küche zuständig?", "Ina Rau.", "was ist mit dem Keller?", "zuständig Keller", "Küche"),
    (
        "Combien coûte l'entrée pour les adultes ?",
        "8 euros.",
        "et pour les enfants ?",
        "coûte entrée pour les enfants",
        "adultes",
    ),
    ("¿Cuánto cuesta la clase en Sevilla?", "12 euros.", "¿y en Granada?", "cuesta clase en Granada", "Sevilla"),
    ("What does entry cost at the lido?", "4 euros.", "and for kids?", "entry cost lido for kids", ""),
    # The second of what was listed.
    (
        "Which courses are there?",
        "- Pottery for beginners\n- Weaving on Fridays\n- Glass",
        "when is the second one?",
        "Weaving Fridays",
        "Pottery",
    ),
    (
        "Welche Kurse gibt es?",
        "1. Töpfern\n2. Weben am Freitag\n3. Glas",
        "und was kostet der zweite?",
        "Weben",
        "Töpfern",
    ),
    (
        "Which courses are there?",
        "- Pottery\n- Weaving\n- Glass",
        "tell me more about the last one",
        "Glass",
        "Pottery",
    ),
    # A correction.
    ("When does the Lyon office open?", "At 9.", "no, I meant the Nantes office", "Nantes office open", "Lyon"),
    ("How many members did we have in 2023?", "130.", "not 2023, 2024", "members 2024", "2023"),
    ("What does Carla earn?", "30.", "sorry I meant Tom", "Tom earn", "Carla"),
    ("Wann öffnet das Büro in Kassel?", "Um 9.", "nein, ich meinte Fulda", "öffnet Büro Fulda", "Kassel"),
    ("Wer ist Trainer der Herren?", "Uwe.", "nicht der Herren, der Damen", "Trainer der Damen", "Herren"),
    ("Quel est le loyer à Lyon ?", "900.", "non, je voulais dire Nantes", "loyer Nantes", "Lyon"),
    ("When did mia get the first medal?", "In May.", "and her sister?", "when did her sister get first medal mia", ""),
    ("Who is on call in week 12?", "Ben.", "no sorry, i meant 13", "call week 13", "12"),
    ("Who stands in for Mr Haas?", "Mr Haas is replaced by Iva Lund.", "and if she is ill?", "ill Iva Lund stands", ""),
    (
        "Wer vertritt frau ott?",
        "Frau Ott wird von Jana Wolff vertreten.",
        "und wenn die krank ist",
        "krank ott Jana Wolff",
        "",
    ),
    ("When do we move to the mill?", "In May.", "why not earlier?", "why earlier move mill", ""),
]

#: A question before, and a question that stands by itself.
WHOLE = [
    "What is the wifi password of the guest house?",
    "And what is the wifi password of Villa Rosa?",
    "Ok, when does the summer camp start?",
    "So who repairs the coffee machine?",
    "How do I reset the router when it blinks red?",
    "How long does it take to descale the kettle?",
    "Is it allowed to keep dogs in the flat?",
    "What does the contract say about its renewal?",
    "Does the landlord pay for the heating if it breaks down?",
    "Who is the treasurer?",
    "Where is the fuse box",
    "list all recipes with rhubarb",
    "fuse box location",
    "What did Anna Berg say about her holiday?",
    "Why was the choir trip to Graz cancelled?",
    "Wann beginnt das Trainingslager der Jugend?",
    "Wie viel Mehl brauche ich für den Zwetschgenkuchen?",
    "Wer haftet, wenn der Mieter die Schlüssel verliert?",
    "Gibt es eine Regel zu Hunden im Treppenhaus?",
    "Welche Kündigungsfrist gilt und wann beginnt sie?",
    "Dürfen Mitglieder Gäste in die Sauna mitbringen?",
    "Quand commence le stage de voile à Brest ?",
    "Est-il possible de garer un vélo dans la cour ?",
    "¿Dónde se guardan las llaves del almacén?",
    "Not all members pay the fee: who is exempt from the annual fee?",
    "Is the second floor rented out to the dance school?",
    "What was decided in the last meeting about the parking lot?",
    "Which of these two paints, Alba or Corda, dries faster?",
]


@pytest.mark.parametrize(("before", "answer", "asked", "holds", "lacks"), CARRIED)
async def test_a_follow_up_takes_over_what_it_lacks(
    before: str, answer: str, asked: str, holds: str, lacks: str
) -> None:
    searched = await standalone_question(asked, (PastTurn(before, answer),), None)
    words = searched.casefold()
    assert not [word for word in holds.casefold().split() if word not in words], searched
    assert not [word for word in lacks.casefold().split() if word in words], searched


@pytest.mark.parametrize("asked", WHOLE)
@pytest.mark.parametrize(
    ("before", "answer"),
    [("When does the Bergen lease end?", "On 3 May, says Piet Maas."), ("Was kostet der Eintritt in Ulm?", "8 Euro.")],
)
async def test_a_whole_question_takes_over_nothing(before: str, answer: str, asked: str) -> None:
    assert await standalone_question(asked, (PastTurn(before, answer),), None) == asked


async def test_what_was_taken_over_once_is_taken_over_again() -> None:
    history = (
        PastTurn("What is the budget of Orion?", "12,000."),
        PastTurn("who approved it?", "Carla Neri.", query="who approved it? (budget Orion)"),
    )
    searched = await standalone_question("and when?", history, None)
    assert {"when", "approved", "budget", "orion"} <= set(
        searched.casefold().replace("(", " ").replace(")", " ").replace("?", " ").split()
    )


ASKED_BACK = "Which Dana do you mean?\n\n- Dana Kim\n- Dana Roth"
ASKED_ABOUT = "Which of these do you mean?\n\n- Lease of the barn\n- Lease of the mill"


@pytest.mark.parametrize(
    ("question", "asked_back", "chosen", "searched"),
    [
        ("What is Dana's phone number?", ASKED_BACK, "Dana Roth", "What is Dana Roth's phone number?"),
        ("What is Dana's phone number?", ASKED_BACK, "roth", "What is Dana Roth's phone number?"),
        ("what's danas... I mean Dana's room", ASKED_BACK, "the first", "what's danas... I mean Dana Kim's room"),
        ("wo sitzt Dana", ASKED_BACK, "die zweite", "wo sitzt Dana Roth"),
        ("wo sitzt dana?", ASKED_BACK, "Die von Dana Kim bitte", "wo sitzt Dana Kim?"),
        ("When does the lease end?", ASKED_ABOUT, "the mill", "When does the lease end? (Lease of the mill)"),
        ("When does the lease end?", ASKED_ABOUT, "2", "When does the lease end? (Lease of the mill)"),
        ("When does the lease end?", ASKED_ABOUT, "the last one", "When does the lease end? (Lease of the mill)"),
        ("When does the lease end?", ASKED_ABOUT, "Where is the fuse box?", "Where is the fuse box?"),
        (
            "When does the lease end?",
            ASKED_ABOUT,
            "Who repairs the roof of the mill?",
            "Who repairs the roof of the mill?",
        ),
    ],
)
async def test_a_choice_is_joined_with_the_question_asked_before(
    question: str, asked_back: str, chosen: str, searched: str
) -> None:
    history = (PastTurn(question, asked_back, outcome="ask_back"),)
    assert await standalone_question(chosen, history, None) == searched
