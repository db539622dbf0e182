"""What stands under which heading, and which lists a text has: every shape with its offsets."""

from hypothesis import given
from hypothesis import strategies as st

from backend.quoting.sections import Listing, Section, sections_of
from tests.support.small_papers import LEASE, MAIL, PANCAKES, RUNBOOK, SCHOOL_LETTER


def headed(text: str) -> dict[str, Section]:
    return {text[one.heading.start : one.heading.end]: one for one in sections_of(text) if one.heading}


def items(text: str, listing: Listing) -> list[str]:
    return [f"{'  ' * item.depth}{item.mark} {text[item.start : item.end]}".strip() for item in listing.items]


def test_an_item_goes_on_over_lines_and_holds_nested_ones() -> None:
    sections = headed(PANCAKES)
    (ingredients,) = sections["Ingredients"].listings
    assert items(PANCAKES, ingredients)[3] == "- 2 apples, not too sweet,\n  peeled and cut thin"
    (method,) = sections["Method"].listings
    assert [(item.mark, item.depth) for item in method.items] == [
        ("1.", 0),
        ("2.", 0),
        ("3.", 0),
        ("-", 1),
        ("-", 1),
        ("4.", 0),
    ]


def test_clauses_hold_numbered_paragraphs_with_letters_inside() -> None:
    sections = headed(LEASE)
    (duties,) = sections["§ 2 Pflichten des Mieters"].listings
    assert [(item.mark, item.depth) for item in duties.items] == [
        ("(1)", 0),
        ("(2)", 0),
        ("(3)", 0),
        ("a)", 1),
        ("b)", 1),
        ("c)", 1),
    ]
    (costs,) = sections["§ 3 Betriebskosten"].listings
    assert costs.lead is not None
    assert LEASE[costs.lead.start : costs.lead.end] == "Der Mieter trägt folgende Betriebskosten:"
    assert sections["§ 4 Kaution"].listings == []


def test_a_step_keeps_its_code_and_what_stands_alone_is_a_heading() -> None:
    sections = headed(RUNBOOK)
    assert {"Symptoms", "Restarting the worker", "Rolling back", "Escalation"} <= sections.keys()
    (steps,) = sections["Restarting the worker"].listings
    assert len(steps.items) == 3
    assert "gearctl drain worker-1" in items(RUNBOOK, steps)[0]
    (calls,) = sections["Escalation"].listings
    assert items(RUNBOOK, calls)[1] == "Second call: Noor Haddad"


def test_plain_lines_below_a_colon_are_a_list() -> None:
    needs, teachers = sections_of(SCHOOL_LETTER)[-1].listings
    assert items(SCHOOL_LETTER, needs) == ["Rain jacket", "Swimming things", "Sleeping bag", "A signed health form"]
    assert items(SCHOOL_LETTER, teachers) == ["• Ms Okafor", "• Mr Lindt"]


def test_what_a_mail_quotes_is_none_of_its_lists() -> None:
    listings = [listing for section in sections_of(MAIL) for listing in section.listings]
    assert len(listings) == 1
    assert items(MAIL, listings[0])[-1] == "3. Send me the number on the back of the laptop."


def test_numbers_with_prose_between_them_are_headings() -> None:
    text = "Terms\n\n1. Duration\n\nIt lasts four years.\n\n2. Return\n\nPapers are returned.\n"
    assert list(headed(text)) == ["Terms", "1. Duration", "2. Return"]


def test_a_step_may_have_a_paragraph_before_the_next_number() -> None:
    text = "1. Open the box.\n\nTake care of the glass.\n\n2. Close it.\n"
    ((listing,),) = [section.listings for section in sections_of(text)]
    assert items(text, listing) == ["1. Open the box.\n\nTake care of the glass.", "2. Close it."]


def test_a_date_at_the_beginning_of_a_line_is_no_item() -> None:
    assert not sections_of("3. März 2026 Abfahrt\n4. März 2026 Rückkehr\n")[0].listings


@given(st.text("ab1.-*#:>|()`§ \t\n", max_size=300))
def test_offsets_hold_whatever_the_text_is(text: str) -> None:
    last = 0
    for section in sections_of(text):
        for listing in section.listings:
            assert len(listing.items) > 1
            for item in listing.items:
                assert last <= item.start <= item.end <= len(text)
                assert text[item.start : item.end].strip() == text[item.start : item.end]
                last = item.end
