"""One module per family of kinds. A new kind is one module with an `extract(source)` and one line below."""

from collections.abc import Callable
from importlib import import_module

from backend.documents.models import Kind
from backend.extraction.content import Content, Source

type Extractor = Callable[[Source, Kind], Content]

# Modules are imported on first use: a text file must not pay for the PDF library.
_MODULES: dict[Kind, str] = {
    Kind.pdf: "pdf",
    Kind.docx: "word",
    Kind.pptx: "slides",
    Kind.xlsx: "sheets",
    Kind.html: "html",
    Kind.markdown: "markdown",
    Kind.text: "plain",
    Kind.csv: "table",
    Kind.json: "records",
    Kind.email: "mail",
    Kind.mailbox: "mailbox",
    Kind.calendar: "calendar",
    Kind.notebook: "notebook",
    Kind.code: "code",
    Kind.data: "data",
    Kind.log: "log",
    Kind.archive: "archive",
    Kind.image: "picture",
}


def extractor_for(kind: Kind) -> Extractor:
    """The function that reads files of `kind`. `KeyError` for kinds that never come as files."""
    extract: Extractor = import_module(f"{__name__}.{_MODULES[kind]}").extract
    return extract
