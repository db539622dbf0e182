"""The demo library, for a first look without files of one's own."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin, StillStands
from backend.api.document_audit import note_demo_removed, note_stored
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.second_look import confirmed, without_new_documents
from backend.api.services import Audit, Demo, Library

router = APIRouter(prefix="/demo", tags=["demo"], responses=PROBLEM_RESPONSES)


class DemoInfo(BaseModel):
    available: bool
    suggestions: list[str] = Field(description="questions to start with")
    loaded: int = Field(0, description="how many of your documents are the demo's")


class DemoLoaded(BaseModel):
    documents: int


class DemoRemoved(BaseModel):
    documents: int = Field(description="how many there were, those inside others included")


@router.get("", summary="Whether there is a demo library, and what to ask it")
async def demo_info(demo: Demo, library: Library, caller: CurrentCaller) -> DemoInfo:
    loaded = await library.count_demo(caller)
    return DemoInfo(available=demo.available, suggestions=demo.suggestions(), loaded=loaded)


@router.post("", status_code=202, summary="Put the demo library into your account")
async def load_demo(
    demo: Demo, library: Library, audit: Audit, user: CurrentUser, origin: RequestOrigin, still_stands: StillStands
) -> DemoLoaded:
    stored = await confirmed(still_stands, demo.load(user.id), without_new_documents(library))
    await note_stored(audit, user, origin, stored)
    return DemoLoaded(documents=len(stored))


@router.delete("", summary="Remove the demo library from your account")
async def remove_demo(
    library: Library, audit: Audit, caller: CurrentCaller, user: CurrentUser, origin: RequestOrigin
) -> DemoRemoved:
    """Everything of it that you added is gone when this returns; your own documents stay, and so do others' demos."""
    removed = await library.delete_demo(caller)
    await note_demo_removed(audit, user, origin, removed)
    return DemoRemoved(documents=removed)
