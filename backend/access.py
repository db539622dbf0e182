"""Who may see what. A document carries principals; a caller has principals; one in common is needed.

Principals are strings: ``user:<id>``, ``email:<key of a verified address>`` (see `mail_address`), ``group:<name>``,
``source:<connection>:<group>`` (a group as a connected source knows it), ``workspace`` (everyone with an account here).
An empty access list means nobody: access fails closed.
"""

from dataclasses import dataclass
from typing import Self

from backend.mail_address import mail_key

WORKSPACE = "workspace"


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


def mail_principal(address: str) -> str:
    """The principal of whoever has proven this address."""
    return f"email:{mail_key(address)}"


def source_principal(connection_id: str, group: str) -> str:
    """The principal of the members of a group at a connected source."""
    return f"source:{connection_id}:{group}"


def user_principal(user_id: str) -> str:
    return f"user:{user_id}"
