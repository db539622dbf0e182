"""The cookies of a browser's sign-in, and the guard of the calls that they authenticate."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from backend.api.client_address import is_https
from backend.auth.service import AuthService, SignIn
from backend.errors import Forbidden
from backend.settings import Settings

REFRESH_COOKIE = "biblios_refresh"
DEVICE_COOKIE = "biblios_device"
FLOW_COOKIE = "biblios_sign_in"

COOKIE_PATH = "/api/v1/auth"
_DEVICE_SECONDS = 365 * 24 * 3600


def keep_session(request: Request, response: Response, settings: Settings, sign_in: SignIn) -> None:
    """Puts the refresh token into its cookie; the answer must not be stored anywhere.

    A browser drops a Secure cookie that comes over plain http, and nobody would stay signed in at an address of the
    local network: it is Secure exactly when the browser speaks https.
    """
    seconds = settings.auth.refresh_ttl_seconds
    _set(request, response, settings, REFRESH_COOKIE, sign_in.refresh_token, seconds)
    response.headers["Cache-Control"] = "no-store"


def forget_session(response: Response) -> None:
    response.delete_cookie(REFRESH_COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")


def remember_device(
    request: Request, response: Response, settings: Settings, auth: AuthService, sign_in: SignIn
) -> None:
    """Lets the browser be recognised at its next sign-in."""
    cookie = auth.device_cookie(sign_in.user, request.cookies.get(DEVICE_COOKIE))
    _set(request, response, settings, DEVICE_COOKIE, cookie, _DEVICE_SECONDS)


def begin_flow(
    request: Request,
    response: Response,
    settings: Settings,
    secret: str,
    *,
    max_age_seconds: int,
    path: str = COOKIE_PATH,
) -> None:
    """Binds what goes on at a provider to this browser. Lax: the way back from there is a cross-site navigation."""
    response.set_cookie(
        FLOW_COOKIE,
        secret,
        max_age=max_age_seconds,
        path=path,
        httponly=True,
        samesite="lax",
        secure=is_https(request, settings),
    )


def end_flow(response: Response, *, path: str = COOKIE_PATH) -> None:
    response.delete_cookie(FLOW_COOKIE, path=path, httponly=True, samesite="lax")


def _set(request: Request, response: Response, settings: Settings, name: str, value: str, max_age_seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_seconds,
        path=COOKIE_PATH,
        httponly=True,
        samesite="strict",
        secure=is_https(request, settings),
    )


def refuse_foreign_origin(request: Request, settings: Settings) -> None:
    """Guards the calls that a cookie authenticates against other sites (CSRF), beside SameSite.

    Browsers state where a call comes from; a client that is no browser states nothing and has no ambient cookie.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site not in (None, "same-origin", "none"):
        raise Forbidden("This call must come from the application's own pages.", code="foreign_origin")
    origin = request.headers.get("origin")
    if origin is None:
        return
    allowed = {request.headers.get("host", ""), urlsplit(settings.web.public_url).netloc}
    allowed.update(urlsplit(item).netloc for item in settings.web.cors_origins)
    if _host_of(origin) not in allowed - {""}:
        raise Forbidden("This call must come from the application's own pages.", code="foreign_origin")


def _host_of(origin: str) -> str:
    """Empty for an opaque origin (`null`), and for what is no address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
