"""Slack's messages as items: a thread with its replies is one, and what was said outside of threads on one day.

A message that stands alone ("done, thanks") means nothing without its neighbours, and a whole channel would be one
document that changes with every word. A day has enough around it, and its name never changes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.connectors.slack import markup, timestamps
from backend.connectors.slack.markup import Names
from backend.connectors.source_events import ItemFailure
from backend.documents.incoming import TextItem
from backend.documents.models import Kind, Person, Section

#: What Slack itself writes into a channel. https://docs.slack.dev/reference/events/message, "Subtypes" (2026-11)
_NOTICES = frozenset(
    {
        "assistant_app_thread",
        "bot_add",
        "bot_remove",
        "bot_enable",
        "bot_disable",
        "channel_archive",
        "channel_unarchive",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "ekm_access_denied",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "message_deleted",
        "pinned_item",
        "unpinned_item",
        "reminder_add",
        "reply_broadcast",
        "sh_room_created",
        "tombstone",
    }
)
_TITLE_CHARS = 100
_PEOPLE = 50
_FIELDS = ("text", "blocks", "attachments", "user", "username", "subtype")
#: Raised when the same messages make another text than before.
_RENDERING = 1


@dataclass(frozen=True, slots=True)
class Where:
    """A conversation, as people find it. `url` is the workspace's."""

    channel: str
    label: str
    url: str

    def link(self, ts: str, thread: str | None = None) -> str:
        """https://docs.slack.dev/reference/methods/chat.getPermalink (2026-11)"""
        within = f"?thread_ts={thread}&cid={self.channel}" if thread and thread != ts else ""
        return f"{self.url}/archives/{self.channel}/p{ts.replace('.', '')}{within}"


def is_notice(message: Mapping[str, Any]) -> bool:
    return message.get("subtype") in _NOTICES


def is_of_an_app(message: Mapping[str, Any]) -> bool:
    return message.get("subtype") == "bot_message" or bool(message.get("bot_id"))


def begins_thread(message: Mapping[str, Any]) -> bool:
    """Also one whose first message is deleted: a tombstone stands in its place as long as there are replies."""
    replies = message.get("reply_count")
    return isinstance(replies, int) and replies > 0 and not is_reply(message)


def is_reply(message: Mapping[str, Any]) -> bool:
    """Told in the channel as well, but part of its thread."""
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def thread_id(channel: str, ts: str) -> str:
    return f"thread:{channel}:{ts}"


def day_id(channel: str, day: date) -> str:
    return f"day:{channel}:{day.isoformat()}"


def ids_of(channel: str) -> tuple[str, ...]:
    """How the ids of all items of a channel begin."""
    return tuple(f"{kind}:{channel}:" for kind in ("thread", "day", "file", "malformed"))


def revision(messages: Iterable[Mapping[str, Any]], *, bots: bool, beside: str = "") -> str:
    """Changes with whatever an item is made of: messages, their edits, and what a first message tells of its replies.

    Not with reactions, nor with names of people.
    """
    digest = hashlib.sha256(f"{_RENDERING} {bots} {beside}".encode())
    for message in messages:
        edited = message.get("edited")
        told = [message["ts"], message.get("reply_count"), message.get("latest_reply")]
        told += [edited.get("ts") if isinstance(edited, dict) else None, [message.get(name) for name in _FIELDS]]
        told += [[file.get("id"), file.get("name"), file.get("mode")] for file in files_of(message)]
        digest.update(json.dumps(told, sort_keys=True, default=str).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def people_in(messages: Iterable[Mapping[str, Any]]) -> tuple[set[str], dict[str, str]]:
    """Ids of whoever wrote or is mentioned, and the names that the messages brought along."""
    ids: set[str] = set()
    hints: dict[str, str] = {}
    for message in messages:
        ids |= markup.mentioned(message)
        if isinstance(user := message.get("user"), str):
            ids.add(user)
            profile = message.get("user_profile")
            named = (profile.get("display_name") or profile.get("real_name")) if isinstance(profile, dict) else None
            if isinstance(named, str) and named:
                hints[user] = named
    return ids, hints


def thread_item(
    where: Where,
    messages: Sequence[Mapping[str, Any]],
    names: Names,
    addresses: Mapping[str, str],
    *,
    bots: bool,
) -> TextItem | ItemFailure:
    """A thread with its replies, in their order. What an app began and people answered keeps its first message."""
    first, ts = messages[0], str(messages[0]["ts"])
    kept = [one for one in messages if not is_notice(one) and (bots or not is_of_an_app(one))]
    if kept and is_of_an_app(first) and first is not kept[0]:
        kept.insert(0, first)
    name = thread_id(where.channel, ts)
    if not kept:
        return ItemFailure(name, None, "only_apps", "Only apps wrote here; their messages are left out.", skipped=True)
    said = _Said(where.label, names)
    for message in kept:
        said.add(message)
    if not said.has_words:
        return ItemFailure(name, None, "no_text", "There is no text in this thread.", skipped=True)
    return said.item(
        name, said.first_words or f"{where.label}, {_at(ts)}", where.link(ts), _people(kept, names, addresses)
    )


def day_item(
    where: Where, day: date, messages: Sequence[Mapping[str, Any]], names: Names, addresses: Mapping[str, str]
) -> TextItem | ItemFailure:
    """What was said outside of threads on one day. `messages` in their order."""
    said = _Said(f"{where.label}, {day.isoformat()}", names)
    for message in messages:
        said.add(message)
    name = day_id(where.channel, day)
    if not said.has_words:
        return ItemFailure(name, None, "no_text", "There is no text in these messages.", skipped=True)
    link = where.link(str(messages[0]["ts"]))
    return said.item(name, f"{where.label}, {day.isoformat()}", link, _people(messages, names, addresses), where.label)


class _Said:
    """The text under way: a paragraph for each message, with who said it and when, as a section of its own.

    They stand below one for the whole: passages may then hold several short messages.
    """

    def __init__(self, heading: str, names: Names) -> None:
        self._heading = heading
        self._names = names
        self._parts: list[str] = []
        self._sections: list[Section] = []
        self._length = 0
        self._latest = ""
        self._author: str | None = None
        self.has_words = False
        self.first_words = ""

    def add(self, message: Mapping[str, Any]) -> None:
        ts = str(message["ts"])
        words = words_of(message, self._names)
        if not words:
            return
        who = speaker(message, self._names)
        paragraph = f"{who} ({_at(ts)}): {words}\n\n"
        self._sections.append(Section(self._length, self._length + len(paragraph), f"{who}, {_at(ts)}", level=2))
        self._parts.append(paragraph)
        self._length += len(paragraph)
        edited = message.get("edited")
        edited_ts = timestamps.given(edited.get("ts") if isinstance(edited, dict) else None)
        self._latest = timestamps.latest_of(self._latest, ts, edited_ts)
        self._author = self._author or who
        self.has_words = True
        self.first_words = self.first_words or _first_line(words)

    def item(
        self, external_id: str, title: str, url: str, people: tuple[Person, ...], path: str | None = None
    ) -> TextItem:
        return TextItem(
            external_id=external_id,
            title=title,
            text="".join(self._parts),
            url=url,
            author=self._author,
            modified_at=_time(self._latest),
            kind=Kind.message,
            path=path or self._heading,
            sections=(Section(0, self._length, self._heading, level=1), *self._sections),
            people=people,
        )


def words_of(message: Mapping[str, Any], names: Names) -> str:
    """What a message says: its text, or its blocks where that is empty; what an app attached; names of its files."""
    text = message.get("text")
    words = [markup.plain(text, names) if isinstance(text, str) else ""]
    if not words[0]:
        words = [markup.of_blocks(message.get("blocks"), names)]
    words.append(markup.of_attachments(message.get("attachments"), names))
    named = [file.get("title") or file.get("name") for file in files_of(message) if file.get("mode") != "tombstone"]
    words += [f"[File: {name}]" for name in named if isinstance(name, str)]
    return "\n".join(part for part in words if part)


def speaker(message: Mapping[str, Any], names: Names) -> str:
    profile = message.get("bot_profile")
    app = profile.get("name") if isinstance(profile, dict) else None
    user = message.get("user")
    known = names.people.get(user) if isinstance(user, str) else None
    for name in (message.get("username"), app, known):
        if isinstance(name, str) and name:
            return name
    return "An app" if is_of_an_app(message) else "Somebody"


def _people(messages: Iterable[Mapping[str, Any]], names: Names, addresses: Mapping[str, str]) -> tuple[Person, ...]:
    found: dict[str, Person] = {}
    for message in messages:
        user = message.get("user")
        if isinstance(user, str) and user not in found and user in names.people:
            role = "participant" if found else "author"
            found[user] = Person(role=role, name=names.people[user], address=addresses.get(user))
            if len(found) == _PEOPLE:
                break
    return tuple(found.values())


def files_of(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    files = message.get("files")
    return [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []


def _first_line(words: str) -> str:
    line = words.strip().split("\n", 1)[0].strip()
    return line if len(line) <= _TITLE_CHARS else f"{line[: _TITLE_CHARS - 1].rstrip()}…"


def _at(ts: str) -> str:
    """As it is told with each message; all times are UTC, since readers live in several zones."""
    return f"{timestamps.moment(ts):%Y-%m-%d %H:%M} UTC"


def _time(ts: str) -> datetime | None:
    return timestamps.moment(ts) if ts else None
