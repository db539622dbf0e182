"""The table of transitions holds in the store: what it allows happens in one step, and nothing else does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.actions.status import ENDED, RULES, ActionStatus, Move
from tests.integration.actions.place import ADA, Place, place


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as built:
        yield built


@given(moves=st.lists(st.sampled_from(list(Move)), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_history_is_one_that_the_table_allows(here: Place, moves: list[Move]) -> None:
    action = await here.proposed()
    status = action.status
    for move in moves:
        moved = await here.actions.move(action.id, move, actor=ADA, now=here.now, due_at=None)
        assert (moved is not None) == (status in RULES[move].origins)
        status = status if moved is None else RULES[move].to
    shown = await here.shown(action)
    assert shown.status == status
    steps = [step.to for step in shown.timeline]
    assert steps[-1] == status
    for before, step in zip(steps, shown.timeline[1:], strict=False):
        assert before in RULES[step.move].origins


def test_nothing_leaves_an_end_but_a_person_who_tries_again() -> None:
    leaving = {move for move, rule in RULES.items() if rule.origins & ENDED}
    assert leaving == {Move.retry}


def test_only_a_person_leads_to_approved() -> None:
    assert {move for move, rule in RULES.items() if rule.to is ActionStatus.approved} == {Move.approve, Move.retry}
    assert all(RULES[move].by == "person" for move in (Move.approve, Move.retry))
