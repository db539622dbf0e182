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
from backend.api.dependencies import CurrentUser, RequestOrigin, Services
from backend.api.problems import PROBLEM_RESPONSES
from backend.auth.service import SignIn
from backend.errors import Unauthenticated

router = APIRouter(prefix="/auth", tags=["auth"], responses=PROBLEM_RESPONSES)


def _answer(request: Request, response: Response, services: Services, sign_in: SignIn) -> SignInView:
    keep_session(request, response, services, sign_in)
    return SignInView(access_token=sign_in.access_token, expires_in=sign_in.expires_in, user=UserView.of(sign_in.user))


@router.get("/registration", summary="Who may create an account")
async def registration(services: Services) -> RegistrationView:
    mode, first = await services.auth.registration()
    return RegistrationView(mode=mode, first=first, mail="smtp" if services.auth.mails_are_sent else "console")


@router.post("/register", status_code=201, summary="Create an account and sign in")
async def register(
    body: RegisterRequest, request: Request, response: Response, services: Services, origin: RequestOrigin
) -> SignInView:
    sign_in = await services.auth.register(
        email=body.email, password=body.password, name=body.name, invitation=body.invitation, origin=origin
    )
    remember_device(request, response, services, sign_in)
    return _answer(request, response, services, sign_in)


@router.post("/login", summary="Sign in")
async def login(
    body: LoginRequest, request: Request, response: Response, services: Services, origin: RequestOrigin
) -> SignInView:
    sign_in = await services.auth.login(
        email=body.email, password=body.password, origin=origin, device=request.cookies.get(DEVICE_COOKIE)
    )
    remember_device(request, response, services, sign_in)
    return _answer(request, response, services, sign_in)


@router.post("/refresh", summary="Exchange the refresh cookie for a new access token")
async def refresh(request: Request, response: Response, services: Services, origin: RequestOrigin) -> SignInView:
    refuse_foreign_origin(request, services)
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise Unauthenticated("You are not signed in.", code="no_session")
    return _answer(request, response, services, await services.auth.refresh(token, origin=origin))


@router.post("/logout", status_code=204, summary="End this session")
async def logout(request: Request, response: Response, services: Services, origin: RequestOrigin) -> None:
    refuse_foreign_origin(request, services)
    if token := request.cookies.get(REFRESH_COOKIE):
        await services.auth.logout(token, origin=origin)
    forget_session(response)


@router.post("/invitations/look-up", summary="What an invitation's link offers")
async def look_up_invitation(body: TokenRequest, services: Services, origin: RequestOrigin) -> InvitationOffer:
    await services.accounts.throttle.link(origin)
    invitation = await services.accounts.invitations.look_up(body.token)
    return InvitationOffer(
        email=invitation.email, role=invitation.role.value, inviter=invitation.inviter, expires_at=invitation.expires_at
    )


@router.get("/me", summary="The signed-in person")
async def me(user: CurrentUser, services: Services) -> AccountView:
    return AccountView.of(user, pending_email=await services.accounts.account.pending_email(user))
