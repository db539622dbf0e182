"""What a route may ask for: the services, the signed-in person, their principals."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend.auth.audit import Origin
from backend.auth.models import User
from backend.container import Container
from backend.documents.access import Caller
from backend.errors import Unauthenticated

_bearer = HTTPBearer(auto_error=False, description="The access token of `POST /auth/login`.")


def get_container(request: Request) -> Container:
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


async def get_user(
    services: Services, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """The person behind the bearer token. Errors: `Unauthenticated`."""
    if credentials is None:
        raise Unauthenticated("Sign in first: this call needs a bearer token.")
    user = await services.auth.authenticate(credentials.credentials)
    structlog.contextvars.bind_contextvars(user_id=user.id)
    return user


CurrentUser = Annotated[User, Depends(get_user)]


async def get_caller(user: CurrentUser) -> Caller:
    """The principals of the signed-in person, for access checks."""
    return user.caller()


CurrentCaller = Annotated[Caller, Depends(get_caller)]
