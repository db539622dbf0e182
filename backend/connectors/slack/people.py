"""Who people are in a workspace: their names in texts, their addresses in groups."""

from collections.abc import AsyncGenerator, Iterable, Mapping

from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.model import Member, Team
from backend.errors import SourceError


class People:
    """The workspace's list, read as far as it is needed and once for each time that a source is opened.

    Whom the list does not hold (people of other workspaces, deleted ones) is asked for once.
    """

    def __init__(self, client: SlackClient, team: Team) -> None:
        self._client = client
        self._team_id = team.id
        self._known: dict[str, Member | None] = {}
        self._pages: AsyncGenerator[list[Member]] | None = client.people(team.id)

    async def everybody(self) -> list[Member]:
        while await self._another_page():
            pass
        return [member for member in self._known.values() if member is not None]

    async def names(self, ids: Iterable[str], hints: Mapping[str, str]) -> dict[str, str]:
        """Names by id. `hints` are names that messages brought along: they spare a call."""
        wanted = set(ids)
        while wanted - self._known.keys() and await self._another_page():
            pass
        for id_ in sorted(wanted - self._known.keys() - hints.keys()):
            self._known[id_] = await self._client.person(id_, self._team_id)
        found = {id_: self._known.get(id_) for id_ in wanted}
        return {**hints, **{id_: member.name for id_, member in found.items() if member is not None}}

    def member(self, id_: str) -> Member | None:
        """As far as is known."""
        return self._known.get(id_)

    async def close(self) -> None:
        if self._pages is not None:
            await self._pages.aclose()

    async def _another_page(self) -> bool:
        if self._pages is None:
            return False
        try:
            page = await anext(self._pages)
        except StopAsyncIteration:
            self._pages = None
            return False
        except SourceError:  # half a list is none: it is read from its beginning next time
            self._pages = self._client.people(self._team_id)
            raise
        self._known.update({member.id: member for member in page})
        return True
