"""Other spellings of what a text names, with where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.variants import identifiers, variants


def terms_of(text: str) -> set[str]:
    return {found.term for found in variants(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("WF-M5799DWF", {"m5799", "wfm5799", "wfm5799dwf", "5799"}),
        ("TK-3130", {"tk3130"}),
        ("LX 204", {"lx204"}),
        ("RULE_A002", {"rulea002"}),
        ("parseHTTPHeader", {"parse", "http", "header", "parsehttp", "httpheader"}),
        ("get_user_name", {"getusername", "username"}),
        ("1,043 and 1.043", {"1043"}),
        ("U.S.A.", {"usa"}),
        ("Müller", {"mueller"}),
        ("Mueller", {"muller"}),
        ("The IT budget", {"acronymit"}),
        ("on 4.2.2025", {"date20250204", "date202502"}),
        ("invoice-2024_07.pdf", {"invoice202407", "invoice202407pdf"}),
    ],
)
def test_other_spellings_are_found(text: str, wanted: set[str]) -> None:
    assert wanted <= terms_of(text)


@pytest.mark.parametrize(
    "text", ["plain words only", "It is", "3.14 of it", "THE IT BUDGET IS HIGH", "neue Quelle", ""]
)
def test_what_is_written_in_one_way_has_no_other(text: str) -> None:
    assert terms_of(text) == set()


def test_only_wholes_stand_for_an_identifier() -> None:
    assert [(found.term, found.whole) for found in variants("AB-12C")] == [
        ("ab12", False),
        ("ab12c", True),
        ("12", False),
    ]
    assert [found.term for found in identifiers("Is ZX-49 in page 12 of ZX-4819?")] == ["zx49", "zx4819", "page12"]


@given(st.text(alphabet="aAbBüÜéИ1209 -_./,:\n東IT", max_size=60))
def test_every_variant_tells_where_it_stands(text: str) -> None:
    for found in variants(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip()


@pytest.mark.parametrize("noise", ["a-", "1,111", "aB", "a1", "IT ", "1.", "Feb ", "ü", "/"])
def test_a_text_of_one_sign_again_and_again_takes_no_longer_than_another(noise: str) -> None:
    assert len(list(variants(noise * 50_000))) < 12 * 50_000 * len(noise)
