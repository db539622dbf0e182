"""Word documents, written as Word writes them: what stands on the paper, also where it does not stand in the body."""

from collections.abc import Mapping

from tests.integration.cases.case import FileCase, value
from tests.support.files import zipped

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "r": f"{_OFFICE}/relationships",
    }.items()
)
_TYPES = {
    "header": "wordprocessingml.header",
    "footer": "wordprocessingml.footer",
    "numbering": "wordprocessingml.numbering",
    "styles": "wordprocessingml.styles",
    "chart": "drawingml.chart",
}
_SIGNED = 'w:id="7" w:author="Siv" w:date="2026-03-02T08:00:00Z"'


def word(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A document of the given body and parts (``header``, ``chart``, ...), each of them known by its name as its id."""
    others = {name: f'<?xml version="1.0" encoding="UTF-8"?>{part}' for name, part in (parts or {}).items()}
    kinds = "".join(
        f'<Override PartName="/word/{name}.xml"'
        f' ContentType="application/vnd.openxmlformats-officedocument.{_TYPES[name]}+xml"/>'
        for name in others
    )
    links = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/{name}" Target="{name}.xml"/>' for name in others
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="main"'
        f' Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        **{f"word/{name}.xml": part for name, part in others.items()},
    }
    return zipped({name: member.encode() for name, member in members.items()})


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def paragraph(*content: str, style: str = "") -> str:
    """Of plain texts and of markup."""
    inner = "".join(one if one.startswith("<") else run(one) for one in content)
    return f"<w:p>{style and f'<w:pPr>{style}</w:pPr>'}{inner}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc>{properties and f'<w:tcPr>{properties}</w:tcPr>'}{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """Of plain texts and of markup."""
    inner = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<w:tr>{properties and f'<w:trPr>{properties}</w:trPr>'}{inner}</w:tr>"


def table(columns: int, *rows: str) -> str:
    grid = '<w:gridCol w:w="2400"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{paragraph('')}"


def control(content: str, properties: str = "") -> str:
    """A content control around paragraphs, rows or cells."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def at_the_margins() -> bytes:
    ends = '<w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>'
    return word(
        paragraph("Each tide gauge is read by hand on the first of the month.") + f"<w:sectPr>{ends}</w:sectPr>",
        {
            "header": f"<w:hdr {_SPACES}>{paragraph('Instruction TG-2093, issue C')}</w:hdr>",
            "footer": f"<w:ftr {_SPACES}>{paragraph('Kept by the Tide Office')}</w:ftr>",
        },
    )


def at_the_top_of_the_first_page() -> bytes:
    """Only the first page has the header, and it is a table, as letterheads are."""
    letterhead = table(2, row("Umowa nr ŁK/77/2026", "Żegluga Świnoujście"))
    return word(
        paragraph("Najemca opłaca postój z góry za każdy kwartał.")
        + '<w:sectPr><w:headerReference w:type="first" r:id="header"/><w:titlePg/></w:sectPr>',
        {"header": f"<w:hdr {_SPACES}>{letterhead}</w:hdr>"},
    )


def a_changed_number() -> bytes:
    return word(
        paragraph(
            "A deposit is paid back within ",
            f"<w:del {_SIGNED}>{run('14', 'delText')}</w:del>",
            f"<w:ins {_SIGNED}>{run('60')}</w:ins>",
            " days of the departure.",
        )
    )


def a_moved_sentence_and_a_row_taken_out() -> bytes:
    """A sentence was moved to the end, and the row of a table deleted, both with changes being tracked."""
    moved = "The lock gate closes at nine."
    gone = "".join(
        f"<w:tc><w:p><w:pPr><w:rPr><w:del {_SIGNED}/></w:rPr></w:pPr>"
        f"<w:del {_SIGNED}>{run(text, 'delText')}</w:del></w:p></w:tc>"
        for text in ("Gig", "250")
    )
    return word(
        paragraph("Rules of the lock. ", f"<w:moveFrom {_SIGNED}>{run(moved)}</w:moveFrom>", "Boats wait in line.")
        + table(
            2, row("Boat", "Fee"), row(gone, properties=f"<w:del {_SIGNED}/>"), row("Yawl", "410"), row("Ketch", "560")
        )
        + paragraph("At night: ", f"<w:moveTo {_SIGNED}>{run(moved)}</w:moveTo>")
    )


def a_date_to_choose_in_a_cell() -> bytes:
    return word(
        table(
            3,
            row("Issued", "Issue", "Editor"),
            row(control(cell("2026-05-11"), "<w:date/>"), "4", "Maud Lien"),
            row(control(cell("2026-08-30"), "<w:date/>"), "5", "Tom Brask"),
        )
    )


def rows_that_repeat() -> bytes:
    """Rows that a form lets one add: each in a control of its own, all of them in another one."""
    items = "".join(
        control(row(*cells), "<w15:repeatingSectionItem/>")
        for cells in (("Ruder", "Holz", "2"), ("Anker", "Eisen", "1"))
    )
    return word(table(3, row("Teil", "Stoff", "Anzahl"), control(items, "<w15:repeatingSection/>")))


def a_cell_over_two_columns() -> bytes:
    wide = cell("out of use", '<w:gridSpan w:val="2"/>')
    return word(
        table(
            3,
            row("Slip", "Crane", "Master"),
            row("North", "12 t", "Elin Moe"),
            row(wide, "Arne Dal"),
        )
    )


def a_row_that_begins_further_right() -> bytes:
    """A row that leaves out the first columns of the grid has no cells for them."""
    late = row("Nils Aho", properties='<w:gridBefore w:val="2"/>')
    return word(table(3, row("Tide", "Quay", "Pilot"), row("low", "East", "Rut Haga"), late))


def _numbering(*levels: str, start: int = 1) -> str:
    made = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{1 if level else start}"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Clause{level}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, text in enumerate(levels)
    )
    return (
        f'<w:numbering {_SPACES}><w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="multilevel"/>{made}'
        '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    )


def clauses() -> bytes:
    """Their numbers are counted by Word and stand nowhere as text."""
    counted = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'
    lines = ("The mooring is let by the year.", "The rent is due in advance.", "A sublease needs consent.")
    return word(
        "".join(paragraph(line, style=counted) for line in lines),
        {"numbering": _numbering("%1."), "styles": f"<w:styles {_SPACES}/>"},
    )


def clauses_numbered_by_their_style() -> bytes:
    """The paragraphs name a style, the style a list, and the list begins with 7 and counts on two levels."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Clause{level}"><w:name w:val="Clause {level}"/><w:pPr><w:numPr>'
        f'<w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        for level in (0, 1)
    )
    lines = (
        (0, "Geltung"),
        (1, "Diese Ordnung gilt für alle Stege."),
        (0, "Liegegeld"),
        (1, "Das Liegegeld richtet sich nach der Länge."),
        (1, "Zahlbar ist es im Voraus."),
    )
    return word(
        "".join(paragraph(text, style=f'<w:pStyle w:val="Clause{level}"/>') for level, text in lines),
        {
            "numbering": _numbering("§ %1", "%1.%2", start=7),
            "styles": f"<w:styles {_SPACES}>{styles}</w:styles>",
        },
    )


CASES = (
    FileCase(
        "Word: what stands only in the header and footer of the pages",
        "gauges.docx",
        at_the_margins,
        shows=("TG-2093", "Kept by the Tide Office", "Each tide gauge"),
    ),
    FileCase(
        "Word: a letterhead that only the first page has",
        "najem.docx",
        at_the_top_of_the_first_page,
        shows=("ŁK/77/2026", "Żegluga Świnoujście", "Najemca opłaca"),
    ),
    FileCase(
        "Word: the new number of a tracked change and not the old one",
        "deposits.docx",
        a_changed_number,
        shows=("within 60 days of",),
        hides=("14",),
    ),
    FileCase(
        "Word: a moved sentence once, in its new place, and no deleted row",
        "lock.docx",
        a_moved_sentence_and_a_row_taken_out,
        shows=("At night: The lock gate closes at nine", "Rules of the lock. Boats wait", value("Boat", "Yawl")),
        hides=("Gig", "250", r"(?s)gate closes.*gate closes"),
    ),
    FileCase(
        "Word: a date to choose under its own heading",
        "issues.docx",
        a_date_to_choose_in_a_cell,
        shows=(r"Issued: 2026-05-11 \| Issue: 4 \| Editor: Maud Lien", value("Editor", "Tom Brask")),
    ),
    FileCase(
        "Word: the rows that were added to a form",
        "teile.docx",
        rows_that_repeat,
        shows=(r"Teil: Ruder \| Stoff: Holz \| Anzahl: 2", r"Teil: Anker \| Stoff: Eisen \| Anzahl: 1"),
    ),
    FileCase(
        "Word: a cell over two columns moves no value under another heading",
        "slips.docx",
        a_cell_over_two_columns,
        shows=(r"out of use \| Master: Arne Dal", value("Master", "Elin Moe")),
        hides=("Crane: Arne Dal",),
    ),
    FileCase(
        "Word: a row that begins in the third column stays there",
        "pilots.docx",
        a_row_that_begins_further_right,
        shows=(value("Pilot", "Nils Aho"), r"Tide: low \| Quay: East \| Pilot: Rut Haga"),
        hides=("Tide: Nils Aho", "Quay: Nils Aho"),
    ),
    FileCase(
        "Word: the automatic number of a clause",
        "mooring.docx",
        clauses,
        shows=(r"^3\. A sublease needs consent",),
    ),
    FileCase(
        "Word: the number that a clause has from its style",
        "ordnung.docx",
        clauses_numbered_by_their_style,
        shows=(r"§ 8 Liegegeld", r"8\.2 Zahlbar ist es"),
    ),
)
