"""The ways to answer without a model, in the order in which they are tried."""

from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.asking_back import AskingBack
from backend.rag.composing import Composer
from backend.rag.halves import Halves
from backend.rag.ports import PassageSearch, Shelf, VersionTexts
from backend.rag.rows.composer import Rows
from backend.rag.section_answers import SectionAnswers
from backend.rag.sentences import Sentences
from backend.rag.sides.changes import Changes
from backend.rag.sides.comparison import Comparison
from backend.rag.sides.versions import Versions
from backend.rag.whole_documents import whole_documents


def composers(
    quoting: ExtractiveAnswerer, *, search: PassageSearch, texts: VersionTexts, shelf: Shelf, passages: int
) -> tuple[Composer, ...]:
    """What asks for an answer of a shape of its own comes first, single sentences last.

    `passages`: how many are looked up for a question.
    """
    single = (
        *whole_documents(search=search, texts=texts, shelf=shelf, embedder=quoting.embedder),
        Changes(texts),
        Comparison(search),
        Rows(texts),
        SectionAnswers(quoting, texts),
        Versions(quoting),
        Sentences(quoting),
    )
    return (Halves(single, search, passages=passages), AskingBack(single), *single)
