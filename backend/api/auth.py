"""Sign-up, sign-in, silent refresh, sign-out and "who am I". The refresh token travels as an httpOnly cookie only."""

from fastapi import APIRouter, Request, Response

from backend.api.account_schemas import (
    AccountView,
    InvitationOffer,
    LoginRequest,
    RegisterRequest,
    RegistrationView,
    SignInView,
    TokenRequest,
    UserView,
)
from backend.api.cookies import (
    DEVICE_COOKIE,
    REFRESH_COOKIE,
    forget_session,
    keep_session,
    refuse_foreign_origin,
    remember_device,
)
from backend.api.dependencies import CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Account, AppSettings, Auth, Invitations, Throttling
from backend.auth.service import SignIn
from backend.errors import Unauthenticated
from backend.settings import Settings

router = APIRouter(prefix="/auth", tags=["auth"], responses=PROBLEM_RESPONSES)


def _answer(request: Request, response: Response, settings: Settings, sign_in: SignIn) -> SignInView:
    keep_session(request, response, settings, sign_in)
    return SignInView(access_token=sign_in.access_token, expires_in=sign_in.expires_in, user=UserView.of(sign_in.user))


@router.get("/registration", summary="Who may create an account")
async def registration(auth: Auth) -> RegistrationView:
    mode, first = await auth.registration()
    return RegistrationView(mode=mode, first=first, mail="smtp" if auth.mails_are_sent else "console")


@router.post("/register", status_code=201, summary="Create an account and sign in")
async def register(
    body: RegisterRequest,
    request: Request,
    response: Response,
    auth: Auth,
    settings: AppSettings,
    origin: RequestOrigin,
) -> SignInView:
    sign_in = await auth.register(
        email=body.email, password=body.password, name=body.name, invitation=body.invitation, origin=origin
    )
    remember_device(request, response, settings, auth, sign_in)
    return _answer(request, response, settings, sign_in)


@router.post("/login", summary="Sign in")
async def login(
    body: LoginRequest, request: Request, response: Response, auth: Auth, settings: AppSettings, origin: RequestOrigin
) -> SignInView:
    sign_in = await auth.login(
        email=body.email, password=body.password, origin=origin, device=request.cookies.get(DEVICE_COOKIE)
    )
    remember_device(request, response, settings, auth, sign_in)
    return _answer(request, response, settings, sign_in)


@router.post("/refresh", summary="Exchange the refresh cookie for a new access token")
async def refresh(
    request: Request, response: Response, auth: Auth, settings: AppSettings, origin: RequestOrigin
) -> SignInView:
    refuse_foreign_origin(request, settings)
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise Unauthenticated("You are not signed in.", code="no_session")
    return _answer(request, response, settings, await auth.refresh(token, origin=origin))


@router.post("/logout", status_code=204, summary="End this session")
async def logout(
    request: Request, response: Response, auth: Auth, settings: AppSettings, origin: RequestOrigin
) -> None:
    refuse_foreign_origin(request, settings)
    if token := request.cookies.get(REFRESH_COOKIE):
        await auth.logout(token, origin=origin)
    forget_session(response)


@router.post("/invitations/look-up", summary="What an invitation's link offers")
async def look_up_invitation(
    body: TokenRequest, invitations: Invitations, throttle: Throttling, origin: RequestOrigin
) -> InvitationOffer:
    await throttle.link(origin)
    invitation = await invitations.look_up(body.token)
    return InvitationOffer(
        email=invitation.email, role=invitation.role.value, inviter=invitation.inviter, expires_at=invitation.expires_at
    )


@router.get("/me", summary="The signed-in person")
async def me(user: CurrentUser, account: Account) -> AccountView:
    return AccountView.of(user, pending_email=await account.pending_email(user))
