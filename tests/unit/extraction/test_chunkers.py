"""Chunks have exact offsets, lose no word, respect pages and headings, and are cut where a reader would."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.documents.models import ChunkSpan, Kind, Section
from backend.extraction.chunkers import SPLITTERS, chunk
from tests.support.cost import processor_seconds

STRATEGIES = sorted(SPLITTERS)
PIECES = st.sampled_from(
    [
        "word ",
        "Sentence ends. ",
        "\n",
        "\n\n",
        "漢字仮名",
        "文です。",
        "e\u0301",
        "👨‍👩‍👧‍👦",
        "🇩🇪",
        "👍🏽",
        "שלום ",
        "    ",
        "x" * 90,
        "{\n",
        "def f():\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join) | st.text(max_size=400)


def assert_sound(text: str, chunks: list[ChunkSpan], max_chars: int) -> None:
    """Chunks are in order, within the limit, not blank at their ends, and cover every character that is not blank."""
    covered = 0
    previous = -1
    for span in chunks:
        assert previous < span.start < span.end <= len(text)
        assert span.end - span.start <= max_chars
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        assert not text[covered : span.start].strip()
        covered = max(covered, span.end)
        previous = span.start
    assert not text[covered:].strip()


@st.composite
def texts_with_sections(draw: st.DrawFn) -> tuple[str, list[Section]]:
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    sections = []
    for number, (start, end) in enumerate(pairwise(cuts), start=1):
        heading = draw(st.none() | st.just(f"H{number}"))
        page = draw(st.none() | st.integers(1, 4))
        sections.append(Section(start, end, heading, page, draw(st.integers(0, 3))))
    return text, sections


@settings(max_examples=80, deadline=None)
@given(
    case=texts_with_sections(),
    strategy=st.sampled_from(STRATEGIES),
    max_chars=st.integers(100, 300),
    overlap=st.integers(0, 99),
)
def test_no_word_is_lost_whatever_the_text(
    case: tuple[str, list[Section]], strategy: str, max_chars: int, overlap: int
) -> None:
    text, sections = case
    found = chunk(text, sections, strategy=strategy, max_chars=max_chars, overlap_chars=overlap)  # type: ignore[arg-type]
    assert_sound(text, found, max_chars)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "漢字仮" * 300_000,
        "word " * 200_000,
        "👨‍👩‍👧‍👦🇩🇪e\u0301" * 80_000,
        "a" + " " * 1_000_000 + "b",
        "\n" * 1_000_000,
    ],
    ids=["one word", "ideographs", "one line", "emoji", "blank", "line ends"],
)
def test_a_megabyte_without_structure_is_cut_fast_and_soundly(strategy: str, text: str) -> None:
    assert_sound(text, chunk(text, strategy=strategy), 800)  # type: ignore[arg-type]
    seconds = processor_seconds(lambda: chunk(text, strategy=strategy))  # type: ignore[arg-type]
    # 5 MB/s; it does 28 to 380 on the slowest machine tried, so that this only fails when the order of growth changes.
    assert len(text) / seconds > 5_000_000


def test_combined_signs_stay_whole() -> None:
    family = "👨‍👩‍👧‍👦"
    for sign in (family, "e\u0301", "🇩🇪", "👍🏽", "नि"):
        text = sign * 300
        for span in chunk(text, strategy="fixed", max_chars=100, overlap_chars=20):
            assert span.start % len(sign) == 0
            assert span.end % len(sign) == 0


def test_cuts_fall_between_paragraphs_then_sentences() -> None:
    paragraph = "One sentence stands here. " * 3
    text = "\n\n".join([paragraph.strip()] * 6)
    for span in chunk(text, max_chars=200, overlap_chars=0):
        assert text[span.start : span.end].endswith(".")
        assert text[span.start : span.end].startswith("One")
    assert chunk(text, max_chars=200, overlap_chars=0)[0].end == 2 * len(paragraph.strip()) + 2


def test_cjk_sentences_are_boundaries_without_spaces() -> None:
    text = "契約は三十日で終わります。" * 40
    for span in chunk(text, max_chars=100, overlap_chars=20):
        assert text[span.end - 1] == "。"
        assert text[span.start] == "契"


def test_neighbours_overlap_from_the_start_of_a_sentence() -> None:
    text = "".join(f"Sentence number {number:03d} is here. " for number in range(60))
    found = chunk(text, max_chars=300, overlap_chars=80)
    for before, after in pairwise(found):
        assert 0 < before.end - after.start <= 80
        assert text[after.start :].startswith("Sentence number")


def test_a_chunk_stays_on_its_page_and_under_its_top_heading() -> None:
    body = "Words go on and on. " * 20
    text = body * 4
    size = len(body)
    sections = [Section(i * size, (i + 1) * size, f"H{i // 2}", i + 1, 1) for i in range(4)]
    found = chunk(text, sections, max_chars=300, overlap_chars=50)
    for span in found:
        assert span.start // size == (span.end - 1) // size
        assert span.page == span.start // size + 1
        assert span.heading == f"H{span.start // size // 2}"


def test_tiny_pieces_join_over_a_page_break() -> None:
    text = "Cover\n\n" + "Body text. " * 30
    sections = [Section(0, 7, None, 1), Section(7, len(text), None, 2)]
    found = chunk(text, sections, max_chars=800)
    assert len(found) == 1
    assert found[0].page == 2


def test_small_subsections_share_a_chunk_and_large_ones_do_not() -> None:
    parts = [f"Part {number}. " + "Some words here. " * 10 for number in range(6)]
    text = "".join(parts)
    starts = [sum(map(len, parts[:number])) for number in range(7)]
    sections = [Section(starts[i], starts[i + 1], f"P{i}", None, 1 if i == 0 else 2) for i in range(6)]
    found = chunk(text, sections, max_chars=400, overlap_chars=0)
    assert [span.start for span in found] == [starts[0], starts[2], starts[4]]


def test_heading_is_the_path_of_headings() -> None:
    text = "A" * 900 + "B" * 900 + "C" * 900
    sections = [
        Section(0, 900, "Guide", None, 1),
        Section(900, 1800, "Setup", None, 2),
        Section(1800, 2700, "End", None, 1),
    ]
    headings = {span.heading for span in chunk(text, sections)}
    assert headings == {"Guide", "Guide › Setup", "End"}


def test_code_is_cut_between_blocks_and_auto_picks_it_for_code() -> None:
    block = "def function(a, b):\n    first = a\n\n    return first + b\n"
    text = "\n\n".join([block] * 20)
    found = chunk(text, kind=Kind.code, max_chars=200, overlap_chars=0)
    assert all(text[span.start : span.end].startswith("def ") for span in found)
    assert found == chunk(text, strategy="code", max_chars=200, overlap_chars=0)


def test_empty_and_blank_texts_have_no_chunks() -> None:
    assert chunk("") == []
    assert chunk(" \n\t\n ") == []


def test_an_overlap_as_large_as_a_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap_chars"):
        chunk("text", max_chars=100, overlap_chars=100)
