"""A long list parsed piece by piece is what parsing it in one go gives, and refusals name the same fields."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.api.document_schemas import TextsRequest
from backend.api.large_json import parse_list_body
from backend.errors import InvalidInput

_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
_ITEM = st.fixed_dictionaries(
    {"external_id": st.text(alphabet='ab\\"/{}[],:\n é漢🔑', min_size=1, max_size=20), "text": _TEXT},
    optional={
        "title": _TEXT,
        "access": st.none() | st.lists(st.sampled_from(["workspace", "group:legal"]), max_size=3),
        "tags": st.lists(st.text(alphabet='"\\],', min_size=1, max_size=5), max_size=3),
        "author": st.none(),
    },
)


def parse(body: bytes, *, most_entries: int = 500) -> TextsRequest:
    return parse_list_body(body, TextsRequest, most_entries=most_entries)


@given(st.lists(_ITEM, min_size=1, max_size=5), st.booleans(), st.sampled_from([None, 2]))
def test_gives_what_parsing_in_one_go_gives(items: list[Any], ascii_only: bool, indent: int | None) -> None:
    body = json.dumps({"items": items}, ensure_ascii=ascii_only, indent=indent).encode()
    assert parse(body) == TextsRequest.model_validate_json(body)


def refused(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        parse(body)
    return [(field.field, field.code) for field in error.value.fields]


@pytest.mark.parametrize(
    "body",
    [
        {"items": [{"external_id": "a", "text": "b"}, {"external_id": "", "text": "b"}]},
        {"items": [{"external_id": "a"}]},
        {"items": [{"external_id": "a", "text": "b", "colour": "red"}]},
        {"items": [{"external_id": "a", "text": "b", "access": ["nobody"]}]},
        {"items": []},
        {"items": [1]},
        {"items": [None]},
        {"items": "none"},
        {"items": 5},
        {"items": [{"external_id": "a", "text": "b"}], "more": [1, 2]},
        {},
    ],
)
def test_refusals_name_the_fields_that_one_go_names(body: Any) -> None:
    with pytest.raises(ValidationError) as expected:
        TextsRequest.model_validate(body)
    named = [(".".join(str(part) for part in item["loc"]), item["type"]) for item in expected.value.errors()]
    assert refused(json.dumps(body).encode()) == named


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" " * 200_000,
        b"[]",
        b'"text"',
        b"{",
        b'{"items"',
        b'{"items":',
        b'{"items": [',
        b'{"items": [{"external_id": "a", "text": "b"}',
        b'{"items": [{"external_id": "a", "text": "b"},]}',
        b'{"items": [,]}',
        b'{"items": [}',
        b'{"items": [{"external_id": "a", "text": "b"}]',
        b'{"items": [{"external_id": "a", "text": "b"}],}',
        b'{"items": [{"external_id": "a", "text": "b"}]} {}',
        b'{"items": [{"external_id": "a" "text": "b"}]}',
        b"{items: []}",
        b'{"items": ["a\\"]}',
        b'{"items": ["\xff\xfe"]}',
        b'{"x": nul, "items": []}',
        b"\x00\x01\x02",
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert [code for _, code in refused(body)] in (["json_invalid"], ["model_type"], ["model_attributes_type"])


def test_structures_are_refused_before_objects_are_built_of_them() -> None:
    for body in (b'{"items": [[' + b"[]," * 20_000, b'{"x": [' + b"{}," * 20_000, b'{"items": [{"a": ' + b"[" * 20_000):
        with pytest.raises(InvalidInput) as error:
            parse(body)
        assert error.value.code == "too_complex"


def test_rest_is_left_unread_behind_one_entry_too_many() -> None:
    entry = b'{"external_id": "a", "text": "b"}'
    assert len(parse(b'{"items": [' + b",".join([entry] * 4) + b", what follows", most_entries=3).items) == 4


def test_text_of_backslashes_and_quotation_marks_is_read_in_linear_time() -> None:
    text = '\\"' * 300_000
    body = json.dumps({"items": [{"external_id": "a", "text": text}]}).encode()
    assert parse(body).items[0].text == text
