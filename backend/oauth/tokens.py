"""What a provider gives for a code or a refresh token."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, Field

from backend.errors import SourceError

TOKEN_MISSING = "token_missing"  # noqa: S105 - a code


class TokenSet(BaseModel):
    """`expires_at` is None when the token does not end, or nobody says when. `extra`: what else the provider gave."""

    access_token: str
    refresh_token: str | None = None
    expires_at: datetime | None = None
    scope: str = ""
    extra: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of(cls, answer: dict[str, Any], *, now: datetime | None = None) -> Self:
        """From a token answer (RFC 6749, 5.1). Errors: `SourceError` (token_missing) when it holds none."""
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise SourceError("The provider answered without a token. Start again.", code=TOKEN_MISSING)
        refresh = answer.get("refresh_token")
        known = {"access_token", "refresh_token", "expires_in", "scope"}
        return cls(
            access_token=token,
            refresh_token=refresh if isinstance(refresh, str) and refresh else None,
            expires_at=_end(answer.get("expires_in"), now or datetime.now(UTC)),
            scope=str(answer.get("scope") or ""),
            extra={name: value for name, value in answer.items() if name not in known},
        )

    def is_fresh(self, now: datetime, *, margin: timedelta) -> bool:
        """Whether it still works for at least `margin`."""
        return self.expires_at is None or self.expires_at - margin > now

    def renewed_by(self, newer: "TokenSet") -> "TokenSet":
        """`newer`, with what a refresh may leave out: a refresh token that stays, and the scope."""
        return newer.model_copy(
            update={"refresh_token": newer.refresh_token or self.refresh_token, "scope": newer.scope or self.scope}
        )


def _end(expires_in: object, now: datetime) -> datetime | None:
    """Some providers send the seconds as a string, and 0 for "never"."""
    try:
        seconds = int(str(expires_in))
        return now + timedelta(seconds=seconds) if seconds > 0 else None
    except (ValueError, OverflowError):
        return None
