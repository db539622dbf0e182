"""Workbooks, presentations and their charts: every value under its heading, as it is shown, and what is hidden said."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from tests.support.cost import processor_seconds
from tests.support.files import zipped

type Read = Callable[..., Extracted]


def saved(book: Any) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, part: str, *changes: tuple[bytes, bytes]) -> bytes:
    """A package with bytes of one part, or of all where `part` is empty, put in place of others."""
    with ZipFile(BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    for name in [name for name in members if name == part or not part]:
        for before, after in changes:
            members[name] = members[name].replace(before, after)
    return zipped(members)


def sheet_of(rows: list[list[Any]]) -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in rows:
        sheet.append(row)
    return book, sheet


def lines(found: Extracted) -> list[str]:
    return [line for line in found.text.split("\n")[1:] if line]


def test_values_are_read_as_they_are_shown(read: Read) -> None:
    book, sheet = sheet_of([["Code", "Share", "Cost", "Due", "Length"], [4101, 0.075, 1234.5, date(2026, 2, 4), 1.25]])
    formats = ["00000", "0.0%", '#,##0.00 "€"', "d mmmm yyyy", "[h]:mm"]
    for column, code in enumerate(formats, start=1):
        sheet.cell(2, column).number_format = code
    assert lines(read(saved(book), "a.xlsx"))[1] == (
        "Code: 04101 | Share: 7.5% | Cost: 1,234.50 € | Due: 4 February 2026 | Length: 30:00"
    )


@pytest.mark.parametrize("code", ['0 "pcs."', '"ca. "0', '0.0" kWh"', "0.00E+00", "d. mmmm yyyy", "mmm yy", "dddd"])
def test_a_column_of_numbers_has_its_name_however_they_are_shown(read: Read, code: str) -> None:
    book, sheet = sheet_of([["Item", "Amount"], ["Rope", 47], ["Shackle", 1250], ["Cleat", 3]])
    for row in range(2, 5):
        sheet.cell(row, 2).number_format = code
    shown = lines(read(saved(book), "a.xlsx"))
    assert shown[0] == "Item | Amount"
    assert [line.partition(" | Amount: ")[0] for line in shown[1:]] == ["Item: Rope", "Item: Shackle", "Item: Cleat"]


def test_numbers_beside_their_names_are_no_names_of_those_below(read: Read) -> None:
    book, sheet = sheet_of([["Notice", 30], ["Trial", 90], ["Leave", 28]])
    for row in range(1, 4):
        sheet.cell(row, 2).number_format = '0 "days"'
    assert lines(read(saved(book), "a.xlsx")) == ["Notice | 30 days", "Trial | 90 days", "Leave | 28 days"]


def test_quarters_that_are_numbers_name_their_columns(read: Read) -> None:
    book, sheet = sheet_of([["Depot", 1, 2], ["Chur", 40, 51], ["Sion", 25, 30]])
    for column in (2, 3):
        sheet.cell(1, column).number_format = '"Q"0'
    assert lines(read(saved(book), "a.xlsx"))[1] == "Depot: Chur | Q1: 40 | Q2: 51"


def test_formulas_show_their_values_only(read: Read) -> None:
    book, sheet = sheet_of([["Item", "Cost"], ["Rope", 12], ["All", None]])
    sheet["B3"] = "=SUM(B2:B2)"
    text = read(saved(book), "a.xlsx").text
    assert "SUM" not in text


def test_merged_cells_are_in_every_row_and_a_title_costs_no_names(read: Read) -> None:
    book, sheet = sheet_of(
        [["Depots of the year", None, None], [], ["Range", "Town", "Beds"], ["Alps", "Chur", 40], [None, "Sion", 25]]
    )
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A4:A5")
    assert lines(read(saved(book), "a.xlsx")) == [
        "Depots of the year",
        "Range | Town | Beds",
        "Range: Alps | Town: Chur | Beds: 40",
        "Range: Alps | Town: Sion | Beds: 25",
    ]


def test_a_merge_ends_with_what_is_filled_beside_it(read: Read) -> None:
    book, sheet = sheet_of([["Range", "Town", "Pass"], ["Alps", "Chur", "Julier"]])
    sheet.merge_cells("A2:A900")
    assert lines(read(saved(book), "a.xlsx"))[-1] == "Range: Alps | Town: Chur | Pass: Julier"


def test_hidden_rows_and_columns_stay_out_and_it_is_said(read: Read) -> None:
    book, sheet = sheet_of([["Item", "Margin", "Cost"], ["Rope", "secret", 12], ["Mast", "secret", 900]])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    found = read(saved(book), "a.xlsx")
    assert lines(found) == ["Item | Cost", "Item: Rope | Cost: 12"]
    assert found.warnings == ("Hidden rows or columns were left out. Show them in the workbook to have them read.",)


def test_a_declared_table_names_its_columns_wherever_it_stands(read: Read) -> None:
    book, sheet = sheet_of([["Term", "Meaning"], ["Bollard", "a post"]])
    sheet.add_table(Table(displayName="Terms", ref="A1:B2"))
    assert lines(read(saved(book), "a.xlsx"))[-1] == "Term: Bollard | Meaning: a post"


def test_comments_and_charts_follow_their_sheet(read: Read) -> None:
    book, sheet = sheet_of([["Office", "Leavers"], ["Tallinn", 17], ["Riga", 4]])
    sheet["B2"].comment = Comment("counted in May", "Ann Lee")
    chart = BarChart()
    chart.title = "Leavers by office"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart)
    text = read(saved(book), "a.xlsx").text
    assert "Comment on B2 (Ann Lee): counted in May" in text
    assert "Chart: Leavers by office" in text


def test_a_slides_chart_table_and_notes_are_read(read: Read) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Staff"
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # the library tells no types
    data.categories = ["Tallinn", "Riga"]
    data.add_series("Leavers", (17, 4))  # type: ignore[no-untyped-call]  # the library tells no types
    data.add_series("Joiners", (3, 9))  # type: ignore[no-untyped-call]  # the library tells no types
    place = (Inches(1), Inches(1), Inches(4), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Moves by office"
    table = slide.shapes.add_table(3, 3, *place).table
    for row, values in enumerate([["Role", "Day", "Name"], ["Engine", "Mon", "Tor Beck"], ["", "Tue", "Ada Holm"]]):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    slide.notes_slide.notes_text_frame.text = "Say thanks"
    text = read(saved(deck), "a.pptx").text
    assert "Role: Engine | Day: Tue | Name: Ada Holm" in text
    assert "Chart: Moves by office\nLeavers | Joiners\nTallinn | Leavers: 17 | Joiners: 3" in text
    assert text.endswith("Notes: Say thanks")


def test_hidden_slides_stay_out_and_it_is_said(read: Read) -> None:
    deck = Presentation()
    for title in ("Shown", "Draft"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = title
    deck.slides[1].element.set("show", "0")
    found = read(saved(deck), "a.pptx")
    assert found.text == "Shown"
    assert found.warnings == ("Hidden slides were left out: 1. Show them in the presentation to have them read.",)


def test_semicolons_and_decimal_commas_and_a_declared_separator(read: Read) -> None:
    assert read(b"Name;Price;Weight\nTang;1,50;0,75\nKelp;3,10;1,20\n", "a.csv").text.endswith(
        "Name: Kelp | Price: 3,10 | Weight: 1,20"
    )
    assert read(b"sep=|\nName|Note\nTang|a, b; c\n", "a.csv").text == "Name | Note\nName: Tang | Note: a, b; c"
    assert read(b'Stock of May\n\nName,Note\n"Tang, red","two\nlines"\n', "a.csv").text == (
        "Stock of May\nName | Note\nName: Tang, red | Note: two lines"
    )


@pytest.mark.parametrize(
    "change", [(b'r="A2"', b'r="A\xc2\xb2"'), (b'r="2"', b'r="\xc2\xb2"'), (b"<v>12", b"<v>\xc2\xb2")]
)
def test_numbers_that_are_none_are_survived(read: Read, change: tuple[bytes, bytes]) -> None:
    book, _ = sheet_of([["Item", "Cost"], ["Rope", 12], ["Mast", 900]])
    data = changed(saved(book), "xl/worksheets/sheet1.xml", change, (b' t="s"', b' t="s" s="\xc2\xb2"'))
    assert read(data, "a.xlsx").text.startswith("Plan")


def test_a_point_of_a_chart_without_a_number_is_survived(read: Read) -> None:
    deck = Presentation()
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # the library tells no types
    data.categories = ["Tallinn"]
    data.add_series("Leavers", (17,))  # type: ignore[no-untyped-call]  # the library tells no types
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), data)
    with ZipFile(BytesIO(saved(deck))) as package:
        part = next(name for name in package.namelist() if name.startswith("ppt/charts/chart"))
    assert "Tallinn: 17" in read(changed(saved(deck), part, (b'idx="0"', b'idx="x"')), "a.pptx").text


def test_a_workbook_in_the_strict_form_is_read(read: Read) -> None:
    book, _ = sheet_of([["Item", "Cost"], ["Rope", 12], ["Mast", 900]])
    forms = [
        (
            f"http://schemas.openxmlformats.org/{name}/2006/{what}".encode(),
            f"http://purl.oclc.org/ooxml/{name}/{what}".encode(),
        )
        for name, what in (("spreadsheetml", "main"), ("officeDocument", "relationships"))
    ]
    assert lines(read(changed(saved(book), "", *forms), "a.xlsx"))[1:] == [
        "Item: Rope | Cost: 12",
        "Item: Mast | Cost: 900",
    ]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            [["Project", "Alpha"], ["Owner", "Ann"], ["Budget", 1200]],
            ["Project | Alpha", "Owner | Ann", "Budget | 1200"],
        ),
        (
            [["Customer", "Acme"], ["Item", "Qty", "Price"], ["a", 1, 2]],
            ["Customer | Acme", "Item | Qty | Price", "Item: a | Qty: 1 | Price: 2"],
        ),
    ],
    ids=["alone", "above a table"],
)
def test_fields_of_a_sheet_name_nothing(read: Read, rows: list[list[Any]], shown: list[str]) -> None:
    assert lines(read(saved(sheet_of(rows)[0]), "a.xlsx")) == shown


def test_a_declared_table_below_fields_keeps_its_names(read: Read) -> None:
    book, sheet = sheet_of([["Customer", "Acme"], ["Made by", "Ann"], ["Term", "Meaning"], ["Bollard", "a post"]])
    sheet.add_table(Table(displayName="Terms", ref="A3:B4"))
    assert lines(read(saved(book), "a.xlsx")) == [
        "Customer | Acme",
        "Made by | Ann",
        "Term | Meaning",
        "Term: Bollard | Meaning: a post",
    ]


def test_what_stands_below_a_gap_takes_no_names_of_the_table_above(read: Read) -> None:
    rows: list[list[Any]] = [["Item", "EUR", "Note"], ["a", 1, "n"], [], ["Approved by", "Ann Holm"], [], ["Total", 1]]
    assert lines(read(saved(sheet_of(rows)[0]), "a.xlsx")) == [
        "Item | EUR | Note",
        "Item: a | EUR: 1 | Note: n",
        "Approved by | Ann Holm",
        "Item: Total | EUR: 1",
    ]


def test_merged_cells_that_overlap_and_far_cells_are_read_at_once(read: Read) -> None:
    book, _ = sheet_of([["a", "b"]] * 2_000)
    merges = b'<mergeCells count="30">' + b'<mergeCell ref="A1:ALL1048576"/>' * 30 + b"</mergeCells>"
    data = changed(saved(book), "xl/worksheets/sheet1.xml", (b"</sheetData>", b"</sheetData>" + merges))
    assert lines(read(data, "a.xlsx")) == ["a"] * 2_000
    assert processor_seconds(lambda: read(data, "a.xlsx")) < 5
    book, _ = sheet_of([["a"]] * 3_000)
    far = b'<c r="XFD1" t="inlineStr"><is><t>z</t></is></c></row>'
    with pytest.raises(ExtractionFailed) as refused:
        read(changed(saved(book), "xl/worksheets/sheet1.xml", (b"</row>", far)), "a.xlsx")
    assert refused.value.code == "too_large"


def test_of_merged_cells_that_overlap_the_first_stands(read: Read) -> None:
    book, _ = sheet_of(
        [["Zone", "Shift", "Guard"], ["closed", None, None], ["North", "early", "Omar"], ["South", "late", "Lena"]]
    )
    merges = b'<mergeCells><mergeCell ref="A2:B2"/><mergeCell ref="B2:C2"/></mergeCells>'
    data = changed(saved(book), "xl/worksheets/sheet1.xml", (b"</sheetData>", b"</sheetData>" + merges))
    assert "Zone: North | Shift: early | Guard: Omar" in lines(read(data, "a.xlsx"))
    assert "closed" in lines(read(data, "a.xlsx"))
