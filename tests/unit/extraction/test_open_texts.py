"""Texts of OpenDocument: what a person sees on the paper is in the text, with its numbers, and nothing else."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from tests.support.open_document import (
    SPACES,
    box,
    cell,
    chart_part,
    comment,
    drawn,
    heading,
    item,
    list_style,
    listed,
    margin,
    master_page,
    note,
    outline,
    package,
    paragraph,
    row,
    shown_text,
    style,
    style_part,
    table,
    text_document,
)

type Read = Callable[..., Extracted]
_NUMBER = 'style:num-format="1"'


def test_headings_are_sections_with_the_numbers_that_the_outline_gives_them(read: Read) -> None:
    levels = outline(f'{_NUMBER} style:num-suffix="."', f'{_NUMBER} text:display-levels="2"', 'style:num-format=""')
    found = read(
        text_document(
            heading("Scope"),
            "All boats.",
            heading("Who", 2),
            heading("", 2),
            heading("What", 2),
            heading("Beside", 3),
            heading("Annex", attributes='text:is-list-header="true"'),
            heading("Price", attributes='text:restart-numbering="true" text:start-value="5"'),
            heading("Net", 2),
            heading("Apart", 2, style="Plain"),
            automatic=style("Plain", attributes='style:list-style-name=""'),
            styles=style_part(levels),
        ),
        "a.odt",
    )
    assert found.text == (
        "1. Scope\n\nAll boats.\n\n1.1 Who\n\n1.3 What\n\nBeside\n\nAnnex\n\n5. Price\n\n5.1 Net\n\nApart"
    )
    assert [(section.heading, section.level) for section in found.sections] == [
        ("1. Scope", 1),
        ("1.1 Who", 2),
        ("1.3 What", 2),
        ("Beside", 3),
        ("Annex", 1),
        ("5. Price", 1),
        ("5.1 Net", 2),
        ("Apart", 2),
    ]


def test_a_title_is_a_heading_and_headings_without_an_outline_have_no_number(read: Read) -> None:
    found = read(
        text_document(
            paragraph("Rules of the harbour", style="P1"),
            heading("Berths"),
            "Moor well.",
            automatic=style("P1", parent="Title"),
            styles=style_part(style("Title", parent="Heading")),
        ),
        "a.odt",
    )
    assert found.text == "Rules of the harbour\n\nBerths\n\nMoor well."
    assert [(section.heading, section.level) for section in found.sections] == [
        ("Rules of the harbour", 1),
        ("Berths", 1),
    ]


def test_lists_are_numbered_as_their_style_says(read: Read) -> None:
    levels = list_style(
        "L",
        f'{_NUMBER} style:num-suffix="."',
        'style:num-format="a" style:num-suffix=")"',
        'style:num-format="I" style:num-prefix="(" style:num-suffix=")" text:start-value="4"',
        f'{_NUMBER} text:display-levels="4"',
        "",
    )
    deep = listed(item("deep", listed(item("deeper", listed("deepest")))))
    found = read(
        text_document(
            listed(
                "Price",
                item("Terms", "They bind both.", listed("net", item("days", deep), "late")),
                item("Of both sides", tag="list-header"),
                item("", ""),
                item("End", listed("now")),
                style="L",
            ),
            "After.",
            automatic=levels,
        ),
        "a.odt",
    )
    assert found.text == (
        "1. Price\n2. Terms\nThey bind both.\na) net\nb) days\n(IV) deep\n2.b.IV.1 deeper\n- deepest\nc) late\n"
        "Of both sides\n4. End\na) now\n\nAfter."
    )


def test_lists_go_on_where_the_file_says_so_and_begin_anew_elsewhere(read: Read) -> None:
    styles = list_style("L", f'{_NUMBER} style:num-suffix="."', f"{_NUMBER} text:display-levels='2'")
    found = read(
        text_document(
            listed("one", item("two", listed("inner")), style="L", attributes='xml:id="first"'),
            "Between.",
            listed(item(listed("inner too")), "three", style="L", attributes='text:continue-numbering="true"'),
            listed("alone", style="L"),
            listed("four", style="L", attributes='text:continue-list="first"'),
            listed(item("ten", attributes='text:start-value="10"'), "eleven", style="L"),
            listed(item("one", listed("a"), listed("b")), style="L"),
            automatic=styles,
        ),
        "a.odt",
    )
    assert [line for line in found.text.split("\n") if line] == [
        "1. one", "2. two", "2.1 inner", "Between.", "2.2 inner too", "3. three", "1. alone", "4. four", "10. ten",
        "11. eleven", "1. one", "1.1 a", "1.1 b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "start", "number"),
    [
        ('style:num-format="A"', 27, "AA"),
        ('style:num-format="A" style:num-letter-sync="true"', 28, "BB"),
        ('style:num-format="i" style:num-suffix=")"', 9, "ix)"),
        ('style:num-format="I"', 1944, "MCMXLIV"),
        ('style:num-format="01, 02, 03, ..."', 7, "07"),
        ('style:num-format="1st"', 22, "22nd"),
        ('style:num-format="১, ২, ৩, ..."', 3, "3"),
        ('style:num-format="" style:num-prefix="Note"', 1, "Note"),
        ('style:num-format="1" style:num-prefix="§ " loext:num-list-format="§ %1% bis"', 3, "§ 3 bis"),
    ],
)
def test_numbers_are_written_in_their_form(read: Read, level: str, start: int, number: str) -> None:
    numbered = listed(item("x", attributes=f'text:start-value="{start}"'), style="L")
    assert read(text_document(numbered, automatic=list_style("L", level)), "a.odt").text == f"{number} x"


def test_items_without_a_number_have_none_and_those_of_no_known_style_a_bullet(read: Read) -> None:
    image = (
        '<text:list-style style:name="I"><text:list-level-style-image text:level="1" xlink:href="a.png"/>'
        "</text:list-style>"
    )
    found = read(
        text_document(
            listed("bare", style="N"),
            listed("lost", style="X"),
            listed("drawn", style="I"),
            listed(item(paragraph("by its style", style="Clause"))),
            listed(item("<text:number>7.a</text:number>", "as written"), style="N"),
            automatic=list_style("N", 'style:num-format="" style:num-suffix="."')
            + image
            + list_style("C", f'{_NUMBER} style:num-suffix="."')
            + style("Clause", attributes='style:list-style-name="C"'),
        ),
        "a.odt",
    )
    assert found.text == "bare\n- lost\n- drawn\n1. by its style\n7.a as written"


def test_levels_may_be_counted_in_one_sequence_and_a_paragraph_alone(read: Read) -> None:
    styles = list_style(
        "L",
        f'{_NUMBER} style:num-suffix="."',
        f'{_NUMBER} style:num-suffix=")"',
        attributes='text:consecutive-numbering="true"',
    )
    alone = "".join(
        f'<text:numbered-paragraph text:list-id="n" text:level="{level}" text:style-name="M">{paragraph(text)}'
        "</text:numbered-paragraph>"
        for level, text in ((1, "first"), (2, "below"), (1, "second"))
    )
    found = read(
        text_document(
            listed(item("a", listed("b")), "c", style="L"),
            "So far.",
            alone,
            automatic=styles + list_style("M", _NUMBER, f'{_NUMBER} text:display-levels="2"'),
        ),
        "a.odt",
    )
    assert found.text == "1. a\n2) b\n3. c\n\nSo far.\n\n1 first\n1.1 below\n2 second"


def test_headings_in_lists_have_the_number_of_the_list(read: Read) -> None:
    found = read(
        text_document(
            listed(item(heading("Scope"), listed(item(heading("Who", 2)))), style="L"),
            "Everybody.",
            automatic=list_style("L", f'{_NUMBER} style:num-prefix="§ "', f'{_NUMBER} text:display-levels="2"'),
            styles=style_part(outline(_NUMBER, _NUMBER)),
        ),
        "a.odt",
    )
    assert found.text == "§ 1 Scope\n\n1.1 Who\n\nEverybody."
    assert [section.level for section in found.sections] == [1, 2]


def test_the_words_of_a_paragraph_are_as_they_are_shown(read: Read) -> None:
    found = read(
        text_document(
            paragraph(
                '\n  Two\n   words <text:s text:c="2"/>apart<text:tab/>and<text:line-break/>below, ',
                '<text:span>sp<text:span>a<text:s/>n</text:span></text:span>s <text:a xlink:href="x:y">a',
                " link</text:a> ",
            ),
            paragraph(
                '<text:bookmark-start text:name="b"/>Ma\u00adrina<text:bookmark-end text:name="b"/>\u00a0fee, ',
                "<text:soft-page-break/>self\u2011made, <text:ruby><text:ruby-base>港</text:ruby-base>"
                "<text:ruby-text>minato</text:ruby-text></text:ruby>, ",
                '<text:placeholder text:placeholder-type="text">&lt;Name&gt;</text:placeholder>',
                '<loext:content-control loext:showing-place-holder="true">Click here</loext:content-control>',
                "<loext:content-control>chosen</loext:content-control>",
                '<text:script script:language="js" xmlns:script="urn:x">code()</text:script>',
                '<text:toc-mark text:string-value="mark"/> on page <text:page-number>3</text:page-number>',
            ),
        ),
        "a.odt",
    )
    assert found.text == ("Two words   apart\tand\nbelow, spa ns a link\n\nMarina fee, self-made, 港, chosen on page 3")


def test_what_is_hidden_is_left_out(read: Read) -> None:
    styles = (
        style("Inner", shown_text("none"))
        + style("Inner note", parent="Inner")
        + style("veiled", shown_text("none"), family="text")
        + style("open", shown_text("true"), family="text")
    )
    found = read(
        text_document(
            paragraph("secret price", box("secret box"), note("secret note"), comment("secret"), style="Inner"),
            paragraph(
                "secret note", '<text:span text:style-name="open">seen after all</text:span>', style="Inner note"
            ),
            paragraph('seen <text:span text:style-name="veiled">secret <text:span>too</text:span></text:span> words'),
            paragraph('<text:hidden-text text:is-hidden="true">secret</text:hidden-text>open'),
            paragraph("<text:hidden-text>perhaps secret</text:hidden-text>"),
            paragraph('secret<text:hidden-paragraph text:is-hidden="true"/>', box("secret")),
            paragraph("shown<text:hidden-paragraph/>"),
            paragraph('<text:variable-set text:display="none">secret</text:variable-set>set'),
            '<text:section text:display="none"><text:p>secret</text:p></text:section>',
            '<text:section text:display="condition" text:is-hidden="true"><text:p>secret</text:p></text:section>',
            '<text:section text:display="true"><text:p>section</text:p></text:section>',
            table(row("Item", "EUR"), row("secret", "9", attributes='table:visibility="collapse"'), row("Rope", "12")),
            automatic=styles,
        ),
        "a.odt",
    )
    assert found.text == (
        "seen after all\n\nseen words\n\nopen\n\nshown\n\nset\n\nsection\n\nItem | EUR\nItem: Rope | EUR: 12"
    )


def test_deleted_text_is_left_out_and_inserted_text_stays(read: Read) -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info/>'
        "<text:p>14</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    found = read(
        text_document(
            changes,
            paragraph(
                'Within <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>60'
                '<text:change-end text:change-id="c2"/> days.'
            ),
        ),
        "a.odt",
    )
    assert found.text == "Within 60 days."


def test_notes_stand_at_the_end_and_comments_below_what_they_are_on(read: Read) -> None:
    found = read(
        text_document(
            paragraph(
                "The berth", note("Of the last year.", "endnote", "i"), " costs 45", note("A  night."), " at most.",
                comment("since May", "Ann Lee"), comment("why?"),
            ),
            "Next.",
            table(
                row("Item", "EUR"),
                row("Rope", cell(paragraph("12", comment("too much", "Bo")))),
            ),
        ),
        "a.odt",
    )  # fmt: skip
    assert found.text == (
        "The berth costs 45 at most.\n\nComment by Ann Lee: since May\n\nComment: why?\n\nNext.\n\n"
        "Item | EUR\nItem: Rope | EUR: 12\n\nComment by Bo: too much\n\nA night.\n\nOf the last year."
    )


def test_boxes_follow_their_paragraph_and_captions_stand_in_them(read: Read) -> None:
    caption = box(
        '<text:p><draw:frame><draw:image xlink:href="a.png"/><svg:title xmlns:svg="urn:x">picture</svg:title>'
        "</draw:frame>Figure <text:sequence>2</text:sequence>: the pier</text:p>"
    )
    shapes = (
        f"<draw:g><draw:custom-shape>{paragraph('North')}<draw:enhanced-geometry/></draw:custom-shape>"
        f"<draw:a>{box('South')}</draw:a></draw:g>"
    )
    found = read(
        text_document(
            box("On the page."),
            heading("Piers"),
            paragraph("There are two.", caption, shapes),
            paragraph(box(heading("Boxed"), table(row("Pier", "Length"), row("East", "90")), listed("one"))),
            "The end.",
        ),
        "a.odt",
    )
    assert found.text == (
        "On the page.\n\nPiers\n\nThere are two.\n\nFigure 2: the pier\n\nNorth\n\nSouth\n\nBoxed\n\n"
        "Pier | Length\nPier: East | Length: 90\n\n- one\n\nThe end."
    )
    assert [section.heading for section in found.sections] == ["Piers"]


def test_what_stands_at_the_margins_of_the_pages_in_use_is_read_once(read: Read) -> None:
    number = "<text:page-number>7</text:page-number> / <text:page-count>9</text:page-count>"
    pages = (
        master_page("Standard", margin("header", "secret unused header"))
        + master_page(
            "Cover",
            margin("header", table(row("QM-4471", cell(paragraph("Harbour office", box("Form 7"))))))
            + margin("footer", number),
            following="Inner",
        )
        + master_page(
            "Inner",
            margin("header", "QM-4471")
            + margin("header-left", "secret left", attributes='style:display="false"')
            + margin("footer", paragraph("Kept by the lab, page ", number), paragraph("secret", style="P1"))
            + margin("footer-left", "Left foot"),
        )
        + master_page("Wide", margin("footer-first", "Wide foot"))
        + master_page("Unused", margin("footer", "secret footer"))
    )
    found = read(
        text_document(
            paragraph("Checked.", style="P1"),
            table(row("A", "1"), style="T1"),
            automatic=style("P1", attributes='style:master-page-name="Cover"')
            + style("T1", family="table", attributes='style:master-page-name="Wide"'),
            styles=style_part(automatic=style("P1", shown_text("none")), pages=pages),
        ),
        "a.odt",
    )
    assert found.text == (
        "QM-4471\nHarbour office\nForm 7\n\nChecked.\n\nA | 1\n\nKept by the lab, page /\nLeft foot\nWide foot"
    )


def test_pages_that_nothing_names_are_those_of_the_standard(read: Read) -> None:
    pages = master_page("Other", margin("header", "secret")) + master_page("Standard", margin("header", "Form 7"))
    assert read(text_document("Words.", styles=style_part(pages=pages)), "a.odt").text == "Form 7\n\nWords."


def test_cells_that_are_merged_or_repeated_are_in_every_place_that_they_cover(read: Read) -> None:
    found = read(
        text_document(
            table(
                f"<table:table-header-rows>{row('Zone', 'Shift', 'Guard')}</table:table-header-rows>",
                "<table:table-rows>",
                row(cell("North", number_rows_spanned=2), "early", "Omar"),
                "<text:soft-page-break/>",
                row(None, "late", "Lena"),
                row(cell("closed", number_columns_spanned=2), None, "Ivo"),
                row(cell("open", number_columns_repeated=2), "Ada", attributes='table:number-rows-repeated="2"'),
                "</table:table-rows>",
            )
        ),
        "a.odt",
    )
    assert found.text.split("\n") == [
        "Zone | Shift | Guard",
        "Zone: North | Shift: early | Guard: Omar",
        "Zone: North | Shift: late | Guard: Lena",
        "Zone, Shift: closed | Guard: Ivo",
        *["Zone: open | Shift: open | Guard: Ada"] * 2,
    ]


def test_a_row_that_the_file_marks_names_the_columns(read: Read) -> None:
    """Words below words: nothing but the mark tells that the first row is no row like the others."""
    rows = [row("Boat", "Keeper"), row("Gannet", "Ada"), row("Tern", "Bo")]
    marked = f"<table:table-header-rows>{rows[0]}</table:table-header-rows>"
    assert read(text_document(table(marked, *rows[1:])), "a.odt").text.split("\n")[1:] == [
        "Boat: Gannet | Keeper: Ada",
        "Boat: Tern | Keeper: Bo",
    ]
    assert read(text_document(table(*rows)), "a.odt").text.split("\n")[1:] == ["Gannet | Ada", "Tern | Bo"]


def test_cells_hold_lists_boxes_and_tables_each_once(read: Read) -> None:
    inner = table(row("Role", "Count"), row("Deck", "12"))
    numbered = listed("one", "two", style="L")
    found = read(
        text_document(
            table(
                row("Ship", "Crew", "Port"),
                row("Gannet", cell(inner), cell(numbered)),
                row("Tern", cell(paragraph("few", box("or none"))), cell(paragraph("a") + paragraph("b"))),
            ),
            automatic=list_style("L", f'{_NUMBER} style:num-suffix="."'),
        ),
        "a.odt",
    )
    assert found.text.split("\n") == [
        "Ship | Crew | Port",
        "Ship: Gannet | Crew: Role | Count; Role: Deck | Count: 12 | Port: 1. one 2. two",
        "Ship: Tern | Crew: few or none | Port: a b",
    ]


def test_a_frame_around_text_is_no_table(read: Read) -> None:
    content = heading("Rule") + paragraph("Read this first.") + listed("sign") + table(row("A", "B"), row("x", "1"))
    found = read(text_document(table(row(cell(content)))), "a.odt")
    assert found.text == "Rule\n\nRead this first.\n\n- sign\n\nA | B\nA: x | B: 1"
    assert [section.heading for section in found.sections] == ["Rule"]


def test_equations_are_linear_text_in_their_place(read: Read) -> None:
    fraction = (
        "<math:mfrac><math:mrow><math:mi>a</math:mi><math:mo>+</math:mo><math:mi>b</math:mi></math:mrow>"
        "<math:mn>2</math:mn></math:mfrac><math:mo>+</math:mo><math:msup><math:mi>x</math:mi><math:mn>2</math:mn>"
        "</math:msup><math:mo>-</math:mo><math:msqrt><math:mi>n</math:mi></math:msqrt>"
    )
    said_again = '<math:annotation math:encoding="StarMath 5.0">{a+b} over 2</math:annotation>'
    inline = f"<math:math><math:semantics><math:mrow>{fraction}</math:mrow>{said_again}</math:semantics></math:math>"
    root = '<math xmlns="http://www.w3.org/1998/Math/MathML"><msqrt><mn>4</mn></msqrt></math>'
    found = read(
        text_document(
            paragraph("The span is ", drawn(inline), "."),
            paragraph(
                "Two is ", drawn(part="Object 1"), ", not ", drawn(part="Object 2"), drawn(part="Lost"), "three."
            ),
            drawn(part="Object 1"),
            **{
                "Object 1_content": root,
                "Object 2_content": f'<!DOCTYPE math PUBLIC "-//OpenOffice.org//DTD" "math.dtd">{root}',
            },
        ),
        "a.odt",
    )
    assert found.text == "The span is (a+b)/2+x^2-√(n).\n\nTwo is √(4), not three.\n\n√(4)"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "3√(x)"),
        ("<mi>sin</mi><mi>x</mi><mo>\u2062</mo><mi>y</mi>", "sin xy"),
        ("<msubsup><mi>v</mi><mi>i</mi><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></msubsup>", "v_i^(n-1)"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
            "∑_(i=1)^n i",
        ),
        ("<munder><mi>lim</mi><mi>n</mi></munder><mi>a</mi>", "lim_n a"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable>",
            "[1, 0; 2]",
        ),
        ("<mfenced open='[' close=']'><mi>a</mi><mi>b</mi></mfenced><mphantom><mi>z</mi></mphantom>", "[a, b]"),
        ("<mtext> for all </mtext><mi>n</mi><msup/><mfrac/><mroot/>", "for all n√()"),
    ],
)
def test_equations_have_the_signs_that_a_line_has(read: Read, markup: str, text: str) -> None:
    part = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{markup}</math>'
    data = text_document(paragraph(drawn(part="Object 1")), **{"Object 1_content": part})
    assert read(data, "a.odt").text == text


def test_charts_stand_where_they_are_drawn_under_the_name_of_what_they_show(read: Read) -> None:
    many = chart_part(
        row("", "Boats", "Men"), row("2024", "31", "5"), row("2025", "NaN", "6"), title="Guests by year", axis="Year"
    )
    one = chart_part(row("", "Berths"), row("2024", "12"), row("2025", "14"))
    found = read(
        text_document(
            paragraph("As counted:", drawn(part="Object 1")),
            paragraph(drawn(part="Object 2")),
            "The end.",
            **{"Object 1_content": many, "Object 2_content": one},
        ),
        "a.odt",
    )
    assert found.text == (
        "As counted:\n\nChart: Guests by year\nAxes: Year\nBoats | Men\n2024 | Boats: 31 | Men: 5\n2025 | Men: 6\n\n"
        "Chart: Berths\n2024: 12\n2025: 14\n\nThe end."
    )


def test_a_table_of_contents_is_read_as_it_stands_and_not_what_it_is_made_from(read: Read) -> None:
    contents = (
        "<text:table-of-content><text:table-of-content-source><text:index-title-template>Template"
        "</text:index-title-template></text:table-of-content-source><text:index-body><text:index-title>"
        f"{paragraph('Contents')}</text:index-title>{paragraph('Scope<text:tab/>3')}</text:index-body>"
        "</text:table-of-content>"
    )
    assert read(text_document(contents, heading("Scope")), "a.odt").text == "Contents\n\nScope\t3\n\nScope"


def test_properties_and_templates_are_read(read: Read) -> None:
    meta = f"<office:document-meta {SPACES}><office:meta><dc:title>Rota</dc:title></office:meta></office:document-meta>"
    found = read(text_document("Words.", what="text-template", meta=meta), "a.ott")
    assert (found.kind.value, found.text, found.metadata.title) == ("docx", "Words.", "Rota")


def nested(depth: int, start: str, end: str, within: str) -> str:
    return start * depth + within + end * depth


@pytest.mark.parametrize("depth", [5, 3_000])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<text:section>", "</text:section>"),
        ("<text:list><text:list-item>", "</text:list-item></text:list>"),
        ("<text:p><text:span>", "</text:span></text:p>"),
        ("<text:p><draw:frame><draw:text-box>", "</draw:text-box></draw:frame></text:p>"),
        (
            "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell>",
            "</table:table-cell></table:table-row></table:table>",
        ),
        ("<table:table><table:table-row><table:table-cell>", "</table:table-cell></table:table-row></table:table>"),
    ],
    ids=["sections", "lists", "spans", "boxes", "tables", "frames"],
)
def test_what_is_nested_ends_somewhere_and_is_said_to(read: Read, start: str, end: str, depth: int) -> None:
    found = read(text_document(nested(depth, start, end, paragraph("within")), "after"), "a.odt")
    assert found.text.endswith("after")
    assert ("within" in found.text) is not bool(found.warnings)


def test_deep_spans_are_read(read: Read) -> None:
    spans = nested(3_000, "<text:span>", "</text:span>", "within")
    assert read(text_document(paragraph(spans)), "a.odt").text == "within"


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x", "0"])
def test_numbers_that_are_none_are_survived(read: Read, number: str) -> None:
    levels = f'{_NUMBER} text:start-value="{number}" text:display-levels="{number}" loext:num-list-format="%{number}%"'
    found = read(
        text_document(
            heading("Scope").replace('outline-level="1"', f'outline-level="{number}"'),
            listed(item("one", attributes=f'text:start-value="{number}"'), style="L"),
            paragraph(f'far<text:s text:c="{number}"/>apart'),
            table(row(cell("x", number_columns_spanned=number, number_rows_spanned=number), "words")),
            automatic=list_style("L", levels).replace('text:level="1"', f'text:level="{number}"'),
        ),
        "a.odt",
    )
    assert "words" in found.text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (text_document(), "no_text"),
        (text_document(paragraph('<draw:frame><draw:image xlink:href="a.png"/></draw:frame>')), "no_text"),
        (package("text", {"content.xml": "<a/>"}), "corrupt"),
        (package("text", {"content.xml": "noise"}), "corrupt"),
        (package("text", {"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "corrupt"),
        (text_document("a", **{"META-INF_manifest": "<m><m:encryption-data/></m>"}), "encrypted"),
        (text_document(table(row("a", "b", attributes='table:number-rows-repeated="999999999"'))), "too_large"),
        (text_document(table(*[row(cell("a", number_columns_repeated=16_000), "x")] * 200)), "too_large"),
        (text_document(*[table(*[row(cell("a", number_columns_spanned=1000), "x")] * 100)] * 30), "too_large"),
        (
            text_document(
                table(row(cell("x" * 9_000, number_rows_spanned=2_000), "y"), *[row(None, "z")] * 1_999)
            ),
            "too_large",
        ),
    ],
    ids=[
        "nothing", "a picture", "no text", "no XML", "entities", "with a password", "rows without end",
        "columns without end", "spans without end", "long words in many rows",
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(read: Read, data: bytes, code: str) -> None:
    with pytest.raises(ExtractionFailed) as failed:
        read(data, "a.odt")
    assert failed.value.code == code
