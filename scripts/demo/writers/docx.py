"""Source → Word document."""

import io

from docx import Document
from docx.enum.text import WD_BREAK

from scripts.demo.markup import Source
from scripts.demo.writers.repack import repack

_STYLES = {"heading": "Heading 1", "subheading": "Heading 2", "bullet": "List Bullet", "note": "Intense Quote"}


def write_docx(source: Source) -> bytes:
    """A document with heading styles, lists and tables; the first row of a table is its header."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = source.title, source.author
    properties.comments = ""
    properties.last_modified_by = source.author
    for group in source.groups():
        first = group[0]
        if first.type == "row":
            table = document.add_table(rows=0, cols=len(first.cells), style="Table Grid")
            for block in group:
                for cell, text in zip(table.add_row().cells, block.cells, strict=True):
                    cell.text = text
        elif first.type == "page_break":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        else:
            document.add_paragraph(first.text, style=_STYLES.get(first.type))
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue(), source.modified_at)
