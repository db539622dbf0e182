"""Attachments are decoded while they arrive, however an answer is cut into pieces."""

import base64
import json

import pytest

from backend.connectors.gmail.data_stream import DataStream, decoded
from backend.errors import SourceRefused

DATA = bytes(range(256)) * 5


def answer(data: bytes, *, pretty: bool = False, escaped: bool = False) -> bytes:
    encoded = base64.urlsafe_b64encode(data).decode()
    text = json.dumps({"size": len(data), "data": encoded}, indent=2 if pretty else None)
    return (text.replace("=", "\\u003d") if escaped else text).encode()


@pytest.mark.parametrize("step", [1, 2, 3, 5, 64, 10_000])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 1279, 1280])
@pytest.mark.parametrize("escaped", [False, True])
def test_the_bytes_are_the_same_in_pieces_of_any_size(step: int, length: int, escaped: bool) -> None:
    stream, raw = DataStream(), answer(DATA[:length], pretty=length % 2 == 0, escaped=escaped)
    found = b"".join(stream.take(raw[start : start + step]) for start in range(0, len(raw), step))
    assert stream.complete
    assert found == DATA[:length]


def test_an_answer_that_breaks_off_is_not_complete() -> None:
    stream = DataStream()
    stream.take(answer(DATA)[:-20])
    assert not stream.complete


def test_an_answer_without_data_is_not_complete() -> None:
    stream = DataStream()
    assert stream.take(b'{"size": 0}') == b""
    assert not stream.complete


@pytest.mark.parametrize("raw", [b'{"data": "****"}', b'{"data": "ab=dabcdabcdabcdabcd', b"<" * 5000])
def test_what_is_no_base64_is_refused(raw: bytes) -> None:
    with pytest.raises(SourceRefused):
        DataStream().take(raw)


def test_a_large_attachment_is_never_held_whole() -> None:
    stream, raw = DataStream(), answer(b"x" * 3_000_000)
    longest = max(len(stream.take(raw[start : start + 65_536])) for start in range(0, len(raw), 65_536))
    assert longest <= 65_536


def test_data_inside_of_an_answer_is_read_with_and_without_padding() -> None:
    assert decoded("aGk") == decoded("aGk=") == decoded("aGk\\u003d") == b"hi"
