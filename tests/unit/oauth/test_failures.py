"""A provider's refusals are told apart by codes and statuses."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    TransientFailure,
)
from backend.oauth.failures import classify, retry_after


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_grant", ReauthRequired),
        (200, "bad_refresh_token", ReauthRequired),  # GitHub
        (200, "token_revoked", ReauthRequired),  # Slack
        (401, "invalid_client", InvalidConfig),
        (200, "incorrect_client_credentials", InvalidConfig),  # GitHub
        (400, "redirect_uri_mismatch", InvalidConfig),
        (400, "invalid_scope", PermissionMissing),
        (403, "access_denied", PermissionMissing),
        (429, None, SourceRateLimited),
        (200, "ratelimited", SourceRateLimited),  # Slack
        (503, None, TransientFailure),
        (500, "invalid_grant", TransientFailure),  # a server in trouble is not believed about a grant
        (400, "temporarily_unavailable", TransientFailure),
        (418, "something_else", SourceError),
    ],
)
def test_refusals_are_classified(status: int, code: str | None, kind: type[SourceError]) -> None:
    assert type(classify("Example", status, code, {})) is kind


def test_retry_after_is_read_as_number_and_as_date() -> None:
    assert retry_after({"retry-after": "17"}) == 17
    at = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    seconds = retry_after({"retry-after": at})
    assert seconds is not None
    assert 240 < seconds <= 300
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None
