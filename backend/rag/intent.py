"""What a person wants of a message, before anything is searched: an answer from documents, or something said to us.

By rules, in English, German, French and Spanish; no model is asked, so that the same words mean the same with and
without one. A message that says anything beside it is a question for the documents.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from backend.rag import intent_phrases as phrases
from backend.rag.shelf import asks_what_is_there
from backend.rag.small_talk import small_talk


class Intent(StrEnum):
    """`passages`: to be looked up in the documents. `documents`: which documents there are."""

    passages = "passages"
    documents = "documents"
    greeting = "greeting"
    thanks = "thanks"
    help = "help"
    product = "product"


@dataclass(frozen=True, slots=True)
class Wish:
    """`language` is that of the words by which it was known: ``en``, ``de``, ``fr``, ``es``."""

    intent: Intent
    language: str = "en"
    about: str = ""
    """What the documents are to be about; empty for all of them."""
    called: str = ""
    """What the documents are to be called, if several are: "postmortems"."""


#: What is longer says more than hello.
_LONGEST_CHARS = 160
_SIGNS = " ¡¿,.!?…:;\"'“”()*_–-"
_MARKS = f"[{re.escape(_SIGNS)}]"


def _whole(line: str, language: str, *, greeted: bool = True) -> str:
    """A line as a whole message; `greeted`: perhaps after a greeting."""
    before = rf"(?:(?:{phrases.HELLO[language]}){_MARKS}{{1,4}})?" if greeted else ""
    return rf"{phrases.FILLERS_BEFORE}{before}(?:{line}){phrases.FILLERS_BEHIND}"


_GREETING = {
    language: rf"(?:{hello})(?:{_MARKS}{{1,4}}(?:{phrases.HOW_ARE_YOU[language]}))?|{phrases.HOW_ARE_YOU[language]}"
    for language, hello in phrases.HELLO.items()
}
_THANKS = {language: rf"(?:{line})(?:{_MARKS}{{1,4}}(?:{line})){{0,3}}" for language, line in phrases.THANKS.items()}
_RULES = [
    (intent, language, re.compile(_whole(line, language, greeted=intent is not Intent.greeting), re.IGNORECASE))
    for intent, lines in (
        (Intent.greeting, _GREETING),
        (Intent.thanks, _THANKS),
        (Intent.help, phrases.HELP),
        (Intent.product, phrases.PRODUCT),
        (Intent.documents, phrases.DOCUMENTS),
    )
    for language, line in lines.items()
]
_ABOUT = {
    language: re.compile(
        _whole(rf"(?:{line}) (?:the |our |my |de[mnr] |die |das )?(.{{2,60}}?)", language), re.IGNORECASE
    )
    for language, line in phrases.ABOUT.items()
}
_ALL_OF = {language: re.compile(_whole(line, language), re.IGNORECASE) for language, line in phrases.ALL_OF.items()}
_ANY_HELLO = "|".join(phrases.HELLO.values())
_ANY_HOW = "|".join(phrases.HOW_ARE_YOU.values())
_ANY_THANKS = "|".join(
    (
        r"(?:many )?thanks(?: a lot| in advance)?",
        r"thank you(?: (?:so|very) much)?",
        "thx",
        "cheers",
        "vielen dank",
        r"danke(?: schön| im voraus)?",
        r"merci(?: d'avance)?",
        "gracias",
    )
)
#: Within a talk these are about what was answered.
_POINTING = re.compile(
    r"(?:and |so |ok |und |also )?(?:who|what|how|wer|was|wie|qui|cómo|comment)\b(?:'s)?[^?!.,]{0,40} "
    r"(?:it|this|that|das|dies|ça|cela|esto)(?: (?:do|work|made|from|exactly|hier|gemacht|gebaut|entwickelt))?"
    r"|(?:what|who)(?:'s| is) (?:it|this|that)|was ist das|how (?:do|does|can|should) (?:i use )?it(?: work)?",
    re.IGNORECASE,
)
_COURTESY_BEFORE = re.compile(
    rf"\s*(?:{_ANY_HELLO})(?:\s*[,.!:;]\s*|\s+[–-]\s+)(?:(?:{_ANY_HOW})\s*[,.!?;]\s*)?", re.IGNORECASE
)
_SCRIPT = re.compile(r"<(script|style)\b[^>]{0,200}>.{0,400}?</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
_COURTESY_AFTER = re.compile(rf"([,.!?;–-])\s{{0,3}}(?:{_ANY_THANKS})[\s.!]{{0,5}}\Z", re.IGNORECASE)


def wish_of(message: str, *, talking: bool = False) -> Wish:
    """What a message wants; `Intent.passages` for whatever is not plainly something else.

    `talking`: there was a question before it, so that "what is this?" is about what was answered.
    """
    text = " ".join(message.replace("’", "'").split()).strip(_SIGNS)
    if len(text) > _LONGEST_CHARS:
        return Wish(Intent.passages)
    if talking and _POINTING.fullmatch(text):
        return Wish(Intent.passages)
    for intent, language, pattern in _RULES:
        if pattern.fullmatch(text):
            return Wish(intent, language)
    if said := small_talk(message, talking=talking):
        return Wish(Intent(said[0]), said[1])
    if asks_what_is_there(text):
        return Wish(Intent.documents)
    for language, pattern in _ABOUT.items():
        if match := pattern.fullmatch(text):
            return Wish(Intent.documents, language, about=match[1].strip())
    for language, pattern in _ALL_OF.items():
        if match := pattern.fullmatch(text):
            return Wish(Intent.passages, language, called=next(filter(None, match.groups())))
    return Wish(Intent.passages)


def without_scripts(message: str) -> str:
    """The question without blocks of code for a browser; as it is where nothing else is left."""
    rest = _SCRIPT.sub(" ", message).strip()
    return rest if any(map(str.isalnum, rest)) else message


def without_courtesy(message: str) -> str:
    """The question without the greeting before it and the thanks behind it; as it is where nothing else is left."""
    before = _COURTESY_BEFORE.match(message)
    rest = message[before.end() :] if before else message
    if after := _COURTESY_AFTER.search(rest):
        rest = rest[: after.start()].rstrip() + ("?" if after[1] == "?" else "")
    return rest.strip() if any(map(str.isalnum, rest)) else message
