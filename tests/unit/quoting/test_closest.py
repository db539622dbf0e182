"""The sentence of each passage that comes closest, with exact offsets, whether it answers or not."""

from hypothesis import given
from hypothesis import strategies as st

from backend.quoting.closest import closest_sentences
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit

LEAVE = "Leave is asked for a week before. Employees have 28 days of paid leave a year. The canteen opens at noon."
BACKUPS = "# Backups\n\nBackups are kept for 35 days. Paid storage is in another country."


async def test_it_is_the_nearest_of_each_passage_in_the_order_of_the_passages() -> None:
    document = "Something that stands before. " * 5 + LEAVE
    passages = [
        hit(BACKUPS, document_id="b", title="Backups"),
        hit(LEAVE, document_id="a", title="Leave", start=document.index(LEAVE)),
    ]
    found = await closest_sentences(HashEmbedder(), "How many days of paid leave do contractors have?", passages)
    backups, leave = found
    assert backups is not None
    assert leave is not None
    assert document[leave.start : leave.end] == "Employees have 28 days of paid leave a year."
    # A heading says nothing by itself, however near it is.
    assert BACKUPS[backups.start : backups.end] != "# Backups"


async def test_a_passage_without_a_sentence_has_none() -> None:
    passages = [hit(" \n-- \n ", document_id="a"), hit(LEAVE, document_id="b")]
    found = await closest_sentences(HashEmbedder(), "paid leave", passages)
    assert found[0] is None
    assert found[1] is not None
    assert await closest_sentences(HashEmbedder(), "paid leave", passages[:1]) == (None,)
    assert await closest_sentences(HashEmbedder(), "paid leave", ()) == ()


@given(st.text(max_size=300), st.text(max_size=300), st.integers(0, 1000), st.text(max_size=60))
async def test_offsets_lie_within_the_passage_whatever_it_holds(
    one: str, other: str, start: int, question: str
) -> None:
    passages = [hit(one, document_id="a", start=start), hit(other, document_id="b")]
    found = await closest_sentences(HashEmbedder(), question, passages)
    assert len(found) == 2
    for passage, stretch in zip(passages, found, strict=True):
        if stretch is not None:
            assert passage.start <= stretch.start < stretch.end <= passage.end
            assert passage.text[stretch.start - passage.start : stretch.end - passage.start].strip()
