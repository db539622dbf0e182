"""Who may see what. A document carries principals; a caller has principals; one in common is needed.

Principals are strings: ``user:<id>``, ``email:<key of a verified address>`` (see `mail_address`), ``group:<name>``,
``workspace`` (everyone with an account here), and ``source:<connection>:<group>`` for a group of a connected source,
which only that source gives. An empty access list means nobody: access fails closed.
"""

from dataclasses import dataclass
from typing import Literal, Self

from backend.mail_address import mail_key

WORKSPACE = "workspace"
#: How the group of one person at a source begins. No source's own group does: theirs begin with a kind and a colon.
_PERSON = "person="
#: A group of each connection that nobody belongs to: it marks lists that their source did not tell completely.
_UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a request with every principal they hold. Passed to every scoped repository call."""

    user_id: str
    principals: frozenset[str]

    @classmethod
    def of(
        cls,
        user_id: str,
        *,
        verified_emails: tuple[str, ...] = (),
        groups: tuple[str, ...] = (),
        source_groups: frozenset[str] = frozenset(),
    ) -> Self:
        """Builds the one set of principals that every access check uses. `source_groups` are principals already."""
        names = {user_principal(user_id), WORKSPACE, *source_groups}
        names.update(mail_principal(mail) for mail in verified_emails)
        names.update(f"group:{group}" for group in groups)
        return cls(user_id, frozenset(names))

    def may_see(self, access: frozenset[str] | list[str] | tuple[str, ...]) -> bool:
        """Whether at least one of the caller's principals is in `access`."""
        return not self.principals.isdisjoint(access)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a document: ``user:<id>`` or ``connection:<id>``.

    A person who holds it always sees it, and may change it. A connection's documents are seen through their access
    list alone, also by whoever connected it.
    """

    kind: Literal["user", "connection"]
    id: str

    @classmethod
    def person(cls, user_id: str) -> Self:
        return cls("user", user_id)

    @classmethod
    def connection(cls, connection_id: str) -> Self:
        return cls("connection", connection_id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The holder that `str` wrote. Raises ValueError for anything else."""
        kind, _, id_ = text.partition(":")
        if not id_ or kind not in ("user", "connection"):
            raise ValueError(f"not a holder: {text!r}")
        return cls("user" if kind == "user" else "connection", id_)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def connection_id(self) -> str | None:
        return self.id if self.kind == "connection" else None

    @property
    def principals(self) -> frozenset[str]:
        """What an access list holds because of the holder."""
        return frozenset({user_principal(self.id)}) if self.kind == "user" else frozenset()

    def is_person(self, user_id: str) -> bool:
        return self.kind == "user" and self.id == user_id


def mail_principal(address: str) -> str:
    """The principal of whoever has proven this address."""
    return f"email:{mail_key(address)}"


def user_principal(user_id: str) -> str:
    return f"user:{user_id}"


def source_principal(connection_id: str, group: str) -> str:
    """A group of a connected source. Never taken from a person's request."""
    return f"source:{connection_id}:{group}"


def source_group(principal: str) -> tuple[str, str] | None:
    """Connection and group of what `source_principal` wrote; None for any other principal."""
    start, connection_id, group = (*principal.split(":", 2), "", "")[:3]
    return (connection_id, group) if start == "source" and connection_id and group else None


def person_group(handle: str) -> str:
    """The group of one person at a source. `handle`: the key of their address, or their id there if it is not told."""
    return f"{_PERSON}{handle}"


def person_handle(group: str) -> str | None:
    """The handle in what `person_group` wrote; None for any other group."""
    return group.removeprefix(_PERSON) if group.startswith(_PERSON) else None


def untold_principal(connection_id: str) -> str:
    """Marks an access list that was narrowed, since the source did not tell all of it. Nobody holds it."""
    return source_principal(connection_id, _UNTOLD)
