"""Two questions in one message are told apart; one question with "and" in it is one."""

import pytest

from backend.rag.two_questions import split_questions

TWO = [
    ("When is the party and who brings the cake?", "When is the party?", "Who brings the cake?"),
    ("What does the camp cost? And is there parking?", "What does the camp cost?", "Is there parking?"),
    ("what does the camp cost and where do we meet", "What does the camp cost?", "Where do we meet?"),
    ("Who leads the choir, and how much is the fee?", "Who leads the choir?", "How much is the fee?"),
    ("Wer leitet das Training und wann beginnt es?", "Wer leitet das Training?", "Wann beginnt es?"),
    ("Was kostet die Miete? Wer zahlt den Strom?", "Was kostet die Miete?", "Wer zahlt den Strom?"),
    ("wie hoch ist die Kaution und gibt es einen Keller?", "Wie hoch ist die Kaution?", "Gibt es einen Keller?"),
    (
        "Bis wann muss ich kündigen und an wen schicke ich die Kündigung?",
        "Bis wann muss ich kündigen?",
        "An wen schicke ich die Kündigung?",
    ),
    ("Quand a lieu la fête et qui apporte le gâteau ?", "Quand a lieu la fête?", "Qui apporte le gâteau?"),
    ("¿Cuándo es la fiesta y quién trae la tarta?", "Cuándo es la fiesta?", "Quién trae la tarta?"),
    ("When does the lease end and can I extend it?", "When does the lease end?", "Can I extend it?"),
    ("Is there a sauna? what are the opening hours", "Is there a sauna?", "What are the opening hours?"),
    ("Tell me when the party is and who brings the cake.", "When the party is?", "Who brings the cake?"),
    ("When did we give up the garage and why?", "When did we give up the garage?", "Why?"),
    (
        "How much yeast goes into the dough and also how long does it rest?",
        "How much yeast goes into the dough?",
        "How long does it rest?",
    ),
    (
        "What is the wifi password and is the router in the cellar?",
        "What is the wifi password?",
        "Is the router in the cellar?",
    ),
]

ONE = [
    "When and where is the party?",
    "Wann und wo ist das Sommerfest?",
    "What is the difference between the old and the new contract?",
    "Who runs the lab and is responsible for safety?",
    "Who wrote the code and is the owner of the repository?",
    "Which members pay less and more?",
    "What do I do if the alarm rings and the door is locked?",
    "Is the flat heated and furnished?",
    "I lost my key. What do I do?",
    "We need yeast, right? oder",
    "Explain what happened when the pump failed",
    "When is the party?",
    "What happens when it rains?",
    "terms and conditions",
    "What are the rules for dogs and cats?",
    "Was ist der Unterschied zwischen Miete und Pacht?",
    "The lease ends in May, doesn't it? Right?",
    "Which wine goes with fish and chips?",
    "Ist die Miete hoch und die Wohnung klein?",
    "Welche Mitglieder zahlen Beitrag und sind stimmberechtigt?",
    "Hello? What is the rent?",
    "?? and what",
    "",
]


@pytest.mark.parametrize(("text", "first", "second"), TWO)
def test_two_questions_are_told_apart(text: str, first: str, second: str) -> None:
    assert split_questions(text) == (first, second)


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_one(text: str) -> None:
    assert split_questions(text) is None
