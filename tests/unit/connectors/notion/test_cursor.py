"""How far an account was read, and who may see it."""

import pytest
from pydantic import ValidationError

from backend.connectors.notion.connector import MANIFEST
from backend.connectors.notion.cursor import NotionCursor
from backend.connectors.notion.rights import NotionOptions, access_of, members_of
from backend.connectors.source_events import Access


def test_everything_is_named_again_beside_what_has_changed_and_not_while_a_listing_is_under_way() -> None:
    cursor = NotionCursor(newest="2026-03-11T12:00:00.000Z", trashed=["a"], after="x")
    again = cursor.relisted()
    assert again is not None
    assert (again.listing, again.newest, again.after) == ("due", cursor.newest, None)
    assert again.relisted() is None


def test_a_cursor_survives_being_stored() -> None:
    cursor = NotionCursor(
        listing="rows", sources=["a", "b"], queried=1, window="2026-03-11T12:00:00.000Z", capped=True, whole=False
    )
    assert NotionCursor.model_validate(cursor.model_dump(mode="json")) == cursor


def test_whoever_connects_it_alone_sees_it_unless_they_say_otherwise() -> None:
    assert access_of(NotionOptions()) == Access(owner=True)
    assert not members_of(NotionOptions(people=["ben@example.com"])).people


def test_named_people_are_a_group_so_that_taking_one_off_rewrites_no_document() -> None:
    options = NotionOptions(visible_to="people", people=[" ben@example.com "])
    assert access_of(options).groups == {members_of(options).group}
    assert members_of(options).people == {"ben@example.com"}
    assert not access_of(options).everybody


def test_everybody_is_only_ever_chosen() -> None:
    assert access_of(NotionOptions(visible_to="workspace")).everybody
    with pytest.raises(ValidationError):
        NotionOptions(people=["not a mail address"])


def test_the_manifest_says_how_rights_are_copied() -> None:
    assert any("not told by Notion" in here for _, here in MANIFEST.rights)
