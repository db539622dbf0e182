"""Who holds a document, by name, and what a person may do with it."""

from collections.abc import Collection, Mapping
from typing import Literal, Protocol

from backend.access import Caller, Holder

type Right = Literal["edit", "share", "delete", "retry"]

_ALL: tuple[Right, ...] = ("edit", "share", "delete", "retry")
_INSIDE: tuple[Right, ...] = ("edit", "delete", "retry")


class HolderNames(Protocol):
    """Names to show. Implemented where people and connections are known."""

    async def names(self, holders: Collection[Holder]) -> Mapping[Holder, str]:
        """The names of those that are known; others are left out."""
        ...


class NoNames:
    """Knows nobody's name."""

    async def names(self, holders: Collection[Holder]) -> Mapping[Holder, str]:
        del holders
        return {}


def rights(caller: Caller, holder: Holder, *, inside: bool) -> tuple[Right, ...]:
    """What the caller may do with a document that they see.

    Only a person who holds it may change it. What lies `inside` another document is shared with that one.
    """
    if not holder.is_person(caller.user_id):
        return ()
    return _INSIDE if inside else _ALL


def owner_view(holder: Holder, names: Mapping[Holder, str]) -> dict[str, str]:
    """The holder as the API shows it: ``{id, name}`` of a person, ``{connection_id, name}`` of a connection."""
    key = "id" if holder.kind == "user" else "connection_id"
    return {key: holder.id, "name": names.get(holder, "")}
