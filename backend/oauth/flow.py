"""Authorisations that are under way: what is needed on the way back from a provider."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository
from backend.oauth.client import Challenge
from backend.secrets import SecretBox

FLOWS = CollectionSpec(
    "provider_sign_ins",
    (Index((("expires_at", 1),), ttl_seconds=0),),
)

FLOW_TTL = timedelta(minutes=10)


class Flow(BaseModel):
    """One authorisation under way.

    `intent` is what it is for, in the words of whoever began it; `user_id` is who asked, where that matters; `payload`
    is what else they need to know on the way back.
    """

    provider: str
    redirect_uri: str
    nonce: str
    verifier: str
    return_to: str
    intent: str
    user_id: str | None = None
    payload: dict[str, str] = Field(default_factory=dict)

    def challenge(self, state: str) -> Challenge:
        return Challenge(self.redirect_uri, state, self.nonce, self.verifier)


class FlowRepository:
    """Each is used once, by the browser that began, within ten minutes. State and browser's secret are hashes."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._flows = Repository(database, FLOWS, Flow)
        self._box = box

    async def begin(
        self,
        *,
        provider: str,
        redirect_uri: str,
        return_to: str,
        intent: str,
        user_id: str | None,
        payload: dict[str, str] | None = None,
    ) -> tuple[str, str, Flow]:
        """The state for the provider, the secret for the browser's cookie, and what is kept."""
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        flow = Flow(
            provider=provider,
            redirect_uri=redirect_uri,
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            return_to=return_to,
            intent=intent,
            user_id=user_id,
            payload=payload or {},
        )
        flow_id = _hash(state)
        beside = {
            "_id": flow_id,
            "browser_hash": _hash(browser),
            "expires_at": datetime.now(UTC) + FLOW_TTL,
            "used_at": None,
            "verifier": self._box.seal(flow.verifier, about=_about(flow_id)),
        }
        await self._flows.insert_one(flow, beside)
        return state, browser, flow

    async def take(self, state: str, browser: str, provider: str) -> Flow | None:
        """Uses one up; None for an unknown, used, expired or foreign one."""
        now, flow_id = datetime.now(UTC), _hash(state)
        flow = await self._flows.find_one_and_update(
            {
                "_id": flow_id,
                "browser_hash": _hash(browser),
                "provider": provider,
                "used_at": None,
                "expires_at": {"$gt": now},
            },
            {"$set": {"used_at": now}},
        )
        if flow is None:
            return None
        return flow.model_copy(update={"verifier": self._box.open(flow.verifier, about=_about(flow_id))})

    async def is_known(self, state: str) -> bool:
        """Whether there is such an authorisation, used or not, whosever it is. Expired ones are forgotten soon."""
        return await self._flows.find_one({"_id": _hash(state)}) is not None


def _about(flow_id: str) -> str:
    return f"authorisation {flow_id}"


def _hash(token: str) -> str:
    """Random and long, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
