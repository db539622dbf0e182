"""What is told apart, what is not, and what must not be taken for a contradiction."""

import pytest

from backend.rag.differences import differences
from tests.support.cost import processor_seconds
from tests.unit.rag.claim_pairs import AGREES, BESIDE, OTHERWISE, TURNED_TWICE


@pytest.mark.parametrize(("source", "claim"), OTHERWISE)
def test_what_is_said_otherwise_is_told(source: str, claim: str) -> None:
    assert any(one.certain for one in differences(claim, source))


@pytest.mark.parametrize(("source", "claim"), AGREES)
def test_what_follows_from_the_source_is_no_difference(source: str, claim: str) -> None:
    assert differences(claim, source) == ()


@pytest.mark.parametrize(("source", "claim"), [*BESIDE, *TURNED_TWICE])
def test_other_things_and_two_turns_of_sense_are_no_contradiction(source: str, claim: str) -> None:
    assert not any(one.certain for one in differences(claim, source))


@pytest.mark.parametrize("text", sorted({text for pair in (*OTHERWISE, *AGREES, *BESIDE) for text in pair}))
def test_nothing_differs_from_itself(text: str) -> None:
    assert differences(text, text) == ()


@pytest.mark.parametrize(
    ("source", "claim", "told"),
    [
        ("Everyone has 28 days of paid holiday.", "Everyone has 30 days of paid holiday.", "30 days ≠ 28 days"),
        ("Send the form before the check.", "Send the form after the check.", "after ≠ before"),
        ("Pets are not allowed in the garden.", "Pets are allowed in the garden.", "allowed ≠ not allowed"),
        ("The tablets are safe for children.", "The tablets are unsafe for children.", "unsafe ≠ safe"),
        ("The keys were handed over by Ann Lee.", "The keys were handed over by Ben Ode.", "Ben Ode ≠ Ann Lee"),
    ],
)
def test_both_sides_are_named_as_they_are_written(source: str, claim: str, told: str) -> None:
    assert [str(one) for one in differences(claim, source)] == [told]


def test_a_sentence_that_asks_supports_nothing_and_contradicts_nothing() -> None:
    (found,) = differences(
        "The syrup does not help against coughs.", "We asked whether the syrup helps against coughs."
    )
    assert not found.certain


@pytest.mark.parametrize("text", ["not " * 4000, "no more than 5 " * 1500, "1.2.3,4:5-6/7 " * 1500, "A B " * 4000])
def test_long_and_odd_sentences_take_no_time(text: str) -> None:
    took = processor_seconds(lambda: differences("Pets are not allowed for more than 5 days.", text[:2000]))
    assert took < 0.5
