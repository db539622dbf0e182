"""Mailboxes (mbox): every mail is a child. Has no text of its own."""

import re

from backend.documents.models import Embedded, Kind
from backend.extraction.content import Content, Source
from backend.extraction.failures import failure

# A separator stands at the start or after an empty line, has an hour and a year (RFC 4155), and a header below it: a
# sentence that begins with "From" has neither.
_SEPARATOR = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n)|(?<=\r\r))From (?=[^\r\n]*\d\d?:\d\d)(?=[^\r\n]*\d{4})[^\r\n]*+(?:\r\n|\n|\r)"
    rb"(?=>?[!-9;-~]+:|>From )"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def extract(source: Source, kind: Kind) -> Content:
    """Raises `archive_bomb` for more mails than an archive may have files."""
    data = source.data
    ends = [match.span() for match in _SEPARATOR.finditer(data)]
    if len(ends) > source.limits.max_archive_members:
        raise failure("archive_bomb", f"{len(ends):,} mails; {source.limits.max_archive_members:,} are allowed")
    if not ends:
        raise failure("corrupt", "no mail was found in it")
    children = []
    for number, (_, start) in enumerate(ends):
        stop = ends[number + 1][0] if number + 1 < len(ends) else len(data)
        mail = _QUOTED.sub(rb"\1", data[start:stop].strip(b"\r\n"))
        if mail:
            children.append(Embedded(f"{number + 1:05d}.eml", mail + b"\n", "message/rfc822"))
    return Content(kind, "", children=tuple(children))
