"""Workbooks of OpenDocument: each value under its heading and in its group, as it is shown, and what is hidden said."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from tests.support.open_document import SPACES, book, cell, comment, package, row, table, table_style

type Read = Callable[..., Extracted]


def lines(found: Extracted) -> list[str]:
    return [line for line in found.text.split("\n")[1:] if line]


def test_values_stand_under_their_headings_and_a_title_costs_no_names(read: Read) -> None:
    found = read(
        book(
            table(
                row(cell("Beds of the year", number_columns_spanned=3), None, None),
                row("Range", "Town", "Beds"),
                row(cell("Alps", number_rows_spanned=2), "Chur", "1,250"),
                row(None, "Sion", "25"),
            )
        ),
        "a.ods",
    )
    assert lines(found) == [
        "Beds of the year",
        "Range | Town | Beds",
        "Range: Alps | Town: Chur | Beds: 1,250",
        "Range: Alps | Town: Sion | Beds: 25",
    ]
    assert [section.heading for section in found.sections] == ["Plan"]


def test_a_column_of_numbers_has_its_name_however_they_are_shown(read: Read) -> None:
    amounts = [
        f'<table:table-cell office:value-type="float"><text:p>{n} pcs.</text:p></table:table-cell>' for n in "473"
    ]
    rows = [row(name, amount) for name, amount in zip(("Rope", "Shackle", "Cleat"), amounts, strict=True)]
    found = lines(read(book(table(row("Item", "Amount"), *rows)), "a.ods"))
    assert found[:2] == ["Item | Amount", "Item: Rope | Amount: 4 pcs."]


def test_repeated_cells_and_rows_are_there_as_often_and_empty_ones_move_nothing(read: Read) -> None:
    found = read(
        book(
            table(
                row("Boat", "Mon", "Tue", "Crew"),
                row("Gannet", cell("8", number_columns_repeated=2), "4"),
                row("Petrel", cell(number_columns_repeated=2), "3", cell(number_columns_repeated=16_000)),
                row("Tern", "6", "5", "2", attributes='table:number-rows-repeated="2"'),
                row(cell(number_columns_repeated=16_384), attributes='table:number-rows-repeated="1048000"'),
            )
        ),
        "a.ods",
    )
    assert lines(found)[1:] == [
        "Boat: Gannet | Mon: 8 | Tue: 8 | Crew: 4",
        "Boat: Petrel | Crew: 3",
        *["Boat: Tern | Mon: 6 | Tue: 5 | Crew: 2"] * 2,
    ]


def test_what_is_hidden_stays_out_and_it_is_said(read: Read) -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    group = f'<table:table-row-group table:display="false">{row("Mast", "secret", "900")}</table:table-row-group>'
    found = read(
        book(
            table(
                row("Item", "Margin", "Cost"),
                row("Rope", "secret", "12"),
                row("Sail", "secret", "70", attributes='table:visibility="filter"'),
                group,
                columns=columns,
            ),
            table(row("secret", "1"), name="Old", style="shut"),
            styles=table_style("shut", shown=False),
        ),
        "a.ods",
    )
    assert lines(found) == ["Item | Cost", "Item: Rope | Cost: 12"]
    assert found.warnings == (
        "Hidden sheets were left out: 1. Show them in the workbook to have them read.",
        "Hidden rows or columns were left out. Show them in the workbook to have them read.",
    )


def test_notes_stand_below_and_values_without_a_text_are_read(read: Read) -> None:
    noted = (
        f"<table:table-cell>{comment('counted in May', 'Ann Lee')}<text:p>17<text:s/>men</text:p></table:table-cell>"
    )
    bare = '<table:table-cell office:value-type="float" office:value="4"/>'
    found = read(book(table(row("Office", "Leavers"), row("Tallinn", noted), row("Riga", bare))), "a.ods")
    assert lines(found) == [
        "Office | Leavers",
        "Tallinn | 17 men",
        "Riga | 4",
        "Comment on B2 (Ann Lee): counted in May",
    ]


def test_properties_are_read(read: Read) -> None:
    meta = (
        f"<office:document-meta {SPACES}><office:meta>"
        "<dc:title>Rota</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator>"
        "<meta:keyword>crew</meta:keyword><dc:date>2025-03-03T09:30:00</dc:date></office:meta></office:document-meta>"
    )
    found = read(book(table(row("a")), meta=meta), "a.ods").metadata
    assert (found.title, found.author, found.tags) == ("Rota", "Ann Lee", ("crew",))
    assert found.modified_at is not None
    assert found.modified_at.isoformat() == "2025-03-03T09:30:00+00:00"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (book(), "no_text"),
        (package("spreadsheet", {"content.xml": "<a/>"}), "corrupt"),
        (package("spreadsheet", {"content.xml": "noise"}), "corrupt"),
        (
            book(
                table(row("a")),
                **{"META-INF_manifest": "<!DOCTYPE m><m><m:encryption-data/></m>"},
            ),
            "encrypted",
        ),
        (book(table(row(*["x"] * 9, attributes='table:number-rows-repeated="99999999"'))), "too_large"),
        (book(table(*[row(cell(number_columns_repeated=16_000), "x")] * 200)), "too_large"),
    ],
    ids=["nothing", "no workbook", "no XML", "with a password", "rows without end", "gaps without end"],
)
def test_what_cannot_be_read_says_why(read: Read, data: bytes, code: str) -> None:
    with pytest.raises(ExtractionFailed) as failed:
        read(data, "a.ods")
    assert failed.value.code == code
