"""The catalogue of what can be connected, and the way back from a provider's consent page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from backend.api.connection_schemas import ConnectorList, ConnectorView
from backend.api.cookies import FLOW_COOKIE, end_flow
from backend.api.dependencies import CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.redirects import to_page
from backend.api.services import Audit, Connections, Consents, Pushes
from backend.connectors.manifest import Purpose
from backend.errors import BibliosError, PermissionMissing, SourceError

router = APIRouter(prefix="/connectors", tags=["connections"], responses=PROBLEM_RESPONSES)

#: Where the cookie of a consent goes along.
CONSENT_PATH = "/api/v1/connectors"
_MAX_CODE_CHARS = 4096

WithPurpose = Annotated[Purpose, Query(description="what is connected to be read, or what is to act with")]


@router.get("", summary="What can be connected")
async def list_connectors(_: CurrentUser, connections: Connections, purpose: WithPurpose = "sync") -> ConnectorList:
    return ConnectorList(items=[ConnectorView.of(offer) for offer in connections.catalogue(purpose)])


@router.get(
    "/{type}/oauth/callback",
    status_code=303,
    response_class=RedirectResponse,
    summary="The way back from a provider's consent page",
)
async def consent_callback(
    type: str,
    request: Request,
    consents: Consents,
    audit: Audit,
    origin: RequestOrigin,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=_MAX_CODE_CHARS)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Ends at the page that it was begun on, with ``?connected=<id>`` or ``?error=<code>``."""
    page = "/connections"
    try:
        flow = await consents.claim(type, state=state, browser_secret=request.cookies.get(FLOW_COOKIE, ""))
        page = flow.return_to
        if error or not code:
            raise _refusal(error)
        connection = await consents.arrive(flow, state=state, code=code)
    except BibliosError as problem:
        answer = to_page(page, error=problem.code, connector=type)
    else:
        details = {"connection_id": connection.id, "type": connection.type, "mode": connection.mode}
        await audit.record("connection.allowed", origin=origin, subject_id=flow.user_id, details=details)
        answer = to_page(page, connected=connection.id)
    end_flow(answer, path=CONSENT_PATH)
    return answer


@router.post("/{type}/events", summary="What a provider pushes")
async def receive_push(type: str, request: Request, pushes: Pushes) -> dict[str, str]:
    """For providers alone; each signs what it sends."""
    return dict(await pushes.receive(type, await request.body(), request.headers))


def _refusal(error: str) -> SourceError:
    if error == "access_denied":
        return PermissionMissing("It was not allowed at the provider.", code="provider_denied")
    return SourceError("The provider did not allow it. Start again.")
