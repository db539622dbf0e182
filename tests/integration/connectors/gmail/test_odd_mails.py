"""Mails as they come: each ends as a document, or is left out with a reason."""

from email.message import EmailMessage

import pytest

from tests.contract.connectors.stage import ADA
from tests.integration.connectors.gmail.conftest import GmailPlace
from tests.support.gmail_state import letter

pytestmark = pytest.mark.asyncio(loop_scope="module")

_THIRTY_MB = 30 * 2**20


def _without_subject() -> EmailMessage:
    return letter("Words without a subject.", subject=None)


def _with_an_absurd_date() -> EmailMessage:
    return letter("Words of no time.", Date="Thu, 99 Foo 12345 99:99:99 +9999")


def _html_alone() -> EmailMessage:
    mail = letter("")
    mail.set_content("<p>Words of a <b>page</b>.</p>", subtype="html")
    return mail


def _with_a_mail_inside() -> EmailMessage:
    mail = letter("Words around a mail.")
    mail.add_attachment(letter("Words inside.", subject="Inside"))
    return mail


def _in_outlooks_wrapping() -> EmailMessage:
    mail = letter("Words beside a wrapping.")
    mail.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return mail


def _of_30_mb() -> EmailMessage:
    mail = letter("Words beside a giant.")
    mail.add_attachment(b"\0" * _THIRTY_MB, maintype="application", subtype="octet-stream", filename="giant.bin")
    return mail


def _of_nothing() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "nobody@example.com"
    mail.set_payload("")
    return mail


_MAILS = (
    _without_subject,
    _with_an_absurd_date,
    _html_alone,
    _with_a_mail_inside,
    _in_outlooks_wrapping,
    _of_30_mb,
    _of_nothing,
)


async def test_each_odd_mail_ends_as_a_document_or_is_left_out_with_a_reason(gmail: GmailPlace) -> None:
    mailbox = gmail.stage.service.mailbox(ADA)
    threads = {make.__name__: mailbox.deliver(make()).thread_id for make in _MAILS}
    made = await gmail.place.connected()
    rows = await gmail.place.items(made)
    conversations = {name: rows[f"{ADA}/{thread}"] for name, thread in threads.items()}
    assert {name for name, row in conversations.items() if row["status"] != "indexed"} <= {"_of_nothing"}
    assert all(row["status"] == "indexed" or row["reason"]["message"] for row in rows.values())
    held = await gmail.place.held(gmail.place.ada, made)
    assert "Words of a page." in held[f"{ADA}/{threads['_html_alone']}"]
    assert any("Words inside." in text for text in held.values())
    left_out = {row["reason"]["code"] for row in rows.values() if row["status"] == "skipped"}
    assert {"outlook_wrapping", "too_large"} <= left_out
    await gmail.place.adds_up(made)
