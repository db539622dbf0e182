"""Whether a passage is about whom or what was asked: one that never names it is no full support for the answer.

"When did Dana Kim begin?" is not answered by "He began on 3 May." of somebody else's file, however alike the words are.
"""

from collections.abc import Sequence

from backend.quoting.answer_types import AnswerType, answer_type, names
from backend.quoting.confidence import called
from backend.text.terms import content_terms, terms

_ASKS = ("?", "？", "؟")


def asked_names(question: str) -> tuple[str, ...]:
    """The names that a question asks about; none of a request ("write to Dana about …") and none of German, whose
    nouns are all written like names."""
    if not question.rstrip().endswith(_ASKS) and answer_type(question) is AnswerType.other:
        return ()
    return tuple(dict.fromkeys(name for name in called(question) if content_terms(name)))


def lacks_asked_name(asked: Sequence[str], claim: str, source: str) -> bool:
    """Whether `source` (the passage with its title) has none of the asked names, nor another name that the claim gives.

    A claim that names its own matter ("Korrin Homes is insured with …") may be a further step of the answer.
    """
    if not asked:
        return False
    known = frozenset(terms(source))
    of_claim = [name for name in names(claim) if content_terms(name)]
    return not any(known.issuperset(terms(name)) for name in (*asked, *of_claim))
