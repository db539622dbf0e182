"""GitHub's refusals, times and pages."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from backend.connectors.github.wire import classify_refusal, is_settled, is_too_much, next_page, pause_asked_for
from backend.connectors.http import Answer
from backend.errors import PermissionMissing, SourceRateLimited

DATE = {"date": "Sun, 29 Nov 2026 08:00:00 GMT"}
RESET = str(int(datetime(2026, 11, 29, 8, 30, tzinfo=UTC).timestamp()))


def refused(status: int, body: dict[str, Any] | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("GitHub", status, {**DATE, **named}, orjson.dumps(body or {}))


def pause(answer: Answer) -> float | None:
    error = classify_refusal(answer)
    assert isinstance(error, SourceRateLimited)
    return error.retry_after_seconds


@pytest.mark.parametrize("status", [403, 429])
def test_the_hours_limit_waits_for_its_end_by_githubs_own_clock(status: int) -> None:
    assert pause(refused(status, x_ratelimit_remaining="0", x_ratelimit_reset=RESET)) == 1800


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_honoured_in_full(status: int) -> None:
    assert pause(refused(status, retry_after="77", x_ratelimit_remaining="0", x_ratelimit_reset=RESET)) == 77


def test_a_secondary_limit_without_a_time_waits_a_minute() -> None:
    where = "https://docs.github.com/free-pro-team@latest/rest/overview/x#about-secondary-rate-limits"
    assert pause(refused(403, {"documentation_url": where}, x_ratelimit_remaining="4000")) == 60


def test_an_hour_that_ended_by_now_waits_a_second() -> None:
    assert pause_asked_for({**DATE, "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}) == 1


def test_a_missing_permission_is_no_limit() -> None:
    message = {"message": "Resource not accessible by integration"}
    assert classify_refusal(refused(403, message, x_ratelimit_remaining="4999")) is None


def test_single_sign_on_says_what_to_do() -> None:
    error = classify_refusal(refused(403, x_github_sso="required; url=https://github.com/orgs/x/sso"))
    assert isinstance(error, PermissionMissing)
    assert "single sign-on" in error.message


@pytest.mark.parametrize("status", [502, 504])
def test_a_time_out_asks_for_less_at_once(status: int) -> None:
    error = classify_refusal(refused(status))
    assert error is not None
    assert is_too_much(error)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_others_go_by_their_status(status: int) -> None:
    assert classify_refusal(refused(status)) is None


@pytest.mark.parametrize(
    ("link", "query"),
    [
        ('<https://api.github.com/repositories/7/issues?state=all&page=2>; rel="next"', {"state": "all", "page": "2"}),
        ('<https://elsewhere.example/x?after=Y3Vyc29y>; rel="next"', {"after": "Y3Vyc29y"}),
        ('<https://api.github.com/x?page=1>; rel="prev", <https://api.github.com/x?page=3>; rel="next"', {"page": "3"}),
        ('<https://api.github.com/x?page=1>; rel="last"', None),
        ("", None),
    ],
)
def test_of_the_next_page_only_its_query_counts(link: str, query: dict[str, str] | None) -> None:
    """So no token goes anywhere that a Link header names."""
    assert next_page({"link": link}) == query


@pytest.mark.parametrize(
    ("moment", "settled"),
    [("2026-11-29T07:59:57Z", True), ("2026-11-29T07:59:59Z", False), ("2026-11-29T08:00:00Z", False), ("?", False)],
)
def test_a_change_of_this_very_second_may_not_be_the_last(moment: str, settled: bool) -> None:
    assert is_settled(moment, datetime(2026, 11, 29, 8, tzinfo=UTC)) is settled
