"""Mails that Outlook saved (MSG): the words by kreuzberg, the files that came with them as children (MS-OXMSG)."""

from collections.abc import Mapping
from dataclasses import replace

from backend.documents.models import Kind
from backend.errors import ExtractionFailed
from backend.extraction.content import Content, Source
from backend.extraction.extractors import legacy
from backend.extraction.extractors.attached import Attached
from backend.extraction.extractors.compound import CompoundFile, Entry
from backend.extraction.packages import Budget

_ATTACHED = "__attach_version1.0_#"
_DATA, _MAIL_INSIDE = "__substg1.0_37010102", "__substg1.0_3701000D"
_LONG_NAME, _SHORT_NAME, _MIME, _CONTENT_ID = "3707", "3704", "370E", "3712"
#: How texts are stored: what ends the stream's name, and its encoding.
_ENCODINGS = {"001F": "utf-16-le", "001E": "cp1252"}
_DAMAGED = "What is attached to this mail is damaged and was left out. Save the attachments and add them."


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt`, `unsupported_type`, `archive_bomb`, and `no_text` for a mail without words and attachments."""
    content = legacy.extract(source, kind)
    metadata = content.metadata
    attached = Attached(source.limits, metadata.modified_at or metadata.created_at)
    try:
        mails = _attach(attached, CompoundFile(source.data), Budget(source.limits))
    except ExtractionFailed as error:
        if error.code != "corrupt":
            raise
        source.warn(_DAMAGED)
        return content
    for warning in attached.warnings():
        source.warn(warning)
    if mails:
        what = "A mail" if mails == 1 else f"{mails} mails"
        source.warn(f"{what} inside this one had to be left out. Save what is inside by itself and add it.")
    if not attached.children:
        return content
    names = ", ".join(child.name for child in attached.children)
    return replace(content, text=f"{content.text}\n\nAttachments: {names}", children=tuple(attached.children))


def _attach(attached: Attached, file: CompoundFile, budget: Budget) -> int:
    """Adds what is attached; returns how many mails are among it, which are kept in no form of their own."""
    mails = 0
    for number, (name, storage) in enumerate(sorted(file.inside(file.root).items()), start=1):
        if not name.startswith(_ATTACHED):
            continue
        budget.member()
        streams = file.inside(storage)
        if _MAIL_INSIDE in streams:
            mails += 1
        if _DATA not in streams:
            continue

        def text(which: str, streams: Mapping[str, Entry] = streams) -> str:
            for suffix, encoding in _ENCODINGS.items():
                if (entry := streams.get(f"__substg1.0_{which}{suffix}")) is not None:
                    return file.read(entry, budget).decode(encoding, "replace").strip("\0 ")
            return ""

        attached.add(
            text(_LONG_NAME) or text(_SHORT_NAME),
            file.read(streams[_DATA], budget),
            text(_MIME) or None,
            number,
            in_text=bool(text(_CONTENT_ID)),
        )
    return mails
