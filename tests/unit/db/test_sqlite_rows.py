"""Columns that an update cannot have changed are taken over, and the row is the one that was computed anew."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.db.collection import CollectionSpec, Index
from backend.db.sqlite_codec import encode
from backend.db.sqlite_schema import Table
from backend.db.updates import apply_update, check_update, touched_fields

TABLE = Table(
    CollectionSpec(
        "things",
        (
            Index((("a", 1), ("b", 1))),
            Index((("c.d", 1),)),
            Index((("tags", 1),)),
            Index((("a", 1),), partial={"b": {"$gt": 1}, "$or": [{"c.d": None}, {"tags": "x"}]}),
        ),
    )
)
scalars = st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["x", "y"]))
values = st.one_of(scalars, st.lists(scalars, max_size=2), st.dictionaries(st.just("d"), scalars))
records = st.fixed_dictionaries({"_id": st.just("1")}, optional=dict.fromkeys(["a", "b", "c", "tags"], values))
updates = st.one_of(
    st.dictionaries(st.sampled_from(["a", "b", "c", "tags", "z"]), values, min_size=1).map(lambda s: {"$set": s}),
    st.sampled_from(["a", "b", "c", "tags"]).map(lambda name: {"$unset": {name: ""}}),
    st.just({"$set": {"z": 1}}),
)


@given(records, updates)
def test_a_row_after_an_update_is_the_row_of_the_record(record: dict[str, Any], update: dict[str, Any]) -> None:
    before = TABLE.row(record, encode(record)).values[2:]
    check_update(update)
    apply_update(record, update)
    text = encode(record)
    assert TABLE.row(record, text, before=before, touched=touched_fields(update)) == TABLE.row(record, text)
