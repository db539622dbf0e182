"""What each method of Slack's Web API answers over a workspace; who asks and what they may is settled before.

https://docs.slack.dev/reference/methods (2026-11), each method's page.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.slack_service import TEAM, Conversation, SlackService
from tests.support.slack_shapes import conversation_of, file_of, user_of

TEAM_URL = "https://subarachnoid.slack.com/"
_FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
_THROTTLED = 15

type Answer = dict[str, Any]


class Refused(Exception):
    """Slack's word for a refusal, with what else is told."""

    def __init__(self, word: str, **told: Any) -> None:
        super().__init__(word)
        self.answer = {"ok": False, "error": word, **told}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: whose it is, what it may, and its arguments."""

    service: SlackService
    user: str
    scopes: frozenset[str]
    given: Mapping[str, str]
    base: str

    @property
    def is_bot(self) -> bool:
        return self.service.users[self.user].is_bot

    def need(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def argument(self, name: str) -> str:
        if not (value := self.given.get(name)):
            told = {"messages": [f"[ERROR] missing required field: {name}"]}
            raise Refused("invalid_arguments", response_metadata=told)
        return value

    def flag(self, name: str) -> bool:
        return self.given.get(name, "").casefold() in ("1", "true")

    @property
    def tells_metadata(self) -> bool:
        return self.flag("include_all_metadata")

    def limit(self, default: int, most: int) -> int:
        try:
            limit = int(self.given.get("limit") or default)
        except ValueError:
            raise Refused("invalid_limit") from None
        if not 1 <= limit <= most:
            raise Refused("invalid_limit")
        return min(limit, self.service.page)

    def conversation(self, family: str) -> Conversation:
        """One that the account may read, for methods of a family of scopes (``history``, ``read``)."""
        found = self.service.conversations.get(self.argument("channel"))
        inside = found is not None and self.user in found.members
        if found is None or (found.kind != "public_channel" and not inside):
            raise Refused("channel_not_found")
        self.need(f"{_FAMILIES[found.kind]}:{family}")
        if family == "history" and self.is_bot and not inside:
            raise Refused("not_in_channel")
        return found


def _sealed(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def _opened(kind: str, cursor: str) -> str:
    try:
        found, _, value = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_cursor") from None
    if found != kind or not value:
        raise Refused("invalid_cursor")
    return value


def _paged[T](asked: Asked, kind: str, items: Sequence[T], limit: int) -> tuple[Sequence[T], str]:
    """A page of a list by number, and the cursor of the next one, empty at the end."""
    start = int(_opened(kind, asked.given["cursor"])) if asked.given.get("cursor") else 0
    following = start + limit
    return items[start:following], _sealed(kind, str(following)) if following < len(items) else ""


def auth_test(asked: Asked) -> Answer:
    user = asked.service.users[asked.user]
    found = {"url": TEAM_URL, "team": "Subarachnoid Workspace", "user": user.name, "team_id": TEAM, "user_id": user.id}
    return {
        "ok": True,
        **found,
        **({"bot_id": "B0BOT00001"} if user.is_bot else {}),
        "is_enterprise_install": asked.service.organisation,
    }


def conversations_list(asked: Asked) -> Answer:
    types = (asked.given.get("types") or "public_channel").split(",")
    for kind in types:
        if kind not in _FAMILIES:
            raise Refused("invalid_types")
        asked.need(f"{_FAMILIES[kind]}:read")
    found = [
        conversation_of(one, asked.user)
        for one in asked.service.conversations.values()
        if one.kind in types
        and (one.kind == "public_channel" or asked.user in one.members)
        and not (one.is_archived and asked.flag("exclude_archived"))
    ]
    channels, following = _paged(asked, "team", [] if asked.service.no_channels else found, asked.limit(100, 1000))
    return {"ok": True, "channels": list(channels), "response_metadata": {"next_cursor": following}}


def _told(asked: Asked, message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as it is told, with its files as they are now."""
    message = {name: value for name, value in message.items() if name != "metadata" or asked.tells_metadata}
    if "files" not in message:
        return message
    files = []
    for one in message["files"]:
        shared = asked.service.files.get(one["id"]) if isinstance(one, dict) and "id" in one else None
        if shared is not None:
            one = file_of(asked.service, shared, asked.base)
        elif isinstance(one, dict):
            one = {**one, "mode": "tombstone"}
        files.append(one)
    return {**message, "files": files}


def conversations_history(asked: Asked) -> Answer:
    where = asked.conversation("history")
    limit = min(asked.limit(100, 999), _THROTTLED if asked.service.throttled else 999)
    oldest, latest, inclusive = asked.given.get("oldest"), asked.given.get("latest"), asked.flag("inclusive")
    before = _opened("next_ts", asked.given["cursor"]) if asked.given.get("cursor") else ""
    found = [
        one
        for ts, one in where.messages.items()
        if (one.get("thread_ts") in (None, ts) or one.get("subtype") == "thread_broadcast")
        and (not oldest or ts > oldest or (inclusive and ts == oldest))
        and (not latest or ts < latest or (inclusive and ts == latest))
        and (not before or ts <= before)
    ]
    found = [] if asked.service.empty else sorted(found, key=lambda one: str(one["ts"]), reverse=True)
    if asked.service.breaks and before:
        raise Refused("internal_error")
    more = len(found) > limit
    messages = [_told(asked, one) for one in found[:limit]]
    answer: Answer = {"ok": True, "messages": messages, "has_more": more, "pin_count": 0}
    following = {"response_metadata": {"next_cursor": _sealed("next_ts", str(found[limit]["ts"]))}} if more else {}
    return {**answer, **following}


def conversations_replies(asked: Asked) -> Answer:
    where = asked.conversation("history")
    ts = asked.argument("ts")
    limit = min(asked.limit(1000, 1000), _THROTTLED if asked.service.throttled else 1000)
    if ts not in where.messages or ts != where.messages[ts].get("thread_ts", ts):
        raise Refused("thread_not_found")
    first = {**where.messages[ts], "last_read": ts, "unread_count": 0}
    oldest, latest, inclusive = asked.given.get("oldest"), asked.given.get("latest"), asked.flag("inclusive")
    within = [
        one
        for one in where.replies(ts)
        if (not oldest or one["ts"] > oldest or (inclusive and one["ts"] == oldest))
        and (not latest or one["ts"] < latest or (inclusive and one["ts"] == latest))
    ]
    replies, following = _paged(asked, "next_ts", within, limit)
    messages = [_told(asked, one) for one in (first, *replies)]
    answer: Answer = {"ok": True, "messages": messages, "has_more": bool(following)}
    return {**answer, **({"response_metadata": {"next_cursor": following}} if following else {})}


def conversations_members(asked: Asked) -> Answer:
    where = asked.conversation("read")
    members, following = _paged(asked, "user_id", sorted(where.members), asked.limit(100, 1000))
    return {"ok": True, "members": list(members), "response_metadata": {"next_cursor": following}}


def conversations_join(asked: Asked) -> Answer:
    asked.need("channels:join")
    where = asked.service.conversations.get(asked.argument("channel"))
    if where is None:
        raise Refused("channel_not_found")
    if where.kind != "public_channel":
        raise Refused("method_not_supported_for_channel_type")
    if where.is_archived:
        raise Refused("is_archived")
    already = asked.user in where.members
    where.members.add(asked.user)
    warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"ok": True, "channel": conversation_of(where, asked.user), **(warned if already else {})}


def users_list(asked: Asked) -> Answer:
    asked.need("users:read")
    with_address = "users:read.email" in asked.scopes
    found = [user_of(one, with_address=with_address) for one in asked.service.users.values()]
    members, following = _paged(asked, "user", found, asked.limit(1000, 1000))
    metadata = {"next_cursor": following}
    return {"ok": True, "members": list(members), "cache_ts": asked.service.now, "response_metadata": metadata}


def users_info(asked: Asked) -> Answer:
    asked.need("users:read")
    user = asked.service.users.get(asked.argument("user"))
    if user is None:
        raise Refused("user_not_found")
    return {"ok": True, "user": user_of(user, with_address="users:read.email" in asked.scopes)}


def files_list(asked: Asked) -> Answer:
    asked.need("files:read")
    channel, service = asked.given.get("channel"), asked.service
    if channel and channel not in service.conversations:
        raise Refused("channel_not_found")
    since, until = int(asked.given.get("ts_from") or 0), int(asked.given.get("ts_to") or service.now + 1)
    visible = {
        one.id for one in service.conversations.values() if one.kind == "public_channel" or asked.user in one.members
    }
    found = [
        file_of(service, one, asked.base)
        for one in sorted(service.files.values(), key=lambda one: one.created, reverse=True)
        if one.channels & visible and (not channel or channel in one.channels) and since <= one.created <= until
    ]
    count, page = min(int(asked.given.get("count") or 100), service.page), int(asked.given.get("page") or 1)
    paging = {"count": count, "total": len(found), "page": page, "pages": -(-len(found) // count)}
    return {"ok": True, "files": found[(page - 1) * count : page * count], "paging": paging}


def files_info(asked: Asked) -> Answer:
    asked.need("files:read")
    shared = asked.service.files.get(asked.argument("file"))
    if shared is None:
        raise Refused("file_not_found")
    told = {**file_of(asked.service, shared, asked.base), "file_access": "visible"}
    return {"ok": True, "file": told, "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS: dict[str, Callable[[Asked], Answer]] = {
    "auth.test": auth_test,
    "conversations.list": conversations_list,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "conversations.members": conversations_members,
    "conversations.join": conversations_join,
    "users.list": users_list,
    "users.info": users_info,
    "files.list": files_list,
    "files.info": files_info,
}
