"""The stream's events: one closed union on `type`, shared with the browser through the OpenAPI schema."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field

from backend.conversation.scope import QuestionScope
from backend.events.base import StreamError as StreamError
from backend.events.base import StreamReset as StreamReset
from backend.rag.intent import Intent
from backend.rag.models import Outcome, RefusalReason

type FeedbackValue = Literal["up", "down"]
#: What may be wrong with an answer, in the order in which it is asked and told.
type FeedbackReason = Literal["wrong", "out_of_date", "missing", "wrong_document", "other"]
FEEDBACK_REASONS: tuple[FeedbackReason, ...] = get_args(FeedbackReason.__value__)


class SourceConnection(BaseModel):
    """The connection that held a source when it was found; `type` is its connector's."""

    id: str
    name: str
    type: str


class Citation(BaseModel):
    """A stretch of a document version that supports a stretch of the answer.

    For the stored text of that version `text[start:end] == quote`, always. `answer_start` and `answer_end` are
    offsets into the message's content: the sentence that this citation supports. `index` counts from 1.
    `page` (or slide) is where the quote begins, `last_page` where it ends, if that is another one; `heading` is the
    path of headings above it, or its sheet. `kind` is the document's, null in answers of before it was kept.
    """

    index: int
    document_id: str
    version: int
    start: int
    end: int
    quote: str
    title: str
    url: str | None = None
    source: str
    kind: str | None = None
    connection: SourceConnection | None = None
    page: int | None = None
    last_page: int | None = None
    heading: str | None = None
    support: Literal["matched", "weak", "contradicted"]
    answer_start: int = 0
    answer_end: int = 0
    modified_at: datetime | None = None
    flags: list[str] = Field(
        default_factory=list, description="what differs from the quote, numbers or names that are not in it"
    )
    closed: bool = Field(
        default_factory=bool,
        description="its source is no longer open to the reader: quote and title are empty, and there is no link",
    )

    def without_words(self) -> "Citation":
        """As it is shown once its source is closed to the reader."""
        return self.model_copy(
            update={
                "quote": "",
                "title": "",
                "url": None,
                "connection": None,
                "kind": None,
                "page": None,
                "last_page": None,
                "heading": None,
                "modified_at": None,
                "flags": [],
                "closed": True,
            }
        )


class Stretch(BaseModel):
    """``[start:end]`` of a text, in code points: of a document's version, or of a message's content."""

    start: int
    end: int


class ClosestSentence(Stretch):
    """The sentence of a passage that comes closest to a question that nothing answers: no claim that it answers.

    Within the passage, counted as its `start` and `end` are.
    """

    text: str


class Passage(BaseModel):
    """A retrieved passage, shown in the sources panel. `superseded_by` names a newer document that replaces it.

    It begins on `page` and ends on `last_page`, if that is another one. `closest`: of a refusal, once it is
    whole.
    """

    document_id: str
    version: int
    start: int
    end: int
    text: str
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
    closest: ClosestSentence | None = None


class Disagreement(BaseModel):
    """Two sources that say different things, or an older one that a newer one replaces, with their dates."""

    kind: Literal["superseded", "conflict"]
    older_document_id: str
    newer_document_id: str
    older_title: str
    newer_title: str
    older_date: datetime | None = None
    newer_date: datetime | None = None
    note: str


class LateSource(BaseModel):
    """A connection that was not read when it was to be; `last_read_at` null: never to its end."""

    connection: SourceConnection
    last_read_at: datetime | None = None


class Coverage(BaseModel):
    """What of the reader's library a refusal looked into (`indexed`) and what not: documents that are still being read,
    those that could not be read, and connections that were not read when due. Null counts: from before they were kept.
    """

    indexed: int | None = None
    reading: int = 0
    failed: int = 0
    late: list[LateSource] = Field(default_factory=list)


class Refusal(BaseModel):
    """Why there is no answer, as a code. `names`: those that stand nowhere, as written in the question. `hint`: what
    whoever runs the server can do, told to administrators alone.
    """

    reason: RefusalReason
    names: list[str] = Field(default_factory=list)
    hint: str | None = None


class FoundDocument(BaseModel):
    """A document that a step found."""

    document_id: str
    title: str


class LookedUp(BaseModel):
    """Something that was looked up on the way to an answer, and which documents that found, best first."""

    text: str
    found: list[FoundDocument] = Field(default_factory=list)


class MessageView(BaseModel):
    """A message as clients see it.

    `status` is "interrupted" when a restart or an error cut the answer. `degraded` names the parts of the search that
    did not answer, "semantic" or "lexical": there may be more than the answer knows of, above all when it abstained.
    `intent` is what the question was taken for, `outcome` what kind of answer it got (null: from before there was one,
    or not ended). `refusal`: why there is none, and `coverage`: how far that reaches; null where that is not known.
    `feedback` is what the person thought of an answer, with their reasons and words, at `feedback_at`.
    `scope`: what a question, or its answer, was restricted to, so that a refusal looked only there; null where it was
    asked in everything.
    """

    id: str
    conversation_id: str
    role: Literal["user", "assistant"]
    content: str
    citations: list[Citation] = Field(default_factory=list)
    passages: list[Passage] = Field(default_factory=list)
    actions: list[str] = Field(default_factory=list, description="ids of what it prepared")
    disagreements: list[Disagreement] = Field(default_factory=list)
    mode: Literal["model", "extractive"] = "extractive"
    model: str | None = None
    abstained: bool = False
    outcome: Outcome | None = None
    intent: Intent | None = None
    coverage: Coverage | None = None
    unsupported: list[Stretch] = Field(default_factory=list, description="sentences of the model without any source")
    refusal: Refusal | None = None
    scope: QuestionScope | None = None
    suggestions: list[str] = Field(default_factory=list, description="what could be asked next, at most three")
    choices: list[str] = Field(default_factory=list, description="of a question back: what may be answered to it")
    steps: list[LookedUp] = Field(
        default_factory=list, description="what was looked up, where that is more than what was typed"
    )
    degraded: list[str] = Field(default_factory=list)
    status: Literal["streaming", "completed", "stopped", "interrupted", "failed"] = "completed"
    feedback: FeedbackValue | None = None
    feedback_reasons: list[FeedbackReason] = Field(default_factory=list)
    feedback_comment: str | None = None
    feedback_at: datetime | None = None
    error: dict[str, Any] | None = None
    created_at: datetime


class ConversationView(BaseModel):
    """`answering` is the id of the answer being written, if there is one: watch it at `GET /messages/{id}/events`.

    `scope`: what its questions are restricted to; null: they are asked in everything.
    """

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    answering: str | None = None
    scope: QuestionScope | None = None


class ConversationChanged(BaseModel):
    """A conversation was begun or renamed, or a question or an answer came to it; as it is now."""

    type: Literal["conversation.changed"] = "conversation.changed"
    conversation: ConversationView


class ConversationDeleted(BaseModel):
    type: Literal["conversation.deleted"] = "conversation.deleted"
    conversation_id: str


type ConversationEvent = Annotated[ConversationChanged | ConversationDeleted, Field(discriminator="type")]

type ConversationStreamEvent = Annotated[
    ConversationChanged | ConversationDeleted | StreamReset | StreamError, Field(discriminator="type")
]


class MessageStarted(BaseModel):
    type: Literal["message.started"] = "message.started"
    message_id: str
    conversation_id: str
    user_message_id: str
    mode: Literal["model", "extractive"]


class RetrievalCompleted(BaseModel):
    type: Literal["retrieval.completed"] = "retrieval.completed"
    query: str
    hits: list[Passage]
    degraded: list[str] = Field(default_factory=list)


class Token(BaseModel):
    type: Literal["token"] = "token"
    text: str


class CitationFound(BaseModel):
    type: Literal["citation"] = "citation"
    citation: Citation


class ActionProposed(BaseModel):
    type: Literal["action.proposed"] = "action.proposed"
    action_id: str


class MessageCompleted(BaseModel):
    """The answer was persisted before this event is sent."""

    type: Literal["message.completed"] = "message.completed"
    message: MessageView


type ChatEvent = Annotated[
    MessageStarted | RetrievalCompleted | Token | CitationFound | ActionProposed | MessageCompleted | StreamError,
    Field(discriminator="type"),
]
