"""Which passages are taken for older and newer versions, or for a contradiction, and which are not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.embedding.search.models import Hit
from backend.rag.disagreement import asks_for_the_past, find_contradictions, superseded_by
from backend.rag.precedence import in_order
from tests.support.cost import processor_seconds

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def passage(document_id: str, text: str, *, title: str = "Travel policy", year: int = 2024) -> Hit:
    return Hit(
        document_id=document_id,
        external_id=document_id,
        title=title,
        url=None,
        source="files",
        kind="text",
        version=1,
        start=0,
        end=len(text),
        text=text,
        score=1.0,
        modified_at=datetime(year, 1, 1, tzinfo=UTC),
    )


OLD = passage("old", "The meal allowance per day is 40 euros in every country.", year=2022)
NEW = passage("new", "The meal allowance per day is 55 euros in every country.", year=2024)


def test_versions_of_one_text_are_old_and_new_in_either_order() -> None:
    for hits in ((OLD, NEW), (NEW, OLD)):
        [found] = find_contradictions(hits)
        assert (found.kind, found.older.document_id, found.newer.document_id) == ("superseded", "old", "new")
        assert "2022-01-01" in found.note
        assert "2024-01-01" in found.note
    assert superseded_by(find_contradictions((OLD, NEW))) == {"old": "new"}


def test_other_figures_under_another_title_are_a_conflict() -> None:
    mail = replace(NEW, title="Mail from Bob", document_id="mail")
    [found] = find_contradictions((OLD, mail))
    assert found.kind == "conflict"
    assert "40" in found.note
    assert "55" in found.note
    assert superseded_by([found]) == {}


def test_a_conflict_of_the_same_date_has_no_winner_but_is_shown() -> None:
    [found] = find_contradictions((OLD, replace(NEW, title="Memo", modified_at=OLD.modified_at)))
    assert found.kind == "conflict"


@pytest.mark.parametrize(
    ("old_text", "new_text"),
    [
        ("This document is superseded by Travel policy 2024.", "Allowances are paid monthly."),
        ("Allowances are paid weekly.", "This policy replaces the Travel policy of 2022."),
        ("DEPRECATED. Allowances are paid weekly.", "Allowances are paid monthly."),
    ],
)
def test_words_that_announce_a_replacement_count(old_text: str, new_text: str) -> None:
    hits = (passage("a", old_text, year=2022), passage("b", new_text, title="Travel policy 2024", year=2024))
    [found] = find_contradictions(hits)
    assert (found.kind, found.older.document_id, found.newer.document_id) == ("superseded", "a", "b")


@pytest.mark.parametrize(
    "other",
    [
        replace(OLD, document_id="copy"),
        passage("c", "The office in Lisbon has 40 desks and two kitchens.", title="Offices"),
        passage("d", "This guide replaces the coffee machine manual.", title="Coffee"),
        passage("e", "The meal allowance per day is 40 euros in every country, raised in 2024.", title="Note"),
        replace(NEW, document_id="old"),
    ],
)
def test_what_agrees_or_speaks_of_something_else_is_left_alone(other: Hit) -> None:
    assert find_contradictions((OLD, other)) == ()


def test_a_new_version_that_names_the_old_one_as_superseded_is_still_the_new_one() -> None:
    old = passage("v2", "A client may make 60 calls.", title="API limits v2", year=2024)
    new = passage("v3", "Version 2 is deprecated. A client may make 120 calls.", title="API limits v3", year=2026)
    for hits in ((old, new), (new, old)):
        [found] = find_contradictions(hits)
        assert (found.older.document_id, found.newer.document_id, found.certain) == ("v2", "v3", True)


def test_a_later_message_about_the_question_that_speaks_of_a_change_is_shown_as_one() -> None:
    plan = passage("plan", "The summer party takes place on 12 June at the lake.", title="Summer party", year=2024)
    mail = passage("mail", "The party in summer was moved to 26 June.", title="Mail from Kim", year=2025)
    other = passage("other", "The lunch menu was moved to the intranet.", title="Mail from Bo", year=2025)
    [found] = find_contradictions((plan, mail, other), "When is the summer party?")
    assert (found.kind, found.older.document_id, found.newer.document_id) == ("conflict", "plan", "mail")
    assert not found.certain


@pytest.mark.parametrize("question", ["What was the old allowance?", "What did it say in 2022?", "How has it changed?"])
def test_questions_about_the_past_are_recognised(question: str) -> None:
    assert asks_for_the_past(question)


def test_a_question_about_the_present_is_not_about_the_past() -> None:
    assert not asks_for_the_past("How high is the meal allowance?")


def test_a_list_of_what_is_deprecated_does_not_end_the_document_that_has_it() -> None:
    changes = passage(
        "log", "Changes\n- Deprecated: the old queue command.\nDeprecated: the stop flag.", title="Relay log"
    )
    guide = passage("guide", "The queue command is explained here.", title="Relay guide", year=2023)
    assert in_order(changes, guide) == (guide, changes)
    ended = passage("log", "Status: superseded by ADR 9\n\nJobs are kept in a list.", title="Relay log")
    assert in_order(ended, guide) == (ended, guide)


def test_costs_about_a_millisecond() -> None:
    hits = [
        replace(OLD, document_id=str(n), text=f"{OLD.text} Sentence {n} about other things. " * 12) for n in range(8)
    ]
    assert processor_seconds(lambda: find_contradictions(hits)) < 0.1
