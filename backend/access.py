"""Who may see what. A document carries principals; a caller has principals; one in common is needed.

Principals are strings: ``user:<id>``, ``email:<key of a verified address>`` (see `mail_address`), ``group:<name>``,
``workspace`` (everyone with an account here). An empty access list means nobody: access fails closed.
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
    def of(cls, user_id: str, *, verified_emails: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Self:
        """Builds the one set of principals that every access check uses."""
        names = {user_principal(user_id), WORKSPACE}
        names.update(mail_principal(mail) for mail in verified_emails)
        names.update(f"group:{group}" for group in groups)
        return cls(user_id, frozenset(names))

    def may_see(self, access: frozenset[str] | list[str] | tuple[str, ...]) -> bool:
        """Whether at least one of the caller's principals is in `access`."""
        return not self.principals.isdisjoint(access)


def mail_principal(address: str) -> str:
    """The principal of whoever has proven this address."""
    return f"email:{mail_key(address)}"


def user_principal(user_id: str) -> str:
    return f"user:{user_id}"
