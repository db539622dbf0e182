"""How sure the answerer is that what it would quote answers the question: a logistic regression on named evidence.

The questions that matter are near misses: the library knows the thing and does not say what is asked of it. So what
is asked ("phone number") is weighed apart from what it is asked of ("Katrin Böhm"), and every word, name and number of
the question that nothing meets counts against the answer. Fitted by `scripts/bench/fit_confidence.py`; data, figures
and limits stand in docs/adr/0090 and 0149.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from backend.embedding.search.models import Hit
from backend.quoting.answer_types import asked_detail, names
from backend.quoting.asked_words import language_asked_in, matter
from backend.quoting.candidates import Candidate
from backend.quoting.word_match import WordMatch, WordVectors, match_words, standing
from backend.text.terms import content_terms, content_words, figures, recall, stated_figures, terms, weight

# Characters around a sentence in which the question's words are looked for.
_CONTEXT_BEFORE, _CONTEXT_AFTER = 200, 120
# Words of one language have a cosine of about 0.35 even if they have nothing to do with each other.
_UNRELATED, _RELATED = 0.35, 0.85
# Below this confidence an answer must meet the asked detail at least so well; and where a date or a number is asked for
# and none stands in it, it must be surer than that. Chosen on questions of XQuAD as they are and with another detail.
_UNSURE, _DETAIL_MET = 0.3, 0.5
_SURE_WITHOUT_KIND = 0.6
# What such a doubt leaves of a confidence: no fit answers from it.
_DOUBT = 0.2
# How well the asked detail is met where no word names it ("when", "who").
_NO_DETAIL = 0.75


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best sentence, and at the end what speaks against it; the cosines and shares are at most 1.

    Attributes:
        cosine: of the sentence to the question.
        score: the sentence's score in the ranking.
        lead: how much nearer it is than the next sentence.
        nearness: cosine of the first passage to the question.
        passage_recall: weighted share of the question's terms that stand in the sentence's passage or its title.
        met_in_sentence, met_near: weighted share of its words met by meaning in the sentence; in the text around.
        weakest, second_weakest: the question's words that are met worst near the sentence.
        detail: how well the words that name what is asked are met near the sentence.
        names_missing, numbers_missing: how many of the question's are not near the sentence.
    """

    cosine: float
    score: float
    lead: float
    nearness: float
    passage_recall: float
    met_in_sentence: float
    met_near: float
    weakest: float
    second_weakest: float
    detail: float
    names_missing: float
    numbers_missing: float


@dataclass(frozen=True, slots=True)
class Fit:
    """What evidence says of an answer.

    Attributes:
        weights: in the order of `Evidence`; fitted with an L2 penalty, which is why related evidence shares its weight.
        abstain_below: the confidence below which nothing is quoted: the highest threshold at which XQuAD, with weights
            that were fitted on other articles, still shows about 92% of the answers that were found.
    """

    weights: tuple[float, ...]
    constant: float
    abstain_below: float

    def confidence(self, evidence: Evidence) -> float:
        """0 to 1."""
        logit = self.constant + sum(w * value for w, value in zip(self.weights, astuple(evidence), strict=True))
        return 1 / (1 + math.exp(-logit))


MINILM = Fit((1.406, 0.2, 2.749, 2.866, 1.418, 1.506, 1.626, 1.568, 0.2, 1.478, -0.526, -0.703), -7.273, 0.14)
# The same evidence on the same scale (`models.traits`) tells the same of e5; only the threshold is its own.
_E5 = replace(MINILM, abstain_below=0.26)
# A question in one language, a passage in another: words have little to say (`scripts.bench.quality_languages`).
_E5_ACROSS = Fit((2.886, 2.188, 11.26, 5.406, 0.503, 1.035, 0, 0, 0, 0, -0.256, -0.768), -4.696, 0.131)
# A model that nobody has measured quotes whatever comes nearest.
_UNKNOWN = replace(MINILM, abstain_below=0.0)
_FITS = {
    ("all-MiniLM-L6-v2-int8-1", False): MINILM,
    ("multilingual-e5-small-int8-1", False): _E5,
    ("multilingual-e5-small-int8-1", True): _E5_ACROSS,
}


def fit_of(model_id: str, *, across_languages: bool = False) -> Fit:
    """How evidence by this model's vectors is weighed; `across_languages`: question and passage are in two."""
    return _FITS.get((model_id, across_languages), _UNKNOWN)


def doubted(confidence: float, evidence: Evidence, *, lacks_kind: bool) -> float:
    """A confidence with what speaks against the answer by itself, whatever the rest of the evidence says.

    `lacks_kind`: it holds nothing of the kind that is asked for (a date, a sum of money).
    """
    unmet = confidence < _UNSURE and evidence.detail < _DETAIL_MET
    return confidence * _DOUBT if unmet or (lacks_kind and confidence < _SURE_WITHOUT_KIND) else confidence


async def weigh(
    question: str,
    candidates: Sequence[Candidate],
    passages: Sequence[Hit],
    weights: Mapping[str, float],
    vectors: WordVectors,
) -> Evidence:
    """The evidence for the first of `candidates`, which are sorted by score. Errors: `UpstreamError`."""
    best = candidates[0]
    hit = passages[best.passage]
    around = _around(hit, best)
    asked = matter(question)
    matches = await match_words(asked, best.text, around, vectors, hit.language)
    passage = f"{hit.title} {hit.heading or ''} {hit.text}"
    weakest = sorted(match.near for match in matches)
    first = passages[0].similarity
    return Evidence(
        cosine=best.cosine,
        score=best.score,
        lead=best.cosine - max((other.cosine for other in candidates[1:]), default=0.0),
        nearness=best.cosine if first is None else first,
        passage_recall=recall(
            content_terms(asked),
            frozenset(terms(passage)) | standing(content_words(asked), passage, hit.language),
            weights,
        ),
        met_in_sentence=_met(matches, weights, near=False),
        met_near=_met(matches, weights, near=True),
        weakest=weakest[0] if weakest else 1.0,
        second_weakest=weakest[1] if len(weakest) > 1 else 1.0,
        detail=_detail_met(question, matches),
        names_missing=_missing(called(question), frozenset(terms(around))),
        numbers_missing=len(figures(question).keys() - stated_figures(around)),
    )


def called(question: str) -> list[str]:
    """The names in a question; in German any noun is written like one."""
    return [] if language_asked_in(question) == "de" else names(question)


def _missing(called: Sequence[str], present: frozenset[str]) -> int:
    """How many different names are not there, or not whole."""
    return len({found for name in called if not present.issuperset(found := terms(name))})


def _around(passage: Hit, candidate: Candidate) -> str:
    """The title and the text around a sentence, where the words may stand that the sentence leaves out."""
    start, end = candidate.start - passage.start, candidate.end - passage.start
    window = passage.text[max(0, start - _CONTEXT_BEFORE) : end + _CONTEXT_AFTER]
    return f"{passage.title} {passage.heading or ''} {candidate.lead} {window}"


def _met(matches: Sequence[WordMatch], weights: Mapping[str, float], *, near: bool) -> float:
    total = sum(weight(match.term, weights) for match in matches)
    met = sum(weight(match.term, weights) * _degree(match.near if near else match.in_sentence) for match in matches)
    return met / total if total else 0.0


def _degree(cosine: float) -> float:
    return min(1.0, max(0.0, (cosine - _UNRELATED) / (_RELATED - _UNRELATED)))


def _detail_met(question: str, matches: Sequence[WordMatch]) -> float:
    detail = asked_detail(question)
    met = [match.near for match in matches if match.term in detail]
    return sum(met) / len(met) if met else _NO_DETAIL
