"""Word documents: what a person sees on the paper is in the text, and nothing else."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed

type Read = Callable[..., Extracted]
_MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def saved(document: Any) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xml(text: str) -> Any:
    """An element; ``w:`` and ``m:`` are known in it."""
    start = text.index(" ") if " " in text[: text.index(">")] else text.index(">")
    start = min(start, text.index(">"))
    if text[start - 1] == "/":
        start -= 1
    return parse_xml(f"{text[:start]} {nsdecls('w')} {_MATH}{text[start:]}")


def of_paragraph(paragraph: Any) -> Any:
    """Its element, to which the library has no door of its own."""
    return paragraph.paragraph_format.element


def of_cell(cell: Any) -> Any:
    return of_paragraph(cell.paragraphs[0]).getparent()


def table(document: Any, rows: list[list[str]]) -> Any:
    made = document.add_table(len(rows), len(rows[0]))
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            made.cell(row, column).text = value
    return made


def test_what_stands_at_the_margins_is_read_once_and_page_numbers_are_not(read: Read) -> None:
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Document QM-4471, revision F"
    footer = section.footer.paragraphs[0]
    footer.text = "Owner: Calibration Lab"
    page = section.footer.add_paragraph("Page ")
    of_paragraph(page).append(xml('<w:fldSimple w:instr=" PAGE "><w:r><w:t>7</w:t></w:r></w:fldSimple>'))
    document.add_paragraph("Every wrench is checked.")
    document.add_section()
    assert read(saved(document), "a.docx").text == (
        "Document QM-4471, revision F\n\nEvery wrench is checked.\n\nOwner: Calibration Lab\nPage"
    )


def test_a_cell_in_a_content_control_keeps_its_place(read: Read) -> None:
    document = Document()
    made = table(
        document, [["Date", "Version", "Author"], ["2026-02-03", "1", "Ines Vale"], ["2026-04-19", "2", "Jo Lund"]]
    )
    cell = of_cell(made.cell(1, 0))
    row = cell.getparent()
    control = xml("<w:sdt><w:sdtPr><w:date/></w:sdtPr><w:sdtContent/></w:sdt>")
    row.insert(list(row).index(cell), control)
    control[1].append(cell)
    assert "Date: 2026-02-03 | Version: 1 | Author: Ines Vale" in read(saved(document), "a.docx").text


def test_cells_that_are_merged_are_in_every_place_that_they_cover(read: Read) -> None:
    document = Document()
    made = table(
        document,
        [["Zone", "Shift", "Guard"], ["North", "early", "Omar"], ["", "late", "Lena"], ["closed", "", "Ivo"]],
    )
    made.cell(1, 0).merge(made.cell(2, 0)).text = "North"
    made.cell(3, 0).merge(made.cell(3, 1)).text = "closed"
    assert read(saved(document), "a.docx").text.split("\n")[1:] == [
        "Zone: North | Shift: early | Guard: Omar",
        "Zone: North | Shift: late | Guard: Lena",
        "Zone, Shift: closed | Guard: Ivo",
    ]


def test_a_table_inside_a_cell_is_read_once_in_its_place(read: Read) -> None:
    document = Document()
    made = table(document, [["Ship", "Crew", "Port"], ["Gannet", "", "Hven"]])
    inner = made.cell(1, 1).add_table(2, 2)
    for place, text in enumerate(["Role", "Count", "Deck", "12"]):
        inner.cell(place // 2, place % 2).text = text
    text = read(saved(document), "a.docx").text
    assert "Ship: Gannet | Crew: Role | Count; Role: Deck | Count: 12 | Port: Hven" in text
    assert text.count("Deck") == 1


def test_a_frame_around_text_is_no_table(read: Read) -> None:
    document = Document()
    made = document.add_table(1, 1)
    made.cell(0, 0).text = "Read this first."
    made.cell(0, 0).add_paragraph("Then sign it.")
    assert read(saved(document), "a.docx").text == "Read this first.\n\nThen sign it."


def test_automatic_numbers_are_read(read: Read) -> None:
    document = Document()
    for text in ("Scope", "Price", "Payment"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("In between.")
    document.add_paragraph("Late delivery", style="List Number")
    document.add_paragraph("rope", style="List Bullet")
    lines = read(saved(document), "a.docx").text.split("\n")
    assert [line for line in lines if line] == [
        "1. Scope",
        "2. Price",
        "3. Payment",
        "In between.",
        "4. Late delivery",
        "- rope",
    ]


def test_clauses_of_several_levels_count_as_word_counts_them(read: Read) -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate([("decimal", "%1."), ("decimal", "%1.%2"), ("lowerRoman", "(%3)")])
    )
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(xml('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))

    def clause(text: str, level: int) -> None:
        paragraph = document.add_paragraph(text)
        of_paragraph(paragraph).get_or_add_pPr().append(
            xml(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )

    for text, level in [
        ("Price", 0),
        ("In crowns", 1),
        ("Taxes", 1),
        ("local", 2),
        ("other", 2),
        ("Term", 0),
        ("A year", 1),
    ]:
        clause(text, level)
    assert read(saved(document), "a.docx").text.split("\n") == [
        "1. Price", "1.1 In crowns", "1.2 Taxes", "(i) local", "(ii) other", "2. Term", "2.1 A year",
    ]  # fmt: skip


def test_equations_are_linear_text(read: Read) -> None:
    document = Document()
    paragraph = document.add_paragraph("The span is ")
    of_paragraph(paragraph).append(
        xml(
            "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "<m:r><m:t>+</m:t></m:r><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
            "<m:r><m:t>-</m:t></m:r><m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad></m:oMath>"
        )
    )
    assert read(saved(document), "a.docx").text == "The span is (a+b)/2+x^2-√(n)"


def test_comments_and_notes_say_who_wrote_them(read: Read) -> None:
    document = Document()
    paragraph = document.add_paragraph("The berth costs 45 a night.")
    document.add_comment(paragraph.runs, text="since May", author="Ann Lee")
    document.add_paragraph("Next.")
    assert (
        read(saved(document), "a.docx").text == "The berth costs 45 a night.\n\nComment by Ann Lee: since May\n\nNext."
    )


def test_what_only_asks_to_be_filled_in_is_left_out(read: Read) -> None:
    document = Document()
    paragraph = document.add_paragraph("Name: ")
    of_paragraph(paragraph).append(
        xml(
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click here to enter text.</w:t></w:r>"
            "</w:sdtContent></w:sdt>"
        )
    )
    assert read(saved(document), "a.docx").text == "Name:"


@pytest.mark.parametrize("depth", [5, 400])
def test_tables_within_tables_end_somewhere(read: Read, depth: int) -> None:
    document = Document()
    cell = document.add_table(1, 2).cell(0, 0)
    body = of_cell(cell)
    for _ in range(depth):
        inner = xml("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>")
        body.append(inner)
        body = inner[0][0]
    document.add_paragraph("after")
    assert read(saved(document), "a.docx").text.endswith("after")


LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'


def with_list(document: Any, *, style: str = "") -> None:
    """List 77: ``1.``, then ``1.1``; its second level is tied to `style`."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>{tied}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, text, tied in [(0, "%1.", ""), (1, "%1.%2", f'<w:pStyle w:val="{style}"/>' if style else "")]
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(xml('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def listed(paragraph: Any) -> None:
    of_paragraph(paragraph).get_or_add_pPr().append(xml(LISTED))


def test_items_in_cells_and_empty_ones_count(read: Read) -> None:
    document = Document()
    with_list(document)
    cell = table(document, [["A", "B"], ["one", "1"]]).cell(1, 0)
    listed(cell.paragraphs[0])
    listed(cell.add_paragraph("two"))
    for text in ("three", "", "five"):
        listed(document.add_paragraph(text))
    text = read(saved(document), "a.docx").text
    assert "A: 1. one 2. two | B: 1" in text
    assert text.split("\n")[-2:] == ["3. three", "5. five"]


def test_a_style_that_a_level_is_tied_to_has_that_level(read: Read) -> None:
    document = Document()
    with_list(document, style="Clause")
    style = document.styles.add_style("Clause", 1)
    style.element.append(xml('<w:pPr><w:numPr><w:numId w:val="77"/></w:numPr></w:pPr>'))
    listed(document.add_paragraph("Price"))
    document.add_paragraph("In crowns", style="Clause")
    assert read(saved(document), "a.docx").text.split("\n") == ["1. Price", "1.1 In crowns"]


def test_a_comment_in_a_cell_follows_its_table(read: Read) -> None:
    document = Document()
    made = table(document, [["Item", "EUR"], ["Rope", "12"]])
    document.add_comment(made.cell(1, 1).paragraphs[0].runs, text="since May", author="Ann Lee")
    assert read(saved(document), "a.docx").text.split("\n")[-1] == "Comment by Ann Lee: since May"


def test_paragraphs_with_an_alternative_and_symbols_are_read(read: Read) -> None:
    document = Document()
    of_paragraph(document.add_paragraph("x")).append(
        xml('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>')
    )
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    document.element.body.insert(
        0,
        parse_xml(
            f'<mc:AlternateContent xmlns:mc="{mc}" {nsdecls("w")}>'
            '<mc:Choice Requires="wps"><w:p><w:r><w:t>new</w:t></w:r>'
            "</w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>old</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
        ),
    )
    assert read(saved(document), "a.docx").text == "new\n\nx☑☐"


def test_rows_and_cells_that_are_hidden_or_deleted_or_wait_for_words_are_left_out(read: Read) -> None:
    document = Document()
    made = table(document, [["Item", "EUR"], ["hid", "5"], ["gone", "6"], ["ask", "7"], ["Rope", "12"]])
    of_cell(made.cell(1, 0)).getparent().get_or_add_trPr().append(xml("<w:hidden/>"))
    of_cell(made.cell(2, 0)).get_or_add_tcPr().append(xml('<w:cellDel w:id="3"/>'))
    cell = of_cell(made.cell(3, 0))
    row = cell.getparent()
    control = xml("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent/></w:sdt>")
    row.insert(list(row).index(cell), control)
    control[1].append(cell)
    assert read(saved(document), "a.docx").text.split("\n")[1:] == ["EUR: 6", "EUR: 7", "Item: Rope | EUR: 12"]


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x"])
def test_numbers_that_are_none_are_survived(read: Read, number: str) -> None:
    document = Document()
    with_list(document)
    document.part.numbering_part.element[-1].append(
        xml(f'<w:lvlOverride w:ilvl="{number}"><w:startOverride w:val="{number}"/></w:lvlOverride>')
    )
    paragraph = document.add_paragraph("words")
    of_paragraph(paragraph).get_or_add_pPr().append(
        xml(f'<w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="77"/></w:numPr>')
    )
    of_paragraph(paragraph).get_or_add_pPr().append(xml(f'<w:outlineLvl w:val="{number}"/>'))
    made = table(document, [["A", "B"], ["a", "1"]])
    of_cell(made.cell(1, 0)).get_or_add_tcPr().append(xml(f'<w:gridSpan w:val="{number}"/>'))
    assert "words" in read(saved(document), "a.docx").text


def style(
    document: Any, name: str, kind: WD_STYLE_TYPE, *, based_on: str | None = None, hides: bool | None = None
) -> None:
    made = document.styles.add_style(name, kind)
    if based_on is not None:
        made.base_style = document.styles[based_on]
    if hides is not None:
        made.font.hidden = hides


def test_text_that_a_style_hides_is_left_out(read: Read) -> None:
    document = Document()
    style(document, "Inner", WD_STYLE_TYPE.PARAGRAPH, hides=True)
    style(document, "Inner note", WD_STYLE_TYPE.PARAGRAPH, based_on="Inner")
    style(document, "Shown note", WD_STYLE_TYPE.PARAGRAPH, based_on="Inner", hides=False)
    style(document, "Veiled", WD_STYLE_TYPE.CHARACTER, hides=True)
    document.add_paragraph("secret price", style="Inner")
    document.add_paragraph("secret note", style="Inner note")
    document.add_paragraph("shown note", style="Shown note")
    paragraph = document.add_paragraph("seen ")
    paragraph.add_run("secret word ", style="Veiled")
    paragraph.add_run("words")
    twice = document.add_paragraph(style="Inner")
    twice.add_run("hidden twice is seen", style="Veiled")
    own = document.add_paragraph(style="Inner")
    own.add_run("seen after all").font.hidden = False
    document.sections[0].header.paragraphs[0].text = "secret header"
    document.sections[0].header.paragraphs[0].style = document.styles["Inner"]
    made = table(document, [["Item", "EUR"], ["Rope", "12"]])
    made.cell(1, 1).paragraphs[0].style = document.styles["Inner"]
    assert read(saved(document), "a.docx").text == (
        "shown note\n\nseen words\n\nhidden twice is seen\n\nseen after all\n\nItem | EUR\nRope"
    )


def test_styles_that_are_based_on_each_other_end_somewhere(read: Read) -> None:
    document = Document()
    style(document, "One", WD_STYLE_TYPE.PARAGRAPH)
    style(document, "Two", WD_STYLE_TYPE.PARAGRAPH, based_on="One", hides=True)
    document.styles["One"].base_style = document.styles["Two"]
    document.add_paragraph("secret", style="One")
    document.add_paragraph("seen")
    assert read(saved(document), "a.docx").text == "seen"


def chart_in(document: Any, name: str, **series: tuple[int, int]) -> Any:
    """A run with a chart of two years, which has no title of its own."""
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # the library tells no types
    data.categories = ["2024", "2025"]
    for title, values in series.items():
        data.add_series(title, values)  # type: ignore[no-untyped-call]
    blob = ChartXmlWriter(XL_CHART_TYPE.LINE, data).xml.encode()  # type: ignore[no-untyped-call]
    part = Part(PackURI(f"/word/charts/{name}.xml"), CONTENT_TYPE.DML_CHART, blob, document.part.package)
    identifier = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    spaces = nsdecls("w", "wp", "a", "c", "r")
    return parse_xml(
        f"<w:r {spaces}><w:drawing><wp:inline><a:graphic><a:graphicData>"
        f'<c:chart r:id="{identifier}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def test_charts_stand_where_they_are_drawn_under_the_name_of_what_they_show(read: Read) -> None:
    document = Document()
    document.add_heading("Guests", 1)
    of_paragraph(document.add_paragraph("As counted:")).append(chart_in(document, "one", Boats=(31, 47)))
    document.add_heading("Crew", 1)
    made = table(document, [["Yard", "Over the years"], ["Kiel", ""]])
    of_paragraph(made.cell(1, 1).paragraphs[0]).append(chart_in(document, "two", Men=(5, 6), Women=(7, 9)))
    document.add_paragraph("The end.")
    text = read(saved(document), "a.docx").text
    assert "As counted:\n\nChart: Boats\n2024: 31\n2025: 47\n\nCrew" in text
    assert "Chart\nMen | Women\n2024 | Men: 5 | Women: 7\n2025 | Men: 6 | Women: 9\n\nThe end." in text
    assert text.count("Chart") == 2


def test_a_text_box_at_the_margins_is_read_once(read: Read) -> None:
    document = Document()
    header = document.sections[0].header.paragraphs[0]
    header.text = "Harbour office"
    box = xml("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Form 7</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>")
    of_paragraph(header).append(box)
    document.add_paragraph("Boats moor at the east pier.")
    found = read(saved(document), "a.docx").text
    assert found == "Harbour office Form 7\n\nBoats moor at the east pier."


def test_many_tables_with_hostile_spans_share_one_budget(read: Read) -> None:
    document = Document()
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="1000"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'
    row = f"<w:tr>{cell * 16}</w:tr>"
    for _ in range(12):
        document.element.body.insert(0, xml(f"<w:tbl>{row * 12}</w:tbl>"))
    with pytest.raises(ExtractionFailed) as failed:
        read(saved(document), "a.docx")
    assert failed.value.code == "too_large"
