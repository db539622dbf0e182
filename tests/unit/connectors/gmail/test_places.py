"""How far Gmail was read, as it is stored."""

from backend.connectors.gmail.places import GmailCursor, ListingPlace, Place
from backend.connectors.models import StoredCursor


def place(mailbox: str = "ada@example.com", *, listing: ListingPlace | None = None) -> Place:
    return Place(mailbox=mailbox, address=mailbox, since="100", answered="100", listing=listing)


def test_a_cursor_is_the_same_after_it_was_stored() -> None:
    cursor = GmailCursor(listing=True, begun=True).at(place(listing=ListingPlace(label=1, page="x", named=7)))
    stored = StoredCursor.of(cursor)
    assert GmailCursor.model_validate(stored.data) == cursor
    assert not any("@" in name or "." in name for name in stored.data)  # no names that a database refuses


def test_a_first_listing_is_confirmed_by_one_more_and_then_the_history_tells_everything() -> None:
    first = GmailCursor(listing=True, begun=True).at(place())
    assert first.relisted() is None  # under way
    ended = first.ended()
    second = ended.relisted()
    assert second is not None
    assert (second.listing, second.begun) == (True, False)
    assert [one.listing for one in second.places] == [ListingPlace()]
    assert [one.since for one in second.places] == ["100"]  # history goes on from where it was
    assert second.ended().relisted() is None


def test_a_listing_that_left_a_mailbox_out_confirms_nothing() -> None:
    first = GmailCursor(listing=True).at(place()).ended()
    second = first.relisted()
    assert second is not None
    assert second.model_copy(update={"whole": False}).ended().relisted() is not None


def test_places_are_kept_by_mailbox() -> None:
    cursor = GmailCursor().at(place("a@example.com")).at(place("b@example.com"))
    later = cursor.at(place("a@example.com").model_copy(update={"since": "200"}))
    found = later.of("a@example.com")
    assert found is not None
    assert (found.since, len(later.places)) == ("200", 2)
    assert later.of("c@example.com") is None
