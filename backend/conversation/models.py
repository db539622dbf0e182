"""Conversations and messages as they are stored."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.conversation.events import (
    Citation,
    ClosestSentence,
    ConversationView,
    Coverage,
    Disagreement,
    FeedbackReason,
    FeedbackValue,
    LookedUp,
    MessageView,
    Passage,
    Refusal,
    SourceConnection,
    Stretch,
)
from backend.conversation.scope import QuestionScope
from backend.rag.intent import Intent
from backend.rag.models import Outcome

UNTITLED = "New conversation"

type MessageStatus = Literal["streaming", "completed", "stopped", "interrupted", "failed"]
type Mode = Literal["model", "extractive"]


class TitleSource(StrEnum):
    """Who named the conversation; a name that a person gave is never replaced."""

    default = "default"
    rule = "rule"
    model = "model"
    user = "user"


class Conversation(BaseModel):
    """`answering` is the message being written and `answering_until` how long that claim holds without a sign of life.

    `messages` counts every message that was ever added. `scope` is what its questions are restricted to (`scope.py`).
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    owner_id: str
    title: str = UNTITLED
    title_source: TitleSource = TitleSource.default
    created_at: datetime
    updated_at: datetime
    messages: int = 0
    scope: dict[str, Any] = Field(default_factory=dict)
    answering: str | None = None
    answering_until: datetime | None = None

    def view(self) -> ConversationView:
        """The conversation as clients see it; a claim without a sign of life is none."""
        until = self.answering_until
        live = until is not None and until > datetime.now(UTC)
        return ConversationView(
            id=self.id,
            title=self.title,
            created_at=self.created_at,
            updated_at=self.updated_at,
            answering=self.answering if live else None,
            scope=QuestionScope.of(self.scope),
        )


class StoredPassage(BaseModel):
    """A retrieved passage without its text: the text stays with the document, and goes when the document goes."""

    model_config = ConfigDict(extra="ignore")

    document_id: str
    version: int
    start: int
    end: int
    title: str
    url: str | None = None
    source: str
    kind: str
    connection: SourceConnection | None = None
    page: int | None = None
    last_page: int | None = None
    score: float
    modified_at: datetime | None = None
    superseded_by: str | None = None
    closest: Stretch | None = None

    @classmethod
    def of(cls, passage: Passage) -> "StoredPassage":
        return cls.model_validate(passage.model_dump(exclude={"text"}))

    def with_text(self, text: str, *, score: float) -> Passage:
        closest = self.closest and ClosestSentence(
            start=self.closest.start,
            end=self.closest.end,
            text=text[self.closest.start - self.start : self.closest.end - self.start],
        )
        return Passage(**self.model_dump(exclude={"score", "closest"}), text=text, score=score, closest=closest)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person thinks of an answer; without a `value` nothing. The reasons stand in the order of their list."""

    value: FeedbackValue | None = None
    reasons: tuple[FeedbackReason, ...] = ()
    comment: str | None = None


class StoredOffer(BaseModel):
    """Something that may be said next; `document_id`: of whose words it is made."""

    model_config = ConfigDict(extra="ignore")

    text: str
    document_id: str | None = None


class StoredStep(LookedUp):
    """`named_in`: the document that told what to look up."""

    model_config = ConfigDict(extra="ignore")

    named_in: str | None = None

    def view(self) -> LookedUp:
        return LookedUp(text=self.text, found=self.found)


class Message(BaseModel):
    """A stored message. `order` sorts the messages of a conversation.

    `admins_may_read`: the words that a person wrote into this record (a question, the comment on an answer) were
    written while administrators could read them.

    For an answer: `question_id` is the message it answers, `query` the question as it was searched (a follow-up is
    rewritten), `filters` those of the question, `degraded` the parts of the search that did not answer, `lease_until`
    until when a missing sign of life is no reason to call it interrupted.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    conversation_id: str
    owner_id: str
    order: str
    role: Literal["user", "assistant"]
    content: str
    citations: list[Citation] = Field(default_factory=list)
    passages: list[StoredPassage] = Field(default_factory=list)
    actions: list[str] = Field(default_factory=list)
    disagreements: list[Disagreement] = Field(default_factory=list)
    mode: Mode = "extractive"
    model: str | None = None
    abstained: bool = False
    outcome: Outcome | None = None
    intent: Intent | None = None
    coverage: Coverage | None = None
    unsupported: list[Stretch] = Field(default_factory=list)
    refusal: Refusal | None = None
    suggestions: list[StoredOffer] = Field(default_factory=list)
    choices: list[StoredOffer] = Field(default_factory=list)
    steps: list[StoredStep] = Field(default_factory=list)
    degraded: list[str] = Field(default_factory=list)
    status: MessageStatus = "completed"
    feedback: FeedbackValue | None = None
    feedback_reasons: list[FeedbackReason] = Field(default_factory=list)
    feedback_comment: str | None = None
    feedback_at: datetime | None = None
    admins_may_read: bool = False
    error: dict[str, Any] | None = None
    created_at: datetime
    question_id: str | None = None
    query: str | None = None
    filters: dict[str, Any] = Field(default_factory=dict)
    stop_requested: bool = False
    lease_until: datetime | None = None

    @property
    def opinion(self) -> Opinion:
        return Opinion(self.feedback, tuple(self.feedback_reasons), self.feedback_comment)

    @property
    def wakeup_name(self) -> str:
        """Under which the writer of this answer tells followers in other processes that it saved something."""
        return f"answer:{self.id}"

    @property
    def shown_status(self) -> MessageStatus:
        """A streaming message whose writer gave no sign of life is interrupted, whatever the record says."""
        if self.status == "streaming" and (self.lease_until is None or self.lease_until < datetime.now(UTC)):
            return "interrupted"
        return self.status

    def view(self, passages: list[Passage] | None = None) -> MessageView:
        """The message as clients see it."""
        return MessageView(
            id=self.id,
            conversation_id=self.conversation_id,
            role=self.role,
            content=self.content,
            citations=self.citations,
            passages=passages or [],
            actions=self.actions,
            disagreements=self.disagreements,
            mode=self.mode,
            model=self.model,
            abstained=self.abstained,
            outcome=self.outcome,
            intent=self.intent,
            coverage=self.coverage,
            unsupported=self.unsupported,
            refusal=self.refusal,
            scope=QuestionScope.of(self.filters),
            suggestions=[offer.text for offer in self.suggestions],
            choices=[offer.text for offer in self.choices],
            steps=[step.view() for step in self.steps],
            degraded=self.degraded,
            status=self.shown_status,
            feedback=self.feedback,
            feedback_reasons=self.feedback_reasons,
            feedback_comment=self.feedback_comment,
            feedback_at=self.feedback_at,
            error=self.error,
            created_at=self.created_at,
        )
