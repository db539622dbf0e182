"""Numbers of a workbook are read as a person sees them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.extraction.extractors.number_formats import BUILT_IN, shown

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - days of a workbook have no zone


@pytest.mark.parametrize(
    ("raw", "code", "expected"),
    [
        ("4101", "00000", "04101"),
        ("0.075", "0.0%", "7.5%"),
        ("0.5", "0%", "50%"),
        ("1234567.5", "#,##0.00", "1,234,567.50"),
        ("999", "#,##0", "999"),
        ("-12.5", "#,##0.00;(#,##0.00)", "(12.50)"),
        ("-12.5", "0.0", "-12.5"),
        ("1200", '#,##0.00 "€"', "1,200.00 €"),
        ("1200", "[$€-407] #,##0", "€ 1,200"),
        ("2.5", "0", "3"),
        ("0", '0;-0;"none"', "none"),
        ("12200000", "#.0,,", "12.2"),
        ("1500", '0.0,"k"', "1.5k"),
        ("8.9", "#.##", "8.9"),
        ("0.5", "#.##", ".5"),
        ("123456789", "000-00-0000", "123-45-6789"),
        ("5551234567", "(000) 000-0000", "(555) 123-4567"),
        ("0.00012", "0.00E+00", "1.20E-04"),
        ("1.5", "# ?/?", "1 1/2"),
        ("0.375", "# ?/8", "3/8"),
        ("150", "[>100]0;0.0", "150"),
        ("50", "[>100]0;0.0", "50.0"),
        ("7", "[Red]0;[Blue]-0", "7"),
        ("42", ";;;", ""),
        ("0.30000000000000004", "General", "0.3"),
        ("5", '"Lot "General', "Lot 5"),
        ("46057", "yyyy-mm-dd", "2026-02-04"),
        ("46057", "dd/mm/yy", "2026-02-04"),
        ("46057", "d mmmm yyyy", "4 February 2026"),
        ("46057", "mmm yy", "Feb 2026"),
        ("46057", "yyyy", "2026"),
        ("46057.75", "yyyy-mm-dd hh:mm", "2026-02-04 18:00"),
        ("46057.75", "d mmm h:mm AM/PM", "4 Feb 6:00 PM"),
        ("0.5", "h:mm", "12:00"),
        ("1.25", "[h]:mm", "30:00"),
        ("0.0625", "[mm]:ss", "90:00"),
        ("word", "0.00", "word"),
        ("1234567890123456", "0.0000000000000", "1234567890123456.0000000000000"),
        ("1e28", "0.00", "1" + "0" * 28 + ".00"),
        ("5", "0." + "0" * 30, "5." + "0" * 30),
        ("1e25", "[s]", "864" + "0" * 27),
        ("5", "# ?/²", "5"),
    ],
)
def test_a_number_is_read_as_it_is_shown(raw: str, code: str, expected: str) -> None:
    assert shown(raw, code, epoch=EPOCH) == expected


@given(st.one_of(st.floats(), st.integers()).map(str), st.sampled_from(sorted(set(BUILT_IN.values()))))
def test_any_number_in_any_built_in_format_is_some_text(raw: str, code: str) -> None:
    assert isinstance(shown(raw, code, epoch=EPOCH), str)


@given(st.text('0#?.,%/E+-[]"\\;@ymdhs _*AP€General', max_size=40), st.floats(-1e12, 1e12))
def test_any_format_is_survived(code: str, value: float) -> None:
    assert isinstance(shown(str(value), code, epoch=EPOCH), str)
