"""What Gmail and Google Drive share: the wire with Google's refusals, consent, and service accounts."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from httpx2 import AsyncClient, HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ValidationError

from backend.connectors.base import Credential
from backend.connectors.http import Answer, HttpGateway, no_answer, rate_limited, understood
from backend.connectors.manifest import ConnectorSettings, Consent, Setup
from backend.errors import InvalidConfig, PermissionMissing, SourceError, TransientFailure
from backend.oauth.client import Revocation
from backend.oauth.failures import classify as classify_token_refusal

#: Reasons of a 403 that ask to wait; every other says that something is not allowed.
#: https://developers.google.com/workspace/gmail/api/guides/handle-errors, …/drive/api/guides/handle-errors (2026-11)
_WAIT = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
#: A day's budget: asking again within the hour only costs more.
_WAIT_LONG = frozenset({"dailyLimitExceeded", "quotaExceeded", "downloadQuotaExceeded"})
_WAIT_LONG_SECONDS = 3600.0
_NOT_SET_UP = frozenset({"accessNotConfigured", "SERVICE_DISABLED", "API_KEY_INVALID"})
_TOO_LITTLE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScopes"})
#: What the token endpoint says where a domain has not delegated, or not these scopes.
#: https://developers.google.com/identity/protocols/oauth2/service-account (2026-11)
_NOT_DELEGATED = frozenset({"unauthorized_client", "access_denied"})
_FORBIDDEN = 403
_TOKEN_SECONDS = 3600
_MARGIN_SECONDS = 120
_TIMEOUT_SECONDS = 10.0


class GoogleConnectorSettings(ConnectorSettings):
    """A client of Google's own for synchronising: not that of sign-in, and not that of actions."""

    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    revoke_url: str = "https://oauth2.googleapis.com/revoke"


#: Without `prompt=consent` a second consent gives no refresh token.
CONSENT = Consent(
    extra={"access_type": "offline", "prompt": "consent", "include_granted_scopes": "false"},
    revocation=lambda settings: Revocation(settings.revoke_url) if settings.revoke_url else None,
)


def gateway(
    label: str,
    setup: Setup,
    credential: Credential,
    *,
    deadline_seconds: float | None = None,
    repeats: bool = True,
) -> HttpGateway:
    """`deadline_seconds` and `repeats`: see `HttpGateway`."""
    return HttpGateway(
        label,
        setup.settings.api_url,
        credential=credential,
        calls=setup.calls,
        classify=classify_refusal,
        deadline_seconds=deadline_seconds,
        repeats=repeats,
    )


def reasons(answer: Answer) -> frozenset[str]:
    """Google's own words for a refusal, in both shapes of its errors."""
    error = answer.fields().get("error")
    if not isinstance(error, dict):
        return frozenset()
    found = [one.get("reason") for one in _objects(error.get("errors"))]
    found += [one.get("reason") for one in _objects(error.get("details"))]
    return frozenset(reason for reason in found if isinstance(reason, str))


def classify_refusal(answer: Answer) -> SourceError | None:
    """Only what is Google's own; the rest goes by its status."""
    if answer.status != _FORBIDDEN:
        return None
    found = reasons(answer)
    if found & _WAIT:
        return rate_limited(answer)
    if found & _WAIT_LONG:
        return rate_limited(answer, retry_after_seconds=_WAIT_LONG_SECONDS)
    if found & _NOT_SET_UP:
        return InvalidConfig(
            f"{answer.label} is not switched on for this installation's project at Google.",
            hint="Enable the API in the Google Cloud console of the project that the client id belongs to.",
        )
    if found & _TOO_LITTLE:
        return PermissionMissing(f"{answer.label} was connected without a permission that is needed. Allow it again.")
    return None


class ServiceAccountKey(BaseModel):
    """The part of a key file that is used. Not its `token_uri`: a pasted file does not say where this server calls."""

    client_email: str
    private_key: str
    private_key_id: str = ""


class ServiceAccount:
    """A `Credential`: acts for one person of a Workspace domain that has delegated this to the service account.

    Args:
        key: gives the key file's JSON.
        subject: the mail address of whom it acts for; empty: the service account itself.
        token_url: where the signed assertion is exchanged.
    """

    def __init__(self, key: Credential, *, scopes: tuple[str, ...], token_url: str, subject: str = "") -> None:
        self._key = key
        self._scopes = scopes
        self._subject = subject
        self._token_url = token_url
        self._token: str | None = None
        self._ends = 0.0
        self._asking = asyncio.Lock()

    async def access_token(self, *, refused: str | None = None) -> str:
        async with self._asking:
            if self._token is None or self._token == refused or self._ends - _MARGIN_SECONDS < time.time():
                self._token, self._ends = await self._exchange()
            return self._token

    async def _exchange(self) -> tuple[str, float]:
        """Errors: `InvalidConfig` for a key that is none, else as of `oauth.failures`."""
        try:
            key = ServiceAccountKey.model_validate_json(await self._key.access_token())
            assertion = self._assertion(key)
        except (ValidationError, JoseError, ValueError) as error:
            raise InvalidConfig("This is not the key file of a service account. Paste the whole JSON file.") from error
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        try:
            async with AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
                answer = await client.post(self._token_url, data=form)
                # A limit, or a proxy in between, answers without JSON; its status tells then.
                found: Any = Answer("Google", answer.status_code, answer.headers, answer.content).fields()
        except HTTPError as error:
            raise TransientFailure("Google does not answer right now. It is tried again by itself.") from error
        if answer.is_error or not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
            word = found.get("error") if isinstance(found, dict) else None
            code = word if isinstance(word, str) else None
            if code in _NOT_DELEGATED and self._subject:
                raise PermissionMissing(
                    f"Google does not let the service account act for {self._subject}. Somebody who administers the "
                    "domain has to allow it, under domain-wide delegation."
                )
            if not answer.is_error and code is None:
                raise no_answer("Google")
            raise classify_token_refusal("Google", answer.status_code, code, answer.headers)
        with understood("Google"):
            return found["access_token"], time.time() + float(found.get("expires_in") or _TOKEN_SECONDS)

    def _assertion(self, key: ServiceAccountKey) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": key.client_email,
            "scope": " ".join(self._scopes),
            "aud": self._token_url,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
        }
        if self._subject:
            claims["sub"] = self._subject
        header = {"alg": "RS256", "typ": "JWT", "kid": key.private_key_id}
        return jwt.encode(header, claims, RSAKey.import_key(key.private_key))


def time_of(milliseconds: str, label: str) -> datetime:
    """The end of a promise to push, in milliseconds since 1970. Errors: `TransientFailure` for what is none."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TransientFailure(f"{label} does not say until when it pushes. It is tried again by itself.") from error


def _objects(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
