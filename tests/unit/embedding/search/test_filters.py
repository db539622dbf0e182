"""The one predicate behind every filter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from backend.embedding.search.filters import entry_matches
from backend.embedding.search.models import Filters
from tests.support.search import entry

DOCUMENT = entry(
    "d1.1.0",
    source="gmail",
    kind="email",
    connection_id="c1",
    author="Kim",
    language="de",
    tags={"x", "y"},
    modified_at=datetime(2024, 5, 1, 12, tzinfo=UTC).timestamp(),
)


@pytest.mark.parametrize("field", ["sources", "connections", "authors", "kinds", "languages", "tags", "document_ids"])
def test_a_value_that_the_document_does_not_have_excludes_it(field: str) -> None:
    wanted: dict[str, Any] = {field: frozenset({"something else"})}
    assert not entry_matches(Filters(**wanted), DOCUMENT)


def test_any_value_within_a_field_and_every_field_must_match() -> None:
    fitting = Filters(sources=frozenset({"files", "gmail"}), tags=frozenset({"y", "z"}), authors=frozenset({"Kim"}))
    assert entry_matches(fitting, DOCUMENT)
    assert not entry_matches(replace(fitting, authors=frozenset({"Lee"})), DOCUMENT)


def test_an_absent_value_matches_no_filter_on_it() -> None:
    assert not entry_matches(Filters(authors=frozenset({"Kim"})), replace(DOCUMENT, author=None))
    assert not entry_matches(Filters(tags=frozenset({"x"})), replace(DOCUMENT, tags=frozenset()))


def test_after_is_inclusive_and_before_exclusive_in_any_time_zone() -> None:
    noon = datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    assert entry_matches(Filters(after=noon), DOCUMENT)
    assert not entry_matches(Filters(before=noon), DOCUMENT)
    assert entry_matches(Filters(before=noon + timedelta(seconds=1)), DOCUMENT)
    assert not entry_matches(Filters(after=noon + timedelta(seconds=1)), DOCUMENT)
