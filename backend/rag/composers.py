"""The ways to answer without a model, in the order in which they are tried."""

from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.composing import Composer
from backend.rag.ports import PassageSearch, VersionTexts
from backend.rag.sentences import Sentences
from backend.rag.sides.changes import Changes
from backend.rag.sides.comparison import Comparison
from backend.rag.sides.versions import Versions


def composers(quoting: ExtractiveAnswerer, search: PassageSearch, texts: VersionTexts) -> tuple[Composer, ...]:
    """What asks for an answer of a shape of its own comes first, single sentences last."""
    return (Changes(texts), Comparison(search), Versions(quoting), Sentences(quoting))
