"""Where the signed-in person is signed in, and ending that."""

from fastapi import APIRouter

from backend.api.account_schemas import Ended, EndSessions, SessionList, SessionView
from backend.api.dependencies import CurrentSession, CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import Sessions

router = APIRouter(prefix="/auth/sessions", tags=["sessions"], responses=PROBLEM_RESPONSES)


@router.get("", summary="Your sessions, last used first")
async def list_sessions(user: CurrentUser, session: CurrentSession, sessions: Sessions) -> SessionList:
    found = await sessions.of_user(user.id)
    return SessionList(items=[SessionView.of(item, current_id=session.id) for item in found])


@router.delete("/{session_id}", status_code=204, summary="End one session")
async def end_session(
    session_id: str, user: CurrentUser, _: CurrentSession, sessions: Sessions, origin: RequestOrigin
) -> None:
    await sessions.end(user, session_id, origin=origin)


@router.post("/end", summary="Sign out everywhere")
async def end_sessions(
    body: EndSessions, user: CurrentUser, session: CurrentSession, sessions: Sessions, origin: RequestOrigin
) -> Ended:
    keep = session.id if body.keep_current else None
    return Ended(ended=await sessions.end_every(user, keep=keep, origin=origin))
