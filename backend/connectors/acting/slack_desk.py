"""The calls to Slack that a message needs: what is looked at before it is approved, and the one that sends it.

https://docs.slack.dev/reference/methods (2026-11)
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self

from backend.connectors.http import Answer, HttpGateway, Params, no_answer
from backend.connectors.manifest import Setup
from backend.connectors.slack import timestamps
from backend.connectors.slack.client import LABEL, PAGE, SlackClient, objects
from backend.connectors.slack.model import Channel, ChannelKind, Member
from backend.errors import SourceRefused

#: The begin and the end of an answer may take so long each: together less than what is left of an attempt's lease.
_DEADLINE_SECONDS = 40.0
#: Whom, or what, Slack does not show: it is as if it were not there.
NOT_THERE = frozenset(
    {"channel_not_found", "user_not_found", "users_not_found", "user_not_visible", "thread_not_found", "not_in_channel"}
)
_LOOKED_AT = 100
#: Of an account with more direct conversations, those that Slack names first.
_DIRECTS_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation that a message goes to. `is_shared`: people of other organisations read it."""

    id: str
    name: str
    kind: ChannelKind
    is_member: bool
    is_archived: bool
    is_shared: bool
    people: int | None
    other: str | None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        channel, people = Channel.of(found), found.get("num_members")
        return cls(
            id=channel.id,
            name=channel.name,
            kind=channel.kind,
            is_member=channel.is_member or channel.kind in ("direct", "group"),
            is_archived=channel.is_archived,
            is_shared=found.get("is_ext_shared") is True or found.get("is_pending_ext_shared") is True,
            people=people if isinstance(people, int) else None,
            other=channel.other,
        )


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    name: str
    people: int


class SlackDesk(SlackClient):
    """One account's calls. `None` is whatever it does not see; other errors are those of `SlackClient`."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._sending = HttpGateway(
            LABEL,
            setup.settings.api_url,
            credential=setup.credential,
            calls=setup.calls,
            deadline_seconds=_DEADLINE_SECONDS,
            repeats=False,
        )

    async def close(self) -> None:
        await self._sending.close()
        await super().close()

    async def room(self, id_: str) -> Room | None:
        params = {"channel": id_, "include_num_members": True}
        found = _object(await self._seen("conversations.info", params), "channel")
        return None if found is None or not isinstance(found.get("id"), str) else Room.of(found)

    async def rooms(self) -> AsyncGenerator[list[Room]]:
        """The channels that the account sees, page by page: public ones, and private ones that it belongs to."""
        params: Params = {"types": "public_channel,private_channel", "exclude_archived": False, "limit": PAGE}
        async for found in self._pages("conversations.list", params, "channels"):
            yield [Room.of(one) for one in objects(found["channels"]) if isinstance(one.get("id"), str)]

    async def member(self, id_: str, team_id: str) -> Member | None:
        found = _object(await self._seen("users.info", {"user": id_}), "user")
        return None if found is None or not isinstance(found.get("id"), str) else Member.of(found, team_id)

    async def by_address(self, address: str) -> str | None:
        """The id of whoever has a mail address there."""
        found = await self._of_address(address)
        return None if found is None else str(found["id"])

    async def member_by_address(self, address: str, team_id: str) -> Member | None:
        found = await self._of_address(address)
        return None if found is None else Member.of(found, team_id)

    async def _of_address(self, address: str) -> Mapping[str, Any] | None:
        found = _object(await self._seen("users.lookupByEmail", {"email": address}), "user")
        is_there = found is not None and found.get("deleted") is not True and isinstance(found.get("id"), str)
        return found if is_there else None

    async def groups(self) -> dict[str, UserGroup]:
        """Groups of people, by id."""
        found = await self._call("usergroups.list", {"include_count": True})
        return {
            str(one["id"]): UserGroup(str(one["id"]), str(one.get("handle") or one["id"]), _count(one))
            for one in objects(found.get("usergroups"))
            if isinstance(one.get("id"), str)
        }

    async def direct_with(self, person: str) -> str | None:
        """The conversation with one person, if there is one. Nothing is opened; many are not all looked through."""
        looked_at = 0
        async with aclosing(self.channels("im", archived=True)) as rooms:
            async for room in rooms:
                if room.other == person:
                    return room.id
                looked_at += 1
                if looked_at == _DIRECTS_AT_MOST:
                    break
        return None

    async def open_direct(self, person: str) -> str | None:
        """The conversation with one person; it is the same one every time."""
        found = _object(await self._seen("conversations.open", {"users": person}, http="POST"), "channel")
        id_ = None if found is None else found.get("id")
        return id_ if isinstance(id_, str) else None

    async def message(self, channel: str, ts: str, *, thread: str | None = None) -> Mapping[str, Any] | None:
        """One message, of a thread where it is an answer in one."""
        window = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "include_all_metadata": True}
        method, params = ("conversations.replies", {"ts": thread}) if thread else ("conversations.history", {})
        found = await self._seen(method, {**window, **params, "limit": 10})
        return next((one for one in objects(found.get("messages")) if one.get("ts") == ts), None) if found else None

    async def since(self, channel: str, oldest: str, *, thread: str | None = None) -> list[dict[str, Any]]:
        """What was said from a moment on, at the most some hundred messages."""
        params = {"channel": channel, "oldest": oldest, "inclusive": True, "include_all_metadata": True}
        method, more = ("conversations.replies", {"ts": thread}) if thread else ("conversations.history", {})
        found = await self._seen(method, {**params, **more, "limit": _LOOKED_AT})
        return [one for one in objects(found.get("messages")) if timestamps.is_ts(one.get("ts"))] if found else []

    async def send(self, method: str, content: bytes) -> Answer:
        """One request with exactly these bytes, JSON. The answer may say anything. Errors: `SourceError`."""
        return await self._sending.answer("POST", f"/{method}", body=content)

    async def _seen(self, method: str, params: Mapping[str, Any], *, http: str = "GET") -> dict[str, Any] | None:
        try:
            return await self._call(method, params, http=http)
        except SourceRefused as refused:
            if refused.reason in NOT_THERE:
                return None
            raise


def _object(found: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    """Errors: `TransientFailure` for an answer without it."""
    if found is None:
        return None
    value = found.get(name)
    if not isinstance(value, dict):
        raise no_answer(LABEL)
    return value


def _count(group: Mapping[str, Any]) -> int:
    try:
        return int(group.get("user_count") or 0)
    except (TypeError, ValueError):
        return 0
