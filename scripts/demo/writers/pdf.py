"""Source → PDF."""

import io
from html import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from scripts.demo.markup import Block, Source

_STYLES = {"heading": "Title", "subheading": "Heading2", "bullet": "Bullet", "note": "Italic"}
_MARGIN_POINTS = 64
# The fonts that every PDF reader has speak Latin-1 plus a few signs; the true minus is not among them.
_REPLACED = str.maketrans({"−": "-", "\u2011": "-"})


def write_pdf(source: Source) -> bytes:
    """An A4 document. `invariant` keeps the library from writing the time and a random id into the file."""
    styles = getSampleStyleSheet()
    story: list[Flowable] = []
    for group in source.groups():
        first = group[0]
        if first.type == "page_break":
            story.append(PageBreak())
        elif first.type == "row":
            story += [_table(group), Spacer(1, 10)]
        else:
            text = escape(first.text.translate(_REPLACED), quote=False)
            story.append(Paragraph(text, styles[_STYLES.get(first.type, "BodyText")]))

    def footer(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(_MARGIN_POINTS, 36, f"Korrin Instruments B.V. · {source.title}")
        canvas.drawRightString(A4[0] - _MARGIN_POINTS, 36, str(document.page))

    target = io.BytesIO()
    document = BaseDocTemplate(target, pagesize=A4, title=source.title, author=source.author, invariant=1)
    frame = Frame(_MARGIN_POINTS, _MARGIN_POINTS, A4[0] - 2 * _MARGIN_POINTS, A4[1] - 2 * _MARGIN_POINTS)
    # Drawn at the end of the page, so that the footer also comes last when the text is read out again.
    document.addPageTemplates([PageTemplate(frames=[frame], onPageEnd=footer)])
    document.build(story)
    return target.getvalue()


def _table(rows: list[Block]) -> Table:
    table = Table([[cell.translate(_REPLACED) for cell in row.cells] for row in rows], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
                ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
                ("FONTSIZE", (0, 0), (-1, -1), 9),
            ]
        )
    )
    return table
