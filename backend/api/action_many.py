"""Many actions by one request, with a status for each."""

from fastapi import APIRouter, Request, Response

from backend.actions.many import Outcome, Wanted
from backend.actions.writing import Proposal
from backend.api.action_audit import Notes
from backend.api.action_schemas import (
    ItemDecided,
    ItemProblem,
    ManyDecided,
    ManyDecisions,
    NewSeparateMails,
    SeparateMail,
    SeparateMails,
)
from backend.api.dependencies import CurrentCaller, CurrentUser
from backend.api.idempotency import IdempotencyKey, once
from backend.api.json_response import OrjsonResponse
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Actions, KeptAnswers

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)

_EVENTS = {"approve": "action.approved", "reject": "action.rejected", "cancel": "action.cancelled"}


@router.post("/decide-many", summary="Decide on many, each by its hash", response_model=ManyDecided)
async def decide_many(
    body: ManyDecisions,
    request: Request,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
    kept: KeptAnswers,
    key: IdempotencyKey = None,
) -> Response:
    """One after the other, as single decisions are: one that does not count stops no other, and says why."""

    async def run() -> Response:
        wanted = [Wanted(one.id, one.hash, one.confirm) for one in body.items]
        items = []
        async for one in actions.many.decide(caller, body.decision, wanted, reason=body.reason, actor=user.actor):
            if one.action is not None:
                await notes.note(_EVENTS[body.decision], one.action, hash=one.action.hash)
            view = None if one.action is None else await actions.view(caller, one.action)
            items.append(ItemDecided(id=one.key, action=view, problem=_problem(one)))
        return OrjsonResponse(ManyDecided(items=items).model_dump(by_alias=True))

    return await once(kept, key, request, caller, run, fingerprint=body.model_dump_json().encode())


@router.post("/separately", status_code=201, summary="Propose one mail to each of many people")
async def propose_separately(
    body: NewSeparateMails,
    actions: Actions,
    caller: CurrentCaller,
    user: CurrentUser,
    notes: Notes,
    key: IdempotencyKey = None,
) -> SeparateMails:
    """Each is an action of its own, with a hash and an approval of its own."""
    proposal = Proposal(body.kind, body.payload, body.via, body.schedule_at, key)
    group, outcomes = await actions.many.propose_separately(caller, proposal, actor=user.actor)
    items = []
    for one in outcomes:
        if one.error is not None:
            await notes.refused(one.error, kind=body.kind, group=group)
        if one.action is not None:
            await notes.note("action.proposed", one.action, group=group)
        view = None if one.action is None else await actions.view(caller, one.action)
        items.append(SeparateMail(address=one.key, action=view, problem=_problem(one)))
    if all(one.action is None for one in outcomes) and outcomes[0].error is not None:
        raise outcomes[0].error
    return SeparateMails(group=group, items=items)


def _problem(outcome: Outcome) -> ItemProblem | None:
    return None if outcome.error is None else ItemProblem.of(outcome.error)
