"""The invariant: for every citation, the stored text of its version has the quote at its place."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.errors import NotFound
from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.citation import Draft, verified
from backend.rag.composers import composers
from backend.rag.models import Answered, Question
from backend.rag.pipeline import AnswerPipeline
from backend.rag.support import Attributor
from backend.settings import LlmSettings, RagSettings
from tests.support.embedder import HashEmbedder
from tests.support.whole_documents import SmallLibrary

ANN = Caller.of("ann")
MARCH = datetime(2025, 3, 1, tzinfo=UTC)


def hit_of(text: str, start: int, end: int, document_id: str = "d") -> Hit:
    return Hit(
        document_id=document_id,
        external_id=document_id,
        title="T",
        url=None,
        source="files",
        kind="text",
        version=1,
        start=start,
        end=end,
        text=text[start:end],
        score=1.0,
        modified_at=MARCH,
    )


class Texts:
    """The stored texts, by document."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        if document_id not in self.texts:
            raise NotFound("gone")
        return DocumentText(document_id=document_id, version=version or 1, text=self.texts[document_id])


class Found:
    """A search that found these."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: str = "chunk",
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        return SearchResult(tuple(self.hits))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=200)
WORDS = (
    "leave",
    "thirty",
    "days 30",
    "Ünïcode",
    "有几天年假。",
    "🏖️",
    "![x](http://e)",
    "[1]",
    ".",
    "\n\n",
    "? ",
    "paid. The",
)
PROSE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


@given(TEXT, st.data())
async def test_what_verifies_has_its_words_in_the_stored_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    hit = hit_of(text, start, end)
    drafts = [
        Draft(
            hit, data.draw(st.integers(-3, len(text) + 3)), data.draw(st.integers(-3, len(text) + 3)), "matched", 0, 1
        )
        for _ in range(4)
    ]
    stored = data.draw(st.sampled_from([text, text[1:], text + "x", text.upper()]))
    for citation in await verified(ANN, drafts, Texts(d=stored)):
        assert citation.quote
        assert stored[citation.start : citation.end] == citation.quote


@given(PROSE, st.data())
async def test_every_citation_of_a_quoted_answer_holds(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    hits = [hit_of(text, 0, cut), hit_of(text, cut, len(text)), hit_of(text, cut // 2, len(text), "other")]
    embedder = HashEmbedder(dimension=32)
    search, texts = Found([hit for hit in hits if hit.text]), Texts(d=text, other=text)
    quoting = ExtractiveAnswerer(embedder, abstain_below=0.0)
    pipeline = AnswerPipeline(
        search=search,
        texts=texts,
        composers=composers(quoting, search=search, texts=texts, shelf=SmallLibrary(()), passages=8),
        attribute=Attributor(embedder),
        chat_model=None,
        rag=RagSettings(),
        llm=LlmSettings(),
    )
    parts = [part async for part in pipeline.answer(Question(ANN, "How many days of paid leave?"))]
    answer = parts[-1]
    assert isinstance(answer, Answered)
    assert "".join(part for part in parts if isinstance(part, str)) == answer.text
    for citation in answer.citations:
        assert text[citation.start : citation.end] == citation.quote
        assert 0 <= citation.answer_start < citation.answer_end <= len(answer.text)


async def test_the_same_stretch_keeps_its_number() -> None:
    text = "First words. Second words."
    hit = hit_of(text, 0, len(text))
    drafts = [Draft(hit, 13, 26, "matched", 40, 50), Draft(hit, 0, 12, "weak", 0, 9), Draft(hit, 0, 12, "weak", 10, 19)]
    citations = await verified(ANN, drafts, Texts(d=text))
    assert [(c.index, c.quote, c.answer_start) for c in citations] == [
        (1, "First words.", 0),
        (1, "First words.", 10),
        (2, "Second words.", 40),
    ]


async def test_a_document_that_has_gone_is_not_cited() -> None:
    text = "First words."
    draft = Draft(hit_of(text, 0, len(text)), 0, 5, "matched", 0, 5)
    assert await verified(ANN, [draft], Texts()) == ()
