"""A workspace of Slack with state: people, conversations, threads, files; and what people do in it."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.slack_consents import SlackConsents

TEAM = "T012AB3C4"
BOT = "U0BOT00001"
#: 2026-11-02 08:00 UTC, when everything begins here.
BEGINNING = 1_793_606_400
DAY_SECONDS = 86_400
SCOPES = (
    "channels:read,channels:history,channels:join,groups:read,groups:history,users:read,users:read.email,files:read,"
    "im:read,im:history,mpim:read,mpim:history"
)
MAX_MESSAGE_CHARS = 40_000


@dataclass(slots=True)
class User:
    """`fields` are what else Slack tells of somebody: ``is_restricted``, ``deleted``, ``is_bot`` …"""

    id: str
    name: str
    email: str | None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def is_bot(self) -> bool:
        return bool(self.fields.get("is_bot"))


@dataclass(slots=True)
class Conversation:
    """`kind` as in the argument `types` of conversations.list. `messages` by ts, replies among them."""

    id: str
    name: str
    kind: str
    members: set[str]
    is_archived: bool = False
    is_shared: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def replies(self, ts: str) -> list[dict[str, Any]]:
        found = [one for one in self.messages.values() if one.get("thread_ts") == ts and one["ts"] != ts]
        return sorted(found, key=lambda one: str(one["ts"]))


@dataclass(slots=True)
class SharedFile:
    """`gives`: what a download answers: "file", the "page" for signing in with status 200, or a "redirect" to it."""

    id: str
    name: str
    mimetype: str
    data: bytes
    user: str
    created: int
    channels: set[str]
    fields: dict[str, Any] = field(default_factory=dict)
    gives: str = "file"


@dataclass(slots=True)
class UserGroup:
    id: str
    handle: str
    members: set[str]


@dataclass(slots=True)
class SlackService:
    """The truth that a library is compared with.

    `page`: no answer holds more, whatever its limit says. `throttled`: Slack's limits for apps that are distributed
    commercially. `organisation`: the app is installed for a whole Enterprise organisation. `empty`: conversations have
    no messages, as far as is told; `breaks`: every second page is an error.
    """

    users: dict[str, User] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    files: dict[str, SharedFile] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    consents: SlackConsents = field(default_factory=SlackConsents)
    page: int = 1000
    throttled: bool = False
    throttled_seconds: int = 60
    empty: bool = False
    breaks: bool = False
    no_channels: bool = False
    organisation: bool = False
    now: int = BEGINNING
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.user(BOT, "bibliosai", None, is_bot=True)

    def token(self, user: str = BOT, scopes: str = SCOPES) -> str:
        """A token that acts as a bot or a person."""
        return self.consents.issue(user, scopes.replace(",", " "))

    def user(self, id_: str, name: str, email: str | None, **fields: Any) -> User:
        self.users[id_] = User(id_, name, email, fields)
        return self.users[id_]

    def conversation(self, name: str, *members: str, kind: str = "private_channel", bot: bool = True) -> Conversation:
        prefix = {"im": "D", "public_channel": "C"}.get(kind, "G")
        id_ = f"{prefix}{next(self._numbers):08d}"
        self.conversations[id_] = Conversation(id_, name, kind, {*members, *((BOT,) if bot else ())})
        return self.conversations[id_]

    def group(self, handle: str, *members: str) -> UserGroup:
        id_ = f"S{next(self._numbers):08d}"
        self.groups[id_] = UserGroup(id_, handle, set(members))
        return self.groups[id_]

    def later(self, seconds: int) -> None:
        self.now += seconds

    def post(self, where: Conversation, user: str, text: str, *, thread: str | None = None, **fields: Any) -> str:
        """A new message; its ts. Slack cuts texts at 40,000 characters."""
        self.now += 1
        ts = f"{self.now}.{next(self._numbers) % 1_000_000:06d}"
        message: dict[str, Any] = {
            "type": "message",
            "user": user,
            "text": text[:MAX_MESSAGE_CHARS],
            "ts": ts,
            **fields,
        }
        if thread is not None:
            message |= {"thread_ts": thread, "parent_user_id": where.messages[thread].get("user")}
        where.messages[ts] = message
        if thread is not None:
            self._count(where, thread)
        return ts

    def edit(self, where: Conversation, ts: str, text: str) -> None:
        self.now += 1
        message = where.messages[ts]
        message["text"] = text[:MAX_MESSAGE_CHARS]
        message["edited"] = {"user": message.get("user"), "ts": f"{self.now}.000000"}

    def delete(self, where: Conversation, ts: str) -> None:
        """Of a message with replies a tombstone stays."""
        message = where.messages[ts]
        if where.replies(ts):
            kept = {name: message[name] for name in ("type", "ts", "thread_ts", "reply_count", "latest_reply")}
            told = {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "text": "This message was deleted."}
            where.messages[ts] = {**kept, **told}
            return
        del where.messages[ts]
        if (thread := message.get("thread_ts")) not in (None, ts) and thread in where.messages:
            self._count(where, thread)

    def delete_thread(self, where: Conversation, ts: str) -> None:
        for reply in where.replies(ts):
            self.delete(where, str(reply["ts"]))
        self.delete(where, ts)

    def upload(
        self,
        where: Conversation,
        user: str,
        name: str,
        data: bytes,
        *,
        mimetype: str = "text/plain",
        thread: str | None = None,
        also: Iterable[Conversation] = (),
        **fields: Any,
    ) -> SharedFile:
        """Shares a file in a message of its own."""
        self.now += 1
        id_ = f"F{next(self._numbers):08d}"
        channels = {where.id, *(one.id for one in also)}
        shared = SharedFile(id_, name, mimetype, data, user, self.now, channels, fields)
        self.files[id_] = shared
        self.post(where, user, "", thread=thread, files=[{"id": id_}])
        return shared

    def delete_file(self, id_: str) -> None:
        """Messages that it was shared in tell of a tombstone."""
        del self.files[id_]

    def archive(self, where: Conversation) -> None:
        """Apps are taken out of it: https://github.com/elastic/connectors/issues/1972 (2023-12)."""
        where.is_archived = True
        where.members.discard(BOT)

    def readers(self, where: Conversation) -> frozenset[str]:
        """Mail addresses of who may read a conversation in Slack."""
        found = set()
        for user in self.users.values():
            fields = user.fields
            if user.is_bot or fields.get("deleted") or not user.email:
                continue
            guest = fields.get("is_restricted") or fields.get("is_ultra_restricted") or fields.get("is_stranger")
            if user.id in where.members or (where.kind == "public_channel" and not guest):
                found.add(user.email)
        return frozenset(found)

    def _count(self, where: Conversation, ts: str) -> None:
        """What a first message tells of its replies."""
        first, replies = where.messages[ts], where.replies(ts)
        for name in ("thread_ts", "reply_count", "latest_reply", "reply_users", "reply_users_count", "subscribed"):
            first.pop(name, None)
        if replies:
            users = sorted({str(one["user"]) for one in replies})
            first |= {"thread_ts": ts, "reply_count": len(replies), "latest_reply": replies[-1]["ts"]}
            first |= {"reply_users": users, "reply_users_count": len(users), "subscribed": False}
