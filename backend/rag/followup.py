"""Turns a follow-up ("And in France?") into a question that can be searched without the conversation.

With a model, the model rewrites it within a small budget. Without one, or when it fails or takes too long, a rule
carries over what is missing: the place or thing that the follow-up exchanges is exchanged in the last question, or
the last question's subject is added.
"""

import asyncio
import re
from collections.abc import Sequence

import structlog

from backend.errors import UpstreamError
from backend.llm.base import ChatModel, ChatTurn
from backend.llm.prompts import REWRITE_INSTRUCTIONS
from backend.llm.tokens import truncate_to_tokens
from backend.rag.models import PastTurn
from backend.text.function_words import OF_QUESTIONS

log = structlog.get_logger(__name__)

_REWRITE_TOKENS = 80
_REWRITE_SECONDS = 4.0
_LONGEST_REWRITE_CHARS = 400
_TURNS_SHOWN = 3

_PRONOUN = re.compile(
    r"\b(?:its?|they|them|theirs?|these|those|he|she|him|hers?|his|this(?!\s+(?:year|month|week|quarter))|"
    r"(?:that|(?<!are )(?<!is )(?<!was )(?<!were )there|then|the same)(?=\s*(?:one)?[?.!]*$)|"
    r"the (?:first|second|third|last|other|latter|former) one)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\s*(?:and|but|so|or|also|ok(?:ay)?|what about|how about|what else|und|oder|et|mais|y|pero)\b[\s,:]*"
    r"(?:what about|how about|what of|then)?\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w'’-]*")
_PREPOSITIONS = ("in", "at", "for", "on", "from", "to", "with", "by", "of", "during", "under")
_LEADING_PREPOSITION = re.compile(rf"((?ai:{'|'.join(_PREPOSITIONS)}))\s+\S")
#: What stands behind each preposition in a question.
_PLACES = {
    preposition: re.compile(rf"\b(?i:{preposition})\s+(?:the\s+)?[^\W_][\w'’-]*(?:\s+[A-Z0-9][\w'’-]*)*(?=[\s?.!,]|$)")
    for preposition in _PREPOSITIONS
}
_NAME = r"[A-Z][\w'’-]*"
_LONE_NAME = re.compile(rf"{_NAME}(?:\s+{_NAME}){{0,3}}\s*")
_NAMES = re.compile(rf"(?<!^)\b{_NAME}(?:\s+{_NAME})*")
#: What is longer says more than the place or the name that it exchanges.
_LONGEST_EXCHANGE_CHARS = 120


def depends_on_history(question: str) -> bool:
    """Whether a question seems to lean on what was said before."""
    if _OPENING.match(question) or _PRONOUN.search(question):
        return True
    words = _content_words(question)
    return len(words) < 2 and not any(word[0].isupper() for word in _WORD.findall(question)[1:])


def rewrite_by_rule(question: str, previous: str) -> str:
    """The follow-up with what it lacks from the previous question; both stay in the words of the person."""
    rest = _OPENING.sub("", question).strip()
    exchanged = _exchange(rest.rstrip("?!. "), previous) if rest != question.strip() else None
    if exchanged:
        return exchanged
    known = {word.casefold() for word in _WORD.findall(question)}
    carried = [word for word in _content_words(previous) if word.casefold() not in known]
    return f"{question.strip()} ({' '.join(carried)})" if carried else question.strip()


async def standalone_question(
    question: str,
    history: Sequence[PastTurn],
    model: ChatModel | None,
    *,
    rewrite_seconds: float = _REWRITE_SECONDS,
) -> str:
    """The question as it is to be searched. Never fails: at worst it is the question itself.

    `rewrite_seconds`: how long the model may take; what the rule makes of the question stands in for it then.
    """
    if not history or not depends_on_history(question):
        return question
    last = history[-1]
    by_rule = rewrite_by_rule(question, last.query or last.question)
    if model is None:
        return by_rule
    try:
        async with asyncio.timeout(rewrite_seconds):
            rewritten = await model.complete(_rewrite_turns(question, history), max_tokens=_REWRITE_TOKENS)
    except (UpstreamError, TimeoutError) as error:
        log.warning("rewrite_failed", reason=type(error).__name__)
        return by_rule
    line = rewritten.strip().splitlines()[0].strip(' "“”') if rewritten.strip() else ""
    return line if 0 < len(line) <= _LONGEST_REWRITE_CHARS else by_rule


def _exchange(rest: str, previous: str) -> str | None:
    """ "in France" takes the place of "in Germany"; a lone name takes the place of the last name."""
    if len(rest) > _LONGEST_EXCHANGE_CHARS:
        return None
    if match := _LEADING_PREPOSITION.match(rest):
        places = list(_PLACES[match[1].lower()].finditer(previous))
        if places:
            place = places[-1]
            return f"{previous[: place.start()]}{rest}{previous[place.end() :]}"
        return None
    if _LONE_NAME.fullmatch(rest):
        names = list(_NAMES.finditer(previous))
        if names:
            return f"{previous[: names[-1].start()]}{rest}{previous[names[-1].end() :]}"
    return None


def _content_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.casefold() not in OF_QUESTIONS]


def _rewrite_turns(question: str, history: Sequence[PastTurn]) -> list[ChatTurn]:
    talk = "\n".join(
        f"Person: {truncate_to_tokens(turn.question, 120)}\nAssistant: {truncate_to_tokens(turn.answer, 120)}"
        for turn in history[-_TURNS_SHOWN:]
    )
    return [
        ChatTurn("system", REWRITE_INSTRUCTIONS),
        ChatTurn("user", f"Conversation:\n{talk}\n\nFollow-up: {question}\n\nStandalone question:"),
    ]
