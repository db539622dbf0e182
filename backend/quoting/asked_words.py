"""What a question is about, without what carries it: "is there a", "can you tell me", "darf man", contractions.

People ask for one thing in many frames, and a text never has the frame: each of its words would count as missing.
Only questions are read so; in a text the same words stay ("hat" is a word of English, too).
"""

import re

from backend.text.terms import content_words

_WORD = re.compile(r"[^\W\d_]+")
_CONTRACTION = re.compile(
    r"(?<=[^\W\d_])['’](?:s|d|ll|re|ve|m)\b|"
    r"\b(?:is|are|was|were|do|does|did|ca|could|wo|would|should|has|have|had|must)n['’]?t\b|\bcannot\b|"
    r"\b(?:what|who|where|when|how|that|there)(?:s|re)\b|\b(?:youre|theyre|ive|youve|weve|im)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:am|are|is|be|was|were)(?: (?:i|we|you|they|he|she|one))? (?:allowed|permitted|supposed|able|meant) to\b|"
    r"\bis it (?:ok|okay|fine|alright|allowed|possible|permitted|true)(?: to| that| if)?\b|"
    r"\b(?:do|does) (?:you|anyone|anybody|somebody) (?:happen to )?know\b|"
    r"\b(?:can|could|would) you (?:please )?(?:tell|remind|show) me\b|\bany(?:one|body) knows?\b|\bany idea\b|"
    r"\bsorry\b|\bi meant?\b|"
    r"\bi(?: would|['’]d)? (?:want|like|need) to know\b|\bhow come\b|\bmay(?= (?:i|we|you|they|one|the|my|a)\b)|"
    r"\bhave (?:i|we|you|they) got\b|\bbeen\b|\bgot\b|\b(?:actually|exactly|currently|anyway|really|please)\b|"
    r"\bkannst du mir\b|\bkönnen sie mir\b|\bweiß(?:t du| jemand)\b|\best[- ]ce qu(?:e\b|['’])|\by a[- ]t[- ]il\b|"
    r"\bpeut[- ]on\b|\bse puede\b|\bpuedes decirme\b",
    re.IGNORECASE,
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# What carries a sentence in other languages. Many of these mean something in English, so that they are left out only of
# a question that has at least two of them, or a word that asks.
_CARRYING = {
    "de": _words(
        "ich du er sie es wir ihr man mich mir dich dir ihm ihn ihnen uns euch sich mein meine meinen meinem "
        "meiner dein deine deinen deinem unser unsere unseren unserem unserer euer eure ihre ihren ihrem "
        "ihrer sein seine seinen seinem der die das den dem des ein eine einen einem einer eines ne nen kein "
        "keine keinen keinem keiner bin bist ist sind seid war waren wurde wurden worden geworden wird werden "
        "habe hast hat haben hatte hatten kann kannst können konnte könnte darf darfst dürfen muss musst "
        "müssen musste soll sollen sollte will wollen möchte möchten mag gibt es und oder von zu zum zur mit "
        "auf im in ins an am ans für fuer bei beim nach aus vor um bis seit ab als wenn ob dass da hier so "
        "nicht noch schon auch nur denn mal eigentlich doch bitte etwa jemand etwas genau gerade jetzt mehr "
        "sag sagen viel viele herr herrn frau"
    ),
    "fr": _words(
        "je tu il elle on nous vous ils elles me te se mon ma mes ton ta tes son sa ses notre nos votre vos "
        "leur leurs le la les l un une des d du de au aux à en et ou est es sont suis êtes était a ai as ont "
        "avez avons avoir être peut peux puis faut doit dois pour par dans sur avec sans chez ce cet cette "
        "ces ne pas plus y t si quelle quel"
    ),
    "es": _words(
        "yo tú él ella nosotros ellos me te se mi mis tu tus su sus el la los las un una unos unas del al a "
        "de en y o es son está están hay ha han he hemos tiene tienen tengo puede puedo pueden debe deben "
        "para por con sin no que lo"
    ),
}  # fmt: skip
_ASKING = {
    "de": _words(
        "wer wen wem wessen wann wo wohin woher warum wieso weshalb wozu womit wofür was wie wieviel wieviele welche "
        "welcher welches welchen welchem"
    ),
    "fr": _words("qui que quoi quand où comment combien pourquoi quel quelle quels quelles"),
    "es": _words("quién quiénes qué cuándo dónde cómo cuánto cuánta cuántos cuántas cuál cuáles por"),
}
# "Was", "die", "in", "as": English, too, and no sign of another language by themselves.
_ENGLISH_TOO = _words(
    "was die in am an so will war des on me a as no he es hat man bin dir ab da son sin plus pour son comment par sur "
    "hay ha tu den sag mag also ton y o d l t"
)


def language_asked_in(question: str) -> str | None:
    """de, fr or es where the words that carry the question tell it; None for English, and for what has too few."""
    words = set(_WORD.findall(question.casefold())) - _ENGLISH_TOO
    found = {
        language: len(words & carrying) + 2 * len(words & _ASKING[language]) for language, carrying in _CARRYING.items()
    }
    language = max(found, key=lambda one: found[one])
    return language if found[language] >= 2 else None


def matter(question: str) -> str:
    """The question without its frame, in its own letters; as it is where nothing else would be left."""
    rest = _FRAME.sub(" ", _CONTRACTION.sub(" ", question))
    language = language_asked_in(question)
    if language is not None:
        carrying = _CARRYING[language] | _ASKING[language]
        rest = _WORD.sub(lambda word: " " if word.group().casefold() in carrying else word.group(), rest)
    return rest if _WORD.search(rest) and content_words(rest) else question
