"""Workbooks, tables of OpenDocument and CSV: values as they are shown, each under its own heading and in its group."""

import io
from collections.abc import Callable, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.integration.cases.case import FileCase, value
from tests.support.open_document import book, cell, row, table, table_style

type Rows = Sequence[Sequence[str | int | None]]


def workbook(rows: Rows, *, then: Callable[[Worksheet], object]) -> bytes:
    """A sheet of rows that is dressed by `then`."""
    made = openpyxl.Workbook()
    sheet = made.active
    for values in rows:
        sheet.append(list(values))
    then(sheet)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def merged_groups() -> bytes:
    rows: Rows = [["Coast", "Yard", "Lifts"], ["Baltic", "Kiel", 6], [None, "Wismar", 3], ["Atlantic", "Brest", 14]]
    return workbook(rows, then=lambda sheet: sheet.merge_cells("A2:A3"))


def merged_groups_of_open_document() -> bytes:
    return book(
        table(
            row("Kust", "Ort", "Kranar"),
            row(cell("Östersjön", number_rows_spanned=3), "Visby", "6"),
            row(None, "Oxelösund", "3"),
            row(None, "Kalmar", "8"),
            row("Västkusten", "Lysekil", "2"),
        )
    )


def codes_with_zeros() -> bytes:
    def dress(sheet: Worksheet) -> None:
        for place in ("A2", "A3"):
            sheet[place].number_format = "000000"

    return workbook([["Berth code", "Boat"], [7340, "Gannet"], [812005, "Petrel"]], then=dress)


def codes_with_letters() -> bytes:
    """The number in the cell is 417; letters, zeros and a dash are added by its format alone."""

    def dress(sheet: Worksheet) -> None:
        sheet["B2"].number_format = '"KD-"00000'
        sheet["B3"].number_format = '000"/"00'

    return workbook([["Kunde", "Nummer"], ["Werft Stade", 417], ["Segel Rahn", 1234]], then=dress)


def a_title_above_the_headings() -> bytes:
    rows: Rows = [
        ["List B: buoys laid this spring"],
        ["Buoy", "Keeper", "Depth"],
        ["N4", "Hedda Ruud", 31],
        ["N7", "Jens", 8],
    ]
    return workbook(rows, then=lambda sheet: sheet.merge_cells("A1:C1"))


def titles_above_the_headings_of_a_csv() -> bytes:
    """As accounting programs export: a title, a line about it, an empty line, then the table."""
    return (
        "Inventar der Werft;;\nStand: 31.12.2025;;\n;;\n"
        "Gerät;Halle;Prüfer\nBandsäge;3;Uta Behn\nHobel;1;Kai Lorenz\nKran;2;Uta Behn\n"
    ).encode()


def a_hidden_sheet() -> bytes:
    def dress(sheet: Worksheet) -> None:
        old = sheet.parent.create_sheet("Before")
        old.append(["Dredging of last year", "Week"])
        old.sheet_state = "hidden"

    return workbook([["Dredging of this year", "Week"], ["North basin", 14]], then=dress)


def a_hidden_sheet_of_open_document() -> bytes:
    return book(
        table(row("Travaux de cette année", "Semaine"), row("Bassin nord", "14"), style="open"),
        table(row("Travaux de l'an passé", "Semaine"), row("Bassin sud", "40"), name="Ancien", style="shut"),
        styles=table_style("open", shown=True) + table_style("shut", shown=False),
    )


def decimal_commas() -> bytes:
    return b"Rope;Metre;Kilogram\nHemp;4,80;0,65\nNylon;2,15;0,30\nSisal;1,95;0,85\n"


def decimal_commas_that_name_their_separator() -> bytes:
    """The first line tells Excel what divides the values; the file is in the code page of Windows."""
    return "sep=;\r\nKäse;Preis;Gewicht\r\nBrie;1.234,50;0,75\r\nTête;12,25;1,40\r\n".encode("cp1252")


CASES = (
    FileCase(
        "Excel: each row of a merged group with the group",
        "yards.xlsx",
        merged_groups,
        shows=(r"Coast: Baltic \| Yard: Kiel", r"Coast: Baltic \| Yard: Wismar", r"Coast: Atlantic \| Yard: Brest"),
    ),
    FileCase(
        "OpenDocument: each row of a merged group with the group",
        "varv.ods",
        merged_groups_of_open_document,
        shows=(
            r"Kust: Östersjön \| Ort: Visby",
            r"Kust: Östersjön \| Ort: Oxelösund",
            r"Kust: Östersjön \| Ort: Kalmar \| Kranar: 8",
            r"Kust: Västkusten \| Ort: Lysekil",
        ),
    ),
    FileCase(
        "Excel: a code with the zeros that its format shows",
        "berths.xlsx",
        codes_with_zeros,
        shows=(value("Berth code", "007340"), value("Berth code", "812005")),
    ),
    FileCase(
        "Excel: a customer's number with the letters that its format shows",
        "kunden.xlsx",
        codes_with_letters,
        shows=(r"Werft Stade[^\n]*\bKD-00417$", r"Segel Rahn[^\n]*\b012/34$"),
    ),
    FileCase(
        "Excel: a title above the headings costs no row its names",
        "buoys.xlsx",
        a_title_above_the_headings,
        shows=("List B: buoys laid", r"Buoy: N4 \| Keeper: Hedda Ruud \| Depth: 31"),
    ),
    FileCase(
        "CSV: titles above the headings cost no row its names",
        "inventar.csv",
        titles_above_the_headings_of_a_csv,
        shows=("Inventar der Werft", "31.12.2025", r"Gerät: Hobel \| Halle: 1 \| Prüfer: Kai Lorenz"),
    ),
    FileCase(
        "Excel: it is said that a hidden sheet is left out",
        "dredging.xlsx",
        a_hidden_sheet,
        shows=("Dredging of this year", "North basin"),
        hides=("Dredging of last year",),
        warns="(?i)hidden",
    ),
    FileCase(
        "OpenDocument: it is said that a hidden sheet is left out",
        "travaux.ods",
        a_hidden_sheet_of_open_document,
        shows=("Travaux de cette année", "Bassin nord"),
        hides=("an passé", "Bassin sud"),
        warns="(?i)hidden",
    ),
    FileCase(
        "CSV: a decimal comma divides no value",
        "ropes.csv",
        decimal_commas,
        shows=(r"Rope: Hemp \| Metre: 4,80 \| Kilogram: 0,65",),
    ),
    FileCase(
        "CSV: a file that names its separator, from Excel",
        "käse.csv",
        decimal_commas_that_name_their_separator,
        shows=(r"Käse: Tête \| Preis: 12,25 \| Gewicht: 1,40", value("Preis", r"1\.234,50")),
        hides=("sep=",),
    ),
)
