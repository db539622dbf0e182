"""The methods of Slack's Web API that post, and those that are asked before: strict about what they are given.

https://docs.slack.dev/reference/methods (2026-11), each method's page; …/reference/block-kit/blocks/rich-text-block
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.slack_methods import Answer, Asked, Refused
from tests.support.slack_service import MAX_MESSAGE_CHARS, Conversation
from tests.support.slack_shapes import conversation_of, user_of

ACTION_SCOPES = (
    "chat:write,channels:read,groups:read,mpim:read,im:read,channels:history,groups:history,mpim:history,im:history,"
    "im:write,users:read,users:read.email,usergroups:read"
)
_MAX_BLOCKS = 50
#: Of each element of rich text: what it has besides its type, and whether it must.
_ELEMENTS: Mapping[str, Mapping[str, bool]] = {
    "text": {"text": True, "style": False},
    "link": {"url": True, "text": False, "style": False},
    "user": {"user_id": True, "style": False},
    "usergroup": {"usergroup_id": True, "style": False},
    "channel": {"channel_id": True, "style": False},
    "broadcast": {"range": True},
}
_CONTAINERS = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})


def slack_signed(body: bytes, secret: str, *, at: int | None = None) -> dict[str, str]:
    """Headers of a request of Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    sent_at = str(at if at is not None else int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256).hexdigest()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return {**form, "X-Slack-Request-Timestamp": sent_at, "X-Slack-Signature": f"v0={digest}"}


def conversations_info(asked: Asked) -> Answer:
    where = asked.conversation("read")
    found = conversation_of(where, asked.user)
    if not asked.flag("include_num_members"):
        found.pop("num_members", None)
    return {"ok": True, "channel": found}


def conversations_open(asked: Asked) -> Answer:
    asked.need("im:write")
    other = asked.service.users.get(asked.argument("users"))
    if other is None:
        raise Refused("user_not_found")
    if other.is_bot:
        raise Refused("cannot_dm_bot")
    both = {asked.user, other.id}
    found = next(
        (one for one in asked.service.conversations.values() if one.kind == "im" and one.members == both), None
    )
    was_there = found is not None
    found = found or asked.service.conversation("", *both, kind="im", bot=False)
    told = {"no_op": True, "already_open": True} if was_there else {}
    return {"ok": True, **told, "channel": {"id": found.id}}


def users_look_up(asked: Asked) -> Answer:
    asked.need("users:read.email")
    address = asked.argument("email").casefold()
    for one in asked.service.users.values():
        if one.email and one.email.casefold() == address and not one.fields.get("deleted"):
            return {"ok": True, "user": user_of(one, with_address=True)}
    raise Refused("users_not_found")


def usergroups_list(asked: Asked) -> Answer:
    asked.need("usergroups:read")
    counted = asked.flag("include_count")
    groups = [
        {
            "id": one.id,
            "team_id": "T012AB3C4",
            "is_usergroup": True,
            "name": one.handle.title(),
            "handle": one.handle,
            **({"user_count": str(len(one.members))} if counted else {}),
        }
        for one in asked.service.groups.values()
    ]
    return {"ok": True, "usergroups": groups}


def chat_post_message(asked: Asked) -> Answer:
    where = _where(asked)
    said = _said(asked)
    thread = asked.given.get("thread_ts")
    if thread is not None and where.messages.get(thread, {"thread_ts": None}).get("thread_ts", thread) != thread:
        raise Refused("cannot_reply_to_message")
    bot = {"bot_id": "B0BOT00001", "app_id": "A0KRD7HC3"} if asked.is_bot else {}
    ts = asked.service.post(where, asked.user, said.pop("text"), thread=thread, **bot, **said)
    return {"ok": True, "channel": where.id, "ts": ts, "message": where.messages[ts]}


def chat_update(asked: Asked) -> Answer:
    where = _where(asked)
    ts = asked.argument("ts")
    said = _said(asked)
    if ts not in where.messages:
        raise Refused("message_not_found")
    if where.messages[ts].get("user") != asked.user:
        raise Refused("cant_update_message")
    asked.service.edit(where, ts, said["text"])
    where.messages[ts] |= said
    return {"ok": True, "channel": where.id, "ts": ts, "text": said["text"], "message": where.messages[ts]}


def _where(asked: Asked) -> Conversation:
    asked.need("chat:write")
    where = asked.service.conversations.get(asked.argument("channel"))
    inside = where is not None and asked.user in where.members
    if where is None or (where.kind != "public_channel" and not inside):
        raise Refused("channel_not_found")
    if where.is_archived:
        raise Refused("is_archived")
    if not inside:
        raise Refused("not_in_channel")
    return where


def _said(asked: Asked) -> dict[str, Any]:
    text = asked.given.get("text", "")
    blocks = json.loads(asked.given.get("blocks") or "[]")
    metadata = json.loads(asked.given.get("metadata") or "null")
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > MAX_MESSAGE_CHARS:
        raise Refused("msg_too_long")
    if len(blocks) > _MAX_BLOCKS or len({one.get("block_id") for one in blocks}) < len(blocks):
        raise Refused("invalid_blocks")
    if not all(map(_is_block, blocks)):
        raise Refused("invalid_blocks")
    if metadata is not None and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        raise Refused("invalid_metadata_format")
    return {"text": text, "blocks": blocks, **({"metadata": metadata} if metadata else {})}


def _is_block(block: Mapping[str, Any]) -> bool:
    if block.get("type") == "divider":
        return block.keys() <= {"type", "block_id"}
    elements = block.get("elements")
    if block.get("type") == "actions":
        return bool(elements) and all(
            one["type"] == "button" and one["text"] and one["value"] for one in elements or ()
        )
    return block.get("type") == "rich_text" and bool(elements) and all(map(_is_rich, elements or ()))


def _is_rich(element: Mapping[str, Any]) -> bool:
    inner = element.get("elements")
    if not inner:
        return False
    if element.get("type") == "rich_text_list":
        is_styled = element.get("style") in ("bullet", "ordered")
        return is_styled and all(one.get("type") == "rich_text_section" and _is_rich(one) for one in inner)
    return element.get("type") in _CONTAINERS and all(map(_is_element, inner))


def _is_element(one: Mapping[str, Any]) -> bool:
    known = _ELEMENTS.get(one.get("type", ""))
    if known is None or one.keys() - known.keys() - {"type"}:
        return False
    return all(one.get(name) for name, needed in known.items() if needed)


POSTING: dict[str, Callable[[Asked], Answer]] = {
    "conversations.info": conversations_info,
    "conversations.open": conversations_open,
    "users.lookupByEmail": users_look_up,
    "usergroups.list": usergroups_list,
    "chat.postMessage": chat_post_message,
    "chat.update": chat_update,
}
