"""Source → workbook."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font

from scripts.demo.markup import Source
from scripts.demo.writers.repack import repack


def write_xlsx(source: Source) -> bytes:
    """A workbook with one sheet per heading. Whole and decimal numbers are stored as numbers, the rest as text."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = source.title, source.author
    sheet = None
    for block in source.blocks:
        if block.type == "heading":
            sheet = book.create_sheet(block.text)
            continue
        if sheet is None or block.type != "row":
            raise ValueError(f"{source.title}: a workbook holds headings and rows only, not {block.text!r}")
        sheet.append([_value(cell) for cell in block.cells])
        if sheet.max_row == 1:
            for cell in sheet[1]:
                cell.font = Font(bold=True)
    for sheet in book:
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, 60)
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), source.modified_at)


def _value(cell: str) -> str | int | float | None:
    if not cell:
        return None
    for parse in (int, float):
        try:
            return parse(cell)
        except ValueError:
            continue
    return cell
