"""The files that come with a mail, as children of it, and what is said of those that are left out."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from backend.documents.models import Embedded
from backend.extraction.detect import is_readable, picture_type
from backend.extraction.extractors.names import safe_name, unique
from backend.extraction.limits import Limits
from backend.extraction.ocr.inside import PicturesInside, is_decoration

_HEAD_BYTES = 4096
_NAMED_AT_MOST = 5
_SIGNATURE = "application/pkcs7-signature"


class Attached:
    """Collects the files of one mail that was `sent` then. Logos and the like are not even named."""

    def __init__(self, limits: Limits, sent: datetime | None) -> None:
        self._sent = sent
        self._taken: set[str] = set()
        self._left_out: list[str] = []
        self.children: list[Embedded] = []
        self.pictures = PicturesInside(limits)

    def add(self, proposed: str, data: bytes, mime: str | None, number: int, *, in_text: bool = False) -> None:
        """`number` names what has no name. `in_text`: the mail shows it within its words."""
        if is_decoration(data, len(data), in_text=in_text):
            return
        name = PurePosixPath(safe_name(proposed, fallback=f"attachment-{number}")).name
        picture = picture_type(data)
        if picture is not None:
            if not self.pictures.take(data):
                return
        elif not is_readable(name, data[:_HEAD_BYTES]):
            if mime != _SIGNATURE:
                self._left_out.append(name)
            return
        self.children.append(Embedded(unique(name, self._taken), data, picture or mime, self._sent))

    def warnings(self) -> Iterator[str]:
        if self._left_out:
            yield f"Attachments that hold no text were left out: {', '.join(self._left_out[:_NAMED_AT_MOST])}."
        yield from self.pictures.warnings()
