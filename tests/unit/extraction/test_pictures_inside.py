"""Pictures that are attached to a mail, lie in an archive, or were packed by Outlook."""

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from backend.documents.models import Extracted, Kind
from backend.errors import ExtractionFailed
from backend.extraction.limits import Limits
from backend.extraction.reading import read_file
from tests.support import files
from tests.support.scans import LEASE, picture_file, sheet, written
from tests.unit.extraction.test_mails_and_calendars import tnef

type Read = Callable[..., Extracted]

SCREEN = picture_file(written(["The pump stops at nine"], 640, 200), "PNG")
OTHER = picture_file(written(["The tower closes at ten"], 640, 200), "JPEG")
LOGO = picture_file(written(["HARBOUR Ltd"], 150, 50), "PNG")
PIXEL = picture_file(written([], 1, 1), "GIF")


@pytest.fixture
def recognising(limits: Limits) -> Read:
    """Reads a file where pictures can be recognised, three of one archive or mail."""

    def _read(data: bytes, name: str) -> Extracted:
        return read_file(data, filename=name, mime=None, limits=replace(limits, ocr_threads=1, max_pictures=3))

    return _read


def letter(page: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@example.org", "Minutes"
    mail["Date"] = "Mon, 03 Mar 2025 09:30:00 +0100"
    mail.set_content("See below, please.")
    if page:
        mail.add_alternative(page, subtype="html")
    return mail


def attach(mail: EmailMessage, data: bytes, name: str, *, cid: str = "", disposition: str = "attachment") -> None:
    mail.add_attachment(data, maintype="image", subtype="png", filename=name, cid=cid or None, disposition=disposition)


def names(found: Extracted) -> list[str]:
    return [child.name for child in found.children]


def test_a_picture_attached_to_a_mail_is_a_document_of_what_its_bytes_say(recognising: Read) -> None:
    mail = letter()
    attach(mail, OTHER, "screen.png")
    found = recognising(mail.as_bytes(), "a.eml")
    (child,) = found.children
    assert (child.name, child.data, child.mime) == ("screen.png", OTHER, "image/jpeg")
    assert child.dated == datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
    assert "Attachments: screen.png" in found.text
    assert found.warnings == ()


def test_what_the_words_of_a_mail_show_is_read_unless_it_is_small(recognising: Read) -> None:
    mail = letter("<p>See <img src=\"cid:one@x\"> and <IMG SRC='CID:t%77o@x'></p>")
    attach(mail, SCREEN, "image001.png", cid="<one@x>")
    attach(mail, LOGO, "image002.png", cid="<two@x>")
    attach(mail, OTHER, "pasted.png", disposition="inline")
    attach(mail, picture_file(written(["Ann Lee"], 180, 90), "PNG"), "face.png", disposition="inline")
    attach(mail, PIXEL, "open.gif", disposition="inline")
    found = recognising(mail.as_bytes(), "a.eml")
    assert names(found) == ["image001.png", "pasted.png"]
    assert found.warnings == ()


def test_a_small_picture_that_somebody_attached_is_read(recognising: Read) -> None:
    mail = letter('<p>Our <img src="cid:another@x"></p>')
    attach(mail, LOGO, "stamp.png", cid="<one@x>")
    assert names(recognising(mail.as_bytes(), "a.eml")) == ["stamp.png"]


def test_the_same_picture_twice_in_a_mail_is_read_once_and_not_more_than_so_many(recognising: Read) -> None:
    mail = letter()
    for number, data in enumerate((SCREEN, SCREEN, OTHER, SCREEN), start=1):
        attach(mail, data, f"{number}.png")
    assert names(recognising(mail.as_bytes(), "a.eml")) == ["1.png", "3.png"]
    for number in range(4):
        attach(mail, picture_file(sheet([f"Sheet {number}"]), "PNG"), f"sheet-{number}.png")
    found = recognising(mail.as_bytes(), "a.eml")
    assert names(found) == ["1.png", "3.png", "sheet-0.png"]
    (warning,) = found.warnings
    assert warning.startswith("3 pictures were left out: of one archive or mail at most 3 are recognised.")


def test_without_recognition_a_mail_says_how_many_pictures_it_lacks(read: Read) -> None:
    mail = letter('<p><img src="cid:logo@x"></p>')
    attach(mail, LOGO, "logo.png", cid="<logo@x>")
    attach(mail, SCREEN, "screen.png")
    attach(mail, OTHER, "other.png", disposition="inline")
    mail.add_attachment(b"GIF89a\x90\x01\x90\x01" + bytes(2000), maintype="image", subtype="gif", filename="dance.gif")
    found = read(mail.as_bytes(), "a.eml")
    assert found.children == ()
    named, left_out = found.warnings
    assert named == "Attachments that hold no text were left out: dance.gif."
    assert left_out.startswith("2 pictures were left out: text recognition is switched off")


def test_a_mail_of_nothing_but_a_picture_fails_with_that_reason(read: Read, recognising: Read) -> None:
    mail = EmailMessage()
    mail["From"] = "scanner@example.org"
    mail["Message-ID"] = "<1@example.org>"
    mail.add_attachment(SCREEN, maintype="image", subtype="png", filename="scan.png")
    with pytest.raises(ExtractionFailed) as raised:
        read(mail.as_bytes(), "a.eml")
    assert raised.value.code == "not_recognised"
    assert names(recognising(mail.as_bytes(), "a.eml")) == ["scan.png"]


def test_a_picture_without_a_name_gets_one_of_its_kind(recognising: Read) -> None:
    mail = letter()
    mail.add_attachment(SCREEN, maintype="image", subtype="png")
    assert names(recognising(mail.as_bytes(), "a.eml")) == ["attachment-1.png"]


def test_pictures_of_the_mails_in_a_mailbox_are_those_of_each_mail(recognising: Read) -> None:
    mail = letter()
    attach(mail, SCREEN, "screen.png")
    (child,) = recognising(files.mbox([mail.as_bytes()]), "all.mbox").children
    assert names(recognising(child.data, child.name)) == ["screen.png"]


def test_pictures_in_an_archive_are_documents_and_icons_are_not(recognising: Read) -> None:
    inner = files.zipped({"deep/two.jpg": OTHER, "deep/again.png": SCREEN})
    data = files.zipped({"one.png": SCREEN, "in.zip": inner, "icons/home.png": written_icon(), "dot.gif": PIXEL})
    found = recognising(data, "a.zip")
    assert [(child.name, child.mime) for child in found.children] == [
        ("one.png", "image/png"), ("in.zip/deep/two.jpg", "image/jpeg"),
    ]  # fmt: skip
    assert found.warnings == ()


def written_icon() -> bytes:
    return picture_file(written([], 32, 32), "PNG")


def test_an_archive_has_the_same_limit_over_all_its_levels(recognising: Read) -> None:
    some = {f"{number}.png": picture_file(sheet([f"Sheet {number}"]), "PNG") for number in range(5)}
    inner = files.zipped(dict(list(some.items())[3:]))
    found = recognising(files.zipped({**dict(list(some.items())[:3]), "in.zip": inner, "a.txt": b"Words."}), "a.zip")
    assert names(found) == ["0.png", "1.png", "2.png", "a.txt"]
    assert [warning[:27] for warning in found.warnings] == ["2 pictures were left out: o"]


def test_without_recognition_an_archive_says_how_many_pictures_it_lacks(read: Read) -> None:
    found = read(files.zipped({"a.txt": b"Words.", "one.png": SCREEN, "icon.png": written_icon()}), "a.zip")
    assert names(found) == ["a.txt"]
    (warning,) = found.warnings
    assert warning.startswith("1 picture was left out: text recognition is switched off")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"one.png": SCREEN}, "not_recognised"),
        ({"one.png": SCREEN, "a.bin": b"\x7fELF\x02\x01"}, "not_recognised"),
        ({"icon.png": written_icon()}, "unsupported_type"),
    ],
)
def test_an_archive_of_nothing_that_can_be_read_here_says_why(read: Read, members: dict[str, bytes], code: str) -> None:
    with pytest.raises(ExtractionFailed) as raised:
        read(files.zipped(members), "a.zip")
    assert raised.value.code == code


def test_what_outlook_packed_is_decoration_by_its_size_where_the_words_show_it(recognising: Read) -> None:
    def packed(data: bytes, name: str, content_id: str) -> tuple[tuple[int, int, bytes], ...]:
        values = [(0x3707, name)] + ([(0x3712, content_id)] if content_id else [])
        properties = struct.pack("<I", len(values))
        for identifier, value in values:
            text = value.encode("utf-16-le") + b"\0\0"
            properties += struct.pack("<HHII", 0x1F, identifier, 1, len(text)) + text + b"\0" * (-len(text) % 4)
        return (2, 0x00069002, bytes(14)), (2, 0x0006800F, data), (2, 0x00069005, properties)

    wrapped = tnef(
        *packed(LOGO, "image001.png", "image001@x"),
        *packed(SCREEN, "image002.png", "image002@x"),
        *packed(LOGO, "stamp.png", ""),
    )
    found = recognising(files.mail(attachments={"winmail.dat": wrapped}), "a.eml")
    assert names(found) == ["image002.png", "stamp.png"]


def test_a_scan_inside_is_a_document_in_any_case(read: Read) -> None:
    scan = picture_file(sheet(LEASE), "PDF", resolution=200)
    for data, name in (
        (files.zipped({"scan.pdf": scan}), "a.zip"),
        (files.mail(attachments={"scan.pdf": scan}), "a.eml"),
    ):
        (child,) = read(data, name).children
        assert (child.name, child.data) == ("scan.pdf", scan)


def test_a_picture_in_a_mail_in_an_archive_is_found_through_both(recognising: Read) -> None:
    mail = letter()
    attach(mail, SCREEN, "screen.png")
    (inner,) = recognising(files.zipped({"a.eml": mail.as_bytes()}), "a.zip").children
    found = recognising(inner.data, inner.name)
    assert (found.kind, names(found)) == (Kind.email, ["screen.png"])
