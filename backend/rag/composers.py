"""The ways to answer without a model, in the order in which they are tried."""

from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.asking_back import AskingBack
from backend.rag.composing import Composer
from backend.rag.halves import Halves
from backend.rag.ports import PassageSearch
from backend.rag.sentences import Sentences


def composers(quoting: ExtractiveAnswerer, search: PassageSearch, *, passages: int) -> tuple[Composer, ...]:
    """What asks for an answer of a shape of its own comes first, single sentences last.

    `passages`: how many are looked up for a question.
    """
    single = (Sentences(quoting),)
    return (Halves(single, search, passages=passages), AskingBack(single), *single)
