"""Two questions in one message, told apart by their form: two question marks, or "and" before a question of its own.

What is joined by "and" within one question ("terms and conditions", "when and where is it") stays one.
"""

import re
from collections.abc import Sequence

from backend.rag.references import Word, words_of
from backend.text import question_words as closed

#: What is longer is a letter with questions in it.
_LONGEST_CHARS = 400
_AND = re.compile(r"[\s,;]{1,3}(?:and|und|et|y|e)\s+(?:(?:also|auch|then|dann|aussi|además|if so)\s+)?", re.IGNORECASE)
_AND_FIRST = re.compile(r"^[\s¿,]*(?:(?:and|und|et|y|or|oder|also)\b[\s,]*)*¿?", re.IGNORECASE)
_TELLING = re.compile(
    r"^(?:(?:please|bitte)\s+)?(?:(?:can|could) you )?(?:please )?(?:tell me|let me know|i (?:want|need) to know|"
    r"i'd like to know|do you know|sag(?:en sie)? mir|(?:können sie|kannst du) mir sagen|weißt du|wissen sie|"
    r"ich (?:will|möchte|wüsste gern) wissen|dis-moi|dites-moi|dime)\b[\s,]*(?:bitte\s+)?",
    re.IGNORECASE,
)
_ENDS = " \t.,!;:¿"
#: What follows the verb of an inverted question, whoever asks.
_IMPERSONAL = frozenset(["there", "it", "i", "we", "man", "ich", "wir", "you", "on", "es"])


def split_questions(message: str) -> tuple[str, str] | None:
    """The two questions of a message, each as one of its own; None where it is one, or more than two."""
    text = _TELLING.sub("", " ".join(message.split()), count=1)
    if len(text) > _LONGEST_CHARS:
        return None
    parts = [part for part in text.split("?") if any(map(str.isalnum, part))]
    if len(parts) > 1:
        if len(parts) > 2 or not all(map(_asks_itself, parts)) or not _says(parts[0]):
            return None
        return _as_question(parts[0]), _as_question(parts[1])
    pairs = [
        (left, right)
        for found in _AND.finditer(text)
        if _both_ask(left := text[: found.start()], right := text[found.end() :].rstrip(" ?!."))
    ]
    return (_as_question(pairs[0][0]), _as_question(pairs[0][1])) if len(pairs) == 1 else None


def _both_ask(left: str, right: str) -> bool:
    before, behind = words_of(left), words_of(right)
    if not behind or not _asks(before) or not _says(left) or _open_ended(before):
        return False
    lead = _question_word(behind)
    if lead is not None:
        # "… and why?" is a question, "… and what" the rest of one.
        said = any(word.is_content for word in behind)
        return said or all(w.lower in closed.ADVERBS or w.lower in closed.PREPOSITIONS for w in behind)
    if behind[0].lower not in closed.ASKING_VERBS or len(behind) < 3:
        return False
    second = behind[1].lower
    if second in _IMPERSONAL or (second in closed.PRONOUNS and behind[0].lower in closed.SUPPORTS):
        return True
    subject_asked = before[0].lower in closed.NAMING and not any(w.lower in closed.ASKING_VERBS for w in before[1:3])
    return not subject_asked and (second in closed.DETERMINERS or second in closed.PRONOUNS)


def _open_ended(words: Sequence[Word]) -> bool:
    """ "When" of "when and where is it" lacks what the rest says."""
    last = words[-1].lower
    return last in closed.ANY_QUESTION_WORD or last in closed.PREPOSITIONS or last in closed.DETERMINERS


def _asks_itself(part: str) -> bool:
    words = words_of(_AND_FIRST.sub("", part, count=1))
    if not words:
        return False
    if _question_word(words) is not None:
        return True
    # German and the Romance languages begin with any verb: "beginnt das Training pünktlich".
    verb_first = len(words) > 2 and (words[1].lower in closed.DETERMINERS or words[1].lower in _IMPERSONAL)
    return verb_first or (words[0].lower in closed.ASKING_VERBS and len(words) > 2)


def _asks(words: Sequence[Word]) -> bool:
    return bool(words) and (_question_word(words) is not None or words[0].lower in closed.ASKING_VERBS)


def _question_word(words: Sequence[Word]) -> str | None:
    """The question word that a question begins with, perhaps behind a preposition."""
    for word in words[:2]:
        if word.lower in closed.ANY_QUESTION_WORD:
            return word.lower
        if word.lower not in closed.PREPOSITIONS:
            return None
    return None


def _says(part: str) -> bool:
    return any(word.is_content for word in words_of(part))


def _as_question(part: str) -> str:
    bare = _AND_FIRST.sub("", part, count=1).rstrip(_ENDS).strip()
    return f"{bare[:1].upper()}{bare[1:]}?"
