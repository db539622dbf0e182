"""A number that a sentence states ("there are four roles"): what is written beats what is counted."""

from backend.rag.rows.computing import Computed
from backend.rag.rows.vocabulary import NUMBERS, words_in
from backend.rag.rows.wish import Wish
from backend.rag.rows.words import WORD, forms
from backend.text.folding import fold
from backend.text.sentences import split_sentences

_SAYS_THERE_IS = words_in(
    "are has have had is consists comprises includes contains gibt hat haben besteht bestehen umfasst zahlt gliedert"
    " hay tiene tienen compte comprend"
)
_BEFORE = 4
_BEHIND = 3


def stated_count(text: str, wish: Wish, computed: Computed) -> tuple[int, int] | None:
    """Where a sentence outside of the rows says how many there are of what is asked for, if nothing narrows that."""
    heads = [term for term in wish.terms if term.head]
    others = [term for term in wish.terms if not term.head]
    if not heads or wish.comparisons:
        return None
    rows = [(row.start, row.end) for row in computed.grid.table.rows]
    for sentence in split_sentences(text):
        start, end = sentence.start, sentence.end
        if any(start < last and first < end for first, last in rows):
            continue
        words = [fold(word) for word in WORD.findall(text[start:end])]
        for index, word in enumerate(words):
            if not (word in NUMBERS or (word.isdecimal() and len(word) < _BEHIND)):
                continue
            if _SAYS_THERE_IS.isdisjoint(words[max(0, index - _BEFORE) : index]):
                continue
            named = [forms(one) for one in words[index + 1 : index + 1 + _BEHIND]]
            met = [forms(one) for one in words]
            if any(heads[-1].forms.meets(one) for one in named) and all(
                any(term.forms.touches(one) for one in met) or term.forms.touches(computed.grid.around)
                for term in others
            ):
                return start, end
    return None
