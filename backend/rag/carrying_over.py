"""Completes a follow-up by rule, from the question before it and from what its answer named.

By form alone: what is exchanged takes the place of the last thing of the same form (a place, a name, a year, a thing
with its article); what only refers ("it", "why?") gets the words that it refers to. What is a whole question by itself
is none of it. Texts are read word by word, in linear time.
"""

import re
from collections.abc import Sequence

from backend.rag import references as refer
from backend.rag.choices import listed, ordinal
from backend.rag.references import Word, words_of
from backend.text import question_words as closed
from backend.text.function_words import OF_QUESTIONS

#: What is longer says more than the place or the name that it exchanges.
_LONGEST_EXCHANGE_CHARS = 120
_LONGEST_CORRECTION_WORDS = 9
_MOST_ITEM_WORDS = 8
_MOST_PHRASE_WORDS = 4

_FILLER = re.compile(r"^[\s¿¡,.]*(?:(?:so|ok|okay|well|right|hm+|also|na|alors|bueno|pues)\b[\s,.:]+)?", re.IGNORECASE)
_CONTINUING = re.compile(
    r"^(?:and|but|or|also|und|oder|aber|et|mais|ou|y|pero)\b[\s,:]*(?:also|then|auch|dann)?\b[\s,:¿]*", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(
    r"^(?:(?:what|how) about|what of|what else about|(?:the )?same (?:question )?for|was ist mit|"
    r"wie (?:ist|sieht) es mit|wie sieht's mit|qu['’]en est-il d[eu]s?|qué (?:hay|pasa) con|qué tal)\b[\s,:]*",
    re.IGNORECASE,
)
_CORRECTING = re.compile(
    r"^(?:(?:no|nope|sorry|oops|wait|actually|nein|ne|quatsch|non|pardon|perdón)\b[\s,.!]*){0,3}"
    r"(?:(?:i|we) (?:meant?|was asking about|am asking about)|ich mein(?:t?e)|je (?:voulais dire|parle de|parlais de)|"
    r"(?:quería|quise|quiero) decir|me refer[íi]a a)\b[\s,:]*",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"^(?:no[\s,]+|nein[\s,]+|non[\s,]+)?(?:not|nicht|pas|no)\s+([^,;]{1,60})[,;]\s*(?:but\s+|sondern\s+|mais\s+|sino\s+)?"
    r"(?:rather\s+)?([^,;]{1,60})$",
    re.IGNORECASE,
)
_THIS_NOT = re.compile(r"^([^,;]{1,60}),\s*(?:and )?(?:not|nicht|pas)\s+([^,;]{1,60})$", re.IGNORECASE)
_TRAILING = frozenset(["denn", "then", "please", "bitte", "instead", "too", "auch", "though"])
_MARKS = " \t\r\n?!.,;"
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIRST_LINES = 400
_FULL_NAME = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]+){1,3}")


def depends_on_history(question: str) -> bool:
    """Whether a question seems to lean on what was said before."""
    rest, continues = _opened(question)
    if _correction(question) is not None or refer.refers(rest):
        return True
    words = words_of(rest)
    content = _content(words)
    named = any(word.named for word in words[1:] if word.is_content)
    if continues:
        return not (_asks(words) and content and (named or _YEAR.search(rest)))
    if len(content) > 1 or named:
        return False
    # "Who is the treasurer?" asks of the treasurer, "What is the price?" of something that has one.
    return not (content and words[0].lower in closed.LOCATING and any(w.lower in closed.ARTICLES for w in words))


def rewrite_by_rule(question: str, previous: str, answer: str = "") -> str:
    """The follow-up with what it lacks from the previous question, or from what its answer named or listed."""
    asked = question.strip()
    if (corrected := _correction(asked)) is not None:
        old, new = corrected
        return _replaced(previous, old, new) or _exchange(new, previous) or _with(new, _carried(asked, previous, ()))
    rest, continues = _opened(asked)
    if (item := _item(rest, answer)) is not None:
        return _with(rest, item)
    words = words_of(rest)
    if continues and not _asks(words) and (exchanged := _exchange(_without_trailing(rest), previous)):
        return exchanged
    person = _named_by(answer, previous) if refer.refers(rest) or (continues and not _asks(words)) else ()
    if continues and not refer.refers(rest) and len(_content(words)) > 1 and _asks(words):
        # A question of its own within the same setting.
        setting = [w.text for w in words_of(previous)[1:] if w.is_content and (w.named or _YEAR.fullmatch(w.text))]
        known = {word.lower for word in words}
        return _with(asked, [word for word in setting if word.casefold() not in known])
    return _with(asked, _carried(asked, previous, person))


def _opened(question: str) -> tuple[str, bool]:
    """The question without what only continues the talk, and whether anything did."""
    rest = _FILLER.sub("", question.strip(), count=1)
    bare = _WHAT_ABOUT.sub("", _CONTINUING.sub("", rest, count=1), count=1)
    return bare, bare != rest


def _without_trailing(rest: str) -> str:
    bare = rest.rstrip(_MARKS)
    before, _, last = bare.rpartition(" ")
    return before.rstrip(_MARKS) if last.casefold() in _TRAILING else bare


def _correction(question: str) -> tuple[str, str] | None:
    """What is said to be wrong (empty where that is left out) and what is meant instead."""
    text = _FILLER.sub("", question.strip(), count=1).rstrip(" ?!.")
    if len(text) > _LONGEST_EXCHANGE_CHARS or len(text.split()) > _LONGEST_CORRECTION_WORDS:
        return None
    if match := _CORRECTING.match(text):
        text = text[match.end() :]
        if both := _THIS_NOT.match(text):
            return both[2].strip(), both[1].strip()
        return ("", text) if text else None
    if (match := _NOT_THIS.match(text)) and not _asks(words_of(match[2])):
        return match[1].strip(), match[2].strip()
    if (match := _THIS_NOT.match(text)) and not _asks(words_of(match[1])):
        return match[2].strip(), match[1].strip()
    return None


def _replaced(previous: str, old: str, new: str) -> str | None:
    at = previous.casefold().find(old.casefold()) if old else -1
    # A few letters change their length when their case is folded.
    if at < 0 or len(previous) != len(previous.casefold()):
        return None
    return f"{previous[:at]}{new}{previous[at + len(old) :]}"


def _item(rest: str, answer: str) -> list[str] | None:
    """The words of the item of the answer's list that the follow-up counts out: "the second one"."""
    items = listed(answer)
    found = refer.COUNTED.search(rest) if len(items) > 1 else None
    if found is None or (place := ordinal(next(filter(None, found.groups())), len(items))) is None:
        return None
    return items[place].replace("*", "").split()[:_MOST_ITEM_WORDS]


def _exchange(rest: str, previous: str) -> str | None:
    """The previous question with the rest in the place of what has the same form; None where nothing has."""
    new = words_of(rest)
    if not new or len(rest) > _LONGEST_EXCHANGE_CHARS or any(w.lower in closed.ANY_QUESTION_WORD for w in new):
        return None
    old = words_of(previous)
    if len(new) == 1 and rest.isdigit():
        alike = [
            word
            for word in old
            if word.text.isdigit() and bool(_YEAR.fullmatch(word.text)) == bool(_YEAR.fullmatch(rest))
        ]
        return _put(previous, alike[-1:], rest)
    if new[0].lower in closed.PREPOSITIONS and len(new) > 1:
        return _exchange_place(rest, new, old, previous)
    if new[0].lower in refer.POSSESSIVES:
        return _exchange_owner(rest, old, previous)
    if new[0].lower in closed.DETERMINERS:
        return _put(previous, _like_thing(new, old), rest)
    if new[0].named:
        return _put(previous, _like_name(new, old), rest)
    if len(_content(new)) == len(new) <= 2:
        return _put(previous, _bare(old) or _like_thing(new, old), rest)
    return None


def _exchange_place(rest: str, new: Sequence[Word], old: Sequence[Word], previous: str) -> str | None:
    """ "in France" for "in Germany", or for "at the Bonn office"; behind the question where it has none of the kind."""
    if not _content(new):
        return None
    base = closed.PREPOSITIONS[new[0].lower]
    german = refer.is_german(old)
    phrases = [
        [old[at], *phrase]
        for at, word in enumerate(old)
        if word.lower in closed.PREPOSITIONS and (phrase := _phrase(old, at + 1, german=german))
    ]
    same = [phrase for phrase in phrases if closed.PREPOSITIONS[phrase[0].lower] == base]
    shape = _shape(new)
    alike = [phrase for phrase in same if _shape(phrase) == shape] or same
    if not alike and base in closed.SITUATING and shape != "thing":
        situating = [phrase for phrase in phrases if closed.PREPOSITIONS[phrase[0].lower] in closed.SITUATING]
        alike = [phrase for phrase in situating if _shape(phrase) == shape]
    if not alike and shape == "year":
        alike = [[word] for word in old if _YEAR.fullmatch(word.text)]
    if alike:
        return _put(previous, alike[-1], rest)
    at = len(previous.rstrip(_MARKS))
    return f"{previous[:at]} {rest}{previous[at:]}"


def _exchange_owner(rest: str, old: Sequence[Word], previous: str) -> str | None:
    """ "her brother" in the place of the person whose brother it is, who stays beside the question."""
    owner = refer.subject(old) or _like_name((), old)
    exchanged = _put(previous, owner, rest)
    return exchanged and _with(exchanged, [word.text for word in owner])


def _shape(phrase: Sequence[Word]) -> str:
    inner = [word for word in phrase if word.is_content]
    if any(_YEAR.fullmatch(word.text) for word in inner):
        return "year"
    return "name" if any(word.named for word in inner) else "thing"


def _like_thing(new: Sequence[Word], old: Sequence[Word]) -> list[Word]:
    """The last thing with an article; one with the same last word before others."""
    german = refer.is_german(old)
    things = [
        [old[at], *phrase]
        for at, word in enumerate(old)
        if word.lower in closed.ARTICLES and (phrase := _phrase(old, at + 1, german=german))
    ]
    alike = [thing for thing in things if thing[-1].lower == new[-1].lower]
    return (alike or things or [[]])[-1]


def _like_name(new: Sequence[Word], old: Sequence[Word]) -> list[Word]:
    runs: list[list[Word]] = []
    for at, word in enumerate(old):
        if not (at and word.named):
            continue
        if runs and runs[-1][-1] is old[at - 1] and word.joined:
            runs[-1].append(word)
        elif old[at - 1].lower not in closed.ARTICLES:
            runs.append([word])
    if not runs:
        return []
    # German nouns have capitals, too: what stands behind a name may be none.
    return runs[-1][: len(new)] if new and refer.is_german(old) else runs[-1]


def _bare(old: Sequence[Word]) -> list[Word]:
    """The last thing without an article behind a preposition: "for adults"."""
    for at in range(len(old) - 1, 0, -1):
        if old[at - 1].lower in closed.PREPOSITIONS and old[at].is_content and not old[at].named:
            return _phrase(old, at, german=refer.is_german(old))
    return []


def _phrase(words: Sequence[Word], start: int, *, german: bool) -> list[Word]:
    """The words of the thing that begins at `start`, its article among them: adjectives, then its noun or name."""
    phrase: list[Word] = []
    for word in words[start : start + _MOST_PHRASE_WORDS + 2]:
        if phrase and not word.joined:
            break
        if not phrase and word.lower in closed.ARTICLES:
            phrase.append(word)
            continue
        inner = [one for one in phrase if one.is_content]
        if not word.is_content or len(inner) == _MOST_PHRASE_WORDS:
            break
        bare_name = bool(inner) and inner[0].named and inner[0] is phrase[0]
        after_noun = german and bool(inner) and inner[-1].named
        if (bare_name or after_noun) and not word.named:
            break
        phrase.append(word)
    inner = [one for one in phrase if one.is_content]
    if len(inner) > 1 and phrase[-1] is words[-1] and refer.ends_with_verb(words):
        phrase.pop()
    return phrase if inner else []


def _put(previous: str, place: Sequence[Word], rest: str) -> str | None:
    if not place:
        return None
    text = previous[place[0].start : place[-1].end]
    if text.endswith(("'s", "’s")) and not rest.endswith(("'s", "’s")):
        rest += text[-2:]
    return f"{previous[: place[0].start]}{rest}{previous[place[-1].end :]}"


def _carried(question: str, previous: str, more: Sequence[str]) -> list[str]:
    """The previous question's words that the follow-up has not; of its own verb and another one, its own."""
    known = {word.lower for word in words_of(question)}
    old = words_of(previous)
    carried = [word for word in old if word.is_content and word.lower not in known]
    if _content(words_of(_opened(question)[0])):
        if refer.is_german(old) and any(word.named for word in carried):
            carried = [word for word in carried if word.named]
        elif len(carried) > 1 and carried[-1] is old[-1] and refer.ends_with_verb(old):
            carried.pop()
    return [*(word.text for word in carried), *(word for word in more if word.casefold() not in known)]


def _named_by(answer: str, previous: str) -> tuple[str, ...]:
    """The name that the answer gives, where the previous question asked for one."""
    if not any(word.lower in closed.NAMING for word in words_of(previous)[:2]):
        return ()
    asked = {word.lower for word in words_of(previous)}
    for found in _FULL_NAME.finditer(answer[:_FIRST_LINES]):
        name = found[0].split()
        while name and (name[0].casefold() in closed.CLOSED or name[0].casefold() in OF_QUESTIONS):
            name = name[1:]
        if len(name) > 1 and not all(word.casefold() in asked for word in name):
            return tuple(name)
    return ()


def _asks(words: Sequence[Word]) -> bool:
    """Whether it is built as a question: with a question word, perhaps behind a preposition, or with its verb first."""
    first = next((word.lower for word in words if word.lower not in closed.PREPOSITIONS), "")
    return first in closed.ANY_QUESTION_WORD or (bool(words) and words[0].lower in closed.ASKING_VERBS)


def _content(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.is_content]


def _with(question: str, carried: Sequence[str]) -> str:
    return f"{question} ({' '.join(carried)})" if carried else question
