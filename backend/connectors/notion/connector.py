"""The source: what is there, what has changed, what is gone."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from backend.connectors.base import Account, Capability, Source
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.notion.auth import CONSENT, CREDENTIALS, NotionSettings
from backend.connectors.notion.changes import Changes
from backend.connectors.notion.client import Json, NotionClient, is_invalid
from backend.connectors.notion.cursor import NotionCursor
from backend.connectors.notion.hierarchy import Hierarchy
from backend.connectors.notion.listing import Listing
from backend.connectors.notion.naming import Naming
from backend.connectors.notion.push import read_push
from backend.connectors.notion.reading import PageReader
from backend.connectors.notion.rights import RIGHTS, NotionOptions, access_of, members_of
from backend.connectors.source_events import GroupMembers, SyncEvent
from backend.errors import CursorExpired, InvalidConfig, PermissionMissing, SourceError, SourceRefused


class NotionSource(Source):
    def __init__(self, setup: Setup) -> None:
        if not isinstance(setup.options, NotionOptions):
            raise InvalidConfig("These are not the options of Notion.")
        self._options = setup.options
        self._client = NotionClient(setup)

    async def check(self) -> Account:
        return _account(await self._client.me())

    async def close(self) -> None:
        await self._client.close()

    async def sync(self, cursor: NotionCursor | None) -> AsyncGenerator[SyncEvent]:
        cursor = cursor or NotionCursor(listing="due")
        hierarchy = Hierarchy(self._client)
        reader = PageReader(self._client, hierarchy, comments=self._options.comments and cursor.comments)
        naming = Naming(self._client, hierarchy, reader, access_of(self._options), round_=cursor.round)
        if cursor.listing is not None:
            events = Listing(self._client, naming, comments=self._options.comments).events(cursor)
        else:
            events = Changes(self._client, naming).events(cursor)
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        except SourceRefused as error:
            if cursor.after is not None and is_invalid(error):
                raise CursorExpired("Notion no longer knows where it was. Everything is named again.") from error
            raise

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        yield members_of(self._options)

    async def capabilities(self) -> tuple[Capability, ...]:
        try:
            found = await self._client.search(limit=1)
        except (PermissionMissing, SourceRefused) as error:
            return (Capability("indexing", "failed", error.message), _UNTOLD)
        except SourceError as error:
            return (Capability("indexing", "unknown", error.message), _UNTOLD)
        told = "Notion gives what is shared with the connection."
        if not found.items:
            told = "Nothing is shared with the connection yet. Share pages with it at Notion."
        elif self._options.comments and await self._without_comments(found.items[0]):
            told += " Comments are left out: allow the connection to read comments at Notion, if you want them."
        return (Capability("indexing", "passed", told), _UNTOLD)

    async def _without_comments(self, found: Json) -> bool:
        try:
            async with aclosing(self._client.comments(str(found.get("id")), limit=1)) as pages:
                await anext(pages)
        except PermissionMissing:
            return True
        except SourceError:
            return False  # it proves nothing
        return False


_UNTOLD = Capability(
    "permissions", "unknown", "Notion does not tell who may open a page. You choose who sees here what it gives."
)


def _account(me: Json) -> Account:
    """A workspace together with whoever allowed the connection; an internal integration stands for itself."""
    bot = me.get("bot")
    bot = bot if isinstance(bot, dict) else {}
    owner = bot.get("owner")
    user = owner.get("user") if isinstance(owner, dict) else None
    user = user if isinstance(user, dict) else {}
    person = user.get("person")
    address = person.get("email") if isinstance(person, dict) else None
    account_id = f"{bot.get('workspace_id') or ''}:{user.get('id') or me.get('id')}"
    name = bot.get("workspace_name") or me.get("name") or "Notion"
    return Account(account_id, str(name), address if isinstance(address, str) else None)


MANIFEST = Manifest(
    slug="notion",
    name="Notion",
    icon="notion",
    description="Reads pages and the rows of databases, as far as they are shared with the integration.",
    copies=("pages", "rows of databases", "comments"),
    opaque_id=lambda _external_id: True,
    scopes=(),
    credentials=CREDENTIALS,
    modes=("personal", "workspace"),
    rights=RIGHTS,
    cursor=NotionCursor,
    open=NotionSource,
    options=NotionOptions,
    settings=NotionSettings,
    consent=CONSENT,
    push=read_push,
    push_needs=("verification_token",),
    offers_secret=True,
)
