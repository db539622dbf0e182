"""What kind of thing a question asks for (a date, a number, a person, a place), and whether a sentence offers one."""

import re
from collections.abc import Sequence
from enum import StrEnum

from backend.text.analysis import stem
from backend.text.folding import fold
from backend.text.terms import content_terms, content_words, terms


class AnswerType(StrEnum):
    date = "date"
    number = "number"
    person = "person"
    place = "place"
    reason = "reason"
    other = "other"


# By question words first, then by nouns that name what is asked for.
_QUESTIONS = {
    AnswerType.date: re.compile(
        r"\bwhen\b|\b(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|century|decade|time|quarter)\b|"
        r"\bhow long ago\b|\bhow (?:soon|late|early)\b|\bdeadline\b|\bwann\b|"
        r"\bwelche[rmns]? (?:tag|datum|jahr|monat)\b|\bquand\b|\bcuándo\b|\bquando\b|什么时候|いつ|何年",
        re.IGNORECASE,
    ),
    AnswerType.number: re.compile(
        r"\bhow (?:many|much|long|old|far|tall|big|large|high|deep|often|fast|wide|heavy|warm|cold|hot|thick)\b|"
        r"\b(?:what|which)\b.{0,40}\b(?:number|percent\w*|price|cost|amount|rate|limit|fee|size|budget|salary|score|"
        r"population|temperature|port|version|total|distance|share|length|speed)\b|"
        r"\bwie ?viele?\b|\bwie (?:hoch|lang|lange|alt|weit|groß|teuer|oft|schwer|tief|warm)\b|\bwas kostet\b|"
        r"\bcombien\b|\bcuánt\w+\b|多少|几|いくつ|いくら",
        re.IGNORECASE,
    ),
    AnswerType.person: re.compile(
        r"\bwho(?:m|se)?\b|\bwer\b|\bwem\b|\bwen\b|\bqui\b|\bquién\b|\bchi\b|谁|誰|だれ", re.IGNORECASE
    ),
    AnswerType.place: re.compile(
        r"\bwhere\b|\bin (?:what|which) (?:city|country|town|state|place|region|building|room|office)\b|"
        r"\bwo\b|\bwohin\b|\boù\b|\bdónde\b|\bdove\b|哪里|どこ",
        re.IGNORECASE,
    ),
    AnswerType.reason: re.compile(
        r"\bwhy\b|\bhow come\b|\bwarum\b|\bwieso\b|\bweshalb\b|\bpourquoi\b|\bpor qué\b|\bperché\b|为什么|なぜ",
        re.IGNORECASE,
    ),
}

_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2})\b|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\b\d{4}-\d{2}-\d{2}\b|"
    r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bcentur(?:y|ies)\b|"
    r"\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?(?:am|pm)\b|(?<!\d)\d++\s?年|"
    r"\b\d{1,2}(?:\.|er| de)? (?:jan|feb|mär|mai|jun|jul|aug|sep|okt|nov|dez|ene|mar|abr|may|ago|oct|dic|fév|avr|juin|"
    r"août|déc)|\b(?:januar|februar|märz|juni|juli|oktober|dezember|janvier|février|juin|juillet|août|septembre|octobre|"
    r"novembre|décembre|enero|febrero|abril|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|"
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b|\b\d{1,2} uhr\b|"
    r"\bq[1-4]\b|\b(?:today|tomorrow|yesterday|tonight|weekly|daily)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|"
    r"thousands?|millions?|billions?|half|third|quarter|dozen|once|twice|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|"
    r"zwölf|deux|trois|quatre|cinq|dix|dos|tres|cuatro|cinco|diez)\b|[一二三四五六七八九十百千万]",
    re.IGNORECASE,
)
# What is paid for something, not who pays or how.
_COSTS = re.compile(
    r"\b(?:costs?|costing|prices?|expensive|salary|wages?|kostet|kosten|preise?|teuer|gehalt|cuestan?|precios?|coûte|coûtent|"
    r"prix)\b",
    re.IGNORECASE,
)
# Any number in a table or with two decimals may be a sum; "free" is one, too.
_MONEY = re.compile(
    r"[€$£¥]|\b(?:euros?|eur|dollars?|usd|pounds?|gbp|chf|francs?|cents?|pence|free|gratis|kostenlos|gratuite?|nothing|"
    r"included|inbegriffen)\b|\|[^|]*\d|\d[.,]\d\d|\bper ?cent\b|%",
    re.IGNORECASE,
)
# What else tells when, or how many, without a date or a figure.
_TIME = re.compile(
    r"\b(?:noon|midnight|weekends?|mornings?|evenings?|nights?|winter|summer|spring|autumn|hours?|days?|weeks?|months?|years?|"
    r"birthday|wochenenden?|tage?n?|wochen?|monate?n?|monats|jahre?n?|jahres\w*|stunden?|sommer|herbst|frühjahr|mittags?|"
    r"abends?|jours?|semaines?|mois|ans?|heures?|días?|semanas?|mes(?:es)?|años?|horas?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:one|no|none|single|every|each|all|any|ein(?:e[nrsm]?)?|kein(?:e[nrsm]?)?|jede[nrsm]?|une?|aucune?|chaque|un[oa]|"
    r"ningun[oa]|cada)\b",
    re.IGNORECASE,
)
_WITHIN_FIGURES = re.compile(r"[\w.,%$€£-]*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)(?<![\"'“‘(])\b[A-ZÀ-ÖØ-Þ][\w'’-]+")
_FIRST_NAME = re.compile(r"^\W*([A-ZÀ-ÖØ-Þ][\w'’-]+(?:\s+[A-ZÀ-ÖØ-Þ][\w'’-]+)+)")
_POSSESSIVE = re.compile(r"['’]s?$")
_REASON = re.compile(
    r"\bbecause\b|\bdue to\b|\bsince\b|\bso that\b|\bin order to\b|\bto (?:avoid|prevent|reduce|keep)\b|\breason\b|"
    r"\bcaused?\b|\btherefore\b|\bas a result\b|\bweil\b|\bdamit\b|\bdeshalb\b|\bwegen\b|"
    r"\bparce que\b|\bporque\b|因为|から",
    re.IGNORECASE,
)
# The words after "how many", "what is the" and so on, up to the preposition or verb that goes on to what is known:
# "phone number" of "What is the phone number of Ann Lee?".
_DETAIL = re.compile(
    r"\b(?:how (?:many|much)|what|which|whose|wie ?viele?|welche[rsnm]?|quel(?:le)?s?|combien de)\b\s+"
    r"(?:(?:is|are|was|were|did|does|do|will|kind of|type of|part of|sort of|ist|sind|war|est|sont)\s+)?"
    r"(?:(?:the|our|your|a|an|der|die|das|le|la|les)\s+)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_DETAIL_ENDS = re.compile(
    r"\b(?:of|for|in|at|on|with|to|from|by|per|is|are|was|were|do|does|did|has|have|had|can|may|must|will|would|should|"
    r"that|who|when|be|been|von|für|hat|haben|ist|sind|war|du|des|de|est|sont|a|ont)\b|[?,;？]",
    re.IGNORECASE,
)


# Words that name a kind of thing and seldom stand beside it: "which company" is answered by a name.
_KIND_NOUNS = (
    "name kind type sort term word title company organization organisation person people man woman team group thing "
    "way part place city country state region year day date month century decade time number amount percentage percent "
    "jahr tag datum stadt land firma betrag höhe jour date ville montant nombre numéro importe cantidad número"
)
_KINDS_OF_THINGS = frozenset(map(stem, _KIND_NOUNS.split()))


def answer_type(question: str) -> AnswerType:
    """The kind of thing asked for; the first question word in the text decides."""
    best: tuple[int, AnswerType] | None = None
    for kind, pattern in _QUESTIONS.items():
        match = pattern.search(question)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), kind)
    return best[1] if best else AnswerType.other


def asked_detail(question: str) -> frozenset[str]:
    """The terms that name what is asked, apart from what it is asked of; none where only a question word does."""
    match = _DETAIL.search(question)
    head = _DETAIL_ENDS.split(match.group(1), maxsplit=1)[0] if match else ""
    return frozenset(content_words(head)) - _KINDS_OF_THINGS


def offers(kind: AnswerType, sentence: str, question_terms: frozenset[str]) -> bool:
    """Whether a sentence holds something of the kind that is not already in the question."""
    match kind:
        case AnswerType.date:
            return any(fold(match.group()) not in question_terms for match in _DATE.finditer(sentence))
        case AnswerType.number:
            return any(
                fold(word) not in question_terms for word in _WITHIN_FIGURES.findall(sentence) if _NUMBER.search(word)
            )
        case AnswerType.person | AnswerType.place:
            return any(not question_terms.issuperset(terms(name)) for name in names(sentence))
        case AnswerType.reason:
            return bool(_REASON.search(sentence))
        case AnswerType.other:
            return False


def lacks_asked_kind(question: str, quotes: Sequence[str]) -> bool:
    """Whether a question asks for a date, a number or what something costs, and none of the quotes has any."""
    kind = answer_type(question)
    if _COSTS.search(question) and kind in (AnswerType.number, AnswerType.other):
        return not any(_MONEY.search(quote) for quote in quotes)
    if kind not in (AnswerType.date, AnswerType.number):
        return False
    asked = content_terms(question)
    otherwise = _TIME if kind is AnswerType.date else _COUNT
    return not any(offers(kind, quote, asked) or otherwise.search(quote) for quote in quotes)


def names(sentence: str) -> list[str]:
    """Capitalised words that do not merely begin a sentence, and the name that begins one if it has two words."""
    first = _FIRST_NAME.match(sentence)
    begin = first.group(1).split() if first else []
    found = [*begin, *(match.group() for match in _NAME.finditer(sentence))]
    return [_POSSESSIVE.sub("", name) for name in found]
