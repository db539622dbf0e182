"""Keyset paging: an opaque cursor stands for the last key of the page before."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

from fastapi import Query

from backend.api.bounds import in_utc
from backend.errors import FieldProblem, InvalidInput

_MAX_CURSOR_CHARS = 200

Cursor = Annotated[
    str | None, Query(max_length=_MAX_CURSOR_CHARS, description="`next_cursor` of the page before; leave out to start")
]
Limit = Annotated[int, Query(ge=1, le=100, description="items on the page")]


def encode_cursor(key: str | None) -> str | None:
    """The cursor that stands for a key; None stays None (there is no next page)."""
    return None if key is None else base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str | None:
    """The key behind a cursor. Errors: `InvalidInput` for one that was not made here."""
    if not cursor:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise _invalid() from error


def encode_time_cursor(key: tuple[datetime, str] | None) -> str | None:
    """As `encode_cursor`, for a list in the order of (time, id)."""
    return None if key is None else encode_cursor(f"{key[0].isoformat()}|{key[1]}")


def decode_time_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The time and id behind a cursor. Errors: `InvalidInput` for one that was not made here."""
    key = decode_cursor(cursor)
    if key is None:
        return None
    at, _, last_id = key.partition("|")
    try:
        parsed = datetime.fromisoformat(at)
        if parsed.tzinfo is None or not last_id:
            raise ValueError("incomplete")
        return in_utc(parsed), last_id
    except ValueError as error:
        raise _invalid() from error


def _invalid() -> InvalidInput:
    problem = FieldProblem("cursor", "invalid_cursor", "Use the next_cursor of the page before, unchanged.")
    return InvalidInput("The cursor is not valid. Start again without one.", fields=[problem])
