"""API keys of the signed-in person. A key can never manage keys."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Response

from backend.api.account_schemas import ApiKeyList, ApiKeyView, CreatedApiKey, NewApiKey
from backend.api.dependencies import CurrentSession, CurrentUser, RequestOrigin, StillStands
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.second_look import confirmed
from backend.api.services import ApiKeys

router = APIRouter(prefix="/auth/api-keys", tags=["api keys"], responses=PROBLEM_RESPONSES)


@router.get("", summary="Your keys, newest first")
async def list_keys(user: CurrentUser, _: CurrentSession, api_keys: ApiKeys) -> ApiKeyList:
    return ApiKeyList(items=[ApiKeyView.of(key) for key in await api_keys.of_user(user.id)])


@router.post("", status_code=201, summary="Make a key")
async def create_key(
    body: NewApiKey,
    user: CurrentUser,
    _: CurrentSession,
    api_keys: ApiKeys,
    origin: RequestOrigin,
    still_stands: StillStands,
    response: Response,
) -> CreatedApiKey:
    """The key is in this answer and nowhere else: only its hash is kept."""
    expires_at = datetime.now(UTC) + timedelta(days=body.expires_in_days) if body.expires_in_days else None
    making = api_keys.create(user, name=body.name, scopes=body.scopes, expires_at=expires_at, origin=origin)
    key, secret = await confirmed(still_stands, making, lambda made: api_keys.revoke(user, made[0].id, origin=origin))
    response.headers["Cache-Control"] = "no-store"
    return CreatedApiKey(**ApiKeyView.of(key).model_dump(), key=secret)


@router.delete("/{key_id}", status_code=204, summary="Revoke a key")
async def revoke_key(
    key_id: str, user: CurrentUser, _: CurrentSession, api_keys: ApiKeys, origin: RequestOrigin
) -> None:
    await api_keys.revoke(user, key_id, origin=origin)
