"""Many decisions on one action in one moment, over the API and by mailed links: one history, and a legal one."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from backend.actions.status import RULES, Move
from backend.ids import new_id
from tests.integration.actions.test_mailed import Four, admin, four, people
from tests.support.waiting import until_true

__all__ = ["admin", "four", "people"]  # fixtures

pytestmark = pytest.mark.asyncio(loop_scope="module")

_AT_ONCE = 50
_RESTING = {"succeeded", "rejected", "cancelled", "awaiting_approval"}

type Decide = Callable[[Four, dict[str, Any], str], Awaitable[httpx.Response]]


def _of(who: str, name: str, **body: Any) -> Decide:
    def decide(four: Four, action: dict[str, Any], token: str) -> Awaitable[httpx.Response]:
        person = {"ada": four.ada, "ben": four.ben}[who]
        filled = {key: action["hash"] if value is ... else value for key, value in body.items()}
        return person.call("POST", f"/actions/{action['id']}/{name}", json=filled)

    return decide


def _edit(four: Four, action: dict[str, Any], token: str) -> Awaitable[httpx.Response]:
    payload = {**action["payload"], "text": "Other words."}
    return four.ada.call("PATCH", f"/actions/{action['id']}", json={"payload": payload})


def _linked(decision: str) -> Decide:
    return lambda four, action, token: four.decide(token, decision)


OWN, SECOND = _of("ada", "approve", hash=...), _of("ben", "approve", hash=...)
ALL: list[Decide] = [
    OWN,
    SECOND,
    _linked("approve"),
    _linked("reject"),
    _of("ada", "reject"),
    _of("ben", "reject", reason="No."),
    _of("ada", "cancel"),
    _of("ada", "retry", confirm=["may_be_sent_twice"]),
    _edit,
]
MIXES: dict[str, list[Decide]] = {
    "approvals": [OWN, SECOND, _linked("approve")],
    "approvals and undoing": [OWN, SECOND, _of("ada", "cancel")],
    "approvals and edits": [OWN, SECOND, _edit],
    "everything": ALL,
}


@pytest.mark.parametrize("mix", MIXES)
async def test_there_is_one_legal_history(four: Four, mix: str) -> None:
    # No two of these are alike: what repeats an earlier mail needs a confirmation.
    action, token = await four.proposed(subject=mix, text=" ".join(new_id() for _ in range(5)))
    sent = len(four.here.mail.to(f"Dana <{four.dana}>"))
    decisions = [MIXES[mix][number % len(MIXES[mix])] for number in range(_AT_ONCE)]
    answers = await asyncio.gather(*(one(four, action, token) for one in decisions))
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) <= {200, 403, 404, 409, 422}, codes

    async def rests() -> dict[str, Any] | None:
        shown = await four.shown(action)
        return shown if shown["status"] in _RESTING else None

    shown = await until_true(rests) or {}
    steps = shown["timeline"]
    for step in steps[1:]:
        rule = RULES[Move(step["move"])]
        assert (step["from"] in rule.origins, step["to"]) == (True, rule.to)
    for before, after in itertools.pairwise(steps):
        assert before["to"] == after["from"]
    moves = Counter(step["move"] for step in steps)
    decided = sum(moves[move] for move in ("approve", "endorse", "reject", "cancel", "edit", "retry"))
    assert decided == codes[200], (moves, codes)
    assert moves["retry"] == 0
    assert moves["approve"] <= 1
    if moves["approve"]:  # both words, for what it is now
        assert {one["user_id"] for one in shown["approvals"]} == {four.ada.id, four.ben.id}
    is_sent = shown["status"] == "succeeded"
    assert len(four.here.mail.to(f"Dana <{four.dana}>")) - sent == is_sent
    if mix == "approvals":
        assert is_sent
        assert decided == 2
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["detail"]
