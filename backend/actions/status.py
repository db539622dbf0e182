"""What an action may become, and by what: one table. Whatever is not in it is refused.

draft → awaiting_approval → approved → scheduled → executing → succeeded | failed | unknown, and the ends that nothing
leaves: rejected, cancelled, expired. `docs/developer/actions.md` has it drawn, from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ActionStatus(StrEnum):
    draft = "draft"
    awaiting_approval = "awaiting_approval"
    approved = "approved"
    scheduled = "scheduled"
    executing = "executing"
    succeeded = "succeeded"
    failed = "failed"
    unknown = "unknown"
    rejected = "rejected"
    cancelled = "cancelled"
    expired = "expired"


class Move(StrEnum):
    """What happens to an action."""

    submit = "submit"
    edit = "edit"
    endorse = "endorse"
    approve = "approve"
    delegate = "delegate"
    reject = "reject"
    cancel = "cancel"
    expire = "expire"
    invalidate = "invalidate"
    schedule = "schedule"
    ask_again = "ask_again"
    hold = "hold"
    claim = "claim"
    succeed = "succeed"
    fail = "fail"
    lose = "lose"
    postpone = "postpone"
    settle = "settle"
    retry = "retry"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a move leads where. `by`: "person" is a decision, "server" what follows from one or from time."""

    origins: frozenset[ActionStatus]
    to: ActionStatus
    by: Literal["person", "server"]
    means: str


_S = ActionStatus
_UNDECIDED = frozenset({_S.draft, _S.awaiting_approval})
_NOT_BEGUN = frozenset({_S.approved, _S.scheduled})

RULES: Mapping[Move, Rule] = {
    Move.submit: Rule(frozenset({_S.draft}), _S.awaiting_approval, "person", "the draft is ready to be decided on"),
    Move.edit: Rule(
        frozenset({_S.awaiting_approval}), _S.awaiting_approval, "person", "its content changed; approvals so far fall"
    ),
    Move.endorse: Rule(
        frozenset({_S.awaiting_approval}),
        _S.awaiting_approval,
        "person",
        "one of those whom it needs approves; others are still waited for",
    ),
    Move.approve: Rule(frozenset({_S.awaiting_approval}), _S.approved, "person", "exactly this may be sent"),
    Move.delegate: Rule(
        frozenset({_S.awaiting_approval}), _S.awaiting_approval, "person", "an approver asks somebody else instead"
    ),
    Move.reject: Rule(frozenset({_S.awaiting_approval}), _S.rejected, "person", "it is not to be sent"),
    Move.cancel: Rule(_UNDECIDED | _NOT_BEGUN, _S.cancelled, "person", "withdrawn, or undone in time"),
    Move.expire: Rule(_UNDECIDED, _S.expired, "server", "nobody decided in time, which means no"),
    Move.invalidate: Rule(
        _UNDECIDED | _NOT_BEGUN, _S.cancelled, "server", "what it needs is gone: its account, its owner, an attachment"
    ),
    Move.schedule: Rule(frozenset({_S.approved}), _S.scheduled, "server", "the time to undo runs, or its hour comes"),
    Move.ask_again: Rule(
        _NOT_BEGUN, _S.awaiting_approval, "server", "too late, or another policy: it has to be decided on anew"
    ),
    Move.hold: Rule(frozenset({_S.scheduled}), _S.scheduled, "server", "over a ceiling: it waits, and says until when"),
    Move.claim: Rule(frozenset({_S.scheduled}), _S.executing, "server", "an attempt begins"),
    Move.succeed: Rule(frozenset({_S.executing}), _S.succeeded, "server", "the provider confirmed it"),
    Move.fail: Rule(frozenset({_S.executing}), _S.failed, "server", "it certainly did not happen"),
    Move.lose: Rule(frozenset({_S.executing}), _S.unknown, "server", "it may have happened: the answer was lost"),
    Move.postpone: Rule(
        frozenset({_S.executing}), _S.scheduled, "server", "it certainly did not happen, and is tried again"
    ),
    Move.settle: Rule(frozenset({_S.unknown}), _S.succeeded, "server", "the provider was seen to hold it"),
    Move.retry: Rule(
        frozenset({_S.failed, _S.unknown}), _S.approved, "person", "the same once more, which for unknown may be twice"
    ),
}

#: Where nothing is left to be done.
ENDED = frozenset({_S.succeeded, _S.failed, _S.rejected, _S.cancelled, _S.expired})


def drawing() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for move, rule in RULES.items():
        lines += [f"    {origin} --> {rule.to}: {move}" for origin in _S if origin in rule.origins]
    lines += [f"    {status} --> [*]" for status in _S if status in ENDED]
    return "\n".join(lines)
