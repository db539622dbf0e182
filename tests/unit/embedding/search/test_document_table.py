"""Documents as columns: a caller sees what a plain look at every document would show, and nothing is kept for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.search.document_table import CodedColumn, DocumentFields, DocumentTable, SetColumn
from backend.embedding.search.filters import matches
from backend.embedding.search.models import Filters

NAMES = ["d0", "d1", "d2", "d3"]
PEOPLE = ["user:ann", "user:ben", "group:x", "workspace"]
LISTS = st.frozensets(st.sampled_from(PEOPLE))


def fields(document_id: str, access: frozenset[str], **more: object) -> DocumentFields:
    return DocumentFields(document_id, access, "files", "text", 0.0, **more)  # type: ignore[arg-type]


@st.composite
def described(draw: st.DrawFn) -> DocumentFields:
    return DocumentFields(
        draw(st.sampled_from(NAMES)),
        draw(LISTS),
        draw(st.sampled_from(["files", "gmail"])),
        draw(st.sampled_from(["pdf", "text"])),
        0.0,
        draw(st.sampled_from([None, "c1"])),
        draw(st.sampled_from([None, "Kim"])),
        draw(st.sampled_from([None, "en"])),
        draw(st.frozensets(st.sampled_from(["t", "u"]))),
    )


CHANGES = st.lists(
    st.one_of(
        described(),
        st.dictionaries(st.sampled_from(NAMES), LISTS),
        st.sampled_from(NAMES),
    ),
    max_size=30,
)
FILTERS = st.builds(
    Filters,
    sources=st.frozensets(st.sampled_from(["files", "gmail"])),
    connections=st.frozensets(st.sampled_from(["c1", "c2"])),
    authors=st.frozensets(st.sampled_from(["Kim"])),
    kinds=st.frozensets(st.sampled_from(["pdf"])),
    languages=st.frozensets(st.sampled_from(["en"])),
    tags=st.frozensets(st.sampled_from(["t", "u"])),
    document_ids=st.frozensets(st.sampled_from([*NAMES, "unknown"])),
)


@given(CHANGES, LISTS, FILTERS)
def test_after_any_history_a_caller_sees_what_a_look_at_every_document_shows(
    changes: list[object], principals: frozenset[str], filters: Filters
) -> None:
    table, plain = DocumentTable(), dict[str, DocumentFields]()
    for change in changes:
        if isinstance(change, DocumentFields):
            table.describe(change)
            plain[change.document_id] = change
        elif isinstance(change, dict):
            assert sorted(table.set_access(change)) == sorted(change.keys() & plain.keys())
            for name in change.keys() & plain.keys():
                before = plain[name]
                plain[name] = DocumentFields(
                    name,
                    change[name],
                    before.source,
                    before.kind,
                    before.modified_at,
                    before.connection_id,
                    before.author,
                    before.language,
                    before.tags,
                )
        else:
            table.forget(str(change))
            plain.pop(str(change), None)
    assert {name: table.fields(name) for name in table} == plain
    mask = table.mask(principals, filters)
    assert {name for name in table if mask[table.row(name)]} == {
        name
        for name, one in plain.items()
        if not principals.isdisjoint(one.access)
        and matches(
            filters,
            document_id=name,
            source=one.source,
            kind=one.kind,
            modified_at=one.modified_at,
            connection_id=one.connection_id,
            author=one.author,
            language=one.language,
            tags=one.tags,
        )
    }
    assert mask.sum() == sum(bool(mask[table.row(name)]) for name in table)


def test_an_access_list_that_no_document_has_any_more_is_forgotten() -> None:
    table = DocumentTable()
    for number in range(500):
        table.describe(fields(f"d{number}", frozenset({f"group:{number}"})))
    for sharing in range(20):
        table.set_access({f"d{n}": frozenset({f"group:{sharing}.{n}", f"user:{n}"}) for n in range(500)})
    assert table.access_lists == 501
    assert len(table.mask(frozenset({"group:3.7"}), Filters())) == 501
    assert not table.mask(frozenset({"group:3.7"}), Filters()).any()
    assert table.mask(frozenset({"group:19.7"}), Filters()).sum() == 1
    for number in range(500):
        table.forget(f"d{number}")
    assert table.access_lists == 1


def test_values_of_every_field_are_forgotten_with_their_last_document() -> None:
    table = DocumentTable()
    for number in range(300):
        table.describe(fields("d", frozenset(), author=f"a{number}", tags=frozenset({f"t{number}"})))
    assert table.fields("d").author == "a299"
    assert not table.mask(frozenset(), Filters(authors=frozenset({"a0"}))).any()


@pytest.mark.parametrize(
    ("column", "value"),
    [(CodedColumn[str | None](None), lambda n: f"a{n}"), (SetColumn(), lambda n: frozenset({f"t{n}"}))],
)
def test_a_column_forgets_a_value_with_its_last_row(column: CodedColumn[Any], value: Callable[[int], object]) -> None:
    for number in range(300):
        column.set(0, value(number))
    assert column[0] == value(299)
    assert len(column) == 2  # that one, and what a row without a document holds
