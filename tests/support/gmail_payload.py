"""A mail in the shape of the Gmail API: ``MessagePart`` trees with their part ids, sizes and base64url."""

import base64
from collections.abc import Callable
from email.message import EmailMessage, Message
from typing import Any

#: Bodies of text above this size, and all files, are fetched by an id of their own.
_INLINE_BYTES = 100_000

type Issue = Callable[[bytes], str]


def payload_of(mail: Message, issue: Issue) -> dict[str, Any]:
    """The `payload` of a mail. `issue` gives the id by which bytes are fetched: another one with every answer."""
    return _part(mail, "", issue)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def snippet_of(mail: Message) -> str:
    part = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
    return " ".join(part.get_content().split())[:100] if part is not None else ""


def _part(part: Message, id_: str, issue: Issue) -> dict[str, Any]:
    mime = part.get_content_type()
    filename = part.get_filename() or ""
    shown: dict[str, Any] = {
        "partId": id_,
        "mimeType": mime,
        "filename": filename,
        "headers": [{"name": name, "value": _unfolded(str(value))} for name, value in part.raw_items()],
    }
    inner = part.get_payload()
    if part.is_multipart() and isinstance(inner, list):
        numbered = [(f"{id_}.{number}" if id_ else str(number), one) for number, one in enumerate(inner)]
        shown["body"] = {"size": 0}
        shown["parts"] = [_part(one, inner_id, issue) for inner_id, one in numbered if isinstance(one, Message)]
        if mime == "message/rfc822":
            data = inner[0].as_bytes() if isinstance(inner[0], Message) else b""
            shown["body"] = {"attachmentId": issue(data), "size": len(data)}
        return shown
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    if mime.startswith("text/") and (charset := part.get_content_charset()):
        data = data.decode(charset, "replace").encode()  # as UTF-8, whatever the header says
    is_file = bool(filename) or part.get_content_disposition() == "attachment"
    if is_file or len(data) > _INLINE_BYTES or not mime.startswith("text/"):
        shown["body"] = {"attachmentId": issue(data), "size": len(data)}
    else:
        shown["body"] = {"size": len(data), **({"data": encoded(data)} if data else {})}
    return shown


def _unfolded(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")
