"""The words of a question by their form, and whether one of them refers to something outside of the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.text import question_words as closed
from backend.text.function_words import OF_QUESTIONS

_WORD = re.compile(r"[^\W_][\w'’-]*")

_ORDINAL = r"(first|second|third|fourth|last|other|latter|former)"
_ORDINAL_DE = r"(erste[nrsm]?|zweite[nrsm]?|dritte[nrsm]?|vierte[nrsm]?|letzte[nrsm]?)"
_ORDINAL_ROMANCE = (
    r"(premi(?:er|ère)|deuxième|seconde?|troisième|derni(?:er|ère)|primer[oa]|segund[oa]|tercer[oa]|últim[oa])"
)
#: What counts out one of several, and names no thing: "the second one", "die zweite?".
COUNTED = re.compile(
    rf"\bthe {_ORDINAL} one\b|\bthe {_ORDINAL}(?=[?.!,\s]*$)|"
    rf"\b(?:der|die|das|den|dem|beim|vom|zum|zur|im) {_ORDINAL_DE}(?=[?.!,\s]*$)|"
    rf"\b(?:le|la|el) {_ORDINAL_ROMANCE}(?=[?.!,\s]*$)",
    re.IGNORECASE,
)

#: Of persons and things, in any position.
_PERSONAL = re.compile(
    r"\b(?:its?|they|them|theirs?|he|she|him|hers?|his|(?-i:er|ihn|ihm|sie|es)|"
    r"(?-i:seine[nmrs]?|ihre[nmrs]?|(?:sein|ihr)(?=\s+[A-ZÄÖÜ]))|dessen|deren|davon|dafür|dazu|daran|darin|darüber|"
    r"il|elle|ils|elles|él|ella|ellos|ellas|sus?|eso|esto|celui-ci|celle-ci)\b(?!-)",
    re.IGNORECASE,
)
#: "this contract": of what is before, unless the year, or a name says which.
_POINTING = re.compile(
    r"\b(?:this(?!\s+(?:year|month|week|quarter|morning|evening|summer|winter|spring|autumn|season)\b)|these|those|"
    r"dies(?:e[nrsm]?)?(?!\w*\s+(?:Jahr|Monat|Woche|Quartal|Sommer|Winter))|jene[nrsm]?)\b",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    r"\b(?:that|(?<!are )(?<!is )(?<!was )(?<!were )there|then|the same|das|dort|cela|ça|ahí)(?=(?: one)?[?.!\s]*$)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:is|was|does|did|can|could|will|would|has|should|must) that\b|"
    r"\b(?:hat|haben|wird|wurde|ist|war) das(?= \w+(?:en|t)[?.!\s]*$)|"
    r"\b(?:faut-il|peut-on|doit-on|dois-je|puis-je) l(?:e |a |es |['’])\w+[?.!\s]*$|"
    r"\b\w{2,20}(?:ar|er|ir)(?:lo|la|los|las)\b[?.!\s]*$",
    re.IGNORECASE,
)
#: "it" that stands for nothing: "is it possible to", "how long does it take to", "gibt es", "y a-t-il".
_EMPTY = re.compile(
    r"\bit (?:still |ever )?(?:takes?|costs?|needs?)\b.{0,40}\bto\b|"
    r"\b(?:is|was|would|will) it (?:be )?(?:still |ever |really )?\w{1,20} (?:to|that|if|for)\b|"
    r"\bwhat time is it\b|\b(?:gibt|gab|geht|handelt|regnet) es\b|\bes gibt\b|"
    r"\b(?:ist|wird|war) es (?:noch |auch )?\w{1,20}\b.{0,60}\b(?:zu|dass)\b|\best-il \w{1,20} d[e']|"
    r"\b(?:können|könnten|haben|wissen|würden) sie\b|\bil y a\b|\bil faut\b",
    re.IGNORECASE,
)
#: Where a clause of its own begins, in which a pronoun may stand for what the clause before it named.
_CLAUSE = re.compile(
    r",|\b(?:and|or|but|when|if|because|before|after|once|until|while|although|unless|that|und|oder|aber|wenn|falls|weil|"
    r"bevor|nachdem|sobald|bis|obwohl|dass|et|ou|mais|si|quand|lorsque|parce|y|pero|cuando|porque)\b",
    re.IGNORECASE,
)
_OWNERS = "its his her their seine seinen seinem seiner ihre ihren ihrem ihrer sein ihr su sus"
POSSESSIVES = frozenset(_OWNERS.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``[start:end]`` of its text. `named`: with a capital or a figure. `joined`: only spaces before it."""

    text: str
    start: int
    end: int
    joined: bool

    @property
    def lower(self) -> str:
        return self.text.casefold()

    @property
    def named(self) -> bool:
        return self.text[:1].isupper() or self.text[:1].isdigit()

    @property
    def is_content(self) -> bool:
        """Whether it is none of the words of which every question is made."""
        bare = self.lower.removesuffix("'s").removesuffix("’s")
        return bare not in closed.CLOSED and bare not in OF_QUESTIONS


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    words: list[Word] = []
    end = 0
    for found in _WORD.finditer(text):
        words.append(Word(found[0], found.start(), found.end(), joined=not text[end : found.start()].strip()))
        end = found.end()
    return words


def is_german(words: Sequence[Word]) -> bool:
    return any(word.lower in closed.GERMAN for word in words)


def language_of_question(question: str) -> str:
    """``en``, ``de``, ``fr`` or ``es``, by the words that questions are made of; English where they are none's."""
    words = words_of(question)
    for word in words:
        for language, own in closed.QUESTION_WORDS.items():
            if word.lower in own and not (word.lower == "was" and not is_german(words[1:]) and len(words) > 2):
                return language
    return "de" if is_german(words) else "en"


def ends_with_verb(words: Sequence[Word]) -> bool:
    """Whether an English question ends with the verb that "do" has left there: "when does the lease of the barn end".

    False where its verb may stand before: behind a pronoun, or with its subject before an object.
    """
    support = next((at for at, word in enumerate(words) if word.lower in closed.SUPPORTS), None)
    behind = words[support + 1 :] if support is not None else ()
    if not behind or behind[-1].named or not behind[-1].is_content:
        return False
    groups = [0]
    for at, word in enumerate(behind):
        if not word.is_content:
            if word.lower in closed.ASKING_VERBS or (at == 0 and word.lower in closed.PRONOUNS):
                return False
            groups.append(0)
        elif not (at and word.named and behind[at - 1].named):
            groups[-1] += 1
    return groups[-1] > 1 and max(groups[:-1], default=0) <= 1


def subject(words: Sequence[Word]) -> list[Word]:
    """Of an English question with "do", the names or nouns between it and its verb; none where others stand there."""
    support = next((at for at, word in enumerate(words) if word.lower in closed.SUPPORTS), len(words))
    found: list[Word] = []
    for word in words[support + 1 :]:
        if not word.is_content:
            # "get", "have": the verb, unless its object or its place follows it.
            return found[:-1] if word.lower in closed.DETERMINERS or word.lower in closed.PREPOSITIONS else found
        found.append(word)
    return found[:-1]


def refers(question: str) -> bool:
    """Whether something in it stands for what was said before, and not for something in the question itself."""
    if COUNTED.search(question) or _AT_THE_END.search(question) or _SUBJECT.search(question):
        return True
    words = words_of(question)
    inner = [word for word in words if word.is_content]
    if _POINTING.search(question) and not (len(inner) > 1 and any(word.named for word in words[1:] if word.is_content)):
        return True
    if _EMPTY.search(question):
        return False
    found = _PERSONAL.search(question)
    return found is not None and not _stands_before(question, words, found)


def _stands_before(question: str, words: Sequence[Word], pronoun: re.Match[str]) -> bool:
    """Whether what a pronoun stands for is named before it: in a clause before, or as the owner of what follows."""
    before = [word for word in words if word.end <= pronoun.start()]
    clause = max((found.start() for found in _CLAUSE.finditer(question, 0, pronoun.start())), default=-1)
    owned = pronoun[0].casefold() in POSSESSIVES
    says_more = False
    for at in range(len(before) - 1, -1, -1):
        word = before[at]
        if not word.is_content:
            continue
        opens = at > 0 and (before[at - 1].lower in closed.ARTICLES or before[at - 1].lower in closed.NAMING)
        if (opens or (at and word.named)) and (word.end <= clause or (owned and says_more)):
            return True
        says_more = True
    return False
