"""Receives multipart uploads straight to disk: a file is never in memory as a whole, and limits hold while it comes."""

import asyncio
from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from backend.documents.blobs import BlobStore, BlobWriter
from backend.documents.incoming import clean_name
from backend.errors import BibliosError, InvalidInput, TooLarge
from backend.settings import MEBIBYTE, UploadSettings

_MAX_FIELD_BYTES = 64 * 1024
_MAX_FIELDS = 100
_MAX_BOUNDARY_BYTES = 70  # RFC 2046
_DRAIN_SECONDS = 20.0
_DRAIN_BYTES = 1024 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that arrived as a whole and is a pinned blob now. `name` is a safe relative path."""

    name: str
    digest: str
    size_bytes: int
    mime: str | None


@dataclass(slots=True)
class Received:
    """The files and the plain fields of a form; repeated fields keep all their values."""

    files: list[ReceivedFile] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    mime: str | None = None
    writer: BlobWriter | None = None
    value: bytearray = field(default_factory=bytearray)


class _Form:
    """The parser's callbacks. What needs awaiting is collected in `ended`, to be awaited between two writes."""

    def __init__(self, boundary: bytes, blobs: BlobStore, limits: UploadSettings) -> None:
        self._blobs = blobs
        self._limits = limits
        self._part: _Part | None = None
        self._header_name = b""
        self._header_value = b""
        self._files = 0
        self._fields = 0
        self.ended: list[_Part] = []
        self.complete = False
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header_name,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._end,
                "on_end": self._on_end,
            },
        )

    def abort(self) -> None:
        """Removes files that have not been finished."""
        for part in (*self.ended, self._part):
            if part is not None and part.writer is not None:
                part.writer.abort()

    def _begin(self) -> None:
        self._part = _Part()

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._current.headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers(self) -> None:
        part = self._current
        _, options = parse_options_header(part.headers.get(b"content-disposition", b""))
        part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._fields += 1
            if self._fields > _MAX_FIELDS:
                raise TooLarge(f"At most {_MAX_FIELDS} form fields are taken.", code="too_many_fields")
            return
        self._files += 1
        if self._files > self._limits.max_files:
            raise TooLarge(
                f"At most {self._limits.max_files:,} files are taken in one upload. Send the rest in another one.",
                hint="The limit is BIBLIOS_UPLOAD_MAX_FILES.",
                code="too_many_files",
            )
        part.filename = clean_name(options[b"filename"].decode("utf-8", "replace"))
        part.mime = part.headers.get(b"content-type", b"").decode("latin-1") or None
        part.writer = self._blobs.writer()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        part = self._current
        if part.writer is None:
            part.value += data[start:end]
            if len(part.value) > _MAX_FIELD_BYTES:
                raise TooLarge(f"The form field {part.name!r} is too long.", code="field_too_large")
            return
        part.writer.write(data[start:end])
        if part.writer.size_bytes > self._limits.max_file_bytes:
            raise TooLarge(
                f"{part.filename} is larger than {size_text(self._limits.max_file_bytes)}, the most that is taken for "
                "one file. Split it, or ask your operator to raise the limit.",
                hint="The limit is BIBLIOS_UPLOAD_MAX_FILE_BYTES.",
                code="file_too_large",
            )

    def _end(self) -> None:
        self.ended.append(self._current)
        self._part = None

    def _on_end(self) -> None:
        self.complete = True

    @property
    def _current(self) -> _Part:
        assert self._part is not None  # noqa: S101 - the parser begins a part before it says anything about it
        return self._part


async def receive_upload(request: Request, blobs: BlobStore, limits: UploadSettings) -> Received:
    """Reads the request's form. The digests of its files are pinned: give them to `LibraryService.store_files`.

    Errors: `TooLarge`, `StorageFull`, `InvalidInput`; nothing is left behind then.
    """
    received = Received()
    form = _Form(_boundary(request), blobs, limits)
    size = 0
    try:
        async for data in request.stream():
            size += len(data)
            if size > limits.max_request_bytes:
                raise _request_too_large(limits)
            form.parser.write(data)
            await _finish_parts(form, received)
        if not form.complete:
            raise InvalidInput("The upload broke off. Send it again.", code="upload_incomplete")
    except FormParserError as error:
        _abandon(form, blobs, received)
        await _drain(request)
        raise InvalidInput("The upload is not valid multipart/form-data.", code="invalid_multipart") from error
    except BibliosError:
        _abandon(form, blobs, received)
        await _drain(request)
        raise
    except BaseException:
        _abandon(form, blobs, received)
        raise
    return received


def size_text(size_bytes: int) -> str:
    """``100 MB``, for people."""
    return f"{size_bytes / MEBIBYTE:.4g} MB" if size_bytes >= MEBIBYTE else f"{size_bytes:,} bytes"


async def _finish_parts(form: _Form, received: Received) -> None:
    while form.ended:
        part = form.ended[0]
        if part.writer is not None and part.filename is not None:
            size = part.writer.size_bytes
            digest = await part.writer.finish()
            received.files.append(ReceivedFile(part.filename, digest, size, part.mime))
        else:
            received.fields.setdefault(part.name, []).append(part.value.decode("utf-8", "replace"))
        form.ended.pop(0)


def _abandon(form: _Form, blobs: BlobStore, received: Received) -> None:
    """Takes back what arrived so far."""
    form.abort()
    blobs.abandon(file.digest for file in received.files)


def _request_too_large(limits: UploadSettings) -> TooLarge:
    return TooLarge(
        f"The upload is larger than {size_text(limits.max_request_bytes)}, the most that is taken at once. "
        "Send fewer files at a time.",
        hint="The limit is BIBLIOS_UPLOAD_MAX_REQUEST_BYTES.",
        code="request_too_large",
    )


async def _drain(request: Request) -> None:
    """Reads on for a while: most clients look at the answer only when everything was sent."""
    left = _DRAIN_BYTES
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for data in request.stream():
                left -= len(data)
                if left < 0:
                    return
    except (TimeoutError, ClientDisconnect, RuntimeError):  # RuntimeError: there was nothing left to read
        return


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not 0 < len(options.get(b"boundary", b"")) <= _MAX_BOUNDARY_BYTES:
        raise InvalidInput("Send the files as multipart/form-data.", code="not_multipart")
    return options[b"boundary"]
