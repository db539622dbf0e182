"""The demo library, for a first look without files of one's own."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from backend.api.dependencies import CurrentUser, RequestOrigin, StillStands
from backend.api.document_audit import note_stored
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.second_look import confirmed, without_new_documents
from backend.api.services import Audit, Demo, Library

router = APIRouter(prefix="/demo", tags=["demo"], responses=PROBLEM_RESPONSES)


class DemoInfo(BaseModel):
    available: bool
    suggestions: list[str] = Field(description="questions to start with")


class DemoLoaded(BaseModel):
    documents: int


@router.get("", summary="Whether there is a demo library, and what to ask it")
async def demo_info(demo: Demo, _: CurrentUser) -> DemoInfo:
    return DemoInfo(available=demo.available, suggestions=demo.suggestions())


@router.post("", status_code=202, summary="Put the demo library into your account")
async def load_demo(
    demo: Demo, library: Library, audit: Audit, user: CurrentUser, origin: RequestOrigin, still_stands: StillStands
) -> DemoLoaded:
    stored = await confirmed(still_stands, demo.load(user.id), without_new_documents(library))
    await note_stored(audit, user, origin, stored)
    return DemoLoaded(documents=len(stored))
