import pytest

from backend.quoting.line_roles import Role, is_question, plain, role, said_from, table_head


def role_of(line: str, text: str, kind: str = "text", names: frozenset[str] = frozenset()) -> Role:
    start = text.index(line)
    return role(text, start, start + len(line), kind=kind, names=names)


def test_the_header_of_a_mail_is_a_label() -> None:
    mail = "From: Ann Lee <ann@example.org>\nDate: Fri, 28 Nov 2025\nSubject: The move\n\nWe move on 1 May."
    for line in mail.splitlines()[:3]:
        assert role_of(line, mail, "email") is Role.label
    assert role_of("We move on 1 May.", mail, "email") is Role.says


def test_the_same_words_in_a_text_are_no_mail_header() -> None:
    assert role_of("Date: 28 November.", "Report\nDate: 28 November.", "text") is Role.says


def test_names_and_times_of_a_chat_are_labels_and_short_fields_are_fields() -> None:
    chat = "user: Ann Lee\ntime: 2026-01-29T09:10:00Z\npriority: P1\ntext: It comes back every year."
    assert role_of("user: Ann Lee", chat, "json") is Role.label
    assert role_of("time: 2026-01-29T09:10:00Z", chat, "json") is Role.label
    assert role_of("priority: P1", chat, "json") is Role.field
    assert role_of("It comes back every year.", chat, "json") is Role.says


def test_what_is_said_begins_after_its_key() -> None:
    line = "text: It comes back every year."
    assert line[said_from(line, "json") :] == "It comes back every year."
    assert said_from(line, "markdown") == 0
    assert said_from("text: ", "json") == 0


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("# Bug bounty", "# Bug bounty\n\nWe pay."),
        ("2. Holidays", "First.\n\n2. Holidays\n\nThere are 28 days."),
    ],
)
def test_a_short_line_of_its_own_is_a_heading(line: str, text: str) -> None:
    assert role_of(line, text, "docx") is Role.heading


def test_the_last_line_of_a_text_is_no_heading() -> None:
    assert role_of("No launch date yet", "Plans\n\nNo launch date yet", "pptx") is Role.says


def test_a_line_that_repeats_the_title_is_a_heading() -> None:
    text = "Travel policy\nHotels cost at most 165 euros."
    assert role_of("Travel policy", text, "text", frozenset({plain("# Travel policy")})) is Role.heading


def test_the_head_of_a_table_is_a_label_and_its_rows_are_not() -> None:
    markdown = "| Severity | Reward |\n|---|---|\n| critical | up to 500 |"
    assert role_of("| Severity | Reward |", markdown, "markdown") is Role.label
    assert role_of("| critical | up to 500 |", markdown, "markdown") is Role.says
    rows = "Carrier | Lane\nCarrier: North | Lane: A-B"
    assert role_of("Carrier | Lane", rows, "xlsx") is Role.label
    assert role_of("Carrier: North | Lane: A-B", rows, "xlsx") is Role.says


def test_a_table_row_knows_the_head_of_its_table() -> None:
    table = "| Severity | Reward |\n|---|---|\n| low | 5 |\n| critical | up to 500 |"
    assert table_head(table, table.index("| critical")) == "Severity | Reward"
    assert table_head("text\n| a | b |", 5) == ""
    assert table_head("no table", 0) == ""


def test_a_question_is_known_by_its_end_also_in_bold() -> None:
    assert is_question("**May I wash it?**")
    assert not is_question("You may wash it.")
