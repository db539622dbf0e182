"""Web pages: what is folded away, cells over several rows and columns, and the encodings that browsers read."""

from tests.integration.cases.case import FileCase, value


def questions_in_buttons() -> bytes:
    asked = (
        ("Who may use the slipway on Sundays?", "Members only, and only before noon."),
        ("What does a lift cost?", "Forty crowns for each metre of the boat."),
    )
    folded = "".join(
        f'<h3><button aria-expanded="false" aria-controls="p{place}">{question}</button></h3>'
        f'<div id="p{place}"><p>{answer}</p></div>'
        for place, (question, answer) in enumerate(asked)
    )
    return f"<!doctype html><html><body><main><h1>Slipway</h1>{folded}</main></body></html>".encode()


def questions_whose_answers_are_hidden() -> bytes:
    """The answers carry `hidden` until a reader opens them, and the questions stand in a list of definitions."""
    asked = (
        ("¿Dónde se amarra de noche?", "En el pantalán exterior, junto a la grúa."),
        ("¿Quién abre la esclusa?", "El farero, que contesta en el canal nueve."),
    )
    folded = "".join(
        f'<dt><button type="button" aria-expanded="false" aria-controls="r{place}">{question}</button></dt>'
        f'<dd id="r{place}" hidden>{answer}</dd>'
        for place, (question, answer) in enumerate(asked)
    )
    return (
        '<!doctype html><html lang="es"><head><meta charset="utf-8"></head><body>'
        f"<article><h1>Preguntas</h1><dl>{folded}</dl></article></body></html>"
    ).encode()


def a_heading_over_two_columns() -> bytes:
    return (
        b"<html><body><h1>Engines</h1><table>"
        b'<tr><th>Boat</th><th colspan="2">Oil</th><th>Shed</th></tr>'
        b"<tr><td>Gannet</td><td>4.2</td><td>SAE 30</td><td>D4</td></tr>"
        b"<tr><td>Petrel</td><td>6.8</td><td>SAE 40</td><td>A1</td></tr></table></body></html>"
    )


def a_cell_over_the_rest_of_its_group() -> bytes:
    """A cell over all rows that follow in its group (0), and one that covers two columns of the row below it too."""
    return (
        '<!doctype html><meta charset="utf-8"><title>Dienst</title><body><table><thead>'
        "<tr><th>Steg</th><th>Tag</th><th>Früh</th><th>Spät</th></tr></thead><tbody>"
        '<tr><td rowspan="0">Steg Ost</td><td>Mo</td><td>Edda</td><td>Hauke</td></tr>'
        '<tr><td>Di</td><td colspan="2" rowspan="2">gesperrt</td></tr>'
        "<tr><td>Mi</td></tr></tbody><tbody>"
        "<tr><td>Steg West</td><td>Mo</td><td>Frauke</td><td>Malte</td></tr></tbody></table></body>"
    ).encode()


def latin_1_by_name() -> bytes:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>Prices</title>'
        "</head><body><p>A night costs €38 – the clerk speaks of an “all-in price”. Café crème is extra.</p></body>"
    )
    return page.encode("cp1252")


def turkish_by_name() -> bytes:
    """Browsers read iso-8859-9 as windows-1254, which has quotes and the euro where the former has none."""
    page = (
        "<html><head><meta charset=iso-8859-9><title>Ücretler</title></head>"
        "<body><p>Bir gece €52 – müdür buna “kış ücreti” diyor. Şamandıra ve iğne dahildir.</p></body></html>"
    )
    return page.encode("cp1254")


CASES = (
    FileCase(
        "web page: the questions of an accordion, which are buttons",
        "slipway.html",
        questions_in_buttons,
        shows=("Who may use the slipway on Sundays", "Members only", "What does a lift cost"),
    ),
    FileCase(
        "web page: the answers of an accordion that are hidden until they are opened",
        "preguntas.html",
        questions_whose_answers_are_hidden,
        shows=(r"(?s)Quién abre la esclusa.*canal nueve", "pantalán exterior"),
    ),
    FileCase(
        "web page: a heading over two columns moves no value under another heading",
        "engines.html",
        a_heading_over_two_columns,
        shows=(value("Shed", "D4"), r"4\.2", "SAE 30"),
        hides=("Shed: SAE",),
    ),
    FileCase(
        "web page: a cell over all rows that follow, and one over two rows and two columns",
        "dienst.html",
        a_cell_over_the_rest_of_its_group,
        shows=(
            r"Steg: Steg Ost \| Tag: Mo \| Früh: Edda \| Spät: Hauke",
            r"Steg: Steg Ost \| Tag: Di \| [^\n]*gesperrt",
            r"Steg: Steg Ost \| Tag: Mi \| [^\n]*gesperrt",
            r"Steg: Steg West \| Tag: Mo \| Früh: Frauke",
        ),
    ),
    FileCase(
        "web page: a euro sign and quotes of a page that says iso-8859-1",
        "prices.html",
        latin_1_by_name,
        shows=("€38 – the clerk", "“all-in price”", "Café crème"),
        hides=(r"[\x80-\x9f]",),
    ),
    FileCase(
        "web page: a euro sign and quotes of a page that says iso-8859-9",
        "ücretler.html",
        turkish_by_name,
        shows=("€52 – müdür", "“kış ücreti”", "Şamandıra ve iğne"),
        hides=(r"[\x80-\x9f]", "\ufffd"),
    ),
)
