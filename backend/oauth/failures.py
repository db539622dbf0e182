"""What went wrong at a provider, decided once, by codes and statuses and never by the words of a message."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    TransientFailure,
)

#: The grant is used up, revoked or was never given. Beside RFC 6749, 5.2: what GitHub and Slack say, with status 200.
_REAUTH = frozenset(
    {
        "invalid_grant",
        "bad_verification_code",
        "bad_refresh_token",
        "invalid_code",
        "invalid_refresh_token",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "interaction_required",
        "consent_required",
        "login_required",
    }
)
_CONFIG = frozenset(
    {
        "invalid_client",
        "unauthorized_client",
        "invalid_request",
        "unsupported_grant_type",
        "unsupported_response_type",
        "incorrect_client_credentials",
        "redirect_uri_mismatch",
        "bad_redirect_uri",
        "bad_client_secret",
        "invalid_client_id",
    }
)
_PERMISSION = frozenset({"invalid_scope", "access_denied", "missing_scope", "admin_policy_enforced"})
_RATE = frozenset({"slow_down", "ratelimited", "rate_limited"})
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})
_TOO_MANY, _SERVER_ERROR = 429, 500


def classify(label: str, status: int, code: str | None, headers: Mapping[str, str]) -> SourceError:
    """The error for an answer that was none.

    Args:
        code: the `error` of the answer's body, if it had one.
    """
    if status == _TOO_MANY or code in _RATE:
        return SourceRateLimited(
            f"{label} asks us to wait. It is tried again later.", retry_after_seconds=retry_after(headers)
        )
    if status >= _SERVER_ERROR or code in _TRANSIENT:
        return unreachable(label)
    if code in _REAUTH:
        return ReauthRequired(f"{label} no longer accepts what was allowed. Allow it again.")
    if code in _PERMISSION:
        return PermissionMissing(f"{label} does not allow this. Somebody who administers it there has to.")
    if code in _CONFIG:
        return InvalidConfig(f"{label} does not accept how it is set up here. Check client id, secret and addresses.")
    return SourceError(f"{label} refused, with status {status}. Start again; if it stays, check how it is set up.")


def unreachable(label: str) -> TransientFailure:
    return TransientFailure(f"{label} does not answer right now. Try again in a moment.")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; None without one that can be read."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    if (at := http_date(value)) is None:
        return None
    # By the clock of whoever answered: ours may be hours off.
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (at - now).total_seconds())


def http_date(value: str) -> datetime | None:
    """The time of a header; None for what is none."""
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
