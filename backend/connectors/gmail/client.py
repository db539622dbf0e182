"""The calls that are made to the Gmail API, for one mailbox. Nothing else of this connector speaks HTTP.

https://developers.google.com/workspace/gmail/api/reference/rest (2026-11)
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.connectors.base import OPTIONS_INVALID, Credential
from backend.connectors.gmail.data_stream import DataStream, not_there
from backend.connectors.google import gateway, time_of
from backend.connectors.http import Params, no_answer, understood
from backend.connectors.manifest import Setup
from backend.errors import CursorExpired, InvalidConfig, PermissionMissing, SourceRefused, TransientFailure

_ME = "/gmail/v1/users/me"
#: Of at most 500. A run stops between pages only, and each conversation of one may be read.
_THREADS_A_PAGE = 100
_HISTORY_A_PAGE = 500
_BAD_REQUEST, _NOT_FOUND = 400, 404

type Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """`threads`: conversations of the mailbox, trash and spam included. `history`: where its changes are now."""

    address: str
    history: str
    threads: int


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    name: str
    is_system: bool


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Conversations with the history id of their last change."""

    threads: tuple[tuple[str, str], ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a mail of `thread`. `labels` are the mail's own, `moved` those it got or lost.

    `moved` None: it is new or gone, or what happened was not told.
    """

    thread: str
    history: str
    labels: frozenset[str]
    moved: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`history`: where the mailbox's changes are now."""

    changes: tuple[Change, ...]
    history: str
    next: str | None


class GmailClient:
    """One mailbox. Errors of every call: `SourceError`, as of `connectors.http` and `connectors.google`."""

    def __init__(self, setup: Setup, credential: Credential) -> None:
        self._gateway = gateway("Gmail", setup, credential)

    async def close(self) -> None:
        await self._gateway.close()

    async def profile(self) -> Profile:
        found = await self._gateway.json("GET", f"{_ME}/profile")
        with understood("Gmail"):
            threads = int(_fields(found).get("threadsTotal") or 0)
        return Profile(_text(found, "emailAddress"), _text(found, "historyId"), threads)

    async def labels(self) -> tuple[Label, ...]:
        found = await self._gateway.json("GET", f"{_ME}/labels")
        return tuple(
            Label(str(one["id"]), str(one.get("name") or one["id"]), one.get("type") == "system")
            for one in objects(found, "labels")
            if one.get("id")
        )

    async def threads(
        self,
        *,
        page: str | None = None,
        label: str | None = None,
        query: str = "",
        with_trash: bool = False,
        at_most: int = _THREADS_A_PAGE,
    ) -> ThreadPage:
        """Conversations, those with the latest mail first.

        Errors: `CursorExpired` for a page token that is not known any more, `InvalidConfig` for a label that is not.
        """
        params: Params = {
            "maxResults": at_most,
            "pageToken": page,
            "labelIds": label,
            "q": query or None,
            "includeSpamTrash": "true" if with_trash else None,
        }
        try:
            found = await self._gateway.json("GET", f"{_ME}/threads", params=params)
        except SourceRefused as refusal:
            if refusal.answer_status == _BAD_REQUEST and page is not None:
                raise CursorExpired("Gmail no longer knows this page. It is listed from the beginning.") from refusal
            if refusal.answer_status == _BAD_REQUEST and (label is not None or query):
                raise InvalidConfig(
                    "Gmail does not take the labels or the search that were chosen. Choose them again.",
                    code=OPTIONS_INVALID,
                ) from refusal
            raise
        threads = tuple((_text(one, "id"), str(one.get("historyId") or "")) for one in _all(found, "threads"))
        # An empty mailbox says how many it has; an answer that says nothing is evidence of nothing.
        if not threads and "resultSizeEstimate" not in _fields(found):
            raise TransientFailure("Gmail gave a list without anything in it. It is tried again by itself.")
        return ThreadPage(threads, _next(found))

    async def thread(self, thread_id: str, *, whole: bool = True) -> Json | None:
        """A conversation with all of its mails, or with their headers alone; None: it is gone."""
        path = f"{_ME}/threads/{quote(thread_id, safe='')}"
        try:
            return _fields(await self._gateway.json("GET", path, params={"format": "full" if whole else "metadata"}))
        except SourceRefused as refusal:
            if refusal.answer_status == _NOT_FOUND:
                return None
            raise

    async def history(self, since: str, *, page: str | None = None) -> HistoryPage:
        """What has happened since, in order. Errors: `CursorExpired` when that is not known any more."""
        params: Params = {"startHistoryId": since, "maxResults": _HISTORY_A_PAGE, "pageToken": page}
        try:
            found = await self._gateway.json("GET", f"{_ME}/history", params=params)
        except SourceRefused as refusal:
            if refusal.answer_status in (_BAD_REQUEST, _NOT_FOUND):
                raise CursorExpired("Gmail no longer knows what has changed since the last time.") from refusal
            raise
        changes = tuple(change for record in _all(found, "history") for change in _changes(record))
        return HistoryPage(changes, _text(found, "historyId"), _next(found))

    async def threads_that_match(self, query: str, *, with_trash: bool) -> frozenset[str]:
        """The conversations of mails that a search finds, at most 100 of them."""
        params: Params = {"q": query, "maxResults": 100, "includeSpamTrash": "true" if with_trash else None}
        found = await self._gateway.json("GET", f"{_ME}/messages", params=params)
        return frozenset(str(one["threadId"]) for one in objects(found, "messages") if one.get("threadId"))

    async def watch(self, topic: str) -> datetime:
        """Asks that every change of the mailbox is published to a topic; until when that is promised.

        Errors: `InvalidConfig` for a topic of another project, or one to which Gmail may not publish.
        """
        try:
            found = await self._gateway.json("POST", f"{_ME}/watch", body={"topicName": topic})
        except (PermissionMissing, SourceRefused) as refusal:
            raise InvalidConfig(
                "Gmail does not take the topic that this server names. Tell your operator."
            ) from refusal
        return time_of(_text(found, "expiration"), "Gmail")

    async def stop(self) -> None:
        """Ends what `watch` was promised, whoever asked for it."""
        await self._gateway.answer("POST", f"{_ME}/stop")

    async def attachment(self, message_id: str, attachment_id: str) -> AsyncGenerator[bytes]:
        """The bytes of an attachment, in pieces: never the whole of it in memory.

        Errors: `SourceRefused` for an answer that holds none, or only its beginning.
        """
        message, attachment = quote(message_id, safe=""), quote(attachment_id, safe="")
        stream = DataStream()
        async for piece in self._gateway.pieces(f"{_ME}/messages/{message}/attachments/{attachment}"):
            if data := stream.take(piece):
                yield data
        if not stream.complete:
            raise not_there()


def _changes(record: Json) -> list[Change]:
    """What a record tells, by the lists of its kinds; `messages` alone says that something happened."""
    history, told = str(record.get("id") or ""), list[Change]()
    for kind in ("messagesAdded", "messagesDeleted", "labelsAdded", "labelsRemoved"):
        for one in objects(record, kind):
            moved = frozenset(map(str, one.get("labelIds") or ())) if kind.startswith("labels") else None
            told += _change(one.get("message"), history, moved)
    return told or [change for one in objects(record, "messages") for change in _change(one, history, None)]


def _change(message: Any, history: str, moved: frozenset[str] | None) -> list[Change]:
    if not isinstance(message, dict) or not message.get("threadId"):
        return []
    return [Change(str(message["threadId"]), history, frozenset(map(str, message.get("labelIds") or ())), moved)]


def _all(found: Any, name: str) -> list[dict[str, Any]]:
    """A list of an answer, which leaves an empty one out. Errors: `TransientFailure` where it is none, or not whole."""
    listed, given = objects(found, name), _fields(found).get(name, [])
    if not isinstance(given, list) or len(listed) < len(given):
        raise no_answer("Gmail")
    return listed


def _next(found: Any) -> str | None:
    token = _fields(found).get("nextPageToken")
    if token is not None and not isinstance(token, str):
        raise no_answer("Gmail")
    return token or None


def objects(found: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer; whatever else stands there is left out."""
    listed = found.get(name) if isinstance(found, Mapping) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _fields(found: Any) -> Json:
    """Errors: `TransientFailure` for an answer that is no object."""
    if not isinstance(found, dict):
        raise no_answer("Gmail")
    return found


def _text(found: Any, name: str) -> str:
    """Errors: `TransientFailure` for an answer without it: it is evidence of nothing."""
    if not (value := _fields(found).get(name)):
        raise TransientFailure("Gmail gave an answer without content. It is tried again by itself.")
    return str(value)
