"""PDFs: what was typed into a form, words and compounds that a line divides, columns and paragraphs."""

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from tests.integration.cases.case import FileCase

type Placed = tuple[float, float, str]
_LINE = 15
_TOP = 760


def drawn(lines: Sequence[Placed], *, size: float = 11) -> bytes:
    """One page with the lines at their places, in the order in which the program wrote them."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica", size)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.save()
    return buffer.getvalue()


def column(x: float, *lines: str, top: float = _TOP) -> list[Placed]:
    return [(x, top - _LINE * number, line) for number, line in enumerate(lines)]


def a_form() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.drawString(50, 780, "Request for a winter berth. Name of the skipper:")
    canvas.acroForm.textfield(name="skipper", value="Ottilie Brandvold", x=50, y=740, width=280, height=24)
    canvas.drawString(50, 700, "A berth is given for one winter.")
    canvas.save()
    return buffer.getvalue()


def a_form_of_choices() -> bytes:
    """A list to choose from, two boxes to tick and a remark of two lines."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    form = canvas.acroForm
    canvas.drawString(50, 780, "Antrag auf einen Winterplatz. Halle:")
    form.choice(name="halle", value="Halle Süd", options=["Halle Nord", "Halle Süd"], x=50, y=740, width=200, height=24)
    canvas.drawString(50, 700, "Bemerkung:")
    remark = "Mast bleibt stehen.\nSchlüssel bei Jürgen Groß."
    form.textfield(
        name="bemerkung", value=remark, x=50, y=620, width=300, height=60, fieldFlags="multiline", maxlen=200
    )
    canvas.save()
    return buffer.getvalue()


def words_that_a_line_divides() -> bytes:
    return drawn(
        column(
            60,
            "The survey found that the pier needs a weather-",
            "resistant coating, which the engineers call long-",
            "lasting, and that the yearly inspec-",
            "tion of the piles may be put off.",
        )
    )


def german_words_that_a_line_divides() -> bytes:
    """Three hyphens at the end of a line: of a word left out, of a compound of capitals, and of a divided word."""
    return drawn(
        column(
            60,
            "Vor dem Sommer werden die Ein-",
            "und Ausfahrt des Hafens gesperrt. Die neue LED-",
            "Beleuchtung der Mole wird im Mai geprüft, und die Bau-",
            "arbeiten dauern nach Angabe des Amtes elf Wochen.",
        )
    )


_LEFT = (
    "The pilots met in the upper",
    "room of the tower to look at",
    "the marks of the new channel,",
    "of which seven had drifted in",
    "the gales of the last autumn.",
)
_RIGHT = (
    "Dredging begins in the second",
    "week of May and closes the",
    "eastern arm for a fortnight.",
    "Small boats pass by the lock",
    "behind the old rope factory.",
)


def two_columns() -> bytes:
    return drawn(column(50, *_LEFT) + column(320, *_RIGHT))


def three_columns_written_line_by_line() -> bytes:
    """Under a heading over all of them, and the program wrote the first lines of all columns before the second ones."""
    columns = (
        (
            "Der Kran auf dem Kai hebt",
            "zwölf Tonnen. Er wird nur",
            "vom Meister bedient, der",
            "den Schlüssel verwahrt.",
        ),
        (
            "Die Slipanlage ist bis zum",
            "achten Mai gesperrt, weil",
            "die Schienen erneuert und",
            "neu verankert werden.",
        ),
        ("Gäste melden sich im Büro", "neben dem Turm. Dort gibt", "es auch die Karten für", "Strom und für Wasser."),
    )
    placed = [column(40 + 180 * place, *lines, top=700) for place, lines in enumerate(columns)]
    by_line = [one for together in zip(*placed, strict=True) for one in together]
    return drawn([(40, 760, "Aushang der Werft"), *by_line], size=10)


def two_paragraphs_in_a_narrow_column() -> bytes:
    """Parted by a wider gap, in a column beside which nothing stands."""
    first = (
        "La capitainerie ferme à midi",
        "le samedi, sauf en juillet,",
        "où elle reste ouverte jusqu'à",
        "dix-huit heures.",
    )
    second = (
        "Les clés du portail sont à",
        "rendre au gardien, qui les",
        "garde dans le coffre bleu.",
    )
    return drawn(column(60, *first) + column(60, *second, top=_TOP - _LINE * len(first) - 14))


CASES = (
    FileCase(
        "PDF: what was typed into a form",
        "berth.pdf",
        a_form,
        shows=("Ottilie Brandvold", "Name of the skipper"),
    ),
    FileCase(
        "PDF: what was chosen in a form and a remark of two lines",
        "winterplatz.pdf",
        a_form_of_choices,
        shows=("Halle Süd", r"Mast bleibt stehen\.\s+Schlüssel bei Jürgen Groß"),
    ),
    FileCase(
        "PDF: a compound keeps its hyphen at the end of a line, a divided word does not",
        "pier.pdf",
        words_that_a_line_divides,
        shows=("weather-resistant coating", "long-lasting", "yearly inspection of"),
        hides=("weatherresistant", "inspec-"),
    ),
    FileCase(
        "PDF: a hyphen that stands for a word left out keeps its space",
        "sperrung.pdf",
        german_words_that_a_line_divides,
        shows=("die Ein- und Ausfahrt", "LED-Beleuchtung", "die Bauarbeiten dauern"),
        hides=("Einund", "LEDBeleuchtung", "Bau-"),
    ),
    FileCase(
        "PDF: columns one after the other",
        "channel.pdf",
        two_columns,
        shows=(r"(?s)upper\s+room of the tower.*last autumn.*Dredging begins in the second\s+week of May",),
    ),
    FileCase(
        "PDF: three columns one after the other that were written line by line",
        "aushang.pdf",
        three_columns_written_line_by_line,
        shows=(
            r"(?s)Aushang der Werft.*hebt\s+zwölf Tonnen.*bis zum\s+achten Mai.*Dort gibt\s+es auch",
            r"den Schlüssel verwahrt\.\s+Die Slipanlage",
        ),
    ),
    FileCase(
        "PDF: a sentence in a narrow column as one paragraph",
        "marks.pdf",
        two_columns,
        shows=("to look at the marks of the new channel, of which seven had drifted in the gales",),
    ),
    FileCase(
        "PDF: two paragraphs in a narrow column as two",
        "capitainerie.pdf",
        two_paragraphs_in_a_narrow_column,
        shows=(
            "sauf en juillet, où elle reste ouverte jusqu'à dix-huit heures",
            r"heures\.\n\n+Les clés du portail sont à rendre au gardien, qui les garde",
        ),
    ),
)
