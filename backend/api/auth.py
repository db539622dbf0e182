"""Sign-up, sign-in, silent refresh, sign-out and "who am I". The refresh token travels as an httpOnly cookie only."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from backend.api.dependencies import CurrentUser, RequestOrigin, Services
from backend.api.problems import PROBLEM_RESPONSES
from backend.auth.models import User
from backend.auth.security import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from backend.auth.service import SignIn
from backend.errors import Forbidden, Unauthenticated

router = APIRouter(prefix="/auth", tags=["auth"], responses=PROBLEM_RESPONSES)

_COOKIE = "biblios_refresh"
_DEVICE_COOKIE = "biblios_device"
_DEVICE_SECONDS = 365 * 24 * 3600
_COOKIE_PATH = "/api/v1/auth"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def _mail_address(value: str) -> str:
    """A plausible address; the proof is a mail that arrives, not a pattern."""
    value = value.strip()
    local, at, domain = value.rpartition("@")
    if not at or not local or "." not in domain.strip(".") or any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError("Enter a mail address such as name@example.com.")
    return value


MailAddress = Annotated[str, Field(max_length=254, examples=["ada@example.com"]), AfterValidator(_mail_address)]


class RegisterRequest(BaseModel):
    email: MailAddress
    password: str = Field(min_length=MIN_PASSWORD_CHARS, max_length=MAX_PASSWORD_CHARS)
    name: str | None = Field(None, max_length=120)


class LoginRequest(BaseModel):
    email: str = Field(max_length=254)
    password: str = Field(max_length=MAX_PASSWORD_CHARS)


class UserView(BaseModel):
    id: str
    email: str
    name: str
    role: Literal["admin", "member"]

    @classmethod
    def of(cls, user: User) -> "UserView":
        return cls(id=user.id, email=user.email, name=user.name, role=user.role.value)


class SignInView(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in: int = Field(description="seconds")
    user: UserView


def _answer(request: Request, response: Response, services: Services, sign_in: SignIn) -> SignInView:
    _set_cookie(request, response, _COOKIE, sign_in.refresh_token, services.settings.auth.refresh_ttl_seconds)
    response.headers["Cache-Control"] = "no-store"
    return SignInView(access_token=sign_in.access_token, expires_in=sign_in.expires_in, user=UserView.of(sign_in.user))


def _remember_device(request: Request, response: Response, services: Services, sign_in: SignIn) -> None:
    cookie = services.auth.device_cookie(sign_in.user, request.cookies.get(_DEVICE_COOKIE))
    _set_cookie(request, response, _DEVICE_COOKIE, cookie, _DEVICE_SECONDS)


def _set_cookie(request: Request, response: Response, name: str, value: str, max_age_seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_seconds,
        path=_COOKIE_PATH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https" or request.url.hostname not in _LOCAL_HOSTS,
    )


def _refuse_foreign_origin(request: Request, services: Services) -> None:
    """Guards the calls that a cookie authenticates against other sites (CSRF), beside SameSite.

    Browsers state where a call comes from; a client that is no browser states nothing and has no ambient cookie.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site not in (None, "same-origin", "none"):
        raise Forbidden("This call must come from the application's own pages.", code="foreign_origin")
    origin = request.headers.get("origin")
    if origin is None:
        return
    allowed = {request.headers.get("host", ""), urlsplit(services.settings.web.public_url).netloc}
    allowed.update(urlsplit(item).netloc for item in services.settings.web.cors_origins)
    if urlsplit(origin).netloc not in allowed:
        raise Forbidden("This call must come from the application's own pages.", code="foreign_origin")


@router.post("/register", status_code=201, summary="Create an account and sign in")
async def register(
    body: RegisterRequest, request: Request, response: Response, services: Services, origin: RequestOrigin
) -> SignInView:
    sign_in = await services.auth.register(email=body.email, password=body.password, name=body.name, origin=origin)
    _remember_device(request, response, services, sign_in)
    return _answer(request, response, services, sign_in)


@router.post("/login", summary="Sign in")
async def login(
    body: LoginRequest, request: Request, response: Response, services: Services, origin: RequestOrigin
) -> SignInView:
    sign_in = await services.auth.login(
        email=body.email, password=body.password, origin=origin, device=request.cookies.get(_DEVICE_COOKIE)
    )
    _remember_device(request, response, services, sign_in)
    return _answer(request, response, services, sign_in)


@router.post("/refresh", summary="Exchange the refresh cookie for a new access token")
async def refresh(request: Request, response: Response, services: Services, origin: RequestOrigin) -> SignInView:
    _refuse_foreign_origin(request, services)
    token = request.cookies.get(_COOKIE)
    if not token:
        raise Unauthenticated("You are not signed in.", code="no_session")
    return _answer(request, response, services, await services.auth.refresh(token, origin=origin))


@router.post("/logout", status_code=204, summary="End this session")
async def logout(request: Request, response: Response, services: Services, origin: RequestOrigin) -> None:
    _refuse_foreign_origin(request, services)
    if token := request.cookies.get(_COOKIE):
        await services.auth.logout(token, origin=origin)
    response.delete_cookie(_COOKIE, path=_COOKIE_PATH, httponly=True, samesite="strict")


@router.get("/me", summary="The signed-in person")
async def me(user: CurrentUser) -> UserView:
    return UserView.of(user)
