"""What the lists of disliked answers and unanswered questions show an administrator."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from backend.conversation.events import FeedbackReason, FeedbackValue
from backend.conversation.review import Reviewed
from backend.rag.intent import Intent
from backend.rag.models import Outcome

_WORDS = "null: not to be read, since it was written while administrators could not read it"


class ReviewedAnswer(BaseModel):
    """An answer of somebody, without what it says. `created_at` is when it was given."""

    id: str
    created_at: datetime
    feedback: FeedbackValue | None
    feedback_at: datetime | None
    reasons: list[FeedbackReason]
    outcome: Outcome | None
    intent: Intent | None
    mode: Literal["model", "extractive"]
    question: str | None = Field(description=_WORDS)
    comment: str | None = Field(description=_WORDS)

    @classmethod
    def of(cls, reviewed: Reviewed) -> Self:
        answer = reviewed.answer
        return cls(
            id=answer.id,
            created_at=answer.created_at,
            feedback=answer.feedback,
            feedback_at=answer.feedback_at,
            reasons=answer.feedback_reasons,
            outcome=answer.outcome,
            intent=answer.intent,
            mode=answer.mode,
            question=reviewed.question,
            comment=reviewed.comment,
        )


class _ReviewPage(BaseModel):
    """`admins_see_questions` is the setting, as everybody is told by `GET /chat/config`."""

    items: list[ReviewedAnswer]
    next_cursor: str | None
    admins_see_questions: bool


class FeedbackPage(_ReviewPage):
    """Disliked answers; how many were liked and disliked in all, and why (one answer may have several reasons)."""

    up: int
    down: int
    reasons: dict[FeedbackReason, int]


class UnansweredPage(_ReviewPage):
    """Answers that found nothing (`abstain`), or nothing to a part of the question (`partial`), and how many in all."""

    abstain: int
    partial: int
