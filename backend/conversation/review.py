"""What an administrator learns from use: which answers were disliked, and which questions got none.

Counts, times, reasons and kinds are told always, and never whose they are. The words of a question and of a comment
are told only under `BIBLIOS_CHAT_ADMINS_SEE_QUESTIONS`, and only of what was written while it was on: who wrote before
could not know. What an answer says and quotes is never told: it may come from documents that no administrator may read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.conversation.events import FEEDBACK_REASONS, FeedbackReason
from backend.conversation.models import Message
from backend.conversation.storage import MessageRepository
from backend.db.collection import Filter

type Place = tuple[datetime, str]

_DISLIKED: Filter = {"feedback": "down"}
_UNANSWERED: Filter = {"outcome": {"$in": ["abstain", "partial"]}}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An answer without what it says. `question` and `comment` are None where they are not to be read."""

    answer: Message
    question: str | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """How many answers were liked and disliked; of the disliked ones, how many for each reason."""

    up: int
    down: int
    reasons: dict[FeedbackReason, int]


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many questions nothing, or only a part, was found for."""

    abstain: int
    partial: int


class AnswerReview:
    """Over everybody's answers; for administrators alone."""

    def __init__(self, messages: MessageRepository, *, admins_see_questions: bool) -> None:
        self._messages = messages
        self.admins_see_questions = admins_see_questions

    async def disliked(self, *, before: Place | None, limit: int) -> tuple[list[Reviewed], Place | None]:
        """The newest answers first, and where the next page begins (None: this was the last)."""
        return await self._page(_DISLIKED, before=before, limit=limit)

    async def unanswered(self, *, before: Place | None, limit: int) -> tuple[list[Reviewed], Place | None]:
        """As `disliked`, of questions that got no answer, or one to a part of them."""
        return await self._page(_UNANSWERED, before=before, limit=limit)

    async def opinions(self) -> Opinions:
        count = self._messages.unscoped_count
        reasons = {reason: await count({**_DISLIKED, "feedback_reasons": reason}) for reason in FEEDBACK_REASONS}
        return Opinions(await count({"feedback": "up"}), await count(_DISLIKED), reasons)

    async def gaps(self) -> Gaps:
        count = self._messages.unscoped_count
        return Gaps(await count({"outcome": "abstain"}), await count({"outcome": "partial"}))

    async def _page(self, filter_: Filter, *, before: Place | None, limit: int) -> tuple[list[Reviewed], Place | None]:
        found = await self._messages.unscoped_review(filter_, before=before, limit=limit + 1)
        answers = found[:limit]
        following = (answers[-1].created_at, answers[-1].id) if len(found) > limit else None
        return await self._with_words(answers), following

    async def _with_words(self, answers: Sequence[Message]) -> list[Reviewed]:
        if not self.admins_see_questions:
            return [Reviewed(answer, None, None) for answer in answers]
        asked = [answer.question_id for answer in answers if answer.question_id]
        questions = await self._messages.unscoped_questions(asked)
        return [
            Reviewed(
                answer,
                questions.get(answer.question_id or ""),
                answer.feedback_comment if answer.admins_may_read else None,
            )
            for answer in answers
        ]
