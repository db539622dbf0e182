import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.sentences import split_sentences


def split(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Smith paid 3.5 million. He left.", ["Dr. Smith paid 3.5 million.", "He left."]),
        ("It opens at 5 p.m. on Monday. Come!", ["It opens at 5 p.m. on Monday.", "Come!"]),
        ("Then J. R. Ewing came. Why?", ["Then J. R. Ewing came.", "Why?"]),
        ("The U.S. Army did. In the U.S. The law holds.", ["The U.S. Army did.", "In the U.S.", "The law holds."]),
        ("See Fig. 3 and no. 5 of it. Done.", ["See Fig. 3 and no. 5 of it.", "Done."]),
        ("Version 2.0.1 costs $4.50. Buy it.", ["Version 2.0.1 costs $4.50.", "Buy it."]),
        ("Am 3. Mai 2020 war es z.B. Montag. Danach nicht.", ["Am 3. Mai 2020 war es z.B. Montag.", "Danach nicht."]),
        ("Yahoo! is big. Wait... what? Really?!", ["Yahoo! is big.", "Wait... what?", "Really?!"]),
        ('"Why?" he asked. (So it was.) Yes.', ['"Why?" he asked.', "(So it was.)", "Yes."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("これは文です。次の文です！はい。", ["これは文です。", "次の文です！", "はい。"]),
        ("यह एक वाक्य है। दूसरा वाक्य।", ["यह एक वाक्य है।", "दूसरा वाक्य।"]),
    ],
)
def test_end_marks_are_told_from_abbreviations_and_decimals(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_headings_bullets_and_numbered_items_stand_alone() -> None:
    text = "# Leave policy\nEveryone has 25 days.\n\n- full time\n- part time\n1. Ask first\n2. Then book"
    assert split(text) == [
        "# Leave policy",
        "Everyone has 25 days.",
        "- full time",
        "- part time",
        "1. Ask first",
        "2. Then book",
    ]


def test_wrapped_lines_stay_one_sentence() -> None:
    text = (
        "This paragraph was wrapped by a mail program at about seventy signs\n"
        "and goes on in the second line. It has another sentence that is also\n"
        "wrapped."
    )
    assert split(text) == [
        "This paragraph was wrapped by a mail program at about seventy signs\nand goes on in the second line.",
        "It has another sentence that is also\nwrapped.",
    ]


def test_chat_lines_and_headers_are_apart() -> None:
    assert split("From: ann@example.org\nSubject: Budget\n[10:32] ann: hi\n[10:33] ben: hello") == [
        "From: ann@example.org",
        "Subject: Budget",
        "[10:32] ann: hi",
        "[10:33] ben: hello",
    ]


def test_a_stretch_without_end_marks_is_cut_at_white_space() -> None:
    pieces = split("word " * 400)
    assert len(pieces) > 1
    assert all(len(piece) <= 600 and not piece.startswith(" ") for piece in pieces)


@given(st.text(alphabet=st.sampled_from("ab.AB 1?!\n\t\"'()。-#:·é😀\r") | st.characters(), max_size=300))
def test_offsets_are_ordered_and_keep_every_visible_character(text: str) -> None:
    sentences = split_sentences(text, max_chars=50)
    position = 0
    for sentence in sentences:
        assert position <= sentence.start < sentence.end <= len(text)
        assert text[position : sentence.start].strip() == ""
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip()
        assert len(quote) <= 50
        position = sentence.end
    assert text[position:].strip() == ""
