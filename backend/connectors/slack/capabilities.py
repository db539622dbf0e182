"""What works with an account's token, tried before the first synchronisation."""

from collections.abc import Awaitable, Callable
from typing import Literal

from backend.connectors.base import Capability
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.model import Channel, Team
from backend.connectors.slack.people import People
from backend.connectors.slack.rooms import Rooms
from backend.errors import InvalidConfig, PermissionMissing, ReauthRequired, SourceError

type _Name = Literal["indexing", "membership", "groups"]

#: Refusals that prove that something is missing; every other leaves it open.
_PROVEN = (PermissionMissing, InvalidConfig, ReauthRequired)


async def capabilities(
    client: SlackClient, rooms: Rooms, opened: Callable[[], Awaitable[tuple[Team, People]]]
) -> tuple[Capability, ...]:
    async def indexing() -> Capability:
        readable = await rooms.readable()
        if not readable:
            message = "No channel can be read yet. Invite the app to those that are to be read, or choose others."
            return Capability("indexing", "failed", message)
        async for _ in client.history(_one_of(readable).id):
            break
        return Capability("indexing", "passed", f"{len(readable):,} channels can be read.")

    async def membership() -> Capability:
        private = [one for one in (await rooms.readable()).values() if one.kind == "private"]
        if not private:
            return Capability("membership", "passed", "No private channel is read.")
        members = await client.members(private[0].id)
        state = Capability("membership", "passed", "Members of channels can be read.")
        return state if members else Capability("membership", "unknown", "Slack named no member of a private channel.")

    async def addresses() -> Capability:
        _, people = await opened()
        everybody = await people.everybody()
        full = [one for one in everybody if one.standing == "full"]
        if any(one.address for one in full):
            with_one = sum(one.address is not None for one in full)
            return Capability("groups", "passed", f"{with_one:,} of {len(full):,} full members have a mail address.")
        message = "Slack tells no mail address, so nobody can be recognised. Add users:read.email to the app."
        return Capability("groups", "failed", message)

    return (
        await _tried("indexing", indexing),
        await _tried("membership", membership),
        await _tried("groups", addresses),
        Capability("permissions", "passed", "Who may read something follows from its channel; nothing else is needed."),
    )


async def _tried(name: _Name, look: Callable[[], Awaitable[Capability]]) -> Capability:
    try:
        return await look()
    except _PROVEN as error:
        return Capability(name, "failed", error.message)
    except SourceError:
        return Capability(name, "unknown", "Slack did not answer when this was tried. It shows when it is used.")


def _one_of(readable: dict[str, Channel]) -> Channel:
    """Rather a public one: whether it can be read says the same of all others."""
    return next((one for one in readable.values() if one.kind == "public"), next(iter(readable.values())))
