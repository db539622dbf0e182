"""One writer per kind of binary file, keyed by the suffix that the file gets."""

from collections.abc import Callable

from scripts.demo.markup import Source
from scripts.demo.writers.docx import write_docx
from scripts.demo.writers.pdf import write_pdf
from scripts.demo.writers.pptx import write_pptx
from scripts.demo.writers.xlsx import write_xlsx

WRITERS: dict[str, Callable[[Source], bytes]] = {
    ".docx": write_docx,
    ".pdf": write_pdf,
    ".pptx": write_pptx,
    ".xlsx": write_xlsx,
}
