"""The signed-in person's own account: name, address, password, deletion; and the links that mails lead to."""

from fastapi import APIRouter, Response

from backend.api.account_schemas import (
    AccountDeletion,
    AccountView,
    EmailChange,
    ForgotRequest,
    PasswordChange,
    ProfileChange,
    ResetRequest,
    TokenRequest,
)
from backend.api.cookies import forget_session
from backend.api.dependencies import CurrentSession, CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Account, Recovery

router = APIRouter(prefix="/auth", tags=["account"], responses=PROBLEM_RESPONSES)


@router.patch("/me", summary="Change your name")
async def change_profile(
    body: ProfileChange, user: CurrentUser, _: CurrentSession, account: Account, origin: RequestOrigin
) -> AccountView:
    account = account
    renamed = await account.rename(user, body.name, origin=origin)
    return AccountView.of(renamed, pending_email=await account.pending_email(user))


@router.post("/password/forgot", status_code=202, summary="Ask for a link that sets a new password")
async def forgot_password(body: ForgotRequest, recovery: Recovery, origin: RequestOrigin) -> None:
    """Answers alike whether there is such an account or not."""
    await recovery.forgot(body.email, origin=origin)


@router.post("/password/reset", status_code=204, summary="Set a new password by a mailed link")
async def reset_password(body: ResetRequest, recovery: Recovery, origin: RequestOrigin) -> None:
    """Ends every session of the account."""
    await recovery.reset(body.token, body.password, origin=origin)


@router.post("/password/change", status_code=204, summary="Change your password")
async def change_password(
    body: PasswordChange, user: CurrentUser, session: CurrentSession, recovery: Recovery, origin: RequestOrigin
) -> None:
    """Ends every other session."""
    await recovery.change(user, session, current=body.current_password, new=body.new_password, origin=origin)


@router.post("/email/verification", status_code=202, summary="Send the link that proves your address once more")
async def ask_verification(user: CurrentUser, _: CurrentSession, recovery: Recovery, origin: RequestOrigin) -> None:
    await recovery.ask_verification(user, origin=origin)


@router.post("/email/verify", status_code=204, summary="Prove an address by a mailed link")
async def verify_email(body: TokenRequest, account: Account, origin: RequestOrigin) -> None:
    """For the link of a new account as well as for that of a changed address."""
    await account.verify(body.token, origin=origin)


@router.post("/email/change", status_code=202, summary="Change your address")
async def change_email(
    body: EmailChange, user: CurrentUser, session: CurrentSession, account: Account, origin: RequestOrigin
) -> None:
    """Mails a link to the new address; the address changes when it is opened."""
    await account.ask_email_change(user, session, email=body.email, password=body.password, origin=origin)


@router.post("/me/delete", status_code=204, summary="Delete your account with everything in it")
async def delete_account(
    body: AccountDeletion,
    response: Response,
    user: CurrentUser,
    session: CurrentSession,
    account: Account,
    origin: RequestOrigin,
) -> None:
    """Documents, conversations, keys and sessions go at once. `GET /export` gives all of it before."""
    await account.delete_own(user, session, password=body.password, typed_email=body.email, origin=origin)
    forget_session(response)
