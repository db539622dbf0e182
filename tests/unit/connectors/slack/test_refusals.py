"""Slack's words for refusals, each with what follows from it; tokens, people, rights."""

import json

import pytest

from backend.connectors.http import Answer
from backend.connectors.slack.auth import CONSENT, SCOPES, read_tokens
from backend.connectors.slack.client import refusal
from backend.connectors.slack.connector import MANIFEST
from backend.connectors.slack.model import Channel, Member, Team
from backend.connectors.slack.rooms import access_of
from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)

TEAM = Team("T1", "Acme", "https://acme.slack.com", "U1", "ada")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("invalid_auth", ReauthRequired),
        ("token_revoked", ReauthRequired),
        ("token_expired", ReauthRequired),
        ("account_inactive", ReauthRequired),
        ("missing_scope", PermissionMissing),
        ("team_access_not_granted", PermissionMissing),
        ("not_allowed_token_type", InvalidConfig),
        ("ratelimited", SourceRateLimited),
        ("internal_error", TransientFailure),
        ("fatal_error", TransientFailure),
        ("invalid_cursor", TransientFailure),
        ("", TransientFailure),
        ("channel_not_found", SourceRefused),
        ("a_word_of_next_year", SourceRefused),
    ],
)
def test_a_refusal_is_classified_by_slacks_own_word(word: str, kind: type[SourceError]) -> None:
    body = json.dumps({"ok": False, "error": word, "needed": "groups:history"}).encode()
    found = refusal(Answer("Slack", 200, {"retry-after": "7"}, body), word)
    assert type(found) is kind
    if isinstance(found, SourceRefused):
        assert found.reason == word
    if isinstance(found, PermissionMissing) and word == "missing_scope":
        assert "groups:history" in found.message
    if isinstance(found, SourceRateLimited):
        assert found.retry_after_seconds == 7


def test_the_bots_token_is_kept_and_no_second_one_beside_it() -> None:
    answer = {"ok": True, "access_token": "b", "scope": "a,b", "refresh_token": "r", "expires_in": 43200, "team": {}}
    person = {"id": "U1", "access_token": "p", "scope": "c"}
    assert read_tokens({**answer, "authed_user": person}) == {
        "access_token": "b",
        "scope": "a,b",
        "refresh_token": "r",
        "expires_in": 43200,
    }
    assert read_tokens({"ok": True, "authed_user": person}) == {"access_token": "p", "scope": "c"}
    assert read_tokens({"ok": True}) == {}


def test_scopes_are_asked_for_as_slack_wants_them_and_nothing_is_asked_that_writes() -> None:
    assert CONSENT.scope_separator.join(scope.scope for scope in SCOPES).count(",") == len(SCOPES) - 1
    assert not [scope.scope for scope in SCOPES if "write" in scope.scope]
    assert all(scope.why.endswith(".") for scope in SCOPES)


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, "full"),
        ({"is_restricted": True}, "guest"),
        ({"is_restricted": True, "is_ultra_restricted": True}, "guest"),
        ({"deleted": True}, "gone"),
        ({"is_bot": True}, "app"),
        ({"id": "USLACKBOT"}, "app"),
        ({"is_stranger": True}, "outside"),
        ({"team_id": "T2"}, "outside"),
        ({"team_id": None}, "outside"),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T1", "T2"]}}, "full"),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T2"]}}, "outside"),
    ],
)
def test_whoever_is_not_clearly_a_full_member_is_less(fields: dict[str, object], standing: str) -> None:
    assert Member.of({"id": "U1", "team_id": "T1", "profile": {"email": "a@b.c"}, **fields}, "T1").standing == standing


@pytest.mark.parametrize("email", [None, "", 7, "no address"])
def test_what_is_no_address_is_none(email: object) -> None:
    assert Member.of({"id": "U1", "team_id": "T1", "profile": {"email": email}}, "T1").address is None
    assert Member.of({"id": "U1", "team_id": "T1", "profile": "x"}, "T1").name == "U1"


def test_an_address_that_slack_does_not_vouch_for_counts_as_none() -> None:
    found = {"id": "U1", "team_id": "T1", "profile": {"email": "a@b.c"}, "is_email_confirmed": False}
    assert Member.of(found, "T1").address is None


@pytest.mark.parametrize("fields", [{}, {"is_private": None}, {"is_private": "false"}, {"is_private": True}])
def test_a_channel_that_does_not_say_that_it_is_public_is_private(fields: dict[str, object]) -> None:
    channel = Channel.of({"id": "C1", **fields})
    assert channel.kind == "private"
    assert access_of(channel, TEAM).groups == {"channel:C1"}


def test_a_public_channel_is_for_the_workspace_and_never_for_everybody() -> None:
    access = access_of(Channel.of({"id": "C1", "is_private": False}), TEAM)
    assert access.groups == {"channel:C1", "workspace:T1"}
    assert not access.everybody
    assert not access.owner


def test_direct_conversations_are_for_those_who_take_part() -> None:
    direct = Channel.of({"id": "D1", "is_im": True, "user": "U2"})
    assert (direct.kind, direct.other) == ("direct", "U2")
    assert access_of(direct, TEAM).groups == {"channel:D1"}
    assert Channel.of({"id": "G1", "is_mpim": True, "is_private": False}).kind == "group"


def test_the_manifest_tells_how_each_kind_of_right_is_copied() -> None:
    told = " ".join(there for there, _ in MANIFEST.rights)
    for kind in ("public", "private", "direct", "other organisations", "file"):
        assert kind in told
