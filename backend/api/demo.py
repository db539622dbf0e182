"""The demo library, for a first look without files of one's own."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from backend.api.dependencies import CurrentUser, RequestOrigin, Services
from backend.api.document_audit import note_stored
from backend.api.problems import PROBLEM_RESPONSES

router = APIRouter(prefix="/demo", tags=["demo"], responses=PROBLEM_RESPONSES)


class DemoInfo(BaseModel):
    available: bool
    suggestions: list[str] = Field(description="questions to start with")


class DemoLoaded(BaseModel):
    documents: int


@router.get("", summary="Whether there is a demo library, and what to ask it")
async def demo_info(services: Services, _: CurrentUser) -> DemoInfo:
    return DemoInfo(available=services.demo.available, suggestions=services.demo.suggestions())


@router.post("", status_code=202, summary="Put the demo library into your account")
async def load_demo(services: Services, user: CurrentUser, origin: RequestOrigin) -> DemoLoaded:
    stored = await services.demo.load(user.id)
    await note_stored(services, user, origin, stored)
    return DemoLoaded(documents=len(stored))
