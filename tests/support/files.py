"""Real files of every kind, made in code. Each builder returns bytes, the same ones whenever it is called.

In one thing a file may be another one each time: a PDF with a password has random keys.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from functools import cache
from typing import IO

import openpyxl
from docx import Document
from pptx import Presentation
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

PASSWORD = "a-password"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str | None = None,
    author: str | None = None,
    password: str | None = None,
    rotation: int = 0,
    outline: Mapping[int, str] | None = None,
) -> bytes:
    """A PDF with the given lines on each page, from the top at x = 20, 14 points apart, on pages of 300 by 400."""
    buffer = io.BytesIO()
    # A page turned by a quarter is 400 by 300 underneath.
    top = 250 if rotation % 180 else 350
    encryption = pdfencrypt.StandardEncryption(password) if password else None
    canvas = Canvas(buffer, pagesize=(300, 400), encrypt=encryption, invariant=1)
    if title:
        canvas.setTitle(title)
    if author:
        canvas.setAuthor(author)
    for number, lines in enumerate(pages):
        if outline and number in outline:
            canvas.bookmarkPage(f"page-{number}")
            canvas.addOutlineEntry(outline[number], f"page-{number}", 0)
        if rotation:
            canvas.setPageRotation(rotation)
        for line, text in enumerate(lines):
            canvas.drawString(20, top - 14 * line, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pdf_without_pages() -> bytes:
    """A PDF that is whole and valid but for having no page."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 3\n0000000000 65535 f \n" + table + trailer


def docx(
    *, title: str = "", author: str = "", blocks: Sequence[tuple[str, str]] = (), table: Sequence[Sequence[str]] = ()
) -> bytes:
    """A Word file of (style name, text) paragraphs, e.g. ``("Heading 1", "Hotels")``, then a table."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    for style, text in blocks:
        document.add_paragraph(text, style=style)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                grid.cell(row, column).text = value
    return _saved(document)


def pptx(slides: Sequence[tuple[str, str, str]]) -> bytes:
    """A presentation of (title, body, speaker notes)."""
    presentation = Presentation()
    for title, body, notes in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    return _saved(presentation)


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float | date | None]]], *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of named sheets with rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    return _saved(workbook)


def mail(
    *,
    subject: str = "Minutes",
    sender: str = "Ann Lee <ann@example.org>",
    body: str = "See attached.",
    html: str | None = None,
    sent: str = "Mon, 03 Mar 2025 09:30:00 +0100",
    attachments: Mapping[str, bytes] | None = None,
    forwarded: bytes | None = None,
) -> bytes:
    """A mail with attachments by name."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "bo@example.org"
    message["Subject"] = subject
    message["Date"] = sent
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in (attachments or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if forwarded:
        import email
        import email.policy

        message.add_attachment(email.message_from_bytes(forwarded, policy=email.policy.default))
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            part.set_boundary(f"=_boundary_{number}")
    return message.as_bytes()


def mbox(mails: Sequence[bytes]) -> bytes:
    """A mailbox; lines that begin with From are quoted as mbox demands."""
    parts = [
        b"From ann@example.org Mon Mar  3 09:30:00 2025\n" + data.replace(b"\nFrom ", b"\n>From ").rstrip(b"\n")
        for data in mails
    ]
    return b"\n\n".join(parts) + b"\n"


def zipped(members: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of members by name; names are written as they are, however wicked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return buffer.getvalue()


@cache
def zip_bomb(unpacked_bytes: int) -> bytes:
    """A ZIP of one file of zeros, written as a stream: a thousandth of its unpacked size."""
    buffer = io.BytesIO()
    block = bytes(1024 * 1024)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, _member(archive) as member:
        for _ in range(unpacked_bytes // len(block)):
            member.write(block)
    return buffer.getvalue()


def lying_zip(real: bytes, *, claimed_bytes: int) -> bytes:
    """A ZIP whose directory claims that its one member unpacks to fewer bytes than it does."""
    data = bytearray(zipped({"a.txt": real}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", claimed_bytes)
    return bytes(data)


def locked_zip() -> bytes:
    """A ZIP whose only member is marked as encrypted (its bytes are noise, as encrypted ones are)."""
    data = bytearray(zipped({"secret.txt": zlib.compress(b"noise")}, compression=zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def office_with(part: str, body: bytes, *, base: bytes) -> bytes:
    """`base` (an Office file) with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**members, part: body})


def json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _member(archive: zipfile.ZipFile) -> IO[bytes]:
    info = zipfile.ZipInfo("zeros.txt")
    info.compress_type = zipfile.ZIP_DEFLATED
    return archive.open(info, "w")


def _saved(document: object) -> bytes:
    """The libraries write the present time into a file's properties and into the archive that it is."""
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    properties = "docProps/core.xml"
    members[properties] = _TIME.sub(b"2025-03-03T09:30:00Z", members[properties])
    return zipped(members)
