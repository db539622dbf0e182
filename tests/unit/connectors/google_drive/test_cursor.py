"""Where a Drive was read to, and what is remembered of its folders."""

from backend.connectors.google_drive.cursor import OWN, DriveCursor, Feed, Marks


def test_nothing_is_listed_again_where_the_feeds_tell_everything() -> None:
    assert DriveCursor(feeds={OWN: Feed(changes="1")}).relisted() is None


def test_after_something_went_that_was_not_named_everything_is_listed_again_from_the_same_tokens() -> None:
    cursor = DriveCursor(feeds={OWN: Feed(changes="1"), "0B": Feed(changes="2")}, doubts=1)
    again = cursor.relisted()
    assert again is not None
    assert (again.listing, {name: (feed.changes, feed.page) for name, feed in again.feeds.items()}) == (
        "wanted",
        {OWN: ("1", ""), "0B": ("2", "")},
    )
    assert cursor.listing == "no"  # it is a copy


def test_a_listing_under_way_is_not_begun_again() -> None:
    assert DriveCursor(feeds={OWN: Feed(changes="1", page="x")}, listing="open", doubts=2).relisted() is None


def test_marks_know_an_id_and_whether_its_state_is_news() -> None:
    marks = Marks()
    assert marks.put("folder", "Name", None)
    assert not marks.put("folder", "Name", None)
    assert marks.put("folder", "Other name", None)
    kept = Marks(marks.packed())
    assert "folder" in kept
    assert "other" not in kept
    assert not kept.put("folder", "Other name", None)
    kept.drop("folder")
    assert "folder" not in kept


def test_a_hundred_thousand_folders_are_about_a_megabyte() -> None:
    marks = Marks()
    for number in range(100_000):
        marks.put(f"1-folder-{number}", "Name", "parent", number)
    assert len(marks.packed()) < 1_100_000
