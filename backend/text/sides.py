"""Questions that ask for two things side by side: which two, and for which aspect; told by the question's form.

"Compare A with B", "difference between A and B", "is A cheaper than B", "A or B: which is older", "A vs B", and the
same in German, French and Spanish. The forms are words that join (between … and, than, or); what stands between them
is taken as it is written.
"""

import re
from dataclasses import dataclass

_LONGEST_CHARS = 300
_MOST_WORDS = 8

_DIFFERENCE = re.compile(
    r"\b(?:dif+er\w*|diff?érences?|diff?èrent?|unterschied\w*|unterscheid\w*|diferencias?|chang(?:e[sd]?|ing)|"
    r"geändert|compar\w+|vergleich\w*|contrast)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre)\s", re.IGNORECASE)
_DIFFERS_FROM = re.compile(
    r"\b(?:differs?|different|distinct|diff[eè]rent?e?s?)\s(?:from|to|than|de|du|des)\s", re.IGNORECASE
)
_DIFFERS_ITSELF = re.compile(
    r"\b(?:unterscheide[tn](?:\ssich)?|se\sdiferencian?|se\sdistingue(?:nt)?|distinguish(?:es)?|tells?\sapart)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compar(?:e[ds]?|ing|[ai]s[io]+ns?|er|ez|aison|a|ar|aci[oó]n)|vergleich(?:e|en|t|st)?)\b", re.IGNORECASE
)
_VERSUS = re.compile(r"\s(?:vs\.?|versus)\s", re.IGNORECASE)
_THAN = re.compile(r"\s(?:than|als|que)\s", re.IGNORECASE)
_OR = re.compile(r"\s(?:or|oder|ou|o)\s", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|und|et|y|&|or|oder|to)\s", re.IGNORECASE)
_AND_OR_FROM = re.compile(r"\s(?:from|von|vom|de|del|and|und|et|y|gegenüber)\s", re.IGNORECASE)
_WITH = re.compile(r"(?:^|\s)(?:vs\.?|versus|with|to|against|and|mit|und|et|avec|y|con|gegen|à)\s", re.IGNORECASE)

#: Adjectives and adverbs that set one thing above another.
COMPARATIVE = re.compile(
    r"\b(?:more|less|fewer|better|worse|cheaper|(?:larg|long|short|lat|old|young|new|fast|slow|high|low|strong|weak|"
    r"strict|warm|cold|quick|small|tall|deep|wid|clos|saf|soon|great|near|light|hard)er|bigger|hotter|earlier|heavier|"
    r"easier|further|farther|pricier|dearer|mehr|weniger|eher|(?:teur|bess|größ|läng|kürz|spät|ält|jüng|höh|klein|neu|"
    r"schnell|langsam|niedrig|günstig|billig|schlecht|früh|leicht|schwer|stärk|schwäch|streng|näh|weit|tief|warm|kält)"
    r"e?re?[smnr]?|plus|moins|meilleure?s?|pire|mieux|más|menos|mejor|peor|mayor|menor)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^(?:which|welche[rsnm]?|la?quel(?:le)?s?|cuál(?:es)?|who|wer)\b", re.IGNORECASE)
_SAYINGS = re.compile(
    r"\b(?:more or less|sooner or later|mehr oder weniger|früher oder später|plus ou moins|tôt ou tard|más o menos|"
    r"(?:other|rather) than|as soon|(?:no|not) (?:later|more|less|earlier|fewer) than)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s?[,;:–—?]\s?|\s-\s")
_TAIL = re.compile(
    r"\s(?:in terms of|with (?:regard|respect) to|in regards? to|regarding|concerning|when it comes to|bezüglich|"
    r"hinsichtlich|in bezug auf|en termes de|en cuanto a|quant à|respecto a)\s",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\s(?:of|for|in|at|under|on|für|des|der|von|vom|bei|beim|im|de|du|del|pour|para)\s(?:(?:the|our|a|an|den|die|das|"
    r"dem|la|le|les|el|los|las)\s)?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\s(?:the|der|die|das|den|dem|le|la|les|el|los|las)\s", re.IGNORECASE)
_SUPPORT = re.compile(r"^(?:how\s\w+\s)?(?:do|does|did|will|would|can)\s", re.IGNORECASE)
_STARTS_WITH_FIGURE = re.compile(r"(?!(?:19|20)\d\d\b)[\d€$£]")
_WORD = re.compile(r"[^\W_]")

_EDGES_WORDS = """
what whats what's which who how is are was were be the a an our your my their its does do did has have had can could
will would please tell me us about show give explain much many one that those of for in at on under to there any main
and so then comes ist sind war der die das den dem des ein eine einen einer wie wer welche welcher welches bitte mir
uns für von vom bei beim im zum zur es kostet kosten dauert dauern hat haben gilt worin wo gibt als quel quelle quels
quelles est sont le la les un une du de des en quoi il y a que qué cual cuál cuáles es son el los las una del qu entre
between zwischen was if whether ob si changed changes change geändert sich se
"""
_EDGES = frozenset(_EDGES_WORDS.split())
_ASPECT_EDGES = (_EDGES - {"kostet", "kosten", "dauert", "dauern"}) | {"better", "besser", "difference", "differences"}
# Sides that name nothing.
_VAGUE_WORDS = """
two both all each other another them it this these usual normal before ever expected anything everything nothing
something someone everyone else half now today ours mine yours beiden alle alles sonst sich es üblich normal man heute
beide deux tout tous toutes todo todos dos i we you he she they ich wir du sie er
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
_CLAUSE_WORDS = """
what who whom where when why how which was wer wie wann warum wo quoi quand où cuándo dónde
"""
_CLAUSE = frozenset(_CLAUSE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Sides:
    """The two things as they are written, and what is asked about them; an empty aspect: in general."""

    first: str
    second: str
    aspect: str = ""


def two_sides(question: str) -> tuple[Sides, ...]:
    """The ways to read a question as one about two things, the likeliest first; none for any other question."""
    text = " ".join(question.split())
    if len(text) > _LONGEST_CHARS:
        return ()
    text = _SAYINGS.sub(" ", f"{text.strip(' ¿¡?!.…')} ").strip()
    for form in (_between, _differing, _comparing, _against, _surpassing, _choosing):
        found = form(text)
        readings = _readings(*found) if found else ()
        if readings:
            return readings
    return ()


type _Found = tuple[str, str, str]


def _between(text: str) -> _Found | None:
    """Difference in C between A and B."""
    found = _BETWEEN.search(text)
    return _joined(text[found.end() :], _AND, text[: found.start()]) if found and _DIFFERENCE.search(text) else None


def _differing(text: str) -> _Found | None:
    """How does A differ from B; unterscheidet sich A von B; A and B differ."""
    if found := _DIFFERS_FROM.search(text):
        return text[: found.start()], text[found.end() :], ""
    if found := _DIFFERS_ITSELF.search(text):
        before, after = text[: found.start()], text[found.end() :]
        return _joined(after, _AND_OR_FROM, before) or _joined(f"{before}{after}", _AND, "")
    if text.endswith((" differ", " different")):
        return _joined(text.rpartition(" ")[0], _AND, "")
    return None


def _comparing(text: str) -> _Found | None:
    """Compare A with B; how does A compare to B; A compared to B."""
    found = _COMPARES.search(text)
    if not found:
        return None
    before, after = text[: found.start()], text[found.end() :]
    joins = _WITH.search(after)
    if not joins:
        return None
    first = after[: joins.start()]
    if first.strip():
        return first, after[joins.end() :], before
    return before, after[joins.end() :], ""


def _against(text: str) -> _Found | None:
    """A vs B."""
    found = _VERSUS.search(text)
    if not found:
        return None
    part, others = _part_of(text, found)
    return _joined(part, _VERSUS, others)


def _surpassing(text: str) -> _Found | None:
    """Is A cheaper than B; how much longer is A than B; does A have a longer C than B."""
    for found in _THAN.finditer(text):
        before, second = text[: found.start()], text[found.end() :]
        for sets in reversed(list(COMPARATIVE.finditer(before))):
            first, aspect = before[: sets.start()], before[sets.start() :]
            if not _without(first, _EDGES):
                # "How much longer is the notice for A than for B": what is compared follows.
                first, aspect = before[sets.end() :], sets[0]
            first, verb = _without_verb(first, text)
            return first, second, f"{verb} {aspect}"
    return None


def _choosing(text: str) -> _Found | None:
    """A or B: which is cheaper; which is cheaper, A or B; is A or B cheaper; A and B, what is the difference."""
    for found in _AND.finditer(text):
        part, others = _part_of(text, found)
        if _DIFFERENCE.search(others):
            return _joined(part, _AND, others)
    for found in _OR.finditer(text):
        part, others = _part_of(text, found)
        if others and (COMPARATIVE.search(others) or any(_WHICH.match(one) for one in _PARTS.split(others))):
            return _joined(part, _OR, others)
        joined = _joined(part, _OR, others)
        if joined is None:
            continue
        first, second, _ = joined
        if sets := COMPARATIVE.search(first):
            article = _ARTICLE.search(first, sets.end())
            at = article.start() if article else sets.end()
            return first[at:], second, first[:at]
        if sets := COMPARATIVE.search(second):
            second, verb = _without_verb(second[: sets.start()], text)
            return first, second, f"{verb} {joined[1][sets.start() :]}"
    return None


def _joined(text: str, by: re.Pattern[str], aspect: str) -> _Found | None:
    found = by.search(text)
    return (text[: found.start()], text[found.end() :], aspect) if found else None


def _part_of(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands between the same commas as a match, and the rest."""
    start, end = 0, len(text)
    for mark in _PARTS.finditer(text):
        if mark.end() <= found.start():
            start = mark.end()
        elif mark.start() >= found.end():
            end = mark.start()
            break
    rest = (_PARTS.sub(", ", text[:start]).strip(" ,"), text[end:].strip(" ,;:–—?-"))
    return text[start:end], ", ".join(part for part in rest if part)


def _without_verb(first: str, text: str) -> tuple[str, str]:
    """ "Does the soup take" as "the soup" and "take"."""
    first = _without(first, _EDGES)
    words = first.split()
    if _SUPPORT.match(text) and len(words) > 1:
        return " ".join(words[:-1]), words[-1]
    return first, ""


def _readings(first: str, second: str, aspect: str) -> tuple[Sides, ...]:
    if tail := _TAIL.search(second):
        second, aspect = second[: tail.start()], f"{aspect} {second[tail.end() :]}"
    second, *more = _PARTS.split(second, maxsplit=1)
    aspect = " ".join(_without(part, _ASPECT_EDGES) for part in (aspect, *more)).strip()
    first, second = _without(first, _EDGES), _without(second, _EDGES)
    tried = [*_of_each(first, second, aspect), Sides(first, second, aspect)]
    tried += [shared for one in tried if (shared := _sharing(one))]
    return tuple(one for one in dict.fromkeys(tried) if _stand(one))


def _of_each(first: str, second: str, aspect: str) -> list[Sides]:
    """ "C of A" beside "B", or beside "C of B"."""
    of_first, of_second = _OF.search(first), _OF.search(second)
    if not of_first:
        return []
    what, whose = first[: of_first.start()], _without(first[of_first.end() :], _EDGES)
    if of_second:
        if second[: of_second.start()].casefold() != what.casefold():
            return []
        second = _without(second[of_second.end() :], _EDGES)
    return [Sides(whose, second, f"{what} {aspect}".strip())]


def _sharing(sides: Sides) -> Sides | None:
    """ "Junior and senior fee": what stands behind the second belongs to both."""
    count, words = len(sides.first.split()), sides.second.split()
    if not 0 < count < len(words):
        return None
    return Sides(sides.first, " ".join(words[:count]), f"{' '.join(words[count:])} {sides.aspect}".strip())


def _without(text: str, edges: frozenset[str]) -> str:
    """A phrase without the words at both its ends that only carry the question."""
    words = text.replace("’", "'").removeprefix("l'").strip(' ,;:–—?!."“”„«»()').split()
    start, end = 0, len(words)
    while start < end and (words[start].casefold().strip(",") in edges or _is_marker(words[start])):
        start += 1
    while end > start and (words[end - 1].casefold().strip(",") in edges or _is_marker(words[end - 1])):
        end -= 1
    return " ".join(words[start:end])


# How much of something there is for each: "pro Nacht", and what colloquially only carries a question.
_CARRYING = frozenset(("pro", "per", "je", "par", "por", "gibts", "gabs", "gibt", "gab", "theres"))


def without_form(text: str) -> str:
    """A question without the words that only make it one, and those that set one thing against another."""
    words = COMPARATIVE.sub(" ", text).replace("?", " ").split()
    bare = (word.strip(" ,;:.!'") for word in words)
    left_out = _ASPECT_EDGES | _CLAUSE | _VAGUE | _CARRYING
    return " ".join(word for word in bare if word.casefold() not in left_out and not _is_marker(word))


def _is_marker(word: str) -> bool:
    return _DIFFERENCE.fullmatch(word) is not None


def _stand(sides: Sides) -> bool:
    """Whether both are names of something, and not the same."""
    if sides.first.casefold() == sides.second.casefold():
        return False
    for side in (sides.first, sides.second):
        words = side.casefold().split()
        if not 0 < len(words) <= _MOST_WORDS or not _WORD.search(side) or _STARTS_WITH_FIGURE.match(side):
            return False
        if not _VAGUE.isdisjoint(words) or not _CLAUSE.isdisjoint(words):
            return False
    return True
