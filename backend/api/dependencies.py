"""What a route may ask for: the services, the signed-in person, their principals."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from backend.api.scopes import check_scope
from backend.auth.audit import Origin
from backend.auth.models import Identity, Role, Session, User
from backend.container import Container
from backend.documents.access import Caller
from backend.errors import Forbidden, Unauthenticated


async def get_container(request: Request) -> Container:
    """The services of this application."""
    container = request.app.state.container
    assert isinstance(container, Container)  # noqa: S101 - set by create_app, nothing else
    return container


Services = Annotated[Container, Depends(get_container)]


async def get_origin(request: Request) -> Origin:
    """Where the request came from, for limits and the audit log."""
    return Origin(
        ip=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
        request_id=str(request.scope.get("request_id", "")),
    )


RequestOrigin = Annotated[Origin, Depends(get_origin)]


class SignedIn(SecurityBase):
    """Who stands behind the bearer credential, if it may call this route.

    One dependency rather than a tree of them: FastAPI's resolution costs every request.

    Errors: `Unauthenticated`, `Forbidden` (key_not_allowed, scope_missing), `RateLimited`.
    """

    def __init__(self) -> None:
        self.model = HTTPBearerModel(description="The access token of `POST /auth/login`, or an API key.")
        self.scheme_name = "HTTPBearer"

    async def __call__(self, request: Request) -> Identity:
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if not credential or scheme.lower() != "bearer":
            raise Unauthenticated("Sign in first: this call needs a bearer token.")
        services = await get_container(request)
        accounts = services.accounts
        try:
            identity = await accounts.identities.authenticate(credential)
        except Unauthenticated:
            await accounts.throttle.refused(await get_origin(request))
            raise
        user = identity.user
        structlog.contextvars.bind_contextvars(user_id=user.id)
        own_limit = user.requests_per_minute
        await accounts.throttle.api(
            user.id, services.settings.auth.requests_per_minute if own_limit is None else own_limit
        )
        check_scope(identity, request.method, request.scope["route"].path)
        return identity


_signed_in = SignedIn()
CurrentIdentity = Annotated[Identity, Depends(_signed_in)]


async def get_user(identity: CurrentIdentity) -> User:
    """The person behind the bearer credential."""
    return identity.user


CurrentUser = Annotated[User, Depends(get_user)]


async def get_session(identity: CurrentIdentity) -> Session:
    """The session of a person at the pages. Errors: `Forbidden` for an API key."""
    if identity.session is None:
        raise Forbidden(
            "API keys cannot do this. Sign in at the pages, or with an access token.", code="key_not_allowed"
        )
    return identity.session


CurrentSession = Annotated[Session, Depends(get_session)]


async def get_admin(user: CurrentUser, _: CurrentSession) -> User:
    """The signed-in administrator. Errors: `Forbidden` (admin_required)."""
    if user.role is not Role.admin:
        raise Forbidden("Only an administrator can do this.", code="admin_required")
    return user


CurrentAdmin = Annotated[User, Depends(get_admin)]


async def get_caller(identity: CurrentIdentity) -> Caller:
    """The principals of the signed-in person, for access checks."""
    return identity.caller


CurrentCaller = Annotated[Caller, Depends(get_caller)]
