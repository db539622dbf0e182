"""What a file of Drive becomes here. Pure: reads no network and no clock."""

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import PurePosixPath

from backend.connectors.google_drive.files import DriveFile, Someone
from backend.connectors.pictures import Pictures
from backend.connectors.source_events import ItemFailure, SourceFile
from backend.documents.models import Person
from backend.extraction.detect import PICTURE_TYPES

_OFFICE = "application/vnd.openxmlformats-officedocument"
#: What Docs, Sheets and Slides are exported as: type and suffix. The Office formats, since they hold all sheets, the
#: speaker's notes and the headings; Google's Markdown writes each picture into the text, as base64.
#: https://developers.google.com/workspace/drive/api/guides/ref-export-formats (2026-11)
EXPORTS = {
    "application/vnd.google-apps.document": (f"{_OFFICE}.wordprocessingml.document", ".docx"),
    "application/vnd.google-apps.spreadsheet": (f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
    "application/vnd.google-apps.presentation": (f"{_OFFICE}.presentationml.presentation", ".pptx"),
}
_GOOGLE = "application/vnd.google-apps."
#: Types that hold no text that could be read. What else there is, the library looks at itself.
_NO_TEXT = ("image/", "video/", "audio/", "font/")

_REASONS = {
    "cannotDownloadAbusiveFile": "Google holds this file to be harmful and does not give it out.",
    "cannotDownloadFile": "Its owner has switched off downloading for readers of this file.",
    "downloadQuotaExceeded": "Google gives this file to nobody for now: it was downloaded too often. Try it again "
    "tomorrow.",
    "exportSizeLimitExceeded": "Google does not export a file of this size.",
}
#: What another day may give.
_FOR_NOW = frozenset({"downloadQuotaExceeded"})


def not_read(file: DriveFile, pictures: Pictures) -> ItemFailure | None:
    """Why a file is not even asked for; None: it is."""
    if file.mime in EXPORTS:
        return None if file.can_download else refused(file, "cannotDownloadFile")
    if file.mime.startswith(_GOOGLE):
        kind = file.mime.removeprefix(_GOOGLE)
        message = f"Google offers no text of this kind of file ({kind}). Docs, Sheets and Slides are read."
        return ItemFailure(file.id, file.name, "no_text", message, skipped=True)
    if file.mime in PICTURE_TYPES:
        if not pictures.are_read:
            return ItemFailure(file.id, file.name, *pictures.left_out, skipped=True)
    elif file.mime.startswith(_NO_TEXT):
        message = "Pictures of this kind, films and sounds hold no text that is read here."
        return ItemFailure(file.id, file.name, "no_text", message, skipped=True)
    return None if file.can_download else refused(file, "cannotDownloadFile")


def refused(file: DriveFile, reason: str) -> ItemFailure:
    """A file that Google did not give out, by its own word for why."""
    message = _REASONS.get(reason, "Google Drive does not give out this file.")
    return ItemFailure(file.id, file.name, "not_given_out", message, skipped=reason not in _FOR_NOW)


def revision(file: DriveFile) -> str:
    """Changes with content and name, and with nothing else: who may open it and where it lies makes no new revision.

    Bytes have a checksum; what Google makes itself has none, and its time of modification is the server's.
    """
    modified = file.modified_at.isoformat() if file.modified_at else ""
    content = file.checksum or f"{modified}/{file.size}"
    return hashlib.sha256("\x1f".join((file.mime, content, file.name)).encode()).hexdigest()[:32]


def filename(file: DriveFile) -> str:
    """With a suffix that says what comes, since Google's own files have none."""
    _, suffix = EXPORTS.get(file.mime, ("", ""))
    name = file.name.replace("/", "-")
    return name if PurePosixPath(name).suffix.casefold() == suffix else f"{name}{suffix}"


def source_file(file: DriveFile, path: str, read: Callable[[], AsyncIterator[bytes]]) -> SourceFile:
    people = [_person("owner", file.owner), _person("last editor", file.editor)]
    author = file.owner or file.editor
    mime, _ = EXPORTS.get(file.mime, (file.mime, ""))
    return SourceFile(
        external_id=file.id,
        filename=filename(file),
        read=read,
        mime=mime,
        title=file.name,
        url=file.url,
        author=(author.name or author.address) if author else None,
        modified_at=file.modified_at,
        path=path,
        people=tuple(person for person in people if person is not None),
        revision=revision(file),
        same_as=f"google_drive:{file.id}",
    )


def _person(role: str, someone: Someone | None) -> Person | None:
    return Person(role=role, name=someone.name, address=someone.address) if someone else None
