"""What Drive's refusals mean, by the words that Google publishes; and how it is asked."""

import json
from pathlib import Path

import pytest

from backend.connectors.google_drive.client import classify
from backend.connectors.google_drive.files import FILE_FIELDS, PERMISSION_FIELDS
from backend.connectors.http import Answer
from backend.errors import (
    CursorExpired,
    InvalidConfig,
    PermissionMissing,
    SourceError,
    SourceRateLimited,
    SourceRefused,
)
from tests.support.google_discovery import parse_fields, project

_PUBLISHED = Path(__file__).parents[3] / "fixtures" / "providers" / "google_drive" / "errors.json"
ANSWERS = json.loads(_PUBLISHED.read_text(encoding="utf-8"))["answers"]

MEANINGS: dict[str, type[SourceError] | None] = {
    "authError": None,  # by its status
    "fileNotDownloadable": SourceRefused,
    "appNotAuthorizedToFile": SourceRefused,
    "dailyLimitExceeded": SourceRateLimited,
    "domainPolicy": None,  # a 403 that somebody there has to mend
    "fileNotExportable": SourceRefused,
    "insufficientFilePermissions": SourceRefused,
    "rateLimitExceeded": SourceRateLimited,
    "teamDriveMembershipRequired": SourceRefused,
    "userRateLimitExceeded": SourceRateLimited,
    "notFound": None,  # by its status
    "tooManyRequests": None,  # by its status
}


def answer(body: object, status: int | None = None) -> Answer:
    error = body.get("error") if isinstance(body, dict) else None
    code = status or (error or {}).get("code", 400)
    return Answer("Google Drive", code, {}, json.dumps(body).encode())


@pytest.mark.parametrize("reason", ANSWERS)
def test_each_published_refusal_means_what_google_says(reason: str) -> None:
    found, wanted = classify(answer(ANSWERS[reason])), MEANINGS[reason]
    assert (found is None) if wanted is None else isinstance(found, wanted)


def test_a_limit_of_the_day_is_waited_for_longer_than_one_of_the_minute() -> None:
    daily, minute = classify(answer(ANSWERS["dailyLimitExceeded"])), classify(answer(ANSWERS["rateLimitExceeded"]))
    assert isinstance(daily, SourceRateLimited)
    assert isinstance(minute, SourceRateLimited)
    assert (daily.retry_after_seconds, minute.retry_after_seconds) == (3600.0, None)


def _with(reason: str, status: int, **more: str) -> Answer:
    return answer({"error": {"errors": [{"domain": "global", "reason": reason, **more}], "code": status}})


def test_a_page_token_that_is_not_taken_is_an_expired_cursor_and_another_bad_request_is_none() -> None:
    assert isinstance(classify(_with("invalid", 400, location="pageToken")), CursorExpired)
    assert classify(_with("invalid", 400, location="q")) is None
    assert isinstance(classify(_with("gone", 410)), CursorExpired)


def test_one_file_that_was_downloaded_too_often_stops_nothing_else() -> None:
    assert isinstance(classify(_with("downloadQuotaExceeded", 403)), SourceRefused)


def test_an_api_that_is_off_and_a_scope_that_is_missing_need_a_person() -> None:
    assert isinstance(classify(_with("accessNotConfigured", 403)), InvalidConfig)
    assert isinstance(classify(_with("insufficientPermissions", 403)), PermissionMissing)


@pytest.mark.parametrize(
    "body", [None, [], "x", {"error": None}, {"error": {"errors": None}}, {"error": {"errors": [1]}}]
)
def test_a_refusal_without_googles_words_goes_by_its_status(body: object) -> None:
    assert classify(answer(body, 403)) is None


def test_every_field_that_is_asked_for_is_one_of_google() -> None:
    assert project("drive.v3", "File", {}, parse_fields(FILE_FIELDS)) == {}
    assert project("drive.v3", "Permission", {}, parse_fields(PERMISSION_FIELDS)) == {}
