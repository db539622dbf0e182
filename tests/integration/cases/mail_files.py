"""Mails as programs send them: raw headers, mails inside of mails, placeholders, and what Outlook packs away."""

import base64
import struct
from collections.abc import Mapping

from tests.integration.cases.case import FileCase

_PACKED = 0x223E9F78


def raw(headers: Mapping[str, str], body: str) -> bytes:
    """A mail as it is written, headers in UTF-8."""
    usual = {"To": "crew@example.org", "Date": "Mon, 02 Mar 2026 07:15:00 +0100", "MIME-Version": "1.0"}
    head = "".join(f"{name}: {content}\r\n" for name, content in (usual | dict(headers)).items())
    return f"{head}\r\n{body}".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def multipart(subtype: str, *parts: tuple[Mapping[str, str], str], boundary: str = "frontier") -> tuple[str, str]:
    """The content type and the body of parts of (headers, content)."""
    written = "".join(
        f"--{boundary}\n{''.join(f'{name}: {one}\n' for name, one in headers.items())}\n{content}\n"
        for headers, content in parts
    )
    return f'multipart/{subtype}; boundary="{boundary}"', f"{written}--{boundary}--\n"


def plain(text: str) -> tuple[Mapping[str, str], str]:
    return {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}, text


def page(text: str) -> tuple[Mapping[str, str], str]:
    return {"Content-Type": "text/html; charset=utf-8", "Content-Transfer-Encoding": "8bit"}, text


def in_base64(data: bytes) -> str:
    return base64.encodebytes(data).decode()


def raw_headers() -> bytes:
    headers = {
        "From": "Bärbel Kühn <bk@example.org>",
        "Subject": "Prüfung der Löschgeräte",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return raw(headers, "Am Freitag um acht.\n")


def raw_headers_of_a_part() -> bytes:
    """Sender and subject in Cyrillic, and an attachment whose name is written as it is."""
    name = "опись якорей.csv"
    attached = {
        "Content-Type": f'text/csv; charset=utf-8; name="{name}"',
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Transfer-Encoding": "8bit",
    }
    kind, body = multipart("mixed", plain("Список во вложении."), (attached, "Якорь,Вес\nАдмиралтейский,46\n"))
    return raw({"From": "Зоя Ким <zk@example.org>", "Subject": "Опись к весне", "Content-Type": kind}, body)


def forwarded() -> bytes:
    attached = {"Content-Type": "text/csv; name=bill.csv", "Content-Disposition": "attachment; filename=bill.csv"}
    kind, body = multipart(
        "mixed", plain("The propeller lost a blade."), (attached, "Part,sum due\nPropeller,742\n"), boundary="inner"
    )
    inner = raw({"From": "mate@example.org", "Subject": "Propeller", "Content-Type": kind}, body).decode()
    carried = {"Content-Type": "message/rfc822", "Content-Disposition": "attachment"}
    kind, body = multipart("mixed", plain("Please see the mail below."), (carried, inner))
    return raw({"From": "office@example.org", "Subject": "Fwd", "Content-Type": kind}, body)


def forwarded_twice_and_packed() -> bytes:
    """Forwarded and forwarded again, each time as a file with a name and in base64, as some programs do."""
    mail = raw(
        {"From": "lots@example.org", "Subject": "Peilung", "Content-Type": "text/plain; charset=utf-8"},
        "Im Becken stehen nur noch 2,30 Meter Wasser.\n",
    )
    for depth, words in enumerate(("Erste Weitergabe.", "Zweite Weitergabe.")):
        carried = {
            "Content-Type": f'message/rfc822; name="Peilung {depth}.eml"',
            "Content-Disposition": f'attachment; filename="Peilung {depth}.eml"',
            "Content-Transfer-Encoding": "base64",
        }
        kind, body = multipart("mixed", plain(words), (carried, in_base64(mail)), boundary=f"part{depth}")
        mail = raw({"From": "amt@example.org", "Subject": "WG: Peilung", "Content-Type": kind}, body)
    return mail


def a_placeholder() -> bytes:
    kind, body = multipart(
        "alternative",
        plain("Your mail program cannot show HTML. Please open this message in one that can."),
        page("<html><body><h2>From June</h2><p>The last bus to the pier goes at 23:40 from the market.</p></body>"),
    )
    return raw({"From": "news@example.org", "Subject": "Buses", "Content-Type": kind}, body)


def a_placeholder_beside_pictures() -> bytes:
    """In Italian, and the page stands in a part of its own together with its pictures, as newsletters have it."""
    logo = {
        "Content-Type": "image/png",
        "Content-ID": "<logo>",
        "Content-Disposition": "inline",
        "Content-Transfer-Encoding": "base64",
    }
    words = '<body><img src="cid:logo"><p>Il ponte mobile si apre alle 6:20 e alle 19:45, mai di domenica.</p></body>'
    related, inner = multipart(
        "related", page(words), (logo, in_base64(b"\x89PNG\r\n\x1a\n" + bytes(40))), boundary="r"
    )
    kind, body = multipart(
        "alternative",
        plain("Il tuo programma di posta non visualizza i messaggi in HTML."),
        ({"Content-Type": related}, inner),
    )
    return raw({"From": "porto@example.org", "Subject": "Orari", "Content-Type": kind}, body)


def packed_by_outlook(*attributes: tuple[int, int, bytes]) -> str:
    """A winmail.dat of (level, number, data), each with its checksum (MS-OXTNEF 2.1.3)."""
    made = struct.pack("<IH", _PACKED, 1)
    for level, number, data in ((1, 0x00089006, struct.pack("<I", 0x10000)), *attributes):
        made += struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) % 65536)
    return in_base64(made)


_WINMAIL = {
    "Content-Type": "application/ms-tnef; name=winmail.dat",
    "Content-Disposition": "attachment; filename=winmail.dat",
    "Content-Transfer-Encoding": "base64",
}
_NEXT_FILE = (2, 0x00069002, bytes([1, 0]) + b"\xff" * 4 + bytes(8))


def a_packed_file() -> bytes:
    dat = packed_by_outlook(
        _NEXT_FILE,
        (2, 0x00018010, b"chain.txt\0"),
        (2, 0x0006800F, b"The mooring chain of buoy six is 38 metres long.\r\n"),
    )
    kind, body = multipart("mixed", plain("The note is attached."), (_WINMAIL, dat))
    return raw({"From": "stores@example.org", "Subject": "Chain", "Content-Type": kind}, body)


def a_packed_table_under_another_type() -> bytes:
    """Sent as mere bytes by a gateway, with two packed files: a table with umlauts and an empty note before it."""
    dat = packed_by_outlook(
        _NEXT_FILE,
        (2, 0x00018010, b"leer.txt\0"),
        (2, 0x0006800F, b""),
        _NEXT_FILE,
        (2, 0x00018010, b"ketten.csv\0"),
        (2, 0x0006800F, "Kette;Länge\nBoje Süd;38\nBoje Nord;41\n".encode("cp1252")),
    )
    anyhow = _WINMAIL | {"Content-Type": "application/octet-stream; name=winmail.dat"}
    kind, body = multipart("mixed", plain("Siehe Anlage."), (anyhow, dat))
    return raw({"From": "lager@example.org", "Subject": "Ketten", "Content-Type": kind}, body)


CASES = (
    FileCase(
        "mail: letters in a header that no program encoded",
        "löschgeräte.eml",
        raw_headers,
        shows=("Subject: Prüfung der Löschgeräte", "Bärbel Kühn"),
    ),
    FileCase(
        "mail: the name of an attachment that no program encoded",
        "опись.eml",
        raw_headers_of_a_part,
        shows=("Subject: Опись к весне", "Зоя Ким", r"опись якорей\.csv", "Якорь: Адмиралтейский"),
    ),
    FileCase(
        "mail: a forwarded mail with what is attached to it",
        "propeller.eml",
        forwarded,
        shows=("propeller lost a blade", "sum due: 742"),
    ),
    FileCase(
        "mail: a mail that was forwarded twice and packed each time",
        "peilung.eml",
        forwarded_twice_and_packed,
        shows=("Zweite Weitergabe", "Erste Weitergabe", "2,30 Meter Wasser"),
        hides=(r"[A-Za-z0-9+/]{60,}",),
    ),
    FileCase(
        "mail: the page where the plain part only stands in for it",
        "buses.eml",
        a_placeholder,
        shows=("last bus to the pier goes at 23:40",),
    ),
    FileCase(
        "mail: the page beside its pictures where the plain part only stands in for it",
        "orari.eml",
        a_placeholder_beside_pictures,
        shows=("si apre alle 6:20 e alle 19:45",),
    ),
    FileCase(
        "mail: a file that Outlook packed",
        "chain.eml",
        a_packed_file,
        shows=("buoy six is 38 metres long",),
    ),
    FileCase(
        "mail: a table that Outlook packed and a gateway called mere bytes",
        "ketten.eml",
        a_packed_table_under_another_type,
        shows=(r"ketten\.csv", r"Kette: Boje Süd \| Länge: 38"),
    ),
)
