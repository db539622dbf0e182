"""By its form alone: does a question ask for all of a list, for what is needed, for steps, or for something else?"""

import pytest

from backend.rag.wholes import Sort, asked_whole


@pytest.mark.parametrize(
    ("question", "sort", "noun"),
    [
        ("which house rules apply?", Sort.members, "rules"),
        ("what are the next exams", Sort.members, "exams"),
        ("list all the suppliers of the kitchen", Sort.members, "suppliers"),
        ("who are our neighbours", Sort.members, "neighbours"),
        ("what's included in the fee", Sort.members, None),
        ("Welche laufenden Kosten hat der Mieter?", Sort.members, "kosten"),
        ("Nenne mir alle Organe", Sort.members, "organe"),
        ("wer kommt denn alles mit", Sort.members, None),
        ("quelles sont les pièces à fournir", Sort.members, "pièces"),
        ("¿Cuáles son las tareas?", Sort.members, "tareas"),
        ("what documents do i need for the visa", Sort.needs, "documents"),
        ("was muss ich zum zeltlager mitbringen", Sort.needs, None),
        ("how do I change the filter?", Sort.steps, None),
        ("alarm rings and nobody is there, what now", Sort.steps, None),
        ("Wie melde ich mich ab?", Sort.steps, None),
        ("comment résilier le contrat", Sort.steps, None),
        ("cómo se limpia el filtro", Sort.steps, None),
    ],
)
def test_a_whole_is_asked_for(question: str, sort: Sort, noun: str | None) -> None:
    whole = asked_whole(question)
    assert whole is not None
    assert (whole.sort, whole.noun) == (sort, noun)


@pytest.mark.parametrize(
    "question",
    [
        "how many exams are there",
        "how long do we have to wait",
        "Wie hoch ist die Gebühr?",
        "What is the fee?",
        "what happens if I am late",
        "Which exam is the last one?",
        "welche Frist ist die längste",
        "Why do we need a permit?",
        "difference between the two tariffs",
        "What are the exams and when is the first?",
        "show me the rental contract",
        "Combien de pièces faut-il fournir ?",
    ],
)
def test_something_else_is_asked_for(question: str) -> None:
    assert asked_whole(question) is None
