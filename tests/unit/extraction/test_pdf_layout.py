"""Pages of a PDF are read as a person reads them: columns, tables, broken words, forms, what runs along."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import matplotlib
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.documents.models import Extracted
from backend.extraction.pdf.hyphens import Vocabulary

type Read = Callable[..., Extracted]
type Draw = Callable[[Canvas], None]

LEFT = (
    "The committee met in the old",
    "town hall and looked at the",
    "state of the sea wall, which",
    "had lost forty stones in the",
    "winter storms of that year.",
)
RIGHT = (
    "Repairs are planned for June",
    "and will close the promenade",
    "for about three weeks. Shops",
    "stay open and are reached by",
    "the stairs at Anchor Lane.",
)


def pdf(*pages: Draw) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def written(lines: Sequence[str], *, x: float = 60, top: float = 700, step: float = 15) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(x, top - step * number, line)

    return draw


@pytest.mark.parametrize("offset", [0, 7], ids=["side by side", "between each other's lines"])
@pytest.mark.parametrize("by_rows", [False, True], ids=["column by column", "row by row"])
def test_columns_are_read_one_after_the_other(read: Read, by_rows: bool, offset: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "The report of the sea wall committee for the spring and summer of this year")
        left = [(60, 700 - 15 * number, line) for number, line in enumerate(LEFT)]
        right = [(330, 700 - offset - 15 * number, line) for number, line in enumerate(RIGHT)]
        order = [one for pair in zip(left, right, strict=True) for one in pair] if by_rows else left + right
        for x, y, line in order:
            canvas.drawString(x, y, line)

    assert read(pdf(draw), "a.pdf").text.split("\n\n") == [
        "The report of the sea wall committee for the spring and summer of this year",
        " ".join(LEFT),
        " ".join(RIGHT),
    ]


def test_a_table_without_lines_keeps_its_rows_and_names_nothing(read: Read) -> None:
    rows = [
        ("Boat", "Berth", "Length"),
        ("Gannet", "B12", "9 m"),
        ("Kittiwake", "C07", "14 m"),
        ("Petrel", "A01", "7 m"),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                canvas.drawString(60 + 150 * column, 700 - 18 * number, value)

    assert read(pdf(draw), "a.pdf").text.split("\n") == [" | ".join(row) for row in rows]


def grid(canvas: Canvas, columns: Sequence[float], rows: Sequence[float]) -> None:
    for x in columns:
        canvas.line(x, rows[0], x, rows[-1])
    for y in rows:
        canvas.line(columns[0], y, columns[-1], y)


def test_a_table_with_lines_has_every_value_under_its_name(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "Berths of the year")
        grid(canvas, [60, 200, 300, 400], [720, 700, 680, 640])
        for x, y, text in [
            (65, 705, "Boat"), (205, 705, "Berth"), (305, 705, "Length"),
            (65, 685, "Gannet"), (305, 685, "9 m"),
            (65, 665, "Kittiwake of"), (65, 650, "Hven"), (205, 665, "C07"), (305, 665, "14 m"),
        ]:  # fmt: skip
            canvas.drawString(x, y, text)
        canvas.drawString(60, 600, "All lengths over the hull.")

    assert read(pdf(draw), "a.pdf").text == (
        "Berths of the year\n\nBoat | Berth | Length\nBoat: Gannet | Length: 9 m\n"
        "Boat: Kittiwake of Hven | Berth: C07 | Length: 14 m\n\nAll lengths over the hull."
    )


def test_a_cell_without_a_line_in_it_covers_its_columns(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for x in (60, 300, 400):
            canvas.line(x, 720, x, 660)
        canvas.line(200, 720, 200, 700)
        canvas.line(200, 680, 200, 660)
        for y in (720, 700, 680, 660):
            canvas.line(60, y, 400, y)
        for x, y, text in [
            (65, 705, "Zone"), (205, 705, "Shift"), (305, 705, "Guard"),
            (65, 685, "closed for works"), (305, 685, "Omar"),
            (65, 665, "South"), (205, 665, "early"), (305, 665, "Lena"),
        ]:  # fmt: skip
            canvas.drawString(x, y, text)

    assert read(pdf(draw), "a.pdf").text.split("\n")[1:] == [
        "Zone, Shift: closed for works | Guard: Omar",
        "Zone: South | Shift: early | Guard: Lena",
    ]


def test_a_frame_around_words_is_no_table(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(50, 650, 400, 80)
        written(["Read this before you sign the contract, since it binds", "you for a year."])(canvas)

    assert read(pdf(draw), "a.pdf").text == "Read this before you sign the contract, since it binds you for a year."


@pytest.mark.parametrize(
    ("before", "after", "joint"),
    [
        ("of the price-", "determining factors", "-"),
        ("found to be cost-", "effective over years", "-"),
        ("because the mainte-", "nance contract", ""),
        ("a work-", "shop of two days", ""),
        ("the toner TK-", "3130 is", "-"),
        ("from North-", "Holland to", "-"),
        ("the Zimmer\x02", "mann report", ""),
        ("a day's long-", "term plan", "-"),
        ("as said –", "and so on", None),
        ("the end of it -", "and the next", "- "),
        ("sperrt die Ein\ufffe", "und Ausfahrt", "- "),
        ("for short-", "or long-term stays", "- "),
        ("more than a thous-", "and boats", ""),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_where_it_breaks_a_word(before: str, after: str, joint: str | None) -> None:
    assert Vocabulary().joint(before, after) == joint


def test_halves_of_a_broken_word_are_no_words_of_the_document() -> None:
    vocabulary = Vocabulary()
    vocabulary.learn(["Wer kommt, fragt die Boots-", "besitzer nach dem Bau\ufffe", "plan des neuen Stegs."])
    assert vocabulary.joint("fragt die Boots-", "besitzer nach") == ""
    assert vocabulary.joint("nach dem Bau\ufffe", "plan des") == ""


def test_words_that_stand_whole_in_the_document_are_no_halves() -> None:
    vocabulary = Vocabulary()
    vocabulary.learn(["Er nennt es rot und blau gestreift, auch rot allein", "ist gut."])
    assert vocabulary.joint("ein rot-", "blau gestreiftes") == "-"


def test_the_words_of_the_document_tell_what_was_broken() -> None:
    vocabulary = Vocabulary()
    vocabulary.learn(["Der Hafenmeister spricht.", "Die U-bahn fährt."])
    assert vocabulary.joint("der Hafen-", "meister") == ""
    assert vocabulary.joint("mit der U-", "bahn") == "-"


def test_what_was_typed_into_a_form_stands_at_its_place(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 724, "Applicant:")
        canvas.acroForm.textfield(name="applicant", value="Marguerite Oduya", x=130, y=718, width=300, height=20)
        canvas.drawString(60, 684, "Paid:")
        canvas.acroForm.checkbox(name="paid", checked=True, x=130, y=680, size=14)
        canvas.drawString(60, 640, "Valid for one season.")

    text = read(pdf(draw), "a.pdf").text
    assert text.replace(" | ", " ").split("\n")[0].strip() == "Applicant: Marguerite Oduya"
    assert "Paid: ☒" in text.replace(" | ", " ")


def test_what_runs_along_every_page_is_read_once_and_page_numbers_are_not(read: Read) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 810, "Annual report of the harbour")
            canvas.drawString(60, 700, f"The {['first', 'second', 'third', 'fourth'][number]} quarter was calm.")
            canvas.drawString(290, 30, f"Page {number + 1} of 4")

        return draw

    found = read(pdf(*map(page, range(4))), "a.pdf")
    assert found.text.split("\n\n") == [
        "Annual report of the harbour",
        *(f"The {name} quarter was calm." for name in ("first", "second", "third", "fourth")),
    ]
    assert [section.page for section in found.sections] == [1, 2, 3, 4]


def test_rows_of_numbers_at_the_edge_of_pages_are_kept(read: Read) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            for row in range(52):
                for column in range(4):
                    canvas.drawString(60 + 120 * column, 770 - 14 * row, str((number * 52 + row) * 7 + column * 3))

        return draw

    lines = read(pdf(*map(page, range(5))), "a.pdf").text.split("\n")
    rows = [" | ".join(str(row * 7 + column * 3) for column in range(4)) for row in range(260)]
    assert [line for line in lines if line] == rows


def test_titles_and_numbers_that_count_with_the_pages_are_kept(read: Read) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 805, f"Step {number + 1}")
            canvas.drawString(60, 785, f"Invoice no. 2024-00{number + 1}")
            canvas.drawString(60, 600, f"Total due {'abcde'[number]}")
            canvas.drawString(60, 60, f"Amount payable: {100 * number + 37} EUR")
            canvas.drawString(60, 30, "Harbour office, Hven")
            canvas.drawString(290, 30, f"- {number + 11} -")

        return draw

    text = read(pdf(*map(page, range(5))), "a.pdf").text
    for number in range(5):
        assert f"Step {number + 1}" in text
        assert f"Invoice no. 2024-00{number + 1}" in text
        assert f"Amount payable: {100 * number + 37} EUR" in text
    assert text.count("Harbour office, Hven") == 1


def test_a_number_alone_is_that_of_a_page_only_where_it_goes_up_with_the_pages(read: Read) -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 810, str([812, 77, 431, 90][number]))
            canvas.drawString(60, 600, f"Words {'abcd'[number]}")
            canvas.drawString(290, 30, str(number + 5))

        return draw

    text = read(pdf(*map(page, range(4))), "a.pdf").text
    assert text.split() == ["812", "Words", "a", "77", "Words", "b", "431", "Words", "c", "90", "Words", "d"]


def test_larger_letters_are_headings_with_their_level(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for size, y, text in [
            (22, 780, "Harbour rules"),
            (15, 740, "Mooring"),
            (11, 715, "Boats moor at the east pier. " * 2),
            (15, 680, "Fuel"),
            (11, 655, "Fuel is sold until six in the evening."),
        ]:
            canvas.setFont("Helvetica", size)
            canvas.drawString(60, y, text)

    found = read(pdf(draw), "a.pdf")
    headings = [(section.heading, section.level) for section in found.sections if section.heading]
    assert headings == [("Harbour rules", 1), ("Mooring", 2), ("Fuel", 2)]


@pytest.mark.parametrize("count", [5_000])
def test_a_page_of_very_many_pieces_is_read_in_time(read: Read, count: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 4)
        for number in range(count):
            canvas.drawString(10 + 57 * (number % 10), 830 - 1.6 * (number // 10), f"w{number}")
        for number in range(1_000):
            canvas.line(10, 10 + number / 2, 500, 10 + number / 2)

    assert f"w{count - 1}" in read(pdf(draw), "a.pdf").text


@pytest.mark.parametrize("leading", [0.75, 0.9, 1.1, 1.4])
def test_lines_that_stand_close_are_read_once_each(read: Read, leading: float) -> None:
    draw = written(LEFT, step=11 * leading)
    assert read(pdf(draw), "a.pdf").text == " ".join(LEFT)


def test_rows_of_a_drawn_table_without_lines_between_them_are_rows(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, [50, 200, 350, 500], [700, 680, 620])
        for row, values in enumerate([("Item", "Qty", "EUR"), ("a", "1", "2"), ("b", "3", "4"), ("c", "5", "6")]):
            for column, value in enumerate(values):
                canvas.drawString(54 + 150 * column, 686 - (20 if row else 0) - 18 * max(row - 1, 0), value)

    assert read(pdf(draw), "a.pdf").text.split("\n") == [
        "Item | Qty | EUR",
        "Item: a | Qty: 1 | EUR: 2",
        "Item: b | Qty: 3 | EUR: 4",
        "Item: c | Qty: 5 | EUR: 6",
    ]


def test_words_outside_the_page_and_passwords_are_left_out(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "seen")
        canvas.drawString(-400, 500, "beside the page")
        canvas.acroForm.textfield(name="pw", x=60, y=560, width=200, height=20, value="secretpw", fieldFlags="password")

    assert read(pdf(draw), "a.pdf").text == "seen"


HEBREW = "הנמל נפתח בשעה שבע"
ARABIC = "يفتح الميناء في السابعة"


def in_unicode(canvas: Canvas, size: float = 11) -> None:
    """A font that has the letters of most scripts."""
    if "DejaVu" not in pdfmetrics.getRegisteredFontNames():
        path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
        pdfmetrics.registerFont(TTFont("DejaVu", str(path)))
    canvas.setFont("DejaVu", size)


def from_right(canvas: Canvas, words: Sequence[str], *, right: float, y: float) -> None:
    """Words one by one to the left, the letters of each as they stand on paper."""
    in_unicode(canvas)
    for word in words:
        right -= canvas.stringWidth(word, "DejaVu", 11)
        canvas.drawString(right, y, word if word.isascii() else word[::-1])
        right -= 4


@pytest.mark.parametrize(
    "line", [HEBREW, ARABIC, "המספר 0412 של Gannet Two נרשם", "Gannet Two נרשם בנמל הצפוני"], ids=str.split
)
def test_words_that_are_written_from_the_right_are_read_from_the_right(read: Read, line: str) -> None:
    words = line.split()
    # Words of the other direction stand on paper in theirs.
    on_paper = line.replace("Gannet Two", "Two Gannet").split()

    def draw(canvas: Canvas) -> None:
        from_right(canvas, on_paper, right=500, y=700)

    assert read(pdf(draw), "a.pdf").text.split() == words


def test_a_line_that_is_one_piece_on_paper_is_read_from_the_right(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        in_unicode(canvas)
        canvas.drawString(60, 700, HEBREW[::-1])

    assert read(pdf(draw), "a.pdf").text == HEBREW


def test_a_page_from_the_right_has_its_paragraphs_and_its_columns(read: Read) -> None:
    right = [
        "הנמל נפתח בשעה שבע בבוקר",
        "ונסגר בשעה תשע בערב אחרי",
        "שכל הסירות חזרו אל הרציף",
        "הצפוני של העיר הישנה מאוד",
    ]
    left = [
        "המחיר של מקום אחד ברציף",
        "הוא שמונים כתרים בכל חודש",
        "והוא משולם בתחילת החודש",
        "במשרד הנמל ליד השער הזה.",
    ]

    def draw(canvas: Canvas) -> None:
        for number, (one, other) in enumerate(zip(right, left, strict=True)):
            from_right(canvas, one.split(), right=540, y=700 - 15 * number)
            from_right(canvas, other.split(), right=250, y=700 - 15 * number)

    assert read(pdf(draw), "a.pdf").text == f"{' '.join(right)}\n\n{' '.join(left)}"


@pytest.mark.parametrize("rise", [3, 4.5, 6.5, 7.5, -3])
def test_raised_and_lowered_figures_stay_in_their_line(read: Read, rise: float) -> None:
    before, after = "The area of 40 m", "is kept free of boats in the"

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, before)
        end = 60 + canvas.stringWidth(before, "Helvetica", 11)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(end, 700 + rise, "2")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(end + 7, 700, after)
        canvas.drawString(60, 686, "winter, as the council of Hven has said.")

    assert read(pdf(draw), "a.pdf").text == f"{before}2 {after} winter, as the council of Hven has said."


def test_small_words_below_a_line_are_a_line_of_their_own(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Total")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60, 689, "with tax")

    assert read(pdf(draw), "a.pdf").text.split("\n\n") == ["Total", "with tax"]
