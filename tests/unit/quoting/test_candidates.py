from dataclasses import replace

from backend.quoting.candidates import find_candidates
from backend.quoting.line_roles import Role
from tests.support.hits import hit


def test_a_sentence_after_a_question_is_led_by_it() -> None:
    found = find_candidates([hit("May I wash a logger? Yes, with cold water. It dries in an hour.")])
    assert [candidate.lead for candidate in found] == ["", "May I wash a logger?", ""]


def test_a_sentence_is_led_by_its_heading_but_not_by_the_title() -> None:
    text = "Handbook\n\nWelcome to all of you.\n\n2. Holidays\n\nThere are 28 days in a year."
    found = {c.text: c for c in find_candidates([hit(text, title="Handbook")])}
    assert found["2. Holidays"].role is Role.heading
    assert found["There are 28 days in a year."].lead == "2. Holidays"
    assert found["Welcome to all of you."].lead == ""


def test_a_table_row_has_the_words_of_its_head() -> None:
    found = find_candidates([hit("| Severity | Reward |\n|---|---|\n| critical | 500 euros |", title="Rules")])
    [row] = [candidate for candidate in found if candidate.role is Role.says]
    assert row.lead == "Severity | Reward"
    assert "reward" in row.context
    assert "reward" not in row.words


def test_a_key_of_a_record_is_not_quoted() -> None:
    text = "user: Ann Lee\ntime: 2026-01-29T09:10:00Z\ntext: The guide is old."
    [said] = [c for c in find_candidates([replace(hit(text, start=50), kind="json")]) if c.role is Role.says]
    assert said.text == "The guide is old."
    assert said.start == 50 + text.index("The guide")
