"""Answers that are kept until a table changes, asked by several reader threads at once."""

import itertools
from collections.abc import Callable

import pytest

from backend.db.collection import CollectionSpec
from backend.db.sqlite_kept import Kept
from backend.db.sqlite_schema import Table


class Question:
    """A question during whose look-up something else happens, as on another thread: whenever a dict asks its hash."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def __hash__(self) -> int:
        self.meanwhile()
        return 1

    def __eq__(self, other: object) -> bool:
        return self is other


def test_an_answer_is_asked_for_once_until_the_table_changes() -> None:
    kept, table, asked = Kept(), Table(CollectionSpec("books")), iter(range(9))
    assert [kept.find(table, "count", lambda: next(asked)) for _ in range(3)] == [0, 0, 0]
    table.version += 1
    assert [kept.find(table, "count", lambda: next(asked)) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("step", [0, 1])
def test_a_kept_answer_that_goes_while_it_is_looked_up_is_asked_again(step: int) -> None:
    """Whether another thread comes in at the first look at the answers or at the second."""
    kept, table, question = Kept(), Table(CollectionSpec("books")), Question()
    kept.find(table, question, lambda: "before")
    looks = itertools.count()

    def meanwhile() -> None:
        if next(looks) == step:
            table.version += 1
            kept.find(table, "another", lambda: "later")

    question.meanwhile = meanwhile
    kept.find(table, question, lambda: "now")
    question.meanwhile = lambda: None
    table.version += 1
    assert kept.find(table, question, lambda: "after") == "after"
