"""Administration: accounts, invitations, signing keys. For administrators only, and never with an API key."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from backend.api.account_schemas import Ended, SessionList, SessionView
from backend.api.admin_schemas import (
    InvitationPage,
    InvitationView,
    ManagedUser,
    ManagedUserChange,
    ManagedUserPage,
    NewInvitation,
    ResetLink,
    SentInvitationView,
    SigningKeys,
    Workspace,
)
from backend.api.dependencies import CurrentAdmin, RequestOrigin
from backend.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Administration, AppSettings, Invitations, Keys, Users
from backend.auth.administration import AdminService, UserChange
from backend.auth.invitations import Sent
from backend.auth.models import Role, User
from backend.settings import Settings

router = APIRouter(prefix="/admin", tags=["admin"], responses=PROBLEM_RESPONSES)

type Status = Literal["active", "deactivated"]


@router.get("/workspace", summary="How accounts are set up here")
async def workspace(_: CurrentAdmin, users: Users, settings: AppSettings) -> Workspace:
    settings = settings
    return Workspace(
        registration=settings.auth.registration,
        mail="smtp" if settings.mail.configured else "console",
        audit_retention_days=settings.audit.retention_days,
        requests_per_minute=settings.auth.requests_per_minute,
        users=await users.count_by_role(),
        deactivated=await users.count_deactivated(),
    )


@router.get("/users", summary="Accounts, oldest first")
async def list_users(
    _: CurrentAdmin,
    administration: Administration,
    q: Annotated[str, Query(max_length=254, description="part of a name or an address")] = "",
    role: Role | None = None,
    status: Status | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ManagedUserPage:
    admin = administration
    items, after = await admin.page(
        text=q,
        role=role,
        disabled=None if status is None else status == "deactivated",
        after=decode_cursor(cursor),
        limit=limit,
    )
    methods = await admin.sign_in_methods(items)
    return ManagedUserPage(
        items=[ManagedUser.of(user, methods[user.id]) for user in items], next_cursor=encode_cursor(after)
    )


@router.get("/users/{user_id}", summary="One account")
async def get_user(user_id: str, _: CurrentAdmin, administration: Administration) -> ManagedUser:
    return await _shown(administration, await administration.get(user_id))


@router.patch(
    "/users/{user_id}", summary="Change role, groups or limit; deactivate or reactivate; mark an address as proven"
)
async def change_user(
    user_id: str, body: ManagedUserChange, admin: CurrentAdmin, administration: Administration, origin: RequestOrigin
) -> ManagedUser:
    """Deactivating ends every session of the account."""
    change = UserChange(
        role=body.role,
        groups=body.groups,
        disabled=body.disabled,
        requests_per_minute=body.requests_per_minute,
        email_verified=body.email_verified,
    )
    return await _shown(administration, await administration.change(admin, user_id, change, origin=origin))


@router.delete("/users/{user_id}", status_code=204, summary="Delete an account with everything that is theirs")
async def delete_user(user_id: str, admin: CurrentAdmin, administration: Administration, origin: RequestOrigin) -> None:
    await administration.delete(admin, user_id, origin=origin)


@router.get("/users/{user_id}/sessions", summary="Where somebody is signed in")
async def list_sessions(user_id: str, _: CurrentAdmin, administration: Administration) -> SessionList:
    found = await administration.sessions_of(user_id)
    return SessionList(items=[SessionView.of(item) for item in found])


@router.delete("/users/{user_id}/sessions", summary="Sign somebody out everywhere")
async def end_sessions(
    user_id: str, admin: CurrentAdmin, administration: Administration, origin: RequestOrigin
) -> Ended:
    return Ended(ended=await administration.end_sessions(admin, user_id, origin=origin))


@router.post("/users/{user_id}/password-reset", status_code=202, summary="Mail somebody a link for a new password")
async def send_reset(
    user_id: str, admin: CurrentAdmin, administration: Administration, origin: RequestOrigin, response: Response
) -> ResetLink:
    response.headers["Cache-Control"] = "no-store"
    return ResetLink(link=await administration.send_reset(admin, user_id, origin=origin))


@router.get("/invitations", summary="Open invitations, newest first")
async def list_invitations(
    _: CurrentAdmin, invitations: Invitations, cursor: Cursor = None, limit: Limit = 50
) -> InvitationPage:
    """Also those that have expired, to be sent again."""
    found = await invitations.open(before=decode_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    after = items[-1].id if len(found) > limit else None
    return InvitationPage(items=[InvitationView.of(item) for item in items], next_cursor=encode_cursor(after))


@router.post("/invitations", status_code=201, summary="Invite somebody")
async def invite(
    body: NewInvitation,
    admin: CurrentAdmin,
    administration: Administration,
    settings: AppSettings,
    origin: RequestOrigin,
    response: Response,
) -> SentInvitationView:
    """Mails a link that makes one account with this role. An earlier invitation of the address becomes void."""
    sent = await administration.invite(admin, body.email, role=body.role, groups=body.groups, origin=origin)
    return _sent(settings, response, sent)


@router.post("/invitations/{invitation_id}/resend", summary="Send an invitation again, with a new link")
async def resend_invitation(
    invitation_id: str,
    admin: CurrentAdmin,
    administration: Administration,
    settings: AppSettings,
    origin: RequestOrigin,
    response: Response,
) -> SentInvitationView:
    sent = await administration.resend_invitation(admin, invitation_id, origin=origin)
    return _sent(settings, response, sent)


@router.delete("/invitations/{invitation_id}", status_code=204, summary="Withdraw an invitation")
async def withdraw_invitation(
    invitation_id: str, admin: CurrentAdmin, administration: Administration, origin: RequestOrigin
) -> None:
    await administration.withdraw_invitation(admin, invitation_id, origin=origin)


@router.get("/signing-keys", summary="The keys that sign and verify access tokens")
async def list_signing_keys(_: CurrentAdmin, keys: Keys) -> SigningKeys:
    keys = keys
    return SigningKeys.of(keys.keys, managed_here=keys.rotates_here)


@router.post("/signing-keys/rotate", summary="Sign with a new key from now on")
async def rotate_signing_keys(
    admin: CurrentAdmin, administration: Administration, origin: RequestOrigin
) -> SigningKeys:
    """Nobody is signed out: the key before verifies until its tokens have ended."""
    return SigningKeys.of(await administration.rotate_keys(admin, origin=origin), managed_here=True)


def _sent(settings: Settings, response: Response, sent: Sent) -> SentInvitationView:
    response.headers["Cache-Control"] = "no-store"
    return SentInvitationView.sent(sent, show_link=not settings.mail.configured)


async def _shown(administration: AdminService, user: User) -> ManagedUser:
    return ManagedUser.of(user, (await administration.sign_in_methods([user]))[user.id])
