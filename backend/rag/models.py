"""What answering passes around: passages with their standing, citations, and the parts of an answer as they come."""

from dataclasses import dataclass, field
from typing import Literal

from backend.access import Caller
from backend.embedding.search.models import Filters, Hit
from backend.llm.base import Tool, ToolCall, Usage, Withdrawn
from backend.quoting.closest import Stretch
from backend.rag.coverage import Coverage
from backend.rag.intent import Intent

type Mode = Literal["model", "extractive"]
#: From documents; nothing there to answer from; something said as the assistant; which documents there are.
#: A part of it answered, and of the rest said that it is not there; asked back which of several is meant.
type Outcome = Literal["answer", "abstain", "reply", "catalogue", "partial", "ask_back"]
#: Why there is no answer. Nothing can be searched yet; some documents are still being read; an identifier or version
#: of the question stands nowhere; its language is none of the embedding model's; it is simply not there.
type RefusalReason = Literal["nothing_indexed", "still_reading", "name_unknown", "language_not_supported", "not_found"]


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A question and its answer, earlier in the conversation. `query` is the question as it was searched."""

    question: str
    answer: str
    query: str | None = None
    abstained: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom, after what. `history` is oldest first. `tools`: what the model may prepare for them.

    `in_passages`: the person wants it looked up in the documents, whatever it looks like.
    """

    caller: Caller
    text: str
    history: tuple[PastTurn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    tools: tuple[Tool, ...] = ()
    in_passages: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A retrieved passage. `superseded_by` is the id of a newer document that replaces it."""

    hit: Hit
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two passages that say different things, or an older one that a newer one replaces.

    `certain`: the older one is out of date as a whole, so nothing should be quoted from it. `updates`: the newer one
    speaks of a change.
    """

    kind: Literal["superseded", "conflict"]
    older: Hit
    newer: Hit
    note: str
    certain: bool = False
    updates: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A verified citation: the stored text of the hit's version has `quote` at [start:end].

    `answer_start` and `answer_end` are offsets into the answer's text.
    """

    index: int
    hit: Hit
    start: int
    end: int
    quote: str
    support: Literal["matched", "weak", "contradicted"]
    answer_start: int
    answer_end: int
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be said next, as it would be typed; `document_id`: of whose words it is made, if of any."""

    text: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was looked up on the way to an answer, and what that found, best first.

    `named_in`: the document from which the text was taken, if it was not what the person had asked.
    """

    text: str
    found: tuple[Hit, ...]
    named_in: str | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The first part of an answer: what the question was taken for, what was searched, what was found."""

    query: str
    sources: tuple[Source, ...]
    contradictions: tuple[Contradiction, ...]
    degraded: tuple[str, ...]
    intent: Intent = Intent.passages


@dataclass(frozen=True, slots=True)
class Refusal:
    """`names`: of "name_unknown", as written. `coverage` None: nobody knows it. `closest`: one for each passage that
    was found, in their order; None where it has no sentence. `hint`: for whoever runs the server.
    """

    text: str
    reason: RefusalReason
    names: tuple[str, ...] = ()
    coverage: Coverage | None = None
    closest: tuple[Stretch | None, ...] = ()
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The last part: the whole answer. `text` stands, even where it is shorter than what was streamed: beside calls it
    is empty unless something in it is cited. `refusal`: why there is no answer, where that is known.

    `unsupported`: (start, end) in `text` of the sentences of a model that claim something and have no citation.
    `truncated`: the model reached its limit of output tokens. `stopped`: the person ended it. `suggestions`: what
    could be asked next; `choices`: what it asks back about; `steps`: how it was come by, if not by one look.
    """

    text: str
    citations: tuple[Cited, ...]
    abstained: bool
    mode: Mode
    model: str | None
    stopped: bool = False
    truncated: bool = False
    usage: Usage = field(default_factory=Usage)
    outcome: Outcome = "answer"
    refusal: Refusal | None = None
    unsupported: tuple[tuple[int, int], ...] = ()
    suggestions: tuple[Offer, ...] = ()
    choices: tuple[Offer, ...] = ()
    steps: tuple[Step, ...] = ()


type Part = Retrieved | str | Withdrawn | ToolCall | Answered
