"""Sign-in with an account at a provider. The browser goes there and comes back; both ways are plain navigations.

The way back ends at a page: with a session (the refresh cookie), at ``/link`` to confirm a link, or with
``?error=<code>&provider=<name>``.
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from backend.api.account_schemas import LinkToken, Password, SignInView, UserView
from backend.api.cookies import FLOW_COOKIE, begin_flow, end_flow, keep_session, remember_device
from backend.api.dependencies import CurrentSession, CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.redirects import callback_address, own_path, to_page
from backend.api.services import AppSettings, Auth, SocialLogin
from backend.auth.oauth.base import ProviderError
from backend.auth.oauth.service import Arrived
from backend.auth.service import AuthService
from backend.errors import BibliosError, RateLimited, Unavailable
from backend.oauth.flow import FLOW_TTL
from backend.settings import Settings

router = APIRouter(prefix="/auth", tags=["social login"], responses=PROBLEM_RESPONSES)

_FLOW_SECONDS = int(FLOW_TTL.total_seconds())
_MAX_CODE_CHARS = 4096

#: Why a page is shown again after a sign-in that came to nothing, by what the provider reports.
_DENIALS = frozenset({"access_denied", "consent_required", "interaction_required", "login_required"})

ReturnTo = Annotated[str, Query(max_length=500, description="the page to go to afterwards, as a path")]


class ProviderView(BaseModel):
    name: str = Field(examples=["google"])
    label: str = Field(examples=["Google"])


class ProviderList(BaseModel):
    items: list[ProviderView]


class LinkedAccountView(BaseModel):
    provider: str
    label: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime


class LinkedAccountList(BaseModel):
    items: list[LinkedAccountView]


class LinkStart(BaseModel):
    return_to: str = Field("/settings", max_length=500)


class LinkStarted(BaseModel):
    url: str = Field(description="send the browser there")


class LinkConfirmation(BaseModel):
    token: LinkToken
    password: Password


@router.get("/providers", summary="Which providers people can sign in with")
async def list_providers(social: SocialLogin) -> ProviderList:
    found = social.providers.values()
    return ProviderList(items=[ProviderView(name=item.name, label=item.label) for item in found])


@router.get(
    "/oauth/{provider}/start",
    status_code=303,
    response_class=RedirectResponse,
    summary="Begin a sign-in: sends the browser to the provider",
)
async def start(
    provider: str,
    request: Request,
    social: SocialLogin,
    settings: AppSettings,
    origin: RequestOrigin,
    return_to: ReturnTo = "/",
) -> RedirectResponse:
    try:
        started = await social.start(
            provider,
            redirect_uri=_redirect_uri(request, settings, provider),
            return_to=own_path(return_to),
            origin=origin,
        )
    except (ProviderError, RateLimited, Unavailable) as error:  # it is a navigation: a person is looking
        return to_page("/login", error=error.code, provider=provider)
    answer = RedirectResponse(started.url, status_code=303)
    begin_flow(request, answer, settings, started.browser_secret, max_age_seconds=_FLOW_SECONDS)
    return answer


@router.get(
    "/oauth/{provider}/callback",
    status_code=303,
    response_class=RedirectResponse,
    summary="The way back from the provider",
)
async def callback(
    provider: str,
    request: Request,
    social: SocialLogin,
    auth: Auth,
    settings: AppSettings,
    origin: RequestOrigin,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=_MAX_CODE_CHARS)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    page, flow = "/login", None
    try:
        flow = await social.claim(
            provider, state=state, browser_secret=request.cookies.get(FLOW_COOKIE, ""), origin=origin
        )
        if flow.intent == "link":
            page = flow.return_to
        if error or not code:
            raise _refusal(error)
        arrived = await social.arrive(flow, state=state, code=code, origin=origin)
    except BibliosError as problem:
        if flow is not None:
            await social.note_refusal(flow.provider, problem.code, origin=origin)
        answer = to_page(page, error=problem.code, provider=provider)
    else:
        answer = _arrived(request, settings, auth, arrived, provider)
    end_flow(answer)
    return answer


@router.post("/oauth/link", summary="Confirm a link with the password of the account here, and sign in")
async def confirm_link(
    body: LinkConfirmation,
    request: Request,
    response: Response,
    social: SocialLogin,
    auth: Auth,
    settings: AppSettings,
    origin: RequestOrigin,
) -> SignInView:
    sign_in = await social.confirm_link(body.token, body.password, origin=origin)
    remember_device(request, response, settings, auth, sign_in)
    keep_session(request, response, settings, sign_in)
    return SignInView(access_token=sign_in.access_token, expires_in=sign_in.expires_in, user=UserView.of(sign_in.user))


@router.get("/linked-accounts", summary="Your accounts at providers")
async def list_linked(user: CurrentUser, _: CurrentSession, social: SocialLogin) -> LinkedAccountList:
    labels = {item.name: item.label for item in social.providers.values()}
    return LinkedAccountList(
        items=[
            LinkedAccountView(
                provider=link.provider,
                label=labels.get(link.provider, link.provider),
                email=link.email,
                linked_at=link.linked_at,
                last_used_at=link.last_used_at,
            )
            for link in await social.of_user(user.id)
        ]
    )


@router.post("/linked-accounts/{provider}", summary="Begin linking an account at a provider to yours")
async def link(
    provider: str,
    body: LinkStart,
    request: Request,
    response: Response,
    session: CurrentSession,
    social: SocialLogin,
    settings: AppSettings,
    origin: RequestOrigin,
) -> LinkStarted:
    started = await social.start(
        provider,
        redirect_uri=_redirect_uri(request, settings, provider),
        return_to=own_path(body.return_to),
        origin=origin,
        session=session,
    )
    begin_flow(request, response, settings, started.browser_secret, max_age_seconds=_FLOW_SECONDS)
    return LinkStarted(url=started.url)


@router.delete("/linked-accounts/{provider}", status_code=204, summary="Unlink an account at a provider")
async def unlink(
    provider: str, user: CurrentUser, _: CurrentSession, social: SocialLogin, origin: RequestOrigin
) -> None:
    await social.unlink(user, provider, origin=origin)


def _arrived(
    request: Request, settings: Settings, auth: AuthService, arrived: Arrived, provider: str
) -> RedirectResponse:
    if arrived.link_token is not None:
        fragment = urlencode({"token": arrived.link_token, "provider": provider, "return_to": arrived.return_to})
        return RedirectResponse(f"/link#{fragment}", status_code=303)
    if arrived.sign_in is None:
        return to_page(arrived.return_to, linked=provider)
    answer = RedirectResponse(quote(arrived.return_to, safe="/?&=#%:;,+@!~*'()[]$"), status_code=303)
    remember_device(request, answer, settings, auth, arrived.sign_in)
    keep_session(request, answer, settings, arrived.sign_in)
    return answer


def _refusal(error: str) -> ProviderError:
    if error in _DENIALS:
        return ProviderError("The sign-in was not allowed at the provider.", code="provider_denied")
    return ProviderError("The provider did not accept the sign-in. Start again.")


def _redirect_uri(request: Request, settings: Settings, provider: str) -> str:
    return callback_address(request, settings, f"/auth/oauth/{quote(provider, safe='')}/callback")
