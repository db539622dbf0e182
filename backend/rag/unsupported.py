"""The sentences of a model's answer that no source is known for.

What claims nothing needs none: questions, headings, a line that leads to what follows ("Here is the list:"), a word of
agreement.
"""

import re
from collections.abc import Iterable

from backend.rag.models import Cited
from backend.rag.support import sentences_of, without_marks
from backend.text.terms import content_terms

_HEADING = re.compile(r"#{1,6}\s|\|[\s:|-]*$|```")
_BOLD_LINE = re.compile(r"[*_]{1,3}[^*_]{1,120}[*_]{1,3}:?$")
_LEADS_ON = (":", "：")
_ASKS = ("?", "？", "؟")
_CLOSERS = " \t\"'”’»)]}*_"
_FEWEST_WORDS = 2


def unsupported(text: str, citations: Iterable[Cited]) -> tuple[tuple[int, int], ...]:
    """(start, end) in `text` of each sentence that claims something and has no citation, in their order."""
    cited = [(one.answer_start, one.answer_end) for one in citations]
    return tuple(
        (sentence.start, sentence.end)
        for sentence in sentences_of(text)
        if not any(start < sentence.end and sentence.start < end for start, end in cited)
        and _claims(without_marks(text[sentence.start : sentence.end]))
    )


def _claims(sentence: str) -> bool:
    """Whether a sentence says something that could be false."""
    bare = sentence.rstrip(_CLOSERS)
    if bare.endswith((*_ASKS, *_LEADS_ON)) or _HEADING.match(sentence) or _BOLD_LINE.fullmatch(sentence):
        return False
    return len(content_terms(bare)) >= _FEWEST_WORDS
