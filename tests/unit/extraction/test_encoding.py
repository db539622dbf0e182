"""Text in any encoding and language arrives as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.extraction.encoding import BROKEN, NULS, clean, decode, looks_binary

RUSSIAN = "Привет, это довольно длинный русский текст о договорах и счетах."
JAPANESE = "これは日本語の文章です。契約について書かれています。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-32"),
        (RUSSIAN, "cp1251"),
        ("hello wörld, this is wide", "utf-16-le"),
        ("hello wörld, this is wide", "utf-16-be"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        ("这是一份合同。甲方应在三十天内付款,否则合同终止。", "gb18030"),
        ("이 계약은 삼십일 이내에 종료됩니다. 대금은 즉시 지급합니다.", "euc_kr"),
        ("naïve café über", "latin-1"),
    ],
)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, [])


def test_a_declared_encoding_is_used_and_a_made_up_one_ignored() -> None:
    assert decode("déjà".encode("cp850"), declared="cp850")[0] == "déjà"
    assert decode("déjà".encode(), declared="x-nonsense")[0] == "déjà"


def test_broken_bytes_are_replaced_with_a_warning() -> None:
    assert decode("één fout: é".encode() + b"\xff end") == ("één fout: é� end", [BROKEN])


def test_nul_bytes_are_removed_with_a_warning() -> None:
    assert clean("a\x00b") == ("ab", [NULS])


def test_line_ends_become_line_feeds() -> None:
    assert clean("a\r\nb\rc\n") == ("a\nb\nc\n", [])


@pytest.mark.parametrize(
    "text", ["שלום \u200fעולם", "مرحبا \u202bبالعالم\u202c", "漢字　かな", "e\u0301 👨‍👩‍👧", "נִקּוּד"]
)
def test_other_scripts_and_direction_marks_stay_exactly_as_they_are(text: str) -> None:
    assert clean(decode(text.encode())[0]) == (text, [])


def test_binary_is_told_from_text() -> None:
    assert looks_binary(bytes(range(256)) * 4)
    assert not looks_binary("plain".encode("utf-16-le") * 10)
    assert not looks_binary(RUSSIAN.encode("cp1251"))


@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored(data: bytes) -> None:
    text, _ = clean(decode(data)[0])
    assert text.encode().decode() == text
    assert "\x00" not in text
    assert "\r" not in text
