"""Drive's JSON as typed files: what is awkward is named or left, and never ends a listing."""

from typing import Any

import pytest

from backend.connectors.google_drive.files import Malformed, read_file, read_permissions

_FILE: dict[str, Any] = {"id": "1abc", "name": "Plan", "mimeType": "text/plain"}


@pytest.mark.parametrize("missing", ["id", "name", "mimeType"])
def test_a_file_without_what_makes_one_is_malformed_and_says_what_it_has(missing: str) -> None:
    with pytest.raises(Malformed) as raised:
        read_file({name: value for name, value in _FILE.items() if name != missing})
    assert (raised.value.id is None) is (missing == "id")


@pytest.mark.parametrize("id_", ["", "a/b", "../x", "a.b", "$set", "a" * 300, 7, None])
def test_an_id_that_google_does_not_make_is_used_nowhere(id_: object) -> None:
    with pytest.raises(Malformed) as raised:
        read_file(_FILE | {"id": id_})
    assert raised.value.id is None


@pytest.mark.parametrize(
    "odd",
    [
        {"parents": "root"},
        {"parents": [7]},
        {"modifiedTime": "yesterday"},
        {"modifiedTime": "2026-01-01T00:00:00"},  # without a zone
        {"size": "-1"},
        {"size": 7},
        {"owners": [None]},
        {"owners": {}},
        {"capabilities": None},
        {"shortcutDetails": {"targetId": "1"}},  # of what is no shortcut
        {"permissionIds": None},
        {"lastModifyingUser": []},
    ],
)
def test_what_is_odd_about_a_file_is_left_out_of_it(odd: dict[str, Any]) -> None:
    file = read_file(_FILE | odd)
    assert (file.parent, file.modified_at, file.size, file.owner, file.target) == (None, None, None, None, None)


def test_times_and_sizes_are_read_as_google_writes_them() -> None:
    file = read_file(_FILE | {"modifiedTime": "2026-01-02T03:04:05.678Z", "size": "9007199254740993"})
    assert file.modified_at is not None
    assert (file.modified_at.isoformat(), file.size) == ("2026-01-02T03:04:05.678000+00:00", 9007199254740993)


def test_permissions_of_an_item_in_a_shared_drive_are_not_believed_to_be_all_of_them() -> None:
    told = {"permissions": [{"id": "1", "type": "user", "role": "reader", "emailAddress": "a@example.com"}]}
    assert read_file(_FILE | told).permissions is not None
    assert read_file(_FILE | told | {"driveId": "0B"}).permissions is None


def test_permissions_that_are_none_become_of_no_known_kind() -> None:
    (one,) = read_permissions(["nonsense"])
    assert (one.type, one.role, one.address) == ("", "", None)
