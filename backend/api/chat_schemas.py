"""What clients send to and get from conversations and messages."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from backend.api.bounds import FolderPath, UtcTime
from backend.conversation.events import (
    FEEDBACK_REASONS,
    ConversationView,
    FeedbackReason,
    FeedbackValue,
    MessageView,
)
from backend.conversation.models import Opinion
from backend.documents.models import Kind
from backend.embedding.search.models import Filters

LONGEST_QUESTION_CHARS = 8000
LONGEST_TITLE_CHARS = 200
LONGEST_COMMENT_CHARS = 2000
_MOST_FILTER_VALUES = 50


def _clean(value: object) -> object:
    """Without control characters and surrounding space. Lone surrogates cannot be stored or sent on."""
    if not isinstance(value, str):
        return value
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("contains characters that are not valid Unicode") from error
    return "".join(char for char in value if char >= " " or char in "\n\t").strip()


CleanText = Annotated[str, BeforeValidator(_clean)]
FilterValue = Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=200)]
FilterValues = Annotated[list[FilterValue], Field(max_length=_MOST_FILTER_VALUES)]


class ChatFilters(BaseModel):
    """Restricts what is searched. Within one field any value may match; a time without a zone is UTC.

    `sources` may name `demo`, which stands for everything in the demo library.
    """

    model_config = ConfigDict(extra="forbid")

    sources: FilterValues = Field(default_factory=list)
    connections: FilterValues = Field(default_factory=list)
    authors: FilterValues = Field(default_factory=list)
    kinds: Annotated[list[Kind], Field(max_length=_MOST_FILTER_VALUES)] = Field(default_factory=list)
    languages: FilterValues = Field(default_factory=list)
    tags: FilterValues = Field(default_factory=list)
    paths: Annotated[list[FolderPath], Field(max_length=_MOST_FILTER_VALUES)] = Field(
        default_factory=list, description="only what lies in one of these folders, or is it"
    )
    document_ids: FilterValues = Field(default_factory=list)
    after: UtcTime | None = None
    before: UtcTime | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "ChatFilters":
        if self.after and self.before and self.after >= self.before:
            raise ValueError("'after' must be earlier than 'before'")
        return self

    def to_filters(self) -> Filters:
        return Filters(
            sources=frozenset(self.sources),
            connections=frozenset(self.connections),
            authors=frozenset(self.authors),
            kinds=frozenset(kind.value for kind in self.kinds),
            languages=frozenset(self.languages),
            tags=frozenset(self.tags),
            paths=frozenset(filter(None, self.paths)),
            document_ids=frozenset(self.document_ids),
            after=self.after,
            before=self.before,
        )


class NewConversation(BaseModel):
    """`scope`: what its questions are restricted to, as long as they say nothing else; left out: everything."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[CleanText, Field(max_length=LONGEST_TITLE_CHARS)] | None = None
    scope: ChatFilters | None = None


class ConversationChange(BaseModel):
    """What is left out stays. A `scope` holds for the questions to come; null: they are asked in everything."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[CleanText, Field(min_length=1, max_length=LONGEST_TITLE_CHARS)] | None = None
    scope: ChatFilters | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ConversationChange":
        if self.title is None and "scope" not in self.model_fields_set:
            raise ValueError("'title' or 'scope' must be given")
        return self

    @property
    def new_scope(self) -> Filters | None:
        """None leaves the one that is there."""
        if "scope" not in self.model_fields_set:
            return None
        return self.scope.to_filters() if self.scope else Filters()


class NewMessage(BaseModel):
    """A question. It is searched and answered as it stands.

    `filters` restrict what is searched for it; empty ones (`{}`) ask in everything. Without them the conversation's
    scope holds.
    """

    model_config = ConfigDict(extra="forbid")

    content: Annotated[CleanText, Field(min_length=1, max_length=LONGEST_QUESTION_CHARS)]
    filters: ChatFilters | None = None


class Regeneration(BaseModel):
    """`look_up` "passages": in the documents, where the question was taken for something else before."""

    model_config = ConfigDict(extra="forbid")

    look_up: Literal["passages"] | None = None


class Feedback(BaseModel):
    """`value` null takes an earlier opinion back, with its reasons and comment. Reasons are those of a "down"."""

    model_config = ConfigDict(extra="forbid")

    value: FeedbackValue | None
    reasons: Annotated[list[FeedbackReason], Field(max_length=len(FEEDBACK_REASONS))] = Field(default_factory=list)
    comment: Annotated[CleanText, Field(max_length=LONGEST_COMMENT_CHARS)] | None = None

    @model_validator(mode="after")
    def _reasons_of_a_down(self) -> "Feedback":
        if self.reasons and self.value != "down":
            raise ValueError("'reasons' say what is wrong: give them with the value \"down\"")
        return self

    def to_opinion(self) -> Opinion:
        if self.value is None:
            return Opinion()
        given = tuple(reason for reason in FEEDBACK_REASONS if reason in self.reasons)
        return Opinion(self.value, given, self.comment or None)


class ConversationPage(BaseModel):
    items: list[ConversationView]
    next_cursor: str | None = None


class MessagePage(BaseModel):
    """Oldest first; `next_cursor` leads to older messages."""

    items: list[MessageView]
    next_cursor: str | None = None


class ConversationWithMessages(ConversationView):
    """A conversation with its newest messages, oldest of them first; `next_cursor` leads to older ones."""

    messages: list[MessageView]
    next_cursor: str | None = None


class ChatConfig(BaseModel):
    """How questions are answered here. `mode` "extractive": by quoting, since no model is configured."""

    mode: Literal["model", "extractive"]
    model: str | None
    demo_available: bool
    max_question_chars: int
    admins_see_questions: bool = Field(
        description="whether administrators read the words of disliked and unanswered questions"
    )
