"""ZIP archives: every readable file in it, also in archives inside it, as a child. Has no text of its own."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from zipfile import ZipInfo

from backend.documents.models import Embedded, Kind
from backend.errors import ExtractionFailed
from backend.extraction.content import Content, Source
from backend.extraction.detect import is_readable, picture_type
from backend.extraction.extractors.names import safe_name, unique
from backend.extraction.failures import failure
from backend.extraction.ocr.inside import PicturesInside, is_decoration
from backend.extraction.packages import Package

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD_BYTES = 4096
_NAMED_AT_MOST = 5
_JUNK_FOLDERS = frozenset({"__MACOSX", ".git", ".svn", ".hg", "node_modules", "__pycache__"})
_JUNK_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_OFFICE_MARKS = (b"[Content_Types].xml", b"mimetypeapplication/")


def extract(source: Source, kind: Kind) -> Content:
    """Raises `archive_bomb`, `archive_too_deep`; `encrypted`, `corrupt`, `not_recognised`, `unsupported_type` when that
    is all of it.
    """
    walk = _Walk(source)
    package = Package(source.origin, source.limits)
    walk.collect(package, prefix="", depth=source.depth)
    if not walk.children:
        if walk.locked:
            raise failure("encrypted")
        if walk.damaged:
            raise failure("corrupt", "none of its files can be unpacked")
        if walk.pictures.unread:
            raise failure("not_recognised", "Of the files in the archive only pictures could be read")
        if package.names:
            raise failure("unsupported_type", "the archive holds no file that can be read")
        raise failure("empty_file")
    for what, names in (
        ("Protected by a password, left out", walk.locked),
        ("Not readable as text, left out", walk.unreadable),
        ("Damaged, left out", walk.damaged),
    ):
        if names:
            source.warn(f"{what}: {_listed(names)}.")
    for warning in walk.pictures.warnings():
        source.warn(warning)
    return Content(kind, "", children=tuple(walk.children))


class _Walk:
    """What was found so far, over all levels; one budget counts the unpacked bytes of all of them."""

    def __init__(self, source: Source) -> None:
        self._limits = source.limits
        self._taken: set[str] = set()
        self.children: list[Embedded] = []
        self.locked: list[str] = []
        self.unreadable: list[str] = []
        self.damaged: list[str] = []
        self.pictures = PicturesInside(source.limits)

    def collect(self, package: Package, *, prefix: str, depth: int) -> None:
        for info in package.infos():
            if info.is_dir():
                continue
            parts = PurePosixPath(info.filename.replace("\\", "/")).parts
            if not parts or parts[-1] in _JUNK_FILES or not _JUNK_FOLDERS.isdisjoint(parts):
                continue
            package.budget.member()
            name = safe_name(prefix + info.filename)
            if info.flag_bits & 0x1:
                self.locked.append(name)
                continue
            data = self._read(package, info.filename, name)
            if data is None:
                continue
            if _is_archive(data):
                self._descend(package, data, name=name, depth=depth)
            elif not is_decoration(data, len(data), in_text=False):
                self._take(name, data, _date_of(info))

    def _take(self, name: str, data: bytes, dated: datetime | None) -> None:
        picture = picture_type(data)
        if self.pictures.take(data) if picture else is_readable(name, data[:_HEAD_BYTES]):
            self.children.append(Embedded(unique(name, self._taken), data, picture, dated))
        elif not picture:
            self.unreadable.append(name)

    def _read(self, package: Package, member: str, name: str) -> bytes | None:
        """The member's bytes; None, and noted, when it is damaged: the other files are still good."""
        try:
            return package.read(member)
        except ExtractionFailed as error:
            if error.code != "corrupt":
                raise
            self.damaged.append(name)
            return None

    def _descend(self, outer: Package, data: bytes, *, name: str, depth: int) -> None:
        if depth >= self._limits.max_archive_depth:
            raise failure("archive_too_deep", str(self._limits.max_archive_depth))
        try:
            inner = Package(data, self._limits, budget=outer.budget)
        except ExtractionFailed as error:
            if error.code != "corrupt":
                raise
            self.damaged.append(name)
            return
        self.collect(inner, prefix=f"{name}/", depth=depth + 1)


def _date_of(info: ZipInfo) -> datetime | None:
    """When a member was changed, as if in UTC, since a ZIP names no zone; its first day means that nobody knew."""
    try:
        return datetime(*info.date_time, tzinfo=UTC) if info.date_time > _NO_DATE else None
    except ValueError:
        return None


def _is_archive(data: bytes) -> bool:
    """A ZIP that is no Office document or book."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    return not any(mark in data[:_HEAD_BYTES] or mark in data[-64 * 1024 :] for mark in _OFFICE_MARKS)


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")
