"""Rows of a table: every value under its own name, and none under another one's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.extraction.tables import Cell, Row, filled_rows, lines_of, plain_rows

WEEK = [["Region", "Plan", "Actual"], ["North", "10", "12"], ["South", "7", "9"]]


def lines(rows: list[list[str]], *, named: bool = False) -> list[str]:
    return list(lines_of(plain_rows(rows), named=named))


def spanned(*rows: list[Cell]) -> list[str]:
    return list(lines_of(filled_rows(rows)))


@pytest.mark.parametrize(
    ("above", "shown"),
    [
        ([["Sales of the quarter"]], ["Sales of the quarter"]),
        ([["Sales"], ["in thousands of crowns"], [""]], ["Sales", "in thousands of crowns"]),
        ([["Made on", "2026-03-01"]], ["Made on | 2026-03-01"]),
    ],
    ids=["a title", "a title and a note", "a field of its own"],
)
def test_what_stands_above_the_names_costs_no_row_its_names(above: list[list[str]], shown: list[str]) -> None:
    assert lines([*above, *WEEK]) == [
        *shown,
        "Region | Plan | Actual",
        "Region: North | Plan: 10 | Actual: 12",
        "Region: South | Plan: 7 | Actual: 9",
    ]


def test_a_cell_over_two_columns_moves_nothing() -> None:
    names = [Cell("Zone"), Cell("Shift"), Cell("Guard")]
    found = spanned(
        names, [Cell("closed for works", across=2), Cell("Omar")], [Cell("South"), Cell("early"), Cell("Lena")]
    )
    assert found[1:] == ["Zone, Shift: closed for works | Guard: Omar", "Zone: South | Shift: early | Guard: Lena"]


def test_a_cell_over_several_rows_is_in_each_of_them() -> None:
    found = spanned(
        [Cell("Range"), Cell("Town"), Cell("Beds")],
        [Cell("Alps", down=2), Cell("Chur"), Cell("40")],
        [Cell("Sion"), Cell("25")],
        [Cell("Jura"), Cell("Delle"), Cell("12")],
    )
    assert found[1:] == [
        "Range: Alps | Town: Chur | Beds: 40",
        "Range: Alps | Town: Sion | Beds: 25",
        "Range: Jura | Town: Delle | Beds: 12",
    ]


def test_names_of_two_lines_are_joined() -> None:
    found = spanned(
        [Cell("Name", down=2), Cell("Phone", across=2), Cell("Room", down=2)],
        [Cell("office"), Cell("mobile")],
        [Cell("Ada"), Cell("4410"), Cell("0170"), Cell("B12")],
    )
    assert found == [
        "Name | Phone office | Phone mobile | Room",
        "Name: Ada | Phone office: 4410 | Phone mobile: 0170 | Room: B12",
    ]


def test_groups_above_names_that_repeat_are_part_of_them() -> None:
    rows = [["", "Q1", "", "Q2", ""], ["Unit", "Plan", "Actual", "Plan", "Actual"], ["Docks", "1", "2", "3", "4"]]
    assert lines(rows)[-1] == "Unit: Docks | Q1 Plan: 1 | Q1 Actual: 2 | Q2 Plan: 3 | Q2 Actual: 4"


def test_years_name_columns() -> None:
    assert lines([["Town", "2024", "2025"], ["Chur", "40", "41"]])[1:] == ["Town: Chur | 2024: 40 | 2025: 41"]


def test_a_column_without_a_name_stays_without() -> None:
    assert lines([["Item", "", "Cost"], ["Rope", "spare", "12"]])[1:] == ["Item: Rope | spare | Cost: 12"]


def test_fields_and_their_values_are_no_table_with_names() -> None:
    assert lines([["Name", "Ada Holm"], ["Town", "Bergen"]]) == ["Name | Ada Holm", "Town | Bergen"]
    assert lines([["Item", "Euro"], ["Rent", "1200"], ["Power", "80"]])[1:] == [
        "Item: Rent | Euro: 1200",
        "Item: Power | Euro: 80",
    ]


def test_what_a_file_marks_as_names_names_two_columns_of_words() -> None:
    rows = [[Cell("Term", names=True), Cell("Meaning", names=True)], [Cell("Bollard"), Cell("a post to moor at")]]
    assert spanned(*rows)[1:] == ["Term: Bollard | Meaning: a post to moor at"]


def test_names_that_come_again_with_others_begin_anew() -> None:
    head = [Cell("Ship", names=True), Cell("Crew", names=True)]
    other = [Cell("Pier", names=True), Cell("Depth", names=True)]
    rows = [head, [Cell("Kittiwake"), Cell("12")], head, [Cell("Gannet"), Cell("9")], other, [Cell("C"), Cell("7 m")]]
    assert spanned(*rows) == [
        "Ship | Crew",
        "Ship: Kittiwake | Crew: 12",
        "Ship: Gannet | Crew: 9",
        "Pier | Depth",
        "Pier: C | Depth: 7 m",
    ]


def test_a_heading_between_the_rows_is_under_no_name() -> None:
    assert lines([*WEEK, ["Islands", "", ""], ["Hven", "1", "2"]])[3:] == [
        "Islands",
        "Region: Hven | Plan: 1 | Actual: 2",
    ]


def test_rows_of_numbers_alone_have_no_names() -> None:
    assert lines([["1", "2", "3"], ["4", "5", "6"]]) == ["1 | 2 | 3", "4 | 5 | 6"]


@given(
    st.lists(
        st.lists(
            st.builds(
                Cell, st.text("ab 1", max_size=3), st.integers(-1, 1_200), st.integers(-1, 70_000), st.booleans()
            ),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_any_spans_give_rows_of_bounded_width_and_lose_no_text(rows: list[list[Cell]]) -> None:
    filled = list(filled_rows(rows))
    assert len(filled) == len(rows)
    shown = "\n".join(lines_of(iter(filled), named=True))
    for row, cells in zip(filled, rows, strict=True):
        assert len(row.values) <= 16_384
        for cell in cells:
            assert " ".join(cell.text.split()) in shown
    assert isinstance(list(lines_of(iter([Row(("",))]))), list)


@pytest.mark.parametrize(
    "header",
    [
        ["", "1", "2", "3"],
        ["", "10%", "20%", "30%"],
        ["Name", "2026-03-01", "2026-03-02", "2026-03-03"],
        ["Name", "", "Early", ""],
    ],
    ids=["numbers", "shares", "days", "gaps"],
)
def test_a_row_below_names_that_nobody_can_be_sure_of_does_not_take_their_place(header: list[str]) -> None:
    rows = [header, ["Ann", "early", "late", "off"], ["Bo", "late", "off", "early"]]
    assert lines(rows, named=True) == [" | ".join(filter(None, row)) for row in rows]


def test_years_above_and_below_groups_are_part_of_the_names() -> None:
    above = [["", "2024", "", "2025", ""], ["Unit", "Plan", "Actual", "Plan", "Actual"], ["Docks", "1", "2", "3", "4"]]
    assert lines(above)[-1] == "Unit: Docks | 2024 Plan: 1 | 2024 Actual: 2 | 2025 Plan: 3 | 2025 Actual: 4"
    below = spanned(
        [Cell("Town", down=2), Cell("Plan", across=2), Cell("Actual", across=2)],
        [Cell("2024"), Cell("2025"), Cell("2024"), Cell("2025")],
        [Cell("Chur"), Cell("1"), Cell("2"), Cell("3"), Cell("4")],
    )
    assert below[-1] == "Town: Chur | Plan 2024: 1 | Plan 2025: 2 | Actual 2024: 3 | Actual 2025: 4"


def test_a_row_that_equals_the_names_is_kept_where_the_file_marks_none() -> None:
    assert lines([["Key", "Value"], ["Key", "Value"], ["a", "1"], ["Key", "Value"]], named=True) == [
        "Key | Value",
        "Key: Key | Value: Value",
        "Key: a | Value: 1",
        "Key: Key | Value: Value",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Ann Holm", "Dept", "Sales"], ["Boss", "Bo Lee", "City", "Oslo"]],
        [["Name:", "Ann Holm", "Dept:", "Sales"], ["Boss:", "Bo Lee", "City:", "Oslo"]],
        [["Phone", "see card"], ["Total", "12"], ["VAT", "3"]],
        [["Project", "Alpha"], ["Owner", "Ann"], ["Budget", "1200"]],
        [["Ann", "1999", "2001"], ["Bo", "1998", "2000"]],
        [["Customer", "Acme", ""], ["Item", "Kind", "Note"], ["a", "x", "y"]],
    ],
    ids=["two side by side", "with colons", "two numbers below", "one number below", "years of people", "who can tell"],
)
def test_values_of_fields_name_nothing(rows: list[list[str]]) -> None:
    assert lines(rows) == [" | ".join(filter(None, row)) for row in rows]


def test_a_field_above_a_table_takes_no_name_from_it() -> None:
    found = lines([["Customer", "Acme", ""], ["Item", "Qty", "Price"], ["a", "1", "2"]], named=True)
    assert found == ["Customer | Acme", "Item | Qty | Price", "Item: a | Qty: 1 | Price: 2"]


def test_heads_of_rows_in_the_first_row_make_no_names() -> None:
    found = spanned(
        [Cell("Name", names=True), Cell("Ann"), Cell("Bo")], [Cell("City", names=True), Cell("Oslo"), Cell("Rome")]
    )
    assert found == ["Name | Ann | Bo", "City | Oslo | Rome"]


def gapped(*rows: list[str]) -> list[str]:
    return list(lines_of(plain_rows(rows), named=True, gaps=True))


ITEMS = [["Item", "EUR", "Note"], ["a", "1", "n"], ["b", "2", "m"]]
NAMED = ["Item | EUR | Note", "Item: a | EUR: 1 | Note: n", "Item: b | EUR: 2 | Note: m"]


@pytest.mark.parametrize(
    ("below", "shown"),
    [
        ([["Approved by", "Ann Holm"]], ["Approved by | Ann Holm"]),
        ([["Ship", "Crew"], ["Gannet", "12"]], ["Ship | Crew", "Ship: Gannet | Crew: 12"]),
        ([["Total", "3", ""]], ["Item: Total | EUR: 3"]),
        ([["", "7", "8", "9"], ["Ann", "5", "n", "off"]], ["7 | 8 | 9", "Ann | 5 | n | off"]),
        ([["", "2024", "2025"], ["Chur", "1", "2"]], ["2024 | 2025", "Chur | 2024: 1 | 2025: 2"]),
        (
            [["c", "5", "x"], [], ["Signed", "Bo Lee", "Oslo"]],
            ["Item: c | EUR: 5 | Note: x", "Signed | Bo Lee | Oslo"],
        ),
    ],
    ids=["a field", "another table", "a sum", "hours", "years", "goes on"],
)
def test_below_a_gap_the_names_above_hold_only_for_what_is_alike(below: list[list[str]], shown: list[str]) -> None:
    assert gapped(*ITEMS, [], *below) == [*NAMED, *shown]


def test_a_gap_below_the_names_or_between_all_rows_parts_nothing() -> None:
    assert gapped(ITEMS[0], [], *ITEMS[1:]) == NAMED
    assert gapped(ITEMS[0], [], ITEMS[1], [], ITEMS[2]) == NAMED
    assert gapped(["", ""], ["Kept by the harbour"], [], *ITEMS) == ["Kept by the harbour", *NAMED]


def test_a_gap_is_found_in_a_long_table() -> None:
    many = [["x", str(number), "n"] for number in range(300)]
    found = gapped(ITEMS[0], *many, [], ["Approved by", "Ann Holm"])
    assert found[300:] == ["Item: x | EUR: 299 | Note: n", "Approved by | Ann Holm"]
