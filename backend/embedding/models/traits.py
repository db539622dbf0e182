"""What was measured of each model beside its vectors: how its cosines are to be read (docs/adr/0196).

Cosines of MiniLM lie around 0 for what has nothing to do with each other; those of e5 never fall below 0.7. So that
one set of weights reads both, each model's cosines are brought to MiniLM's scale: what is unrelated, and what belongs
together, lie where they lie there. Measured on XQuAD and on pairs of words (`scripts.bench.fit_scales`).
"""

from dataclasses import dataclass
from typing import overload

from backend.embedding.models.base import Vectors


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line through two points: of unrelated texts, and of texts that belong together."""

    zero: float = 0.0
    gain: float = 1.0

    @overload
    def __call__(self, cosine: float, /) -> float: ...
    @overload
    def __call__(self, cosine: Vectors, /) -> Vectors: ...
    def __call__(self, cosine: float | Vectors, /) -> float | Vectors:
        return (cosine - self.zero) * self.gain


@dataclass(frozen=True, slots=True)
class Traits:
    """How one model's cosines are read.

    Attributes:
        answers: of a question to a passage or a sentence that may answer it.
        sentences: of two sentences.
        words: of two words.
        fitted: whether it is known from where on a passage is about something else.
        many_languages: whether a question finds what another language says.
    """

    answers: Scale = Scale()
    sentences: Scale = Scale()
    words: Scale = Scale()
    fitted: bool = False
    many_languages: bool = False


_TRAITS = {
    "all-MiniLM-L6-v2-int8-1": Traits(fitted=True),
    "multilingual-e5-small-int8-1": Traits(
        answers=Scale(0.727, 4.5),
        sentences=Scale(0.771, 5.05),
        words=Scale(0.822, 7.05),
        fitted=True,
        many_languages=True,
    ),
}


def traits_of(model_id: str) -> Traits:
    """Those of a model that nobody has measured are its cosines as they are, and no thresholds."""
    return _TRAITS.get(model_id, Traits())
