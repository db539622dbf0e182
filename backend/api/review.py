"""What administrators learn from use: disliked answers and unanswered questions."""

from fastapi import APIRouter

from backend.api.dependencies import CurrentAdmin
from backend.api.paging import Cursor, Limit, decode_time_cursor, encode_time_cursor
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.review_schemas import FeedbackPage, ReviewedAnswer, UnansweredPage
from backend.api.services import Review

router = APIRouter(prefix="/admin", tags=["admin"], responses=PROBLEM_RESPONSES)


@router.get("/feedback", summary="Disliked answers, newest first")
async def list_feedback(_: CurrentAdmin, review: Review, cursor: Cursor = None, limit: Limit = 50) -> FeedbackPage:
    """Never whose they are, and never what they say. Words of questions and comments only under the setting."""
    items, following = await review.disliked(before=decode_time_cursor(cursor), limit=limit)
    opinions = await review.opinions()
    return FeedbackPage(
        items=[ReviewedAnswer.of(item) for item in items],
        next_cursor=encode_time_cursor(following),
        up=opinions.up,
        down=opinions.down,
        reasons=opinions.reasons,
        admins_see_questions=review.admins_see_questions,
    )


@router.get("/unanswered", summary="Questions without an answer, newest first")
async def list_unanswered(_: CurrentAdmin, review: Review, cursor: Cursor = None, limit: Limit = 50) -> UnansweredPage:
    """Those that nothing was found for, or only a part. Words of questions only under the setting."""
    items, following = await review.unanswered(before=decode_time_cursor(cursor), limit=limit)
    gaps = await review.gaps()
    return UnansweredPage(
        items=[ReviewedAnswer.of(item) for item in items],
        next_cursor=encode_time_cursor(following),
        abstain=gaps.abstain,
        partial=gaps.partial,
        admins_see_questions=review.admins_see_questions,
    )
