"""Whether a question asks for a whole: all members of a list, what is needed for something, or how something is done.

By the form of the question alone, in English, German, French and Spanish. Whether there is such a list is for
`section_answers` to find out; so a form that may also ask for less ("which") is taken for more here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from backend.text.function_words import EUROPEAN


class Sort(StrEnum):
    members = "members"
    needs = "needs"
    steps = "steps"


@dataclass(frozen=True, slots=True)
class Whole:
    """`noun`: the word for what is listed, in lower case, if the question has one ("ingredients")."""

    sort: Sort
    noun: str | None = None


def _either(*ways: str) -> str:
    return "|".join(rf"(?:{way})" for way in ways)


_I = r"(?:i|we|you|one|he|she|they|people|someone|somebody|anyone|everyone)"
_ICH = r"(?:ich|man|wir|du|ihr|sie)"
_ASKING = r"(?:who|what|when|where|how|why|which|wer|was|wann|wo|wie|welche\w?|qui|quand|où|quién|cuándo|dónde)"

# What is counted, weighed up, told in short, or a reason; and two questions in one.
_OTHERWISE = re.compile(
    _either(
        r"\bhow (?:many|much|long|often|old|far|big|large|high|tall|soon|late|early|fast|heavy|expensive|well|come)\b",
        r"\bhow (?:did|was|were)\b",
        r"\bwie (?:viel\w*|lange?|oft|alt|weit|groß|hoch|teuer|spät|früh|schnell|schwer|heißt|lautet|war|kommt)\b",
        r"\b(?:combien|cu[aá]nt[oa]s?|why|warum|wieso|weshalb|pourquoi|por qu[eé])\b",
        r"\b(?:differences?|différences?|unterschied\w*|compar\w+|vergleich\w*|vs|versus)\b",
        r"\b(?:total|sum|average|summe|insgesamt)\b|\b(?:summar|zusammenfass|résum|resum)\w*",
        r"\?\s*+\w.*\?",
        rf"\b(?:and|und|et|y|e) {_ASKING}\b",
    ),
    re.IGNORECASE | re.DOTALL,
)
# One of a list, by its place or its degree.
_ONE_OF_THEM = re.compile(
    _either(
        r"\b(?:most|least|best|worst|last|latest|newest|oldest|cheapest|dearest|highest|lowest|longest|shortest)\b",
        r"\b(?:biggest|largest|smallest|fastest|earliest|nearest|(?:which|what|who) one)\b",
        r"\b(?:teuer|höch|niedrig|läng|kürze|größ?|klein|neue|älte|be|letz|mei|billig|günstig)s?te[nrsm]?\b",
        r"\b(?:le|la|les|el|los|las) (?:plus|moins|más|menos)\b",
    ),
    re.IGNORECASE | re.DOTALL,
)
_STEPS = re.compile(
    _either(
        r"\bhow (?:do|can|should|would|could|must|shall|may|to|does (?:one|someone|anyone|an?))\b",
        r"\bhow (?:is|are|does|has) (?:an?|the|my|our|your)\b.{0,60}(?:ed|done|made|set up|built)\W*$",
        rf"\bwhat (?:do|should|must|shall|can|does) {_I} (?:(?:need|have) to )?(?:do|try|type|press|enter|run|check)\b",
        r"\b(?:what|was) (?:now|next|nun|jetzt)\W*$|\bnow what\b|\by ahora qué\b|\bet maintenant\b",
        r"\bwhat (?:to do|(?:has|have|needs?) to be done)\b",
        r"\b(?:steps|instructions|procedure|walk me through|step by step)\b",
        rf"\bwie \w+ (?:es )?{_ICH}\b",
        r"\bwie (?:geht|funktioniert|läuft|laufen|wird|werden|lässt|lassen)\b",
        rf"\bwas (?:muss|soll|sollte|kann|darf|müssen|sollen) {_ICH} (?:[^?]{{0,60}} )?(?:tun|machen|unternehmen)\b",
        r"\bwas (?:tun|(?:ist|wäre) zu tun)\b|\b(?:schritte|anleitung|vorgehen|vorgehensweise|ablauf)\b",
        r"\bcomment (?!s'appelle)|\bque (?:dois-je|faut-il|doit-on) faire\b|\b(?:étapes|démarche|marche à suivre)\b",
        r"\bc[oó]mo (?:se|puedo|hago|debo|hay|podemos|\w+[aeiáéí]r)\b|\bqu[eé] (?:debo|tengo que|hay que) hacer\b",
        r"\b(?:pasos|procedimiento|instrucciones)\b",
    ),
    re.IGNORECASE | re.DOTALL,
)
_NEEDS = re.compile(
    _either(
        r"\bwhat\b[^?]{0,60}\b(?:needs?|needed|bring|pack|required|prepare|wear|take along|take with)\b",
        r"\bwas\b[^?]{0,60}\b(?:brauch\w*|benötig\w*|mitbring\w*|mitnehm\w*|einpack\w*|erforderlich|nötig)\b",
        r"\b(?:de quoi|qu'est-ce qu|que)\b[^?]{0,40}\b(?:besoin|apporter|emporter|prendre|nécessaire)\b",
        r"\bqu[eé]\b[^?]{0,40}\b(?:necesit\w+|llevar|traer|falta)\b",
    ),
    re.IGNORECASE | re.DOTALL,
)
# What is in something: there is no word for the members.
_INSIDE = re.compile(
    _either(
        r"\bwhat(?:'?s| is| are)? (?:all )?(?:included|inside)\b|\bwhat (?:belongs|goes) in(?:to)?\b",
        r"\bwhat do(?:es)?\b[^?]{0,60}\b(?:include|contain|consist of|comprise|cover)\b",
        r"\bwho (?:is|are) (?:all )?(?:in|on|part of|coming)\b",
        r"\bwas (?:gehört|umfasst|enthält|beinhaltet)\b|\bwer gehört\b",
        r"\b(?:was|wer|wen|wem|wo|wofür)\b[^?]{0,60}\b(?:alles|allem|alle)\b|\b(?:what|who)(?:'?s)? all\b",
        r"\b(?:tout ce (?:que|qui)|todo lo que)\b",
        r"\b(?:woraus|aus (?:wem|was)) (?:besteht|bestehen)\b",
    ),
    re.IGNORECASE | re.DOTALL,
)

# Each ends where the noun begins, or adjectives before it.
_BEFORE = r"(?:(?:all|the|our|my|your|their|its|these|those|of|different|various|every|each|any)\s+)*"
_ENGLISH = re.compile(
    _either(
        rf"\b(?:what|which|who)(?:'re| are| were)\s+{_BEFORE}",
        rf"\bwhen are\s+{_BEFORE}",
        rf"\b(?:list|name|enumerate|(?:give|show|tell|send) (?:me|us))\s+(?:all|the|every|each)\s+{_BEFORE}",
        r"\b(?:list|name)\s+(?=\w+s\b)",
        rf"\b(?:list|overview|checklist) of\s+{_BEFORE}",
        rf"^\W*all\s+{_BEFORE}",
    ),
    re.IGNORECASE | re.DOTALL,
)
_EUROPEAN = re.compile(
    _either(
        r"\b(?:was|wer) sind\s+(?:alle\s+)?(?:(?:die|unsere|meine|eure|ihre|seine)\s+)?",
        r"\bwie (?:lauten|heißen)\s+(?:(?:die|unsere)\s+)?",
        r"\b(?:nenn\w*|list\w*|zähl\w*|zeig\w*|gib)\s+(?:(?:mir|uns|bitte|mal|sie)\s+)*(?:alle|die|sämtliche)\s+",
        r"\b(?:liste|aufzählung) (?:der|aller|von)\s+",
        r"\bwelchen?\s+(?!\w+\s+(?:ist|war|gilt)\b)",
        r"\bquel(?:le)?s\s+(?:(?:sont|étaient)\s+(?:(?:les|nos|mes|ses|vos)\s+)?)?",
        r"\bqui sont\s+(?:les\s+)?",
        r"\b(?:liste|énumère|énumérez|donne-moi|donnez-moi)\s+(?:la liste des?|les|tous les|toutes les|des?)\s+",
        r"\bcu[aá]les (?:son|eran)\s+(?:tod[oa]s\s+)?(?:(?:los|las|mis|nuestr[oa]s)\s+)?",
        r"\bqui[eé]nes (?:son|forman)\s+(?:(?:los|las)\s+)?",
        r"\bqu[eé]\s+(?=\w+s\s+(?:hay|son|tiene|tengo|necesit|se|puedo|est))",
        r"\b(?:lista de|enumera|dime)\s+(?:tod[oa]s\s+)?(?:(?:los|las)\s+)?",
    ),
    re.IGNORECASE | re.DOTALL,
)
_PLURAL_VERB = re.compile(r"(?:re|were)\s", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:what|which)\s+(?P<words>[\w-]+(?:\s+[\w-]+){0,3})", re.IGNORECASE)
_NOUN = re.compile(r"[^\W\d_][\w-]*")
_PLURALS = frozenset({"people", "children", "men", "women", "criteria", "media", "data", "staff", "feet"})
# Verbs and others that end like plurals; what stands behind the noun.
_VERBS = """
is was has does happens makes goes comes means belongs works counts causes says applies costs needs gets gives takes
keeps begins starts ends runs sees
"""
_LIKE_PLURALS = "this its us bus plus process access address status"
_BEHIND = """
are were be do did can could may might must should shall will would need have had there for of in on at with to from by
about when if i we you they he she it the a an apply exist
"""
_NO_NOUNS = frozenset((*_VERBS.split(), *_LIKE_PLURALS.split()))
_BEHIND_NOUN = frozenset(_BEHIND.split())
_MOST_ADJECTIVES = 3


def asked_whole(question: str) -> Whole | None:
    """What kind of whole a question asks for; None for one that asks for a value, a reason, a comparison or a yes."""
    if _OTHERWISE.search(question):
        return None
    if _STEPS.search(question):
        return Whole(Sort.steps)
    noun = _listed(question)
    if _NEEDS.search(question):
        return Whole(Sort.needs, noun)
    if not _ONE_OF_THEM.search(question) and (noun is not None or _INSIDE.search(question)):
        return Whole(Sort.members, noun)
    return None


def _listed(question: str) -> str | None:
    """The noun for what a question wants listed."""
    if (which := _WHICH.search(question)) and (noun := _plural(which["words"].casefold().split())):
        return noun
    if match := _ENGLISH.search(question):
        words = [word.casefold() for word in _NOUN.findall(question[match.end() :])]
        # "what are the cattle" tells the number by its verb, "show me the contract" does not
        plural = _plural(words[: _MOST_ADJECTIVES + 1])
        return plural or (_first(words) if _PLURAL_VERB.search(match.group()) else None)
    if match := _EUROPEAN.search(question):
        words = _NOUN.findall(question[match.end() :])
        # German writes its nouns with a capital; adjectives stand before them.
        capital = [word for word in words[: _MOST_ADJECTIVES + 1] if word[0].isupper()]
        return _first([word.casefold() for word in capital or words])
    return None


def _plural(words: Iterable[str]) -> str | None:
    """The last of the plurals that stand together: "rules" of "house rules apply"."""
    found: str | None = None
    for word in words:
        if word in _BEHIND_NOUN or word in _NO_NOUNS:
            break
        if word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            found = word
        elif found:
            break
    return found


def _first(words: Iterable[str]) -> str | None:
    return next((word for word in words if word not in EUROPEAN and word not in _BEHIND_NOUN), None)
