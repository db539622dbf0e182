"""What files say of themselves is read in all its spellings; bad values are left out."""

from datetime import UTC, datetime

import pytest

from backend.documents.models import Kind, Section
from backend.extraction.metadata import clean_title, detect_language, parse_date, split_tags, title_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("D:20250301123000+02'00'", datetime(2025, 3, 1, 10, 30, tzinfo=UTC)),
        ("D:2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-03-01T12:30:00Z", datetime(2025, 3, 1, 12, 30, tzinfo=UTC)),
        ("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("Sat, 01 Mar 2025 12:30:00 -0500", datetime(2025, 3, 1, 17, 30, tzinfo=UTC)),
        ("D:20251399", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_aware_utc_or_none(written: str | None, expected: datetime | None) -> None:
    assert parse_date(written) == expected


@pytest.mark.parametrize("junk", ["", "  ", "Untitled", "Microsoft Word - plan.doc", "report.docx", "Document1"])
def test_titles_that_programs_write_are_no_titles(junk: str) -> None:
    assert clean_title(junk) is None


def test_title_falls_back_to_heading_then_to_file_name() -> None:
    sections = [Section(0, 5, "Hotels")]
    assert title_of("Policy", sections=sections, kind=Kind.docx, filename="a.docx") == "Policy"
    assert title_of(None, sections=sections, kind=Kind.docx, filename="a.docx") == "Hotels"
    assert title_of(None, sections=[], kind=Kind.pdf, filename="x/travel_policy.2025.pdf") == "travel policy.2025"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The contract ends when either side gives notice in writing before the end of the year.", "en"),
        ("Der Vertrag endet, wenn eine Seite vor Ende des Jahres schriftlich kündigt.", "de"),
        ("Le contrat prend fin lorsque l'une des parties le résilie par écrit avant la fin de l'année.", "fr"),
        ("これは日本語の文章です。契約について書かれています。", "ja"),
        ("העובדים רשאים לקחת חופשה של עשרים ימים בשנה.", "he"),
        ("ok", None),
        ("1234 5678 90 | 1234 | 55.3", None),
    ],
)
def test_language_is_given_only_when_sure(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_tags_are_split_cleaned_and_unique() -> None:
    assert split_tags("a, b; a ,, c") == ("a", "b", "c")
