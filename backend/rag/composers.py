"""The ways to answer without a model, in the order in which they are tried."""

from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.composing import Composer
from backend.rag.ports import VersionTexts
from backend.rag.section_answers import SectionAnswers
from backend.rag.sentences import Sentences


def composers(quoting: ExtractiveAnswerer, texts: VersionTexts) -> tuple[Composer, ...]:
    """What asks for an answer of a shape of its own comes first, single sentences last."""
    return (SectionAnswers(quoting, texts), Sentences(quoting))
