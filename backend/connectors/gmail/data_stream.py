"""Reads the bytes out of ``{"size": 5, "data": "<base64url>"}`` while it arrives."""

import base64
import binascii
import re

from backend.errors import SourceRefused

_DATA = re.compile(rb'"data"\s*:\s*"')
#: More than this comes before the data in no answer.
_MAX_HEAD_BYTES = 4096
#: Some of Google's servers write the padding as an escape.
_PADDING = re.compile(rb"\\u003[dD]|=")
#: Two of them may end the data, and be cut anywhere.
_HELD_BACK_BYTES = 12


class DataStream:
    """Decodes piece by piece. `complete`: the end of the data was seen."""

    def __init__(self) -> None:
        self._rest = b""
        self._in_data = False
        self.complete = False

    def take(self, piece: bytes) -> bytes:
        """What can be decoded so far. Errors: `SourceRefused` for what is no base64url."""
        if self.complete:
            return b""
        self._rest += piece
        if not self._in_data and not self._found():
            return b""
        encoded, quote, _ = self._rest.partition(b'"')
        self.complete = bool(quote)
        usable = encoded
        if not self.complete:
            usable = encoded[: max(0, len(encoded) - _HELD_BACK_BYTES)]
            usable = usable[: len(usable) - len(usable) % 4]  # four characters make three bytes
        self._rest = b"" if self.complete else self._rest[len(usable) :]
        return _decoded(usable, last=self.complete)

    def _found(self) -> bool:
        if (start := _DATA.search(self._rest)) is not None:
            self._rest, self._in_data = self._rest[start.end() :], True
            return True
        if len(self._rest) > _MAX_HEAD_BYTES:
            raise not_there()
        return False


def decoded(data: str) -> bytes:
    """Base64url that stands inside an answer. Errors: ValueError."""
    plain = _PADDING.sub(b"", data.encode("ascii", "replace"))
    return base64.b64decode(plain + b"=" * (-len(plain) % 4), altchars=b"-_", validate=True)


def _decoded(encoded: bytes, *, last: bool) -> bytes:
    plain = _PADDING.sub(b"", encoded)
    if not last and len(plain) != len(encoded):
        raise not_there()
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise not_there() from error


def not_there() -> SourceRefused:
    """Of one attachment alone: the others are not affected."""
    return SourceRefused("Gmail gave no content for this attachment.", status=200, reason="no_data")
