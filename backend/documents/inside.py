"""What lies inside documents: members of an archive, attachments of a mail. They have the access of what they lie in.

A document and what is inside it are written one after the other, so a change of access may be cut short in between, or
be overtaken by another one. Therefore every write of access leaves a mark, `dirty`, and indexing ends no mark before it
has compared the document with what is around and inside it (`settle`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from backend.access import Holder
from backend.db.collection import Record, Update
from backend.documents.repository import DocumentRepository, access_fields, hidden_fields
from backend.ids import new_id

ACCESS_FIELDS = ("external_id", "holder", "access", "hidden", "kept_access", "parent_id")


@dataclass(frozen=True, slots=True)
class AccessState:
    """An access list, and whether the document is hidden meanwhile."""

    granted: frozenset[str]
    hidden: bool

    @classmethod
    def of(cls, head: Record) -> Self:
        """The state of a head, of which `ACCESS_FIELDS` were read."""
        return cls(granted(head), bool(head.get("hidden")))

    def is_of(self, head: Record) -> bool:
        """Whether a head has this state, and has it rightly: a hidden one shows no list."""
        return self == AccessState.of(head) and not (self.hidden and head["access"])

    def given_to(self, head: Record) -> tuple[str, Update]:
        """The update that gives another head this state, with its mark."""
        if self.hidden:
            return head["_id"], {"$set": {**hidden_fields(self.granted), "dirty": new_id()}}
        fields = access_fields(Holder.parse(head["holder"]), self.granted)
        return head["_id"], {"$set": {**fields, "dirty": new_id()}, "$unset": {"hidden": "", "kept_access": ""}}


def granted(head: Record) -> frozenset[str]:
    """The access list of a document, whether it is hidden or not. One that stands on a hidden one came after hiding."""
    return frozenset(head["access"] or head["kept_access"] if head.get("hidden") else head["access"])


class Inside:
    """Finds what is inside documents, and keeps its access that of the outer ones."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents

    async def of(self, document_ids: Iterable[str]) -> list[str]:
        """Everything inside these documents, outer ones before inner ones: one look-up for each level."""
        found: dict[str, None] = {}
        seen = set(document_ids)
        level = list(seen)
        while level:
            level = [child["_id"] for child in await self._documents.unscoped_children(level)]
            level = [child_id for child_id in level if child_id not in seen]
            seen.update(level)
            found.update(dict.fromkeys(level))
        return list(found)

    async def align(self, document_ids: Collection[str]) -> list[str]:
        """Gives everything inside these documents the access that they have now; returns what was changed by it.

        It looks again until they still have what it gave, so that of two changes that overlap the one that the outer
        document ended with holds inside as well.
        """
        children = await self._documents.unscoped_children(list(document_ids))
        if not children:
            return []
        changed: dict[str, None] = {}
        given: dict[str, AccessState] = {}
        while (now := await self._states(document_ids)) != given:
            news = {id_: state for id_, state in now.items() if given.get(id_) != state}
            changed.update(dict.fromkeys(await self._give(news, children if not given else None)))
            given = now
        return list(changed)

    async def settle(self, heads: Sequence[Record]) -> list[str]:
        """Makes up for what was cut short or overtaken: compares heads with what is around them, then what is inside.

        Args:
            heads: as they are now, with `ACCESS_FIELDS`. Whoever changes one meanwhile leaves a mark of their own.

        Returns:
            What was changed by it.
        """
        states = {head["_id"]: AccessState.of(head) for head in heads}
        around = await self._states({head["parent_id"] for head in heads if head.get("parent_id")})
        updates = []
        for head in heads:
            outer = around.get(head.get("parent_id", ""))
            if outer is not None and outer != states[head["_id"]]:
                states[head["_id"]] = outer
                updates.append(outer.given_to(head))
        await self._write(updates)
        return [*(id_ for id_, _ in updates), *await self._give(states)]

    async def _states(self, document_ids: Collection[str]) -> dict[str, AccessState]:
        """The access of these documents as it is now; those that are gone are left out."""
        if not document_ids:
            return {}
        heads = await self._documents.unscoped_many(document_ids, ACCESS_FIELDS)
        return {head["_id"]: AccessState.of(head) for head in heads}

    async def _give(self, states: dict[str, AccessState], inside: Sequence[Record] | None = None) -> list[str]:
        """`inside`: what lies directly inside these documents, if that was just read. Of those that are gone it may
        still hold something.
        """
        wanted = dict(states)
        updates: list[tuple[str, Update]] = []
        level = list(states)
        while level:
            found = await self._documents.unscoped_children(level) if inside is None else inside
            inside = None
            children = [head for head in found if head["_id"] not in wanted and head["parent_id"] in wanted]
            wanted |= {head["_id"]: wanted[head["parent_id"]] for head in children}
            updates += [wanted[head["_id"]].given_to(head) for head in children if not wanted[head["_id"]].is_of(head)]
            level = [head["_id"] for head in children]
        await self._write(updates)
        return [id_ for id_, _ in updates]

    async def _write(self, updates: Sequence[tuple[str, Update]]) -> None:
        if updates:
            await self._documents.unscoped_change(updates)
