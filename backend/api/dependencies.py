"""What a route may ask for: the services, the signed-in person, their principals."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend.api.scopes import check_scope
from backend.auth.audit import Origin
from backend.auth.models import Identity, Role, Session, User
from backend.container import Container
from backend.documents.access import Caller
from backend.errors import Forbidden, Unauthenticated

_bearer = HTTPBearer(auto_error=False, description="The access token of `POST /auth/login`, or an API key.")


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


async def get_identity(
    request: Request,
    services: Services,
    origin: RequestOrigin,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Identity:
    """Who stands behind the bearer credential, if it may call this route.

    Errors: `Unauthenticated`, `Forbidden` (key_not_allowed, scope_missing), `RateLimited`.
    """
    if credentials is None:
        raise Unauthenticated("Sign in first: this call needs a bearer token.")
    accounts = services.accounts
    try:
        identity = await accounts.identities.authenticate(credentials.credentials)
    except Unauthenticated:
        await accounts.throttle.refused(origin)
        raise
    user = identity.user
    structlog.contextvars.bind_contextvars(user_id=user.id)
    own_limit = user.requests_per_minute
    await accounts.throttle.api(user.id, services.settings.auth.requests_per_minute if own_limit is None else own_limit)
    check_scope(identity, request.method, request.scope["route"].path)
    return identity


CurrentIdentity = Annotated[Identity, Depends(get_identity)]


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


async def get_caller(user: CurrentUser) -> Caller:
    """The principals of the signed-in person, for access checks."""
    return user.caller()


CurrentCaller = Annotated[Caller, Depends(get_caller)]
