"""Notion in memory, as far as it is read: pages with blocks, databases, comments, users, an index that may lag.

Its clock is its own: it goes on with every edit, and only then.
"""

import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from tests.support.consent_provider import ConsentProvider, Granted

#: A secret of an internal connection.
SECRET = "ntn_secret-of-the-test"
WORKSPACE = "1f0c0f6e-0000-4000-8000-000000000001"

type Json = dict[str, Any]
type Kind = Literal["page", "data_source", "database", "block", "workspace"]


@dataclass(slots=True)
class Block:
    """`body` is what stands under the block's type. `in_markdown` False: the Markdown has no form for it."""

    id: str
    type: str
    body: Json
    children: "list[Block]" = field(default_factory=list)
    in_markdown: bool = True


@dataclass(slots=True)
class Thing:
    """A page, a data source or a database. `properties`: of a data source their schema, of a row their values.

    `indexed` False: search does not find it. `shared` False: the connection does not see it. `malformed`: it comes
    without most of its fields.
    """

    kind: Literal["page", "data_source", "database"]
    id: str
    title: str
    parent: tuple[Kind, str]
    created: datetime
    edited: datetime
    blocks: list[Block] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    description: str = ""
    in_trash: bool = False
    indexed: bool = True
    shared: bool = True
    malformed: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    page_id: str
    text: str
    user_id: str
    created: datetime


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    address: str


def token_answer(answer: Json, granted: Granted) -> Json:
    """Notion's token answer: no end, no scope."""
    return {
        "access_token": answer["access_token"],
        "token_type": "bearer",
        "refresh_token": answer["refresh_token"],
        "bot_id": new_id(900),
        "workspace_icon": None,
        "workspace_name": "Herring Works",
        "workspace_id": WORKSPACE,
        "owner": {"type": "user", "user": person_of(granted.account)},
        "duplicated_template_id": None,
        "request_id": new_id(901),
    }


def person_of(account: str) -> Json:
    return {
        "object": "user",
        "id": new_id(zlib.crc32(account.encode())),
        "name": account.partition("@")[0].title(),
        "avatar_url": None,
        "type": "person",
        "person": {"email": account},
    }


def new_id(number: int) -> str:
    return str(UUID(int=0x5000_4000_8000_0000_0000_0000 + number, version=4))


@dataclass(slots=True)
class NotionService:
    """The truth that a library is compared with.

    Args:
        page_limit: the most that a list gives at once, whatever is asked for.
        markdown_limit: blocks of a page that its Markdown has at the most.
        query_limit: rows that one query gives at the most.
    """

    page_limit: int = 100
    markdown_limit: int = 20_000
    query_limit: int = 10_000
    things: dict[str, Thing] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    capabilities: set[str] = field(default_factory=lambda: {"read_content", "read_comments", "read_users"})
    secret: str = SECRET
    cut: bool = False
    empty: bool = False
    trash_search: bool = True
    now: datetime = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    consents: ConsentProvider = field(
        default_factory=lambda: ConsentProvider(authenticate="basic", body="json", pkce=False, shape=token_answer)
    )
    #: Told of each change, with the type of its event.
    tell: Callable[[str, Thing], None] = lambda _type, _thing: None
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def reset(self) -> None:
        self.things.clear()
        self.comments.clear()
        self.users.clear()
        self.capabilities = {"read_content", "read_comments", "read_users"}
        self.secret, self.cut, self.empty, self.trash_search = SECRET, False, False, True
        self.page_limit, self.markdown_limit, self.query_limit = 100, 20_000, 10_000
        self.consents.revoke_all()
        self.tell = lambda _type, _thing: None

    def holder(self, authorization: str | None) -> Granted | None:
        if self.secret and authorization == f"Bearer {self.secret}":
            return Granted("", "")
        return self.consents.holder(authorization)

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def user(self, name: str, address: str) -> User:
        made = User(self.new_id(), name, address)
        self.users[made.id] = made
        return made

    def block(self, type_: str, *children: Block, **body: Any) -> Block:
        return Block(self.new_id(), type_, body, list(children))

    def text(self, words: str, *children: Block, type_: str = "paragraph", **body: Any) -> Block:
        return self.block(type_, *children, rich_text=rich(words), color="default", **body)

    def page(self, title: str, *blocks: Block | str, parent: Thing | None = None, **given: Any) -> Thing:
        """A page; below a data source it is a row, its properties are in `given`."""
        above: tuple[Kind, str] = (parent.kind, parent.id) if parent else ("workspace", "")
        return self._made("page", title, above, self._blocks(blocks), given)

    def database(self, title: str, *sources: str, parent: Thing | None = None, **schema: Any) -> list[Thing]:
        """A database's data sources; the database itself is `self.things[source.parent[1]]`."""
        above: tuple[Kind, str] = (parent.kind, parent.id) if parent else ("workspace", "")
        database = self._made("database", title, above, [], {})
        names = sources or (title,)
        schema = {"Name": {"type": "title"}, **schema}
        return [self._made("data_source", name, ("database", database.id), [], dict(schema)) for name in names]

    def write(self, thing: Thing, *blocks: Block | str, title: str | None = None) -> None:
        """Other content."""
        thing.blocks = self._blocks(blocks)
        thing.title = title or thing.title
        self.touch(thing)

    def touch(self, thing: Thing) -> None:
        """Something of it was edited just now; the service's clock goes on well behind that."""
        thing.edited = self.now
        self.wait(minutes=3)
        self.tell("page.deleted" if thing.in_trash else f"{thing.kind}.content_updated", thing)

    def comment(self, page: Thing, words: str, user: User) -> Comment:
        """Leaves the time of the page's last edit as it is."""
        made = Comment(self.new_id(), page.id, words, user.id, self.now)
        self.comments.append(made)
        return made

    def new_id(self) -> str:
        return new_id(1_000 + next(self._numbers))

    def visible(self, thing: Thing) -> bool:
        """Shared with the connection, together with everything above it; what is in the trash takes along what is
        below."""
        if not thing.shared:
            return False
        above = self.things.get(thing.parent[1])
        return above is None or self.visible(above)

    def trashed(self, thing: Thing) -> bool:
        above = self.things.get(thing.parent[1])
        return thing.in_trash or (above is not None and self.trashed(above))

    def rows(self, source_id: str) -> list[Thing]:
        return [one for one in self.things.values() if one.parent == ("data_source", source_id)]

    def owner_of(self, block_id: str) -> tuple[Thing, Block] | None:
        """A block with the page it stands in."""
        for thing in self.things.values():
            for block in _all(thing.blocks):
                if block.id == block_id:
                    return thing, block
        return None

    def blocks_of(self, thing: Thing) -> list[Block]:
        """With the subpages and databases, which are blocks as well."""
        below = [
            Block(one.id, f"child_{one.kind}", {"title": one.title})
            for one in self.things.values()
            if one.parent == ("page", thing.id) and one.kind in ("page", "database") and not one.in_trash
        ]
        return [*thing.blocks, *below]

    def _blocks(self, blocks: tuple[Block | str, ...]) -> list[Block]:
        return [self.text(one) if isinstance(one, str) else one for one in blocks]

    def _made(
        self,
        kind: Literal["page", "data_source", "database"],
        title: str,
        above: tuple[Kind, str],
        blocks: list[Block],
        properties: Json,
    ) -> Thing:
        made = Thing(kind, self.new_id(), title, above, self.now, self.now, blocks, properties)
        self.things[made.id] = made
        self.wait(minutes=3)
        self.tell(f"{kind}.created", made)
        return made


def rich(words: str) -> list[Json]:
    """Rich text without any form."""
    annotations = {
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "code": False,
        "color": "default",
    }
    return [
        {
            "type": "text",
            "text": {"content": words, "link": None},
            "annotations": annotations,
            "plain_text": words,
            "href": None,
        }
    ]


def _all(blocks: list[Block]) -> list[Block]:
    return [found for block in blocks for found in (block, *_all(block.children))]
