"""The policy of actions, for administrators; and deciding by a mailed link, for whoever it was mailed to."""

from fastapi import APIRouter

from backend.actions.models import Reach
from backend.actions.policies import Policies, StoredPolicy
from backend.actions.policy import house_of, judge, outside_domains
from backend.api.action_schemas import (
    DecideRequest,
    DecideView,
    PolicyChange,
    PolicyTrial,
    PolicyView,
    TrialView,
)
from backend.api.dependencies import CurrentAdmin, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import ActionPolicies, Actions, Audit, ByMail, Throttling

router = APIRouter(prefix="/actions", tags=["actions"], responses=PROBLEM_RESPONSES)


@router.get("/policy", summary="What may leave, and whose word that needs")
async def get_policy(_: CurrentAdmin, policies: ActionPolicies) -> PolicyView:
    return await _shown(policies, await policies.now())


@router.put("/policy", summary="Change what may leave")
async def change_policy(
    body: PolicyChange, admin: CurrentAdmin, policies: ActionPolicies, audit: Audit, origin: RequestOrigin
) -> PolicyView:
    """It holds at once, also for what was approved and has not left. 409 if somebody else changed it meanwhile."""
    stored = await policies.replace(body.policy, version=body.version, by=admin.id)
    details = {"before": str(body.version), "after": str(stored.version), "count": str(len(stored.policy.rules))}
    await audit.record("action.policy_changed", origin=origin, actor=admin.actor, details=details)
    return await _shown(policies, stored)


@router.post("/policy/try", summary="What a policy would say of a sample")
async def try_policy(body: PolicyTrial, admin: CurrentAdmin) -> TrialView:
    """By the same rules as for what leaves. Nothing is stored and nothing decided."""
    sample, sender = body.sample, body.sample.sender or admin.email
    reach = Reach(
        addresses=sample.recipients,
        channels=[sample.channel] if sample.channel else [],
        people=sample.people,
        attachments=sample.attachments,
        outside=sample.shared,
    )
    verdict, inside = judge(body.policy, sample.kind, reach, sender), house_of(body.policy, sender)
    return TrialView(
        rulings=list(verdict.rulings),
        forbidden=verdict.forbidden,
        inside=inside,
        outside=sorted(outside_domains(reach, inside)),
    )


@router.post("/decide", summary="Look at what a mailed link is about, or decide on it")
async def decide(
    body: DecideRequest, mailed: ByMail, actions: Actions, throttle: Throttling, audit: Audit, origin: RequestOrigin
) -> DecideView:
    """The link stands for the person to whom it was mailed, and decides once, for exactly what it was mailed for.
    Without `decision` it decides nothing, however often it is opened."""
    await throttle.link(origin)
    if body.decision is None:
        opened = await mailed.show(body.token)
    else:
        opened = await mailed.decide(body.token, body.decision, reason=body.reason, confirmed=body.confirm)
        event = "action.approved" if body.decision == "approve" else "action.rejected"
        details = {"action_id": opened.action.id, "kind": opened.action.kind, "by": "mailed link"}
        await audit.record(event, origin=origin, actor=opened.actor, details=details)
    return DecideView(state=opened.state, action=await actions.view(opened.caller, opened.action))


async def _shown(policies: Policies, stored: StoredPolicy) -> PolicyView:
    return PolicyView(
        version=stored.version,
        policy=stored.policy,
        changed_at=stored.changed_at,
        changed_by=stored.changed_by,
        names=await policies.names(stored),
    )
