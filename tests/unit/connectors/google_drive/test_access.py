"""Access lists out of Drive's shares: never wider than there."""

from dataclasses import replace

import pytest

from backend.connectors.google_drive.access import Members, Rules, in_drive, members_of, shared_with
from backend.connectors.google_drive.files import Permission
from backend.connectors.source_events import Access

MINE = Rules(Access(owner=True))
FOR_ADA = Rules(Access(people=frozenset({"ada@example.com"})))
BEN = Permission("1", "user", "reader", address="ben@example.com")


@pytest.mark.parametrize("role", ["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"])
def test_everybody_with_a_role_may_read(role: str) -> None:
    assert shared_with([replace(BEN, role=role)], MINE).people == {"ben@example.com"}


@pytest.mark.parametrize("unknown", [replace(BEN, role="guest"), replace(BEN, type="robot"), Permission("", "", "")])
def test_a_right_of_an_unknown_kind_narrows_to_whose_account_it_is(unknown: Permission) -> None:
    assert shared_with([BEN, unknown], MINE) == Access(owner=True, complete=False)
    assert shared_with([BEN, unknown], FOR_ADA) == FOR_ADA.narrowest


@pytest.mark.parametrize(
    "none",
    [replace(BEN, deleted=True), replace(BEN, view="metadata"), replace(BEN, ends=True), replace(BEN, address=None)],
)
def test_what_opens_nothing_for_good_names_nobody_and_takes_nobody_away(none: Permission) -> None:
    eva = Permission("2", "user", "writer", address="eva@example.com")
    found = shared_with([none, eva], MINE)
    assert found == Access(people=frozenset({"eva@example.com"}), owner=True)


def test_groups_and_domains_are_named_and_are_nobody() -> None:
    group = Permission("2", "group", "reader", address="Team@Example.com")
    domain = Permission("3", "domain", "reader", domain="Example.com", discoverable=True)
    found = shared_with([group, domain], MINE)
    assert found == Access(groups=frozenset({"group:team@example.com", "domain:example.com"}), owner=True)


def test_everybody_is_only_ever_what_a_person_said_and_search_finds() -> None:
    domain = Permission("3", "domain", "reader", domain="Example.com", discoverable=True)
    world = Permission("anyone", "anyone", "reader", discoverable=True)
    said = replace(MINE, domain="example.com")
    assert shared_with([domain], said).everybody
    assert not shared_with([replace(domain, discoverable=False)], said).everybody
    assert not shared_with([replace(domain, domain="other.com")], said).everybody
    assert not shared_with([world], said).everybody
    assert shared_with([world], replace(MINE, public=True)).everybody
    assert not shared_with([replace(world, discoverable=False)], replace(MINE, public=True)).everybody


ORGANIZER = Permission("1", "user", "organizer", address="ada@example.com", member=True)
MEMBER = Permission("2", "user", "reader", address="ben@example.com", member=True)
NAMED = Permission("3", "user", "reader", address="eva@example.com", direct=True)
TEAM = Members(ids=frozenset({"1", "2"}), manager_ids=frozenset({"1"}))


def test_members_open_items_of_a_drive_by_its_groups_and_not_by_name() -> None:
    found = in_drive([ORGANIZER, MEMBER, NAMED], TEAM, "0B", FOR_ADA, limited=False)
    assert found.people == {"ada@example.com", "eva@example.com"}
    assert found.groups == {"drive:0B", "managers:0B"}


def test_below_a_folder_with_limited_access_managers_alone_open_as_members() -> None:
    assert in_drive([ORGANIZER, NAMED], TEAM, "0B", FOR_ADA, limited=True).groups == {"managers:0B"}
    assert in_drive([ORGANIZER, MEMBER], TEAM, "0B", FOR_ADA, limited=True).groups == {"managers:0B"}


def test_a_member_whose_share_is_told_without_its_kind_is_not_named() -> None:
    """It may end with the membership, and no change would say so."""
    assert in_drive([replace(MEMBER, member=False)], TEAM, "0B", MINE, limited=False).people == frozenset()


def test_members_that_are_groups_are_members_with_no_people() -> None:
    group = Permission("9", "group", "reader", address="team@example.com")
    found = members_of([ORGANIZER, MEMBER, group, replace(NAMED, deleted=True)])
    assert found.ids == {"1", "2", "3", "9"}
    assert found.people == {"ada@example.com", "ben@example.com"}
    assert found.managers == {"ada@example.com"}
