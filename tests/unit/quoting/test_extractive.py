import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.embedding.search.models import Hit
from backend.quoting.confidence import MINILM
from backend.quoting.extractive import ExtractiveAnswer, ExtractiveAnswerer
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit

POLICY = (
    "Parental leave is described elsewhere. Employees of Korrin have 28 days of paid holiday a year. "
    "Unused days expire at the end of March. The canteen opens at noon."
)


async def ask(question: str, *passages: Hit, abstain_below: float = 0.0) -> ExtractiveAnswer:
    return await ExtractiveAnswerer(HashEmbedder(), abstain_below=abstain_below).answer(question, passages)


async def test_the_sentence_with_the_answer_comes_first() -> None:
    answer = await ask("How many days of paid holiday do employees have?", hit(POLICY))
    assert answer.sentences[0].text == "Employees of Korrin have 28 days of paid holiday a year."
    assert len(answer.sentences) <= 3


async def test_offsets_are_those_of_the_document_version() -> None:
    document = "Something that stands before. " * 7 + POLICY
    start = document.index(POLICY)
    answer = await ask("When do unused days expire?", hit(POLICY, start=start))
    for sentence in answer.sentences:
        assert document[sentence.start : sentence.end] == sentence.text


async def test_it_abstains_when_no_sentence_has_the_questions_words() -> None:
    answer = await ask("Who painted the Mona Lisa?", hit(POLICY), abstain_below=MINILM.abstain_below)
    assert answer.abstained
    assert answer.sentences == ()
    assert answer.confidence < 0.3


async def test_it_answers_by_default_when_a_sentence_has_all_words() -> None:
    question = "How many days of paid holiday a year do employees of Korrin have?"
    answer = await ExtractiveAnswerer(HashEmbedder()).answer(question, [hit(POLICY)])
    assert not answer.abstained
    assert answer.confidence > 0.5


async def test_confidence_below_the_given_threshold_abstains() -> None:
    question = "How many days of paid holiday a year do employees of Korrin have?"
    assert (await ask(question, hit(POLICY), abstain_below=1.0)).abstained


async def test_without_passages_it_abstains() -> None:
    assert (await ask("Anything?")).abstained
    assert (await ask("Anything?", hit(" \n-- \n "))).abstained


async def test_a_sentence_that_two_chunks_share_is_quoted_once_and_whole() -> None:
    document = "The budget of Orion is 40,000 euros and was approved by Ann Lee. It is reviewed every year in May."
    cut = hit(document[20:], start=20)
    whole = hit(document, start=0)
    answer = await ask("What is the budget of Orion?", cut, whole)
    assert answer.sentences[0].text == "The budget of Orion is 40,000 euros and was approved by Ann Lee."
    ranges = sorted((sentence.start, sentence.end) for sentence in answer.sentences)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


async def test_near_duplicates_of_other_documents_are_shown_once() -> None:
    text = "The budget of Orion is 40,000 euros and was approved by Ann Lee."
    copies = [hit(text, document_id="a"), hit(text.replace("was", "is"), document_id="b")]
    assert len((await ask("What is the budget of Orion?", *copies)).sentences) == 1


async def test_statements_that_differ_in_a_figure_are_both_shown() -> None:
    passages = [
        hit("The budget of Orion is 40,000 euros this year.", document_id="a"),
        hit("The budget of Orion is 55,000 euros this year.", document_id="b"),
    ]
    shown = {sentence.passage_index for sentence in (await ask("What is the budget of Orion?", *passages)).sentences}
    assert shown == {0, 1}


async def test_headings_and_questions_are_no_answers() -> None:
    text = "# Budget of Orion\n\nWhat is the budget of Orion?\n\nFor Orion the board gave a budget of 40,000 euros."
    answer = await ask("What is the budget of Orion?", hit(text))
    assert answer.sentences[0].text == "For Orion the board gave a budget of 40,000 euros."


async def test_the_passage_order_decides_between_equals() -> None:
    first, second = (hit(f"Orion is led by {name} Smith since May.", document_id=name) for name in ("Ann", "Ben"))
    answer = await ask("Who leads Orion?", first, second)
    assert answer.sentences[0].passage_index == 0


async def test_the_newest_document_on_the_subject_keeps_a_place() -> None:
    old = (
        "The budget of Orion is 40,000 euros. The budget of Orion was approved by Ann Lee. "
        "The budget of Orion is reviewed in May."
    )
    newer = replace(
        hit("From July the budget for Orion is larger: 55,000 euros.", document_id="newer"),
        modified_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    answer = await ask("What is the budget of Orion?", hit(old, document_id="old"), newer)
    assert 1 in {sentence.passage_index for sentence in answer.sentences}
    assert len(answer.sentences) <= 3


async def test_a_newer_document_on_another_subject_gets_no_place() -> None:
    old = "The budget of Orion is 40,000 euros. The budget of Orion was approved by Ann Lee."
    newer = replace(
        hit("The canteen opens at noon.", document_id="newer", title="Canteen"),
        modified_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    answer = await ask("What is the budget of Orion?", hit(old, document_id="old"), newer)
    assert answer.sentences[0].passage_index == 0
    assert [s.passage_index for s in answer.sentences].count(1) == 0


async def test_the_header_of_a_mail_is_not_quoted_where_its_text_answers() -> None:
    mail = "Date: Wed, 11 Feb 2026 09:01:00\nSubject: Move to the Kraanbaan\n\nOn 1 May we move to the Kraanbaan."
    answer = await ask("On which date do we move to the Kraanbaan?", replace(hit(mail), kind="email"))
    assert [sentence.text for sentence in answer.sentences] == ["On 1 May we move to the Kraanbaan."]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(alphabet="ab cdE.?!\n1,é中。😀", min_size=1, max_size=200), st.integers(0, 10_000)),
        max_size=5,
    ),
    st.text(max_size=40),
)
def test_every_quote_is_the_passages_own_words(parts: list[tuple[str, int]], question: str) -> None:
    passages = [hit(text, document_id=str(index), start=start) for index, (text, start) in enumerate(parts)]
    answer = asyncio.run(ask(question, *passages))
    assert len(answer.sentences) <= 3
    for sentence in answer.sentences:
        passage = passages[sentence.passage_index]
        assert passage.text[sentence.start - passage.start : sentence.end - passage.start] == sentence.text
        assert sentence.text.strip()
