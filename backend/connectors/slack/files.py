"""Files that were shared: which are documents, and that what arrives is the file and no page for signing in.

https://docs.slack.dev/reference/objects/file-object (2026-11)
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from backend.connectors.pictures import Pictures
from backend.connectors.slack import timestamps
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.processor import Where
from backend.connectors.source_events import Access, Deferred, Delete, ItemFailure, SourceFile
from backend.errors import PermissionMissing, SourceRefused
from backend.extraction.detect import PICTURE_TYPES

_PAGE_START = re.compile(rb"<(?:!doctype\s{1,20}html|html|head)\b", re.IGNORECASE)
_NO_DOCUMENTS = ("image/", "audio/", "video/", "font/")
#: Kept by Slack in formats of its own. A canvas, "quip" by its older name, is given out as HTML.
_OWN = frozenset({"list", "space", "post", "huddle_transcript"})
_CANVAS = frozenset({"quip", "canvas"})
_GONE = frozenset({"file_not_found", "file_deleted"})
_HIDDEN = frozenset({"tombstone", "hidden_by_limit"})


class NotTheFile(Exception):
    """Something else came in a file's place."""


def file_id(channel: str, id_: str) -> str:
    """One for each channel that a file was shared in: who may read it differs. Equal bytes are kept once."""
    return f"file:{channel}:{id_}"


def channels_of(file: Mapping[str, Any]) -> set[str]:
    """Where a file was shared."""
    found: set[str] = set()
    for name in ("channels", "groups", "ims"):
        where = file.get(name)
        found.update(one for one in (where if isinstance(where, list) else ()) if isinstance(one, str))
    return found


def event_of(
    client: SlackClient, where: Where, file: Mapping[str, Any], access: Access, pictures: Pictures
) -> Deferred | ItemFailure | Delete | None:
    """What is to be said of one file in one channel; None where Slack names none."""
    id_ = file.get("id")
    if not isinstance(id_, str) or not id_:
        return None
    name = file_id(where.channel, id_)
    if file.get("mode") in _HIDDEN:
        return Delete(name)
    title = _text(file.get("title")) or _text(file.get("name")) or None
    if file.get("is_external") is True or file.get("mode") == "external":
        message = "This file lies at another service. Connect that one to have it here."
        return ItemFailure(name, title, "kept_elsewhere", message, skipped=True)
    if _text(file.get("filetype")) in _OWN or file.get("mode") in _OWN:
        message = "Slack keeps this in a format of its own that is not read yet."
        return ItemFailure(name, title, "not_a_document", message, skipped=True)
    mime = _text(file.get("mimetype"))
    if mime in PICTURE_TYPES:
        if not pictures.are_read:
            return ItemFailure(name, title, *pictures.left_out, skipped=True)
    elif mime.startswith(_NO_DOCUMENTS):
        message = "A picture of this kind, a sound or a film holds no text that could be read."
        return ItemFailure(name, title, "not_a_document", message, skipped=True)
    # The same where a message tells of the file as in the list of files. A canvas alone changes.
    fields = ("created", "size", "name", "mimetype", *(("title", "updated") if _is_canvas(file) else ()))
    told = [file.get(field) for field in fields]
    revision = "|".join(str(one) for one in told)

    async def fetch() -> SourceFile | ItemFailure | Delete:
        return await _opened(client, where, file, name)

    return Deferred(name, revision[:500], access, fetch)


async def _opened(
    client: SlackClient, where: Where, file: Mapping[str, Any], name: str
) -> SourceFile | ItemFailure | Delete:
    """The file, once its first bytes are there and are its own."""
    title = _text(file.get("title")) or None
    try:
        if not _url(file):  # of another workspace: only told when it is asked for
            file = await client.file(str(file["id"]))
        if not (url := _url(file)):
            message = "Slack does not give this file to the app."
            return ItemFailure(name, title, "not_given", message, skipped=True)
        first = _First(lambda: client.download(url), _is_page(file))
        await first.arrives()
    except SourceRefused as refused:
        if refused.reason in _GONE or refused.answer_status in (404, 410):
            return Delete(name)
        message = "Slack did not give this file, but its page for signing in. Check that the app may read files."
        return ItemFailure(name, title, "not_given", message)
    except (NotTheFile, PermissionMissing):
        message = "Slack did not give this file, but its page for signing in. Check that the app may read files."
        return ItemFailure(name, title, "not_given", message)
    created = file.get("timestamp") or file.get("created")
    filename, mime = _text(file.get("name")) or title or str(file.get("id")), _text(file.get("mimetype")) or None
    if _is_canvas(file):
        filename, mime = f"{title or filename}.html", "text/html"
    return SourceFile(
        external_id=name,
        filename=filename,
        read=first.read,
        mime=mime,
        title=title,
        url=_text(file.get("permalink")) or None,
        modified_at=timestamps.moment(f"{created}.000000") if isinstance(created, int) else None,
        path=where.label,
    )


class _First:
    """A download whose beginning is looked at before anything is made of it."""

    def __init__(self, download: Callable[[], AsyncIterator[bytes]], page: tuple[bool, int | None]) -> None:
        self._download = download
        self._may_be_page, self._size = page
        self._begun: tuple[bytes, AsyncIterator[bytes]] | None = None

    async def arrives(self) -> tuple[bytes, AsyncIterator[bytes]]:
        """Its first piece, and the others. Errors: `NotTheFile`, and those of the download."""
        rest = self._download()
        head = await anext(rest, b"")
        if not self._may_be_page and _begins_a_page(head):
            await _close(rest)
            raise NotTheFile
        self._begun = (head, rest)
        return self._begun

    async def read(self) -> AsyncIterator[bytes]:
        """Errors: `NotTheFile` for a page of another size than the file is said to have."""
        (head, rest), self._begun = self._begun or await self.arrives(), None
        total = len(head)
        try:
            yield head
            async for piece in rest:
                total += len(piece)
                yield piece
        finally:
            await _close(rest)
        if self._size is not None and total != self._size and _begins_a_page(head):
            raise NotTheFile(f"{total} bytes of a page instead of {self._size}")


async def _close(pieces: AsyncIterator[bytes]) -> None:
    if (close := getattr(pieces, "aclose", None)) is not None:
        await close()


def _begins_a_page(head: bytes) -> bool:
    """Whether the first thing behind blanks and comments is a web page's."""
    at = 0
    while at < len(head):
        if head[at : at + 1].isspace():
            at += 1
        elif head.startswith(b"<!--", at):
            end = head.find(b"-->", at)
            at = len(head) if end < 0 else end + 3
        else:
            return _PAGE_START.match(head, at) is not None
    return False


def _is_page(file: Mapping[str, Any]) -> tuple[bool, int | None]:
    """Whether the file may be a web page itself, and its size. A canvas is a piece of one, of whatever size."""
    if _is_canvas(file):
        return False, None
    mime, size = _text(file.get("mimetype")), file.get("size")
    is_page = "html" in mime or _text(file.get("filetype")) == "html"
    return is_page, size if isinstance(size, int) else None


def _is_canvas(file: Mapping[str, Any]) -> bool:
    return not _CANVAS.isdisjoint((_text(file.get("filetype")), _text(file.get("mode"))))


def _url(file: Mapping[str, Any]) -> str:
    return _text(file.get("url_private_download")) or _text(file.get("url_private"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
