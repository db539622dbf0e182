"""Which questions mean a document as a whole, or only name something: read from their words, in four languages.

What stands around a subject is known by its words, not by whole phrases: fillers and words for a summary are taken off
both ends, and what is left is what is meant.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from backend.text.folding import fold
from backend.text.function_words import OF_QUESTIONS

_TOKEN = re.compile(r"\S+")
_SIGNS = " \t\n¡¿,.!?…:;\"'“”„«»‘’()*_–-"
_QUOTES = '"“”„«»'
_APOSTROPHE = re.compile(r"(?i)(?<!\w)(?:l|d|qu)['’](?=\w)")
_LONGEST_CHARS = 240
_MOST_WORDS = 14
_BARE_WORDS = 6
_LEAST_SPELT = 7
_ALIKE = 0.88


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


#: Words for a summary, as verbs and as nouns.
_SUMMARY = _words("""
summary summaries summarise summarize summarised summarized summarising summarizing overview gist recap tldr tl;dr
digest synopsis outline takeaways highlights nutshell
zusammenfassung zusammenfassen zusammengefasst zusammen überblick kurzfassung kernpunkte kernaussagen inhaltsangabe
résumé résumer résume résumez résumes synthèse aperçu resumen resume resumir resúmeme síntesis
""")
#: What is said with them and says nothing of what is to be summed up.
_AROUND = _words("""
please pls plz can could would you will i we want need like give get make do write me us a an the my our your short
quick brief concise rough one two three few some sentence sentences line lines paragraph words of on from for in to with
about what whats what's is are was s main key most important point points content contents again just and so ok okay hi
sum up executive short briefly quickly it's
bitte kannst könntest können könnten du sie mir uns ich wir brauche hätte will möchte gern gerne gib gebt geben mach
mache schreib schreibe fass fasse fasst eine einen ein einer kurze kurzen kurzer kurz knapp knappe die der das den dem
des von vom zu zum zur über aus im in mal doch sätzen satz sätze drei zwei wichtigsten wichtigste punkte inhalt und
version s'il te vous plaît peux pouvez tu nous fais faites donne donnez moi un une le la les l du de des bref brève
court courte points principaux en phrases sur
puedes puede podrías por favor haz dame hazme hágame un una el la los las del de sobre breve corto puntos principales
""")
#: Two words that together ask for a summary.
_PAIRS = frozenset(
    {
        ("key", "points"),
        ("main", "points"),
        ("key", "takeaways"),
        ("important", "points"),
        ("sum", "up"),
        ("in", "short"),
        ("in", "brief"),
        ("wichtigsten", "punkte"),
        ("points", "principaux"),
        ("puntos", "principales"),
        ("en", "bref"),
        ("short", "version"),
        ("kurze", "version"),
        ("version", "courte"),
        ("version", "corta"),
    }
)
_SUBJECT = r"(.{2,120})\Z"
_ASKS_CONTENT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"what(?:['’]?s| is| are| does| do)? (.{2,120}?) (?:(?:all )?about|says?|covers?|contains?|deals? with)\Z",
        r"what(?:['’]?s| is| does it say) (?:written )?(?:in|inside) " + _SUBJECT,
        r"(?:worum|wovon|worüber) (?:geht|handelt|dreht)(?: ?['’]?e?s)?(?: sich)?(?: denn)?(?: in| im| beim?)? "
        + _SUBJECT,
        r"was (?:steht|stand)(?: denn| alles| eigentlich| so)? (?:in|im|auf|drin in) " + _SUBJECT,
        r"was (?:sagt|besagt|regelt|enthält|beinhaltet) " + _SUBJECT,
        r"de quoi (?:parle|traite|est-il question dans|s['’]agit-il dans) " + _SUBJECT,
        r"(?:que|qu['’]est-ce que) (?:dit|contient|prévoit) " + _SUBJECT,
        r"(?:qu['’]y a-t-il|qu['’]est-ce qu['’]il y a) dans " + _SUBJECT,
        r"de qu[eé] (?:trata|va|habla) " + _SUBJECT,
        r"qu[eé] (?:dice|contiene|pone en|hay en) " + _SUBJECT,
    )
)
#: What a person says before and behind a thing that they want to see.
_SHOWING = _words("""
please pls plz show give open find get read send fetch bring dig pull look can could would you i we need want like to me
us up out file
bitte zeig zeige zeigen öffne öffnen such suche gib geben schick schicke können könnten kannst könntest sie du mir uns
ich wir hätte brauche gern gerne mal heraussuchen raussuchen schicken vorlegen
s'il vous te plaît montre montrez moi ouvre ouvrez donne donnez peux pouvez tu muéstrame abre dame puedes por favor
""")
#: Those that ask, where others only join: what is left without one of these was asked for by nobody.
_SHOW = _SHOWING - _words("can could would you i we to me us up out file sie du mir uns ich wir mal te vous moi tu por")
_INFO = re.compile(
    r"(?:(?:what|how) about|tell (?:me|us) about"
    r"|(?:anything|something|infos?|information|details) (?:on|about|for|regarding)|was ist mit"
    r"|(?:etwas|infos?|alles) (?:zu[mr]?|über)|infos? sur|información sobre) ",
    re.IGNORECASE,
)
#: After one of these only a name is a name alone: "what is TK-3130", not "what is a boiler".
_DEFINING = re.compile(
    r"(?:(?:what|who)(?:['’]s| is)|was ist|qué es|qu['’]est-ce que"
    r"|(?:which|what|welche[rs]?|quel(?:le)?|qué|cuál) [\w-]{2,30} (?:is|ist|est|es)) ",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"[ ,.?!]{1,3}(?:(?:what|which one|who) (?:was|is) (?:that|it)|was war das|nochmal|noch mal|again|"
    r"c['’]était quoi|qué era)(?: (?:again|nochmal|noch|denn|déjà))?\Z",
    re.IGNORECASE,
)
_COMPARES = _words("""
difference differences compare comparison versus vs between unterschied unterschiede unterschieden vergleich zwischen
différence différences diferencia diferencias
""")
#: Function words that stand inside a name of something; with any other it is a question or a sentence.
_INSIDE_NAMES = _words("""
a an the of and for in on at to from by with or
der die das ein eine und oder zu mit auf im in von den dem des am vom zum zur für
le la les un une et ou de du des el los las y del
""")
_ASKED_OF_US = _words("""
list show count compare explain name describe calculate sum add translate write send delete help which liste zeige
vergleiche erkläre nenne berechne übersetze summiere compte compare explique traduis cuenta compara explica hola
""")


@dataclass(frozen=True, slots=True)
class Bare:
    """A phrase that only names something. `defined`: it was asked what that is; `shown`: to be shown it; `quoted`: it
    stands in quotation marks.
    """

    phrase: str
    defined: bool = False
    quoted: bool = False
    shown: bool = False


def asks_summary_of(question: str) -> str | None:
    """What is to be summed up, as written; None where no summary is asked for, and empty where of nothing named."""
    text = _APOSTROPHE.sub("", " ".join(question.split()))
    if len(text) > _LONGEST_CHARS:
        return None
    spans = [(fold(match.group().strip(_SIGNS)), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    words = [word for word, _, _ in spans]
    if not _COMPARES.isdisjoint(words):
        return None
    front, asks_before = _edge(words)
    back, asks_behind = _edge([*reversed(words[front:])])
    if asks_before or asks_behind:
        # At the end only what belongs to the request is taken off, or a title would lose its words.
        kept = spans[front : len(spans) - back] if asks_behind else spans[front:]
        return text[kept[0][1] : kept[-1][2]].strip(_SIGNS) if kept and len(kept) <= _MOST_WORDS else ""
    bare = text.strip(_SIGNS)
    for pattern in _ASKS_CONTENT:
        if match := pattern.match(bare):
            return match[1].strip(_SIGNS)
    return None


def bare_phrase(question: str, *, most_words: int = _BARE_WORDS) -> Bare | None:
    """The phrase, if a question is no more than the name of something."""
    text = " ".join(question.split()).strip()
    quoted = len(text) > 2 and text[0] in _QUOTES and text.rstrip("?.! ")[-1:] in _QUOTES
    text = _AGAIN.sub("", text.strip(_SIGNS)).strip(_SIGNS)
    if len(text) > _LONGEST_CHARS:
        return None
    before = _DEFINING.match(text) or _INFO.match(text)
    rest, shown = (text[before.end() :], False) if before else _without_showing(text)
    rest = rest.strip(_SIGNS)
    words = [fold(word.strip(_SIGNS)) for word in rest.split()]
    if not rest or len(words) > most_words:
        return None
    asks = any(word in OF_QUESTIONS and word not in _INSIDE_NAMES for word in words)
    if not quoted and (asks or words[0] in _ASKED_OF_US):
        return None
    return Bare(rest, defined=bool(before and _DEFINING.match(text)), quoted=quoted, shown=shown)


def _without_showing(text: str) -> tuple[str, bool]:
    """What is to be shown, without the words that ask for it at both ends, and whether these ask."""
    spans = [(fold(match.group().strip(_SIGNS)), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    first = next((at for at, span in enumerate(spans) if span[0] and span[0] not in _SHOWING), len(spans))
    last = next((at for at in range(len(spans), first, -1) if spans[at - 1][0] not in _SHOWING), first)
    taken = [word for word, _, _ in (*spans[:first], *spans[last:])]
    if _SHOW.isdisjoint(taken) or first == last:
        return text, False
    return text[spans[first][1] : spans[last - 1][2]], True


def _edge(words: list[str]) -> tuple[int, bool]:
    """How many words at the beginning only ask for a summary, and whether they do."""
    asks = False
    for at, word in enumerate(words):
        if _is_summary(word) or (word, *words[at + 1 : at + 2]) in _PAIRS or (*words[at + 1 : at + 2], word) in _PAIRS:
            asks = True
        elif word and word not in _AROUND:
            return at, asks
    return len(words), asks


def _is_summary(word: str) -> bool:
    if word in _SUMMARY:
        return True
    return len(word) >= _LEAST_SPELT and any(
        word[0] == known[0] and abs(len(word) - len(known)) <= 2 and SequenceMatcher(None, word, known).ratio() > _ALIKE
        for known in _SUMMARY
        if len(known) >= _LEAST_SPELT
    )
