"""What is said to the assistant and not asked of documents, by classes of words instead of by phrases.

Every word of a message must belong to the classes of one kind of talk, and those by which the kind is known must be
there; one word beside them ("hello world program", "who made the cake") and it is for the documents. Letters that are
repeated, left out or exchanged ("hellooo", "thnks", "thnaks") do not hide a word.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from backend.rag import small_talk_words as of
from backend.rag.small_talk_words import Words
from backend.text.folding import fold

type Kind = Literal["greeting", "thanks", "help", "product"]

_MOST_WORDS = 14
_TOKEN = re.compile(r"[^\W_]+")
_AGAIN = re.compile(r"(.)\1+")
_WAVING = frozenset("👋🙋🖐✋")
_PLEASED = frozenset("🙏👍❤💙💚🙌👏👌😊😀🎉💪🤗😍🥰😁🙂👊💯")
#: "Hier ist Jana Wolff": who greets.
_INTRODUCED = re.compile(
    r"\b(?:(?i:hier(?: ist| spricht)?|ich bin|mein name ist|this is|i'm|i am|my name is|je suis|soy|me llamo) )"
    r"(?:(?:Herr|Frau|Dr\.?) )?[A-ZÀ-ÖØ-Þ][\w-]+(?: [A-ZÀ-ÖØ-Þ][\w-]+)?|(?<![\w-])[A-ZÀ-ÖØ-Þ][\w-]+ here\b"
)
_VOWELS = frozenset("aeiou")
_SHORTEST_MISSPELT = 5


def _squeezed(word: str) -> str:
    return _AGAIN.sub(r"\1", word)


def _all(*classes: Words) -> frozenset[str]:
    return frozenset(_squeezed(word) for one in classes for words in one.values() for word in words)


def _misspelt(words: Iterable[str]) -> dict[str, str]:
    """How the longer words are mistyped most often: two letters exchanged, a vowel left out."""
    found: dict[str, str] = {}
    for word in words:
        if len(word) < _SHORTEST_MISSPELT:
            continue
        for at, (one, other) in enumerate(pairwise(word)):
            found.setdefault(f"{word[:at]}{other}{one}{word[at + 2 :]}", word)
            if other in _VOWELS:
                found.setdefault(f"{word[: at + 1]}{word[at + 2 :]}", word)
    return found


_HELLO, _THANKS, _BYE, _PRAISE = _all(of.HELLO), _all(of.THANKS), _all(of.BYE), _all(of.PRAISE)
_DAYTIME, _GOOD = _all(of.DAYTIME), _all(of.GOOD)
_SOMEBODY, _PRESENT = _all(of.SOMEBODY), _all(of.PRESENT)
_YOU, _NATURE, _MADE, _MINE, _DATA, _KEEP = (
    _all(one) for one in (of.YOU, of.NATURE, of.MADE, of.MINE, of.DATA, of.KEEP)
)
_DO, _CAN, _USE, _ASKING, _NAME = (_all(one) for one in (of.DO, of.CAN, of.USE, of.ASKING, of.NAME))
_PLEA, _NEED, _EXAMPLES = _all(of.PLEA), _all(of.NEED), _all(of.EXAMPLES)
_CANST, _WHAT = _all(of.CANST), frozenset({"was", "que"})
_TYPE, _I, _HERE = _all(of.TYPE), frozenset({"i", "ich", "je"}), frozenset({"here", "hier", "ici", "aqui"})
_APPS, _THIS, _TELLING = (frozenset(map(_squeezed, words)) for words in (of.APPS, of.THIS, of.TELLING))

_GREETING_KNOWN = _all(of.HELLO, of.DAYTIME, of.GOOD, of.ADDRESSED, of.ABOUT_A_GREETING)
_PARTING_KNOWN = _all(of.THANKS, of.BYE, of.PRAISE, of.HELLO, of.DAYTIME, of.ADDRESSED, of.ABOUT_THANKS)
_PRAISE_KNOWN = _all(of.PRAISE, of.PRAISED)
_HELP_KNOWN = _all(of.YOU, of.ASKING, of.DO, of.CAN, of.USE, of.ABOUT_HELP, of.PLEA, of.NEED) | _APPS | _THIS
_PRODUCT_KNOWN = (
    _all(of.YOU, of.ASKING, of.MADE, of.NATURE, of.MINE, of.DATA, of.KEEP, of.ABOUT_THE_PRODUCT) | _APPS | _THIS
)
_CONTRACTED = frozenset(map(_squeezed, of.CONTRACTED))
_NAME_KNOWN = _all(of.YOU, of.ASKING, of.NAME) | frozenset(map(_squeezed, of.INTRODUCING))
_MISSPELT = _misspelt(sorted(_HELLO | _THANKS))
_LANGUAGES = {
    language: frozenset(
        _squeezed(word)
        for name, classes in vars(of).items()
        if name.isupper() and isinstance(classes, dict)
        for word in classes.get(language, ())
    )
    for language in ("en", "de", "fr", "es")
}


def small_talk(message: str, *, talking: bool = False) -> tuple[Kind, str] | None:
    """What kind of talk a message is, and in which language; None where it may be for the documents.

    `talking`: there was a question before, so that "this app" may be what that was about.
    """
    words = _words(message)
    if len(words) > _MOST_WORDS:
        return None
    if not words:
        signs = set(message)
        kind: Kind | None = "greeting" if signs & _WAVING else "thanks" if signs & _PLEASED else None
        return (kind, "en") if kind else None
    greeted = _greets(frozenset(_words(_INTRODUCED.sub(" ", message))))
    kind = "greeting" if greeted else _kind(words, talking=talking)
    return (kind, _language(words)) if kind else None


def _words(message: str) -> list[str]:
    """The words of a message as the classes know them."""
    said = fold(message.casefold().replace("g'day", "gday").replace("see ya", "seeya"))
    squeezed = map(_squeezed, _TOKEN.findall(said))
    return [_MISSPELT.get(word, word) for word in squeezed]


def _kind(words: Sequence[str], *, talking: bool) -> Kind | None:
    said = frozenset(words) - _CONTRACTED
    if said & (_THANKS | _BYE) and said <= _PARTING_KNOWN:
        return "thanks"
    if said & _PRAISE and said & of.OF_WHAT_WAS_SAID and said <= _PRAISE_KNOWN:
        return "thanks"
    if said & of.WISHING and said & _DAYTIME and said <= _PARTING_KNOWN:
        return "thanks"
    to_us = bool(said & _YOU) or (not talking and any(a in _THIS and b in _APPS for a, b in pairwise(words)))
    if _asks_about_us(said, to_us=to_us):
        return "product"
    return "help" if _asks_for_help(said, to_us=to_us) else None


def _greets(said: frozenset[str]) -> bool:
    if not said <= _GREETING_KNOWN:
        return False
    return bool(
        said & _HELLO
        or (said & _GOOD and said & _DAYTIME and not said & of.WISHING)
        or (said & _SOMEBODY and said & _PRESENT)
        or said == {"na", "du"}
    )


def _asks_about_us(said: frozenset[str], *, to_us: bool) -> bool:
    if to_us and said <= _NAME_KNOWN and said & _NAME and not said & (_DO | _USE):
        return True
    if not said <= _PRODUCT_KNOWN:
        return False
    # "What I type here" is theirs; "do we share our files" is asked of the people here, not of the assistant.
    told = bool(said & _TELLING and said & _I)
    whose = to_us or told or bool(said & _MINE and not said & of.WE)
    return (to_us and bool(said & (_MADE | _NATURE))) or (whose and (told or bool(said & _DATA)) and bool(said & _KEEP))


def _asks_for_help(said: frozenset[str], *, to_us: bool) -> bool:
    if not said <= _HELP_KNOWN:
        return False
    if said & _PLEA and (said & _NEED or to_us):
        return True
    if said & _EXAMPLES and said & of.WITH_EXAMPLES:
        return True
    if said & _TYPE and said & _I and said & _HERE:
        return True
    if not to_us:
        return False
    return bool((said & _DO and said & _CAN) or (said & _USE and said & _ASKING) or (said & _CANST and said & _WHAT))


def _language(words: Sequence[str]) -> str:
    """The language that most of the words belong to."""
    return max(_LANGUAGES, key=lambda language: sum(word in _LANGUAGES[language] for word in words))
