"""Headers of a mail that name other mails: which it answers, and how they are written.

Python writes a header that it does not know as text, and a long Message-ID in it as an encoded word, which no mail
program reads as an id. These are written as they are, one a line (RFC 5322, 3.6.4).
"""

import re
from collections.abc import Sequence
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy

_ID = r"<[!-;=?-~]{1,900}>"
_MESSAGE_ID = re.compile(_ID)
#: The pattern of one Message-ID.
MESSAGE_ID = f"^{_ID}$"
#: A conversation of more mails keeps its first and its latest: servers refuse headers that grow without end.
MAX_REFERENCES = 200
_ANSWER_MARKS = ("re:", "aw:", "sv:", "antw:")


class _MessageIds(UnstructuredHeader):
    def fold(self, *, policy: Policy) -> str:
        name: str = self.name  # type: ignore[attr-defined]  # of the class that the registry makes
        return f"{name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        registry.map_to_type(name, _MessageIds)  # type: ignore[arg-type]  # as the registry's own classes
    return registry


#: For mails that may answer others.
MAIL_POLICY = SMTP.clone(header_factory=_registry())


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of a header, in its order, each once; whatever else stands there is left out."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(value)))


def references_of(message_id: str, references: Sequence[str], in_reply_to: Sequence[str]) -> tuple[str, ...]:
    """What an answer refers to: all that the answered mail does, and that mail itself last."""
    before = references or (in_reply_to if len(in_reply_to) == 1 else ())
    named = [one for one in dict.fromkeys(before) if one != message_id]
    kept = named if len(named) < MAX_REFERENCES else [named[0], *named[2 - MAX_REFERENCES :]]
    return (*kept, message_id)


def bare_subject(subject: str) -> str:
    """Without the marks of answers before it."""
    bare = subject.strip()
    while bare.casefold().startswith(_ANSWER_MARKS):
        bare = bare.partition(":")[2].strip()
    return bare


def answer_subject(subject: str) -> str:
    """With one mark of an answer."""
    return f"Re: {bare_subject(subject)}".strip()
