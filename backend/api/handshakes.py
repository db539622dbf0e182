"""What providers offer in a first push, for administrators to read. Never with an API key."""

from fastapi import APIRouter, Request

from backend.api.connection_schemas import HandshakeView
from backend.api.dependencies import CurrentAdmin, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.redirects import callback_address
from backend.api.services import AppSettings, Audit, PushHandshakes
from backend.connectors.handshakes import Handshake
from backend.settings import Settings

router = APIRouter(prefix="/admin/connectors", tags=["admin"], responses=PROBLEM_RESPONSES)


@router.post("/{type}/handshake", summary="Wait for the secret that a provider offers in its first push")
async def begin_handshake(
    type: str,
    request: Request,
    admin: CurrentAdmin,
    handshakes: PushHandshakes,
    settings: AppSettings,
    audit: Audit,
    origin: RequestOrigin,
) -> HandshakeView:
    """For a few minutes. Anybody can send one, so none is believed: what later pushes are checked with is a setting."""
    begun = await handshakes.wait(type)
    await audit.record("connector.handshake_begun", origin=origin, actor=admin.actor, details={"type": type})
    return _view(type, begun, request, settings)


@router.get("/{type}/handshake", summary="The secrets that came while one is waited for")
async def get_handshake(
    type: str, request: Request, _: CurrentAdmin, handshakes: PushHandshakes, settings: AppSettings
) -> HandshakeView:
    return _view(type, await handshakes.get(type), request, settings)


def _view(type_: str, found: Handshake, request: Request, settings: Settings) -> HandshakeView:
    address = callback_address(request, settings, f"/connectors/{type_}/events")
    return HandshakeView(address=address, expires_at=found.until, offered=list(found.offered))
