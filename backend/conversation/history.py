"""The conversation so far, as answering takes it in. The token budget is applied where the prompt is built."""

from collections.abc import Sequence

from backend.conversation.models import Message
from backend.rag.models import PastTurn

#: Messages read back for a follow-up; the budget of tokens is smaller than these in nearly every conversation.
HISTORY_MESSAGES = 24

_READABLE = frozenset({"completed", "stopped", "interrupted"})
#: What was said beside the subject: a question after "thanks" goes on from the one before it.
_BESIDE = frozenset({"reply", "catalogue"})


def past_turns(messages: Sequence[Message]) -> tuple[PastTurn, ...]:
    """Questions with the last readable answer to each, oldest first; without those that have none, and courtesies."""
    questions = {message.id: message for message in messages if message.role == "user"}
    turns: dict[str, PastTurn] = {}
    for message in messages:
        question = questions.get(message.question_id or "")
        if question is None or message.shown_status not in _READABLE or not message.content:
            continue
        if message.outcome in _BESIDE:
            continue
        turns[question.id] = PastTurn(
            question.content, message.content, message.query, message.abstained, message.outcome
        )
    return tuple(turns.values())
