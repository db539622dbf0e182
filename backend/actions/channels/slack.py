"""A message in Slack: posted or changed with one request, and looked for by the action's id when the answer is lost.

| call | answer | means |
|---|---|---|
| looking at the channel, opening a conversation | any | did not happen: nobody sees it |
| `chat.postMessage`, `chat.update` | it did not arrive, 429 | did not happen |
| `chat.…` | `ok: false` with a word of `_SOON` or `_NEVER` | did not happen (yet, or at all) |
| `chat.…` | every other word: `internal_error`, `fatal_error`, `request_timeout`, `service_unavailable` … | ambiguous |
| `chat.…` | every other status, a lost connection, a time-out, what is no answer | ambiguous |

Slack has no key that keeps a message from being posted twice. It is known again by its `metadata`, and by the ids of
its blocks, which also stay where an account's messages carry no metadata.
https://docs.slack.dev/reference/methods/chat.postMessage, …/chat.update, …/messaging/message-metadata (2026-11)
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from backend.actions.base import Lost, NotDone, Outgoing
from backend.actions.models import Attempt, Receipt
from backend.actions.services.slack_target import (
    Poster,
    Target,
    Unreachable,
    find_own,
    find_target,
    find_thread,
    opened,
    payload_of,
)
from backend.connectors.acting.slack_desk import SlackDesk
from backend.errors import SourceError, SourceRateLimited, TransientFailure

_SOON = frozenset({"ratelimited", "rate_limited", "token_expired"})
_WHERE = (
    "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "users_not_found", "is_inactive",
    "messages_tab_disabled", "cannot_reply_to_message", "thread_not_found", "message_not_found", "cant_update_message",
    "edit_window_closed", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked", "user_is_restricted", "cannot_dm_bot",
)  # fmt: skip
_WHAT = (
    "no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format",
    "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app",
    "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data",
    "invalid_json", "json_not_object", "invalid_post_type", "missing_post_type",
)  # fmt: skip
_WHO = (
    "invalid_auth", "not_authed", "token_revoked", "account_inactive", "missing_scope", "no_permission",
    "not_allowed_token_type", "access_denied", "ekm_access_denied", "enterprise_is_restricted",
    "team_access_not_granted", "team_access_revoked", "two_factor_setup_required", "as_user_not_supported",
    "method_deprecated", "deprecated_endpoint",
)  # fmt: skip
#: Slack looked at the request and did nothing. Words of trouble on its own side are not among them.
_NEVER = frozenset((*_WHERE, *_WHAT, *_WHO))
_LOST = "Slack did not say whether the message was posted."
#: Slack's clock may stand behind ours.
_BEFORE = timedelta(minutes=5)
#: So many people more than were named may be notified: somebody joins while it waits.
_MORE_PEOPLE = 1.1


class SlackChannel:
    """One account."""

    def __init__(self, desk: SlackDesk) -> None:
        self._desk = desk

    async def close(self) -> None:
        await self._desk.close()

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        """Everything is still as it was shown. Errors: `NotDone`, `SourceError`."""
        request = outgoing.request
        team = await self._desk.team()
        poster = Poster(team, request["person"], request["address"])
        if poster.account != request["account"]:
            raise NotDone("other_account", "Another account was connected meanwhile. Nothing was sent.")
        try:
            target = await find_target(self._desk, poster, request["channel"])
            _require_same(target, request)
            if request["update_ts"]:
                await find_own(self._desk, poster, target, request["update_ts"], request["thread_ts"])
            elif request["thread_ts"]:
                await find_thread(self._desk, poster, target, request["thread_ts"])
            room = target.id
            if target.kind == "person" and target.id.startswith(("U", "W")):
                room = await opened(self._desk, target.id)
        except Unreachable as error:
            raise NotDone(error.code, f"{error.message} Nothing was sent.") from error
        return {"channel": room, "url": team.url}

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        try:
            answer = await self._desk.send(outgoing.request["method"], _content(outgoing))
        except SourceRateLimited as error:
            raise NotDone(error.code, error.message, again_after_seconds=error.retry_after_seconds or 0.0) from error
        except SourceError as error:
            if isinstance(error, TransientFailure) and not error.arrived:
                raise NotDone(error.code, error.message, again_after_seconds=0.0) from error
            raise Lost("answer_lost", _LOST) from error
        found = answer.fields()
        ts, channel = found.get("ts"), found.get("channel")
        if found.get("ok") is True and isinstance(ts, str) and isinstance(channel, str):
            return _receipt(channel, ts, outgoing.prepared["url"], now)
        word = found.get("error")
        if found.get("ok") is False and word in _SOON:
            raise NotDone(str(word), "Slack asks us to wait. Nothing was sent yet.", again_after_seconds=0.0)
        if found.get("ok") is False and word in _NEVER:
            raise NotDone(str(word), f"Slack refused this message ({word}). Nothing was sent.")
        raise Lost("answer_unclear", _LOST)

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        """The message with the action's id, where it was posted. Errors: `SourceError`."""
        channel, url = attempt.prepared.get("channel"), attempt.prepared.get("url", "")
        if not channel:
            return None
        thread = request["thread_ts"]
        if request["update_ts"]:
            one = await self._desk.message(channel, request["update_ts"], thread=thread)
            found = [one] if one else []
        else:
            oldest = f"{int((attempt.began_at - _BEFORE).timestamp())}.000000"
            found = [*await self._desk.since(channel, oldest, thread=thread)]
        for message in found:
            is_by_us = message.get("user") == request["account"].partition(":")[2]
            if is_by_us and _is_ours(message, attempt.key):
                return _receipt(channel, str(message["ts"]), url, attempt.began_at)
        return None


def _require_same(target: Target, request: Mapping[str, Any]) -> None:
    """Errors: `NotDone`: what was approved was for another place."""
    is_same = (target.kind, target.is_shared) == (request["kind"], request["is_shared"])
    if not is_same or (target.kind != "person" and target.name != request["name"]):
        raise NotDone("channel_changed", "The channel is not what it was when you approved. Nothing was sent.")
    announced = request["broadcast_to"]
    if announced is not None and (target.people or 1) > max(announced * _MORE_PEOPLE, announced + 5):
        raise NotDone("more_people", "It would notify many more people than you confirmed. Nothing was sent.")


def _content(outgoing: Outgoing) -> bytes:
    """What was approved; a person's name for the conversation is replaced by the conversation's own."""
    room = outgoing.prepared["channel"]
    if room == outgoing.request["channel"]:
        return outgoing.content
    return orjson.dumps({**orjson.loads(outgoing.content), "channel": room}, option=orjson.OPT_SORT_KEYS)


def _is_ours(message: Mapping[str, Any], key: str) -> bool:
    blocks = message.get("blocks")
    first = blocks[0] if isinstance(blocks, list) and blocks else None
    return payload_of(message).get("action") == key or (isinstance(first, dict) and first.get("block_id") == f"{key}.0")


def _receipt(channel: str, ts: str, url: str, at: datetime) -> Receipt:
    link = f"{url}/archives/{channel}/p{ts.replace('.', '')}" if url else None
    return Receipt(at=at, id=ts, url=link, details={"channel": channel})
