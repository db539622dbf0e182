"""GitHub's own words for refusals, and the headers that its answers share."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from backend.connectors.base import Calls, Credential
from backend.connectors.github.auth import GitHubSettings
from backend.connectors.http import Answer, HttpGateway, rate_limited
from backend.errors import PermissionMissing, SourceError, SourceRefused, TransientFailure
from backend.oauth.failures import http_date, retry_after

LABEL = "GitHub"
_FORBIDDEN, _TOO_MANY = 403, 429
_TIMED_OUT = (502, 504)
_MOVED = (301, 302, 307, 308)
_TOO_MUCH = "too_much_at_once"
#: Without a time GitHub asks for at least a minute.
#: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (2026-11)
_SECONDARY_SECONDS = 60.0
_UNSETTLED = timedelta(seconds=2)


def gateway(settings: GitHubSettings, credential: Credential, calls: Calls) -> HttpGateway:
    return HttpGateway(
        LABEL,
        settings.api_url,
        credential=credential,
        calls=calls,
        classify=classify_refusal,
        headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": settings.api_version},
    )


def classify_refusal(answer: Answer) -> SourceError | None:
    """Only what is GitHub's own; the rest goes by its status."""
    if answer.status in _TIMED_OUT:
        return too_much_at_once()
    if answer.status in _MOVED:
        # Somebody renamed the repository a moment ago: the next run knows its new name.
        return SourceRefused("GitHub says that this has moved.", status=answer.status, reason="moved")
    if answer.status not in (_FORBIDDEN, _TOO_MANY):
        return None
    if (pause := pause_asked_for(answer.headers)) is not None:
        return rate_limited(answer, retry_after_seconds=pause)
    if "secondary-rate-limits" in str(answer.fields().get("documentation_url")):
        return rate_limited(answer, retry_after_seconds=_SECONDARY_SECONDS)
    if answer.status == _FORBIDDEN and "x-github-sso" in answer.headers:
        return PermissionMissing(
            "The organisation asks for single sign-on. Authorise the token for it in your settings at GitHub."
        )
    return None


def too_much_at_once() -> TransientFailure:
    """GitHub did not finish within its ten seconds, or within the resources that it grants: less may help."""
    return TransientFailure("GitHub could not answer as much at once. It is tried again by itself.", code=_TOO_MUCH)


def is_too_much(error: SourceError) -> bool:
    return error.code == _TOO_MUCH


def pause_asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds until GitHub answers again, by its own clock; None where it does not ask to wait."""
    if (pause := retry_after(headers)) is not None:
        return pause
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") != "0" or not reset.isdecimal():
        return None
    now = answered_at(headers) or datetime.now(UTC)
    return max(1.0, int(reset) - now.timestamp())


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """GitHub's clock at an answer."""
    return http_date(headers.get("date", ""))


def is_settled(moment: str, at: datetime | None) -> bool:
    """Whether GitHub's times, which are whole seconds, would tell of another change: not in the second of the first.

    Args:
        at: when GitHub said so.
    """
    try:
        return at is None or datetime.fromisoformat(moment) < at - _UNSETTLED
    except ValueError:
        return False


def next_page(headers: Mapping[str, str]) -> dict[str, str] | None:
    """The query of the next page, out of a Link header: its address names hosts and old names, which count nothing."""
    for link in headers.get("link", "").split(","):
        address, _, relations = link.partition(";")
        if 'rel="next"' in relations.replace(" ", ""):
            return dict(parse_qsl(urlsplit(address.strip().strip("<>")).query))
    return None
