"""Turns a follow-up ("And in France?") into a question that can be searched without the conversation.

With a model, the model rewrites it within a small budget. Without one, or when it fails or takes too long, the rules
of `carrying_over` do. A choice that was asked for is joined with the question that it completes, with or without one.
"""

import asyncio
from collections.abc import Sequence

import structlog

from backend.errors import UpstreamError
from backend.llm.base import ChatModel, ChatTurn
from backend.llm.prompts import REWRITE_INSTRUCTIONS
from backend.llm.tokens import truncate_to_tokens
from backend.rag.carrying_over import depends_on_history, rewrite_by_rule
from backend.rag.choices import joined_with_choice
from backend.rag.models import PastTurn

log = structlog.get_logger(__name__)

_REWRITE_TOKENS = 80
_REWRITE_SECONDS = 4.0
_LONGEST_REWRITE_CHARS = 400
_TURNS_SHOWN = 3


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
    if not history:
        return question
    last = history[-1]
    previous = last.query or last.question
    if last.outcome == "ask_back" and (joined := joined_with_choice(question, previous, last.answer)):
        return joined
    if not depends_on_history(question):
        return question
    by_rule = rewrite_by_rule(question, previous, last.answer)
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


def _rewrite_turns(question: str, history: Sequence[PastTurn]) -> list[ChatTurn]:
    talk = "\n".join(
        f"Person: {truncate_to_tokens(turn.question, 120)}\nAssistant: {truncate_to_tokens(turn.answer, 120)}"
        for turn in history[-_TURNS_SHOWN:]
    )
    return [
        ChatTurn("system", REWRITE_INSTRUCTIONS),
        ChatTurn("user", f"Conversation:\n{talk}\n\nFollow-up: {question}\n\nStandalone question:"),
    ]
