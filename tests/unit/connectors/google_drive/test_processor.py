"""Files of Drive as items here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.connectors.google_drive.files import DriveFile, Someone
from backend.connectors.google_drive.processor import EXPORTS, filename, not_read, refused, revision, source_file
from backend.connectors.pictures import NO_PICTURES, Pictures

DOCUMENT = "application/vnd.google-apps.document"
FILE = DriveFile("1", "Plan.txt", "text/plain", checksum="c0ffee", modified_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_new_revision_is_new_content_or_a_new_name_and_nothing_else() -> None:
    before = revision(FILE)
    shared = replace(FILE, permission_ids=frozenset({"7"}), url="https://drive.google.com/x", augmented=True)
    touched = replace(FILE, modified_at=datetime(2026, 2, 1, tzinfo=UTC))  # the bytes are the same ones
    assert revision(shared) == revision(touched) == before
    assert revision(replace(FILE, checksum="beef")) != before
    assert revision(replace(FILE, name="Another plan.txt")) != before
    document = replace(FILE, mime=DOCUMENT, checksum=None)
    later = replace(document, modified_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert revision(document) != revision(later)


@pytest.mark.parametrize(
    ("mime", "name", "wanted"),
    [
        (DOCUMENT, "Plan", "Plan.docx"),
        (DOCUMENT, "Plan v1.2", "Plan v1.2.docx"),
        (DOCUMENT, "Plan.DOCX", "Plan.DOCX"),
        (DOCUMENT, "2026/27", "2026-27.docx"),
        ("application/vnd.google-apps.spreadsheet", "Numbers", "Numbers.xlsx"),
        ("application/vnd.google-apps.presentation", "Talk.pdf", "Talk.pdf.pptx"),
        ("text/plain", "notes", "notes"),
    ],
)
def test_what_google_makes_itself_gets_a_suffix(mime: str, name: str, wanted: str) -> None:
    assert filename(replace(FILE, mime=mime, name=name)) == wanted


@pytest.mark.parametrize(
    "mime", [*EXPORTS, "text/plain", "application/pdf", "application/octet-stream", "message/rfc822"]
)
def test_what_may_hold_text_is_read(mime: str) -> None:
    assert not_read(replace(FILE, mime=mime), NO_PICTURES) is None


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/tiff", "image/webp"])
def test_a_picture_is_read_where_this_server_recognises_it_and_somebody_chose_it(mime: str) -> None:
    picture = replace(FILE, mime=mime)
    assert not_read(picture, Pictures(500)) is None
    for pictures, code in (
        (NO_PICTURES, "not_recognised"),
        (Pictures(500, chosen=False), "not_chosen"),
        (Pictures(0, chosen=False), "not_chosen"),
    ):
        failure = not_read(picture, pictures)
        assert failure is not None
        assert (failure.skipped, failure.title, failure.code) == (True, "Plan.txt", code)
    closed = not_read(replace(picture, can_download=False), Pictures(500))
    assert closed is not None
    assert closed.code == "not_given_out"


@pytest.mark.parametrize(
    "mime", ["image/gif", "image/heif", "video/mp4", "audio/mpeg", "application/vnd.google-apps.form"]
)
def test_what_holds_none_is_skipped_with_a_reason(mime: str) -> None:
    failure = not_read(replace(FILE, mime=mime), Pictures(500))
    assert failure is not None
    assert (failure.skipped, failure.title, failure.code) == (True, "Plan.txt", "no_text")


def test_what_another_day_may_give_has_failed_and_is_not_skipped() -> None:
    assert not refused(FILE, "downloadQuotaExceeded").skipped
    assert refused(FILE, "cannotDownloadFile").skipped
    assert refused(FILE, "somethingNew").message == "Google Drive does not give out this file."


def test_owner_and_last_editor_go_along() -> None:
    async def read():  # type: ignore[no-untyped-def]
        yield b""

    ada, ben = Someone("Ada", "ada@example.com"), Someone(None, "ben@example.com")
    item = source_file(replace(FILE, owner=ada, editor=ben), "My Drive/Plan.txt", read)
    assert (item.author, item.path, item.title) == ("Ada", "My Drive/Plan.txt", "Plan.txt")
    assert [(one.role, one.address) for one in item.people or ()] == [
        ("owner", "ada@example.com"),
        ("last editor", "ben@example.com"),
    ]
