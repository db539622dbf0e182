"""Plain text: the words as they are."""

from backend.documents.models import Kind
from backend.extraction.content import Content, Source
from backend.extraction.generated import text_without_encoded


def extract(source: Source, kind: Kind) -> Content:
    """The text without trailing blank space. No sections: plain text marks none."""
    return Content(kind, text_without_encoded(source))
