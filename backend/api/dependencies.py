"""What a route may ask for beside its services: the signed-in person, their principals."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from backend.access import Caller
from backend.api import services
from backend.api.client_address import client_address
from backend.api.scopes import check_scope
from backend.audit.log import Origin
from backend.auth.models import Identity, Role, Session, User
from backend.errors import Forbidden, Unauthenticated


async def get_origin(request: Request) -> Origin:
    """Where the request came from, for limits and the audit log."""
    return Origin(
        ip=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        request_id=str(request.scope.get("request_id", "")),
    )


RequestOrigin = Annotated[Origin, Depends(get_origin)]


#: Where a request keeps who sent it, so that a route which asks twice costs one look.
_IDENTITY = "biblios.identity"


class SignedIn[Given](SecurityBase):
    """Who stands behind the bearer credential, if it may call this route; `give` picks what the route wants of it.

    One dependency rather than a tree of them: FastAPI's resolution costs every request.

    Errors: `Unauthenticated`, `Forbidden` (key_not_allowed, scope_missing), `RateLimited`.
    """

    def __init__(self, give: Callable[[Identity], Given]) -> None:
        self._give = give
        self.model = HTTPBearerModel(description="The access token of `POST /auth/login`, or an API key.")
        self.scheme_name = "HTTPBearer"

    async def __call__(self, request: Request) -> Given:
        return self._give(await identify(request))


async def identify(request: Request) -> Identity:
    """Who sent the request, looked up once; `body_limit` asks before the body is read.

    Errors: `Unauthenticated`, `Forbidden` (key_not_allowed, scope_missing), `RateLimited`.
    """
    identity = request.scope.get(_IDENTITY)
    if identity is None:
        identity = request.scope[_IDENTITY] = await _identify(request)
    assert isinstance(identity, Identity)  # noqa: S101 - nothing else writes it
    return identity


def may_be_hinted(user: User) -> bool:
    """Whether they are told what only whoever runs the server can do about a failure (`BibliosError.hint`)."""
    return user.role is Role.admin


def is_hinted(request: Request) -> bool:
    """`may_be_hinted` of whoever sent the request; of somebody who is not known, no."""
    identity = request.scope.get(_IDENTITY)
    return isinstance(identity, Identity) and may_be_hinted(identity.user)


async def _identify(request: Request) -> Identity:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if not credential or scheme.lower() != "bearer":
        raise Unauthenticated("Sign in first: this call needs a bearer token.")
    throttle = services.throttle.of(request)
    try:
        identity = await services.identities.of(request).authenticate(credential)
    except Unauthenticated:
        await throttle.refused(await get_origin(request))
        raise
    user = identity.user
    structlog.contextvars.bind_contextvars(user_id=user.id)
    limit = user.requests_per_minute
    if limit is None:
        limit = services.settings.of(request).auth.requests_per_minute
    await throttle.api(user.id, limit)
    check_scope(identity, request.method, request.scope["route"].path)
    return identity


get_identity = SignedIn(lambda identity: identity)
#: The person behind the bearer credential.
get_user = SignedIn(lambda identity: identity.user)
#: The principals of the signed-in person, for access checks.
get_caller = SignedIn(lambda identity: identity.caller)

type Confirm = Callable[[], Awaitable[None]]


async def confirm_again(request: Request) -> None:
    """Whether the credential of a request that was accepted still stands, asked of the database itself.

    Errors: `Unauthenticated`.
    """
    await services.identities.of(request).confirm(await identify(request))


async def get_confirm(request: Request) -> Confirm:
    """See `confirm_again`; for what takes its time."""
    return partial(confirm_again, request)


StillStands = Annotated[Confirm, Depends(get_confirm)]

CurrentIdentity = Annotated[Identity, Depends(get_identity)]
CurrentUser = Annotated[User, Depends(get_user)]
CurrentCaller = Annotated[Caller, Depends(get_caller)]


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
    return as_admin(user)


def as_admin(user: User) -> User:
    """Errors: `Forbidden` (admin_required)."""
    if user.role is not Role.admin:
        raise Forbidden("Only an administrator can do this.", code="admin_required")
    return user


CurrentAdmin = Annotated[User, Depends(get_admin)]
