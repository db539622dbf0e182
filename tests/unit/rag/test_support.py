import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.rag.support import Attributor, attribute
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit

LEAVE = hit(
    "Everyone at Korrin has 28 days of paid holiday a year. Unused days expire at the end of March.",
    document_id="leave",
    title="Leave policy",
    start=1000,
)
OFFICE = hit(
    "The office in Lyon opens at seven. Visitors sign in at the desk.", document_id="office", title="Office", start=40
)


async def test_each_sentence_gets_the_passage_that_says_it() -> None:
    answer = "Everyone at Korrin has 28 days of paid holiday. Visitors sign in at the desk."
    first, second = await attribute(answer, [OFFICE, LEAVE], HashEmbedder())
    assert (first.passage_index, first.support) == (1, "matched")
    assert (second.passage_index, second.support) == (0, "matched")
    assert answer[second.answer_start : second.answer_end] == "Visitors sign in at the desk."
    assert LEAVE.text[first.start - 1000 : first.end - 1000] == "Everyone at Korrin has 28 days of paid holiday a year."


async def test_a_wrong_mark_of_the_model_does_not_win() -> None:
    answer = "Visitors sign in at the desk."
    (found,) = await attribute(answer, [OFFICE, LEAVE], HashEmbedder(), hints=[(len(answer), 1)])
    assert found.passage_index == 0


async def test_a_mark_decides_between_equal_passages() -> None:
    twin = hit(OFFICE.text, document_id="twin", title="Office", start=7)
    answer = "Visitors sign in at the desk. The office in Lyon opens at seven."
    mark = answer.index(" The")
    first, second = await Attributor(HashEmbedder())(answer, [OFFICE, twin], hints=[(mark, 1)])
    assert (first.passage_index, second.passage_index) == (1, 0)


async def test_a_sentence_that_no_passage_supports_gets_none() -> None:
    assert await attribute("Elephants never forget their friends.", [OFFICE, LEAVE], HashEmbedder()) == []


async def test_partial_agreement_is_weak() -> None:
    answer = "Unused days of holiday can be sold back to Korrin in March."
    (found,) = await attribute(answer, [LEAVE, OFFICE], HashEmbedder())
    assert found.support == "weak"


async def test_figures_and_names_that_the_passage_lacks_are_flagged() -> None:
    answer = "Everyone at Korrin, says Ann Lee, has 30 days of paid holiday a year."
    (found,) = await attribute(answer, [LEAVE], HashEmbedder())
    assert found.flags == ("30", "Ann", "Lee")


async def test_what_the_passage_has_in_another_form_is_not_flagged() -> None:
    passage = hit("Acme ordered 1500 loggers in May 2024.", title="Orders of Acme")
    (found,) = await attribute("In May 2024 Acme ordered 1,500 loggers.", [passage], HashEmbedder())
    assert found.flags == ()


async def test_a_claim_over_two_sentences_cites_both() -> None:
    answer = "Everyone at Korrin has 28 days of paid holiday a year and unused days expire at the end of March."
    (found,) = await attribute(answer, [LEAVE], HashEmbedder())
    assert (found.start, found.end) == (LEAVE.start, LEAVE.end)


async def test_a_mark_behind_the_full_stop_belongs_to_its_sentence() -> None:
    answer = "Visitors sign in at the desk. [1] The office in Lyon opens at seven. [1]"
    first, second = await attribute(answer, [OFFICE], HashEmbedder())
    assert answer[first.answer_start : first.answer_end] == "Visitors sign in at the desk. [1]"
    assert answer[second.answer_start : second.answer_end] == "The office in Lyon opens at seven. [1]"


async def test_nothing_to_attribute_or_to_attribute_to() -> None:
    assert await attribute("", [LEAVE], HashEmbedder()) == []
    assert await attribute("Visitors sign in.", [], HashEmbedder()) == []


_TEXT = st.text(alphabet="ab cdE.?!\n1,é中。😀[]2", max_size=150)


@settings(max_examples=80, deadline=None)
@given(answer=_TEXT, parts=st.lists(st.tuples(_TEXT, st.integers(0, 9999)), max_size=4))
def test_offsets_lie_within_answer_and_passage(answer: str, parts: list[tuple[str, int]]) -> None:
    documents = ["." * start + text for text, start in parts]
    passages = [hit(text, document_id=str(index), start=start) for index, (text, start) in enumerate(parts)]
    # Words of the passages in the answer, so that something is attributed.
    answer += " " + " ".join(text[:40] for text, _ in parts)
    last = 0
    for found in asyncio.run(attribute(answer, passages, HashEmbedder(), hints=[(3, 0)])):
        assert last <= found.answer_start < found.answer_end <= len(answer)
        last = found.answer_end
        passage = passages[found.passage_index]
        quote = documents[found.passage_index][found.start : found.end]
        assert quote == passage.text[found.start - passage.start : found.end - passage.start]
        assert quote.strip()


@pytest.mark.parametrize(
    ("question", "support", "flags"),
    [
        ("When does the office of Korrin in Oslo open?", "weak", ("Korrin", "Oslo")),
        ("When does the office in Lyon open?", "matched", ()),
        ("When does the office open?", "matched", ()),
        ("Write to Dana Kim that the office opens at seven.", "matched", ()),
        ("Wann öffnet das Büro?", "matched", ()),
    ],
)
async def test_a_passage_that_names_nothing_that_was_asked_is_weak(
    question: str, support: str, flags: tuple[str, ...]
) -> None:
    (found,) = await attribute("The office opens at seven.", [OFFICE], HashEmbedder(), question=question)
    assert (found.support, found.flags) == (support, flags)


async def test_a_sentence_that_names_its_own_matter_may_be_a_further_step() -> None:
    answer = "Everyone at Korrin has 28 days of paid holiday a year."
    (found,) = await attribute(answer, [LEAVE], HashEmbedder(), question="How many days off has Dana Kim's team?")
    assert (found.support, found.flags) == ("matched", ())
