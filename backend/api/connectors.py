"""The catalogue of what can be connected."""

from fastapi import APIRouter

from backend.api.connection_schemas import ConnectorList, ConnectorView
from backend.api.dependencies import CurrentUser
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Connections

router = APIRouter(prefix="/connectors", tags=["connections"], responses=PROBLEM_RESPONSES)


@router.get("", summary="What can be connected")
async def list_connectors(_: CurrentUser, connections: Connections) -> ConnectorList:
    return ConnectorList(items=[ConnectorView.of(manifest) for manifest in connections.registry])
