"""Where a page stands: the titles above it, asked for once a run."""

from collections import OrderedDict
from dataclasses import dataclass

from backend.connectors.notion.client import Json, NotionClient
from backend.connectors.notion.processor import UNTITLED, data_source_name
from backend.connectors.notion.properties import title_of
from backend.errors import PermissionMissing, SourceRefused

#: So many titles are kept; about 2 MB.
_KEPT = 10_000
_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Node:
    """Something that pages stand in. `title` None: it has none to show (a column, a toggle). `of`: what kind."""

    of: str
    title: str | None
    parent: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Place:
    """`titles` from the top down. `parent`: the external id of the nearest page or data source above."""

    titles: tuple[str, ...]
    parent: str | None


class Hierarchy:
    """Asks only for what no listing has shown; the oldest is forgotten."""

    def __init__(self, client: NotionClient) -> None:
        self._client = client
        self._nodes: OrderedDict[str, Node | None] = OrderedDict()

    def note(self, found: Json) -> None:
        """Remembers what a listing showed."""
        if isinstance(id_ := found.get("id"), str):
            self._keep(id_, _node(found))

    async def place(self, found: Json) -> Place:
        titles: list[str] = []
        nearest: str | None = None
        at, below = _above(found), None
        for _ in range(_DEPTH):
            node = await self._node(at) if at else None
            if at is None or node is None:
                break
            if nearest is None and node.of in ("page", "data_source"):
                nearest = data_source_name(at[1]) if node.of == "data_source" else at[1]
            # A database is called like its only data source.
            twice = node.of == "database" and below == "data_source" and titles[-1:] == [node.title]
            if node.title is not None and not twice:
                titles.append(node.title)
            at, below = node.parent, node.of
        return Place(tuple(reversed(titles)), nearest)

    async def titles(self, page_ids: list[str]) -> dict[str, str]:
        """Of pages, as far as they are shared."""
        found: dict[str, str] = {}
        for id_ in page_ids:
            node = await self._node(("page_id", id_))
            if node is not None and node.title is not None:
                found[id_] = node.title
        return found

    async def _node(self, at: tuple[str, str]) -> Node | None:
        kind, id_ = at
        if id_ in self._nodes:
            self._nodes.move_to_end(id_)
            return self._nodes[id_]
        try:
            node = _node(await self._read(kind, id_))
        except (SourceRefused, PermissionMissing):
            node = None  # not shared: the path begins below it
        self._keep(id_, node)
        return node

    async def _read(self, kind: str, id_: str) -> Json:
        match kind:
            case "page_id":
                return (await self._client.page(id_))[0]
            case "data_source_id":
                return (await self._client.data_source(id_))[0]
            case "database_id":
                return await self._client.database(id_)
            case _:
                return await self._client.block(id_)

    def _keep(self, id_: str, node: Node | None) -> None:
        self._nodes[id_] = node
        self._nodes.move_to_end(id_)
        if len(self._nodes) > _KEPT:
            self._nodes.popitem(last=False)


def _node(found: Json) -> Node:
    kind = str(found.get("object"))
    title = None if kind == "block" else title_of(found) or UNTITLED
    return Node(kind, title, _above(found))


def _above(found: Json) -> tuple[str, str] | None:
    """What it stands in, as kind and id; None at the top, or in what pages do not stand in."""
    parent = found.get("parent")
    kind = parent.get("type") if isinstance(parent, dict) else None
    if not isinstance(parent, dict) or kind not in ("page_id", "data_source_id", "database_id", "block_id"):
        return None
    id_ = parent.get(kind)
    return (kind, id_) if isinstance(id_, str) else None
