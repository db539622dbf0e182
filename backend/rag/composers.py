"""The ways to answer without a model, in the order in which they are tried."""

from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.composing import Composer
from backend.rag.ports import PassageSearch, Shelf, VersionTexts
from backend.rag.rows.composer import Rows
from backend.rag.sentences import Sentences
from backend.rag.whole_documents import whole_documents


def composers(
    quoting: ExtractiveAnswerer, *, search: PassageSearch, texts: VersionTexts, shelf: Shelf
) -> tuple[Composer, ...]:
    """What asks for an answer of a shape of its own comes first, single sentences last."""
    return (
        *whole_documents(search=search, texts=texts, shelf=shelf, embedder=quoting.embedder),
        Rows(texts),
        Sentences(quoting),
    )
