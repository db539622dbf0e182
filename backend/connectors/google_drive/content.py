"""Reads the content of a file: its bytes, or an export of what Google makes itself."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from backend.connectors.google_drive.client import NOT_FOUND, DriveClient, Operation
from backend.connectors.google_drive.files import DriveFile
from backend.connectors.google_drive.processor import EXPORTS, refused, source_file
from backend.connectors.source_events import Delete, ItemFailure, SourceFile
from backend.errors import SourceRefused

_TOO_LARGE = "exportSizeLimitExceeded"
#: How long to wait before each look at a long-running download, in seconds: soon at first, then as Google asks.
#: https://developers.google.com/workspace/drive/api/guides/long-running-operations (2026-11)
_PAUSES = (0.2, 1.0, 4.0, *(10.0,) * 12)
#: Codes of google.rpc.Code after which Google says to try again: cancelled, unknown, deadline, exhausted, aborted,
#: internal, unavailable. From the same page.
_FAILED_FOR_NOW = frozenset({1, 2, 4, 8, 10, 13, 14})

type Open = Callable[[], AsyncGenerator[bytes]]


class Content:
    """Reads files of one account. What Google says against one file ends that file alone."""

    def __init__(self, client: DriveClient) -> None:
        self._client = client

    async def fetch(self, file: DriveFile, path: str) -> SourceFile | Delete | ItemFailure:
        try:
            begun = await self._begun(file)
        except SourceRefused as error:
            return Delete(file.id) if error.answer_status == NOT_FOUND else refused(file, error.reason)
        if begun is None:
            message = "Google Drive took too long over this file. It is tried again with the next change of it."
            return ItemFailure(file.id, file.name, "export_unfinished", message)
        if begun.empty and (file.mime in EXPORTS or file.size):
            message = "Google Drive gave nothing where there is something. Have it tried again."
            return ItemFailure(file.id, file.name, "empty_answer", message)
        return source_file(file, path, begun.read)

    async def _begun(self, file: DriveFile) -> "_Begun | None":
        if file.mime not in EXPORTS:
            return await _begin(lambda: self._client.media(file.id, key=file.key))
        mime, _ = EXPORTS[file.mime]
        try:
            return await _begin(lambda: self._client.export(file.id, mime, key=file.key))
        except SourceRefused as error:
            if error.reason != _TOO_LARGE:
                raise
        address = await self._prepared(file, mime)
        if address is None:
            return None
        return await _begin(lambda: self._client.downloaded(address, id_=file.id, key=file.key))

    async def _prepared(self, file: DriveFile, mime: str) -> str | None:
        """Where a large export lies once Google has made it; None when it does not come to that in time."""
        operation = await self._client.begin_download(file.id, mime, key=file.key)
        for pause in _PAUSES:
            if operation.done:
                break
            await asyncio.sleep(pause)
            operation = await self._client.operation(operation.name, id_=file.id, key=file.key)
        return _address(operation)


def _address(operation: Operation) -> str | None:
    """None for one that may succeed another time. Errors: `SourceRefused` for one that failed for good."""
    if operation.failed is not None and operation.failed not in _FAILED_FOR_NOW:
        raise SourceRefused("Google Drive could not prepare this file.", status=200, reason=_TOO_LARGE)
    return operation.address if operation.done else None


class _Begun:
    """A download whose first piece is here, so that a refusal has shown itself."""

    def __init__(self, open_: Open, first: bytes, rest: AsyncGenerator[bytes]) -> None:
        self._open = open_
        self._first = first
        self._rest: AsyncGenerator[bytes] | None = rest

    @property
    def empty(self) -> bool:
        return not self._first

    async def read(self) -> AsyncIterator[bytes]:
        rest, self._rest = self._rest, None
        if rest is None:
            async with aclosing(self._open()) as again:
                async for piece in again:
                    yield piece
            return
        async with aclosing(rest):
            if self._first:
                yield self._first
            async for piece in rest:
                yield piece


async def _begin(open_: Open) -> _Begun:
    pieces = open_()
    return _Begun(open_, await anext(pieces, b""), pieces)
