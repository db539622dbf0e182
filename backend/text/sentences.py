"""Sentence splitting by rules that hold in most languages, with exact offsets into the given text.

A line break ends a sentence only where the line is one of its own: a heading, a bullet, a table row, a chat line, or
before a blank line. Text wrapped by a mail program or a PDF stays together.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_CJK_ENDS = "。！？｡"
_ENDS = ".!?…؟۔।॥։።" + _CJK_ENDS
_CLOSERS = "\"'”’»›)]}」』）】＂"
# A run of end marks with closing quotes or brackets, then white space (not needed after CJK marks) or the end.
# A run is looked at once, from its beginning, or a long one would be gone through from each of its signs.
_END = re.compile(
    rf"(?<![{re.escape(_ENDS)}])[{re.escape(_ENDS)}]++[{re.escape(_CLOSERS)}]*+(?=\s|$)|"
    rf"[{_CJK_ENDS}]+[{re.escape(_CLOSERS)}]*"
)
_BREAK = re.compile(r"(?<![ \t])[ \t]*+(?:\r\n|\n|\r|\u2028|\u2029)")
_ITEM = re.compile(
    r"[ \t]*(?:[-*+•‣◦▪–—·●○]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s|#{1,6}\s|>|\||\[[ xX]\]\s|\[?\d{1,2}:\d{2}|"
    r"\d{4}-\d{2}-\d{2}|\w[\w .-]{0,30}:\s)"
)
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])")
_LAST_TOKEN = re.compile(r"(?<![\w.&'’/-])[\w.&'’/-]++$")
_FIRST_WORD = re.compile(r"\w+")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Lower case, without the last dot. These never end a sentence.
_TITLES = _words(
    "mr mrs ms dr prof st sr jr rev hon gen col capt lt sgt gov sen rep pres mt ft dres dipl abs sra srta dott sig mme "
    "mlle e.g i.e eg ie cf vs viz al ca approx resp z.b d.h u.a bzw vgl p.ex a.k.a op cit nos nr fig figs eq vol pp "
    "eds jan feb mar apr jun jul aug sep sept oct nov dec"
)
# These end none when a number follows ("No. 5", "p. 12").
_BEFORE_NUMBERS = _words("no p art sec ch tel ed")
# These may end one; after them only a word that often begins a sentence shows that they do.
_MAYBE = _words("etc usw inc ltd co corp llc plc u.s u.k u.n e.u a.m p.m ph.d b.a m.a usf min max")
_OPENERS = _words(
    "the a an this that these those it he she they we i you in on at by for from with when while after before if as "
    "but and or so then there however his her their its our my der die das ein eine es er sie wir im am le la les un "
    "une il elle ils el los las en"
)
_MONTHS = _words(
    "januar februar märz april mai juni juli august september oktober november dezember january february march may "
    "june july october december jänner"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the text that was split; never blank, no white space at either end."""

    start: int
    end: int


def split_sentences(text: str, *, max_chars: int = 600) -> list[Sentence]:
    """The sentences of `text`, in order and without overlap; together they hold every visible character.

    A longer stretch than `max_chars` without an end mark is cut at white space.
    """
    sentences: list[Sentence] = []
    for start, end in _blocks(text):
        begin = start
        for mark in _END.finditer(text, start, end):
            if mark.end() < end and _ends_sentence(text, begin, mark):
                _append(sentences, text, begin, mark.end(), max_chars)
                begin = mark.end()
        _append(sentences, text, begin, end, max_chars)
    return sentences


def _blocks(text: str) -> list[tuple[int, int]]:
    """Stretches that no sentence crosses."""
    lines = _lines(text)
    width = max((end - start for start, end in lines), default=0)
    blocks: list[tuple[int, int]] = []
    begin = 0
    for (start, end), (next_start, next_end) in pairwise(lines):
        if _breaks(text, (start, end), (next_start, next_end), width):
            blocks.append((begin, end))
            begin = next_start
    blocks.append((begin, len(text)))
    return blocks


def _lines(text: str) -> list[tuple[int, int]]:
    lines, begin = [], 0
    for match in _BREAK.finditer(text):
        lines.append((begin, match.start()))
        begin = match.end()
    lines.append((begin, len(text)))
    return lines


def _breaks(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether the line break between two lines separates sentences."""
    if not text[slice(*line)].strip() or not text[slice(*following)].strip():
        return True
    if _ITEM.match(text, following[0]) or text[line[0] : line[1]].lstrip().startswith(("#", "|", ">")):
        return True
    last = text[line[1] - 1]
    if last in _ENDS + ":;" + _CLOSERS:
        # An end mark is judged like any other, so that an abbreviation at the end of a wrapped line stays whole.
        return last in ":;" or (text[following[0] : following[1]].lstrip()[:1].isupper() and _is_short(line, width))
    if last in ",-–—(":
        return False
    opening = text[following[0] : following[1]].lstrip()[:1]
    # A short line before one that begins anew is a heading or a row; wrapped lines are about equally long.
    return _is_short(line, width) and not opening.islower()


def _is_short(line: tuple[int, int], width: int) -> bool:
    return line[1] - line[0] < min(0.6 * width, 60) or width <= 60


def _ends_sentence(text: str, begin: int, mark: re.Match[str]) -> bool:
    """Whether an end mark inside a block ends the sentence that began at `begin`."""
    marks = mark.group()
    if marks[0] in _CJK_ENDS:
        return True
    following = text[mark.end() : mark.end() + 40].lstrip().lstrip("\"'“‘«‹([{「『（【¿¡*_")
    if following[:1].islower():
        return False  # "Yahoo! is", "e.g. this", "and then … he"
    if marks[0] != "." or marks[1:2] == ".":
        return True
    if _LIST_NUMBER.fullmatch(text[begin : mark.start()].strip()):
        return False
    token = _LAST_TOKEN.search(text[max(begin, mark.start() - 24) : mark.start()])
    word = token.group() if token else ""
    return _dot_ends_sentence(word, following)


def _dot_ends_sentence(word: str, following: str) -> bool:
    """Whether a single dot after `word` ends the sentence, when no lower-case letter follows."""
    known = word.casefold().lstrip("'’")
    opener = _FIRST_WORD.match(following)
    next_word = opener.group().casefold() if opener else ""
    if known in _TITLES:
        return False
    if known in _BEFORE_NUMBERS:
        return not next_word[:1].isdigit()
    if known in _MAYBE:
        return next_word in _OPENERS or not next_word
    if len(word) == 1 and word.isalpha() and word not in "IB":
        return next_word in _OPENERS  # an initial, unless a new sentence begins
    # "3. Mai" is a date in German.
    return not (word.isdigit() and len(word) <= 2 and next_word in _MONTHS)


def _append(sentences: list[Sentence], text: str, start: int, end: int, max_chars: int) -> None:
    """Adds `text[start:end]` without the white space around it, in pieces if it is too long."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        stop = end
        if end - start > max_chars:
            cut = max(text.rfind(" ", start, start + max_chars), text.rfind("\n", start, start + max_chars))
            stop = cut if cut > start else start + max_chars
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        sentences.append(Sentence(start, last))
        start = stop
