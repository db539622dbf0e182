"""How far GitHub was read."""

from backend.connectors.github.cursor import GitHubCursor, Known, Position

HERE = Known(name="a/b", public=False, branch="main", tree="1")


def test_a_cursor_survives_being_stored() -> None:
    cursor = GitHubCursor(pending=[2], position=Position(stream="files", at="a/b")).put(7, HERE)
    assert GitHubCursor.model_validate_json(cursor.model_dump_json()) == cursor
    assert GitHubCursor.model_validate(cursor.model_dump(mode="json")).repositories[7] == HERE


def test_everything_is_named_again_but_not_while_it_is_being_named() -> None:
    cursor = GitHubCursor().put(7, HERE)
    again = cursor.relisted()
    assert again is not None
    assert again.listing == "due"
    assert again.repositories == cursor.repositories
    assert again.relisted() is None
    assert again.begun([7]).relisted() is None


def test_a_listing_begins_with_what_there_is_and_forgets_the_rest() -> None:
    cursor = (
        GitHubCursor(listing="due", spared=["file:7:"], position=Position(stream="issues")).put(7, HERE).put(8, HERE)
    )
    begun = cursor.begun([9, 7])
    assert (begun.pending, begun.position, begun.spared) == ([7, 9], None, [])
    assert set(begun.repositories) == {7}


def test_another_name_branch_or_audience_is_another_place() -> None:
    assert HERE.same_place(HERE.model_copy(update={"tree": "2", "newest": "x"}))
    assert HERE.same_place(HERE.model_copy(update={"branch": None}))
    for change in ({"name": "c/d"}, {"branch": "trunk"}, {"public": True}):
        assert not HERE.same_place(HERE.model_copy(update=change))
