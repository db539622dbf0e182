"""Many actions at once: each proposed, or decided on, by the same code as a single one; none stops the others."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

import structlog

from backend.access import Caller
from backend.actions.deciding import Deciding
from backend.actions.models import Action
from backend.actions.separately import singles
from backend.actions.writing import Proposal, Writing
from backend.audit.actors import Actor
from backend.errors import BibliosError
from backend.ids import new_id

log = structlog.get_logger(__name__)

_OURS = "Something went wrong on our side. Look what it is now, and try this one again."

type Decision = Literal["approve", "reject", "cancel"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One decision: on exactly what has this hash, with these warnings confirmed."""

    id: str
    hash: str
    confirmed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many; `key` is its id, or whom it was for. Of `action` and `error` one is None."""

    key: str
    action: Action | None
    error: BibliosError | None


class Many:
    def __init__(self, writing: Writing, deciding: Deciding) -> None:
        self._writing = writing
        self._deciding = deciding

    async def decide(
        self, caller: Caller, decision: Decision, wanted: Sequence[Wanted], *, reason: str | None, actor: Actor
    ) -> AsyncIterator[Outcome]:
        """One after the other, in their order."""

        async def one(item: Wanted) -> Action:
            match decision:
                case "approve":
                    return await self._deciding.approve(
                        caller, item.id, item.hash, confirmed=item.confirmed, actor=actor
                    )
                case "reject":
                    return await self._deciding.reject(caller, item.id, reason, actor=actor, of_hash=item.hash)
                case "cancel":
                    return await self._deciding.cancel(caller, item.id, actor=actor, of_hash=item.hash)

        for item in wanted:
            yield await _outcome(item.id, one(item))

    async def propose_separately(
        self, caller: Caller, proposal: Proposal, *, actor: Actor
    ) -> tuple[str, list[Outcome]]:
        """A mail as one action for each of its recipients. The id of their group, and what became of each.

        With the key of an earlier call they are those. Errors: `InvalidInput` for what none of them could be.
        """
        each = singles(await self._writing.read(caller, proposal))
        key = proposal.key
        group = new_id() if key is None else sha256(f"{caller.user_id}\0{key}".encode()).hexdigest()[:24]
        outcomes = []
        for number, single in enumerate(each):
            one = replace(
                proposal,
                payload=single.payload,
                key=None if key is None else f"{key}:{number}",
                group=group,
                group_size=len(each),
            )
            outcomes.append(await _outcome(single.address, self._writing.propose(caller, one, actor=actor)))
        return group, outcomes


async def _outcome(key: str, run: Awaitable[Action]) -> Outcome:
    try:
        return Outcome(key, await run, None)
    except BibliosError as error:
        return Outcome(key, None, error)
    except Exception:  # whatever it is, the others have their turn
        log.exception("one_of_many_failed")
        return Outcome(key, None, BibliosError(_OURS))
