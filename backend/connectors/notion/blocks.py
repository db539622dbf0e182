"""Blocks as plain lines, for what has no Markdown. Pure, except for the walk, which is given its calls."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from backend.connectors.notion.client import Json, Results
from backend.connectors.notion.lines import Line, mark
from backend.connectors.notion.markdown import without_signature
from backend.errors import PermissionMissing, SourceRefused

_DEPTH = 60
TOO_MUCH = mark("the rest of this page: it is too large")
_TEXTS = frozenset(
    {"paragraph", "bulleted_list_item", "numbered_list_item", "to_do", "toggle", "quote", "callout", "code", "template"}
)
_FILES = frozenset({"image", "file", "pdf", "video", "audio"})
_ADDRESSES = frozenset({"bookmark", "embed", "link_preview"})
#: Without words of their own; their children have them.
_FRAMES = frozenset(
    {"column_list", "column", "table", "tab", "synced_block", "divider", "breadcrumb", "table_of_contents"}
)


@dataclass(slots=True)
class Budget:
    """How many calls one page may still cost; what comes after is told to be missing."""

    calls: int

    def spend(self) -> bool:
        self.calls -= 1
        return self.calls >= 0


@dataclass(slots=True)
class Walked:
    lines: list[Line] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    databases: set[str] = field(default_factory=set)


def plain(rich_text: object) -> str:
    """The words of a list of rich text objects."""
    found = rich_text if isinstance(rich_text, list) else []
    return "".join(str(one.get("plain_text") or "") for one in found if isinstance(one, dict))


def lines_of(block: Json) -> list[Line]:
    """A block's own lines. A kind that is not known leaves a mark."""
    kind = str(block.get("type") or "unsupported")
    body = block.get(kind)
    body = body if isinstance(body, dict) else {}
    if kind.startswith("heading_") and kind[8:].isdecimal():
        return [Line(plain(body.get("rich_text")), int(kind[8:]))]
    if kind in _TEXTS:
        text = plain(body.get("rich_text"))
        if kind == "to_do":
            text = f"[{'x' if body.get('checked') else ' '}] {text}"
        return [Line(one) for one in text.split("\n")]
    if kind in _FILES:
        return [Line(" ".join(part for part in (_file_name(body), plain(body.get("caption"))) if part))]
    if kind in _ADDRESSES:
        return [Line(" ".join(part for part in (str(body.get("url") or ""), plain(body.get("caption"))) if part))]
    match kind:
        case "equation":
            return [Line(str(body.get("expression") or ""))]
        case "table_row":
            cells = body.get("cells")
            return [Line(" | ".join(plain(cell) for cell in cells) if isinstance(cells, list) else "")]
        case "child_page" | "child_database" | "meeting_notes":
            title = body.get("title")
            return [Line(title if isinstance(title, str) else plain(title))]
        case "link_to_page":
            return []
        case _ if kind in _FRAMES:
            return []
        case _:
            return [Line(mark(kind.replace("_", " ")))]


def _file_name(body: Json) -> str:
    held = body.get(str(body.get("type")))
    url = held.get("url") if isinstance(held, dict) else None
    return str(body.get("name") or "") or (without_signature(url) if isinstance(url, str) else "")


class Walk:
    """Reads blocks with everything below them, depth first.

    Args:
        children: gives the pages of a block's children.
    """

    def __init__(self, children: Callable[[str], AsyncGenerator[Results]], budget: Budget) -> None:
        self._children = children
        self._budget = budget

    async def of(self, block: Json) -> Walked:
        found = Walked()
        await self._block(block, found, 0)
        return found

    async def below(self, block_id: str) -> Walked:
        found = Walked()
        await self._below(block_id, found, 0)
        return found

    async def _block(self, block: Json, found: Walked, depth: int) -> None:
        found.lines += lines_of(block)
        kind, id_ = block.get("type"), block.get("id")
        if not isinstance(id_, str):
            return
        if kind == "child_page":
            found.pages.add(id_)
        elif kind == "child_database":
            found.databases.add(id_)
        elif block.get("has_children") or kind == "synced_block":
            await self._below(_original(block) or id_, found, depth + 1)

    async def _below(self, block_id: str, found: Walked, depth: int) -> None:
        if depth > _DEPTH:
            found.lines.append(Line(mark("what is nested deeper")))
            return
        if not self._budget.spend():
            found.lines.append(Line(TOO_MUCH))
            return
        try:
            async with aclosing(self._children(block_id)) as pages:
                async for children in pages:
                    for block in children.items:
                        await self._block(block, found, depth)
                    if not children.whole:
                        found.lines.append(Line(mark("a part of this page")))
                    if children.after is not None and not self._budget.spend():
                        found.lines.append(Line(TOO_MUCH))
                        return
        except (SourceRefused, PermissionMissing):
            if depth == 0:
                raise
            found.lines.append(Line(mark("something of a page that is not shared")))


def _original(block: Json) -> str | None:
    """Where a synced block's content stands, if not in the block itself."""
    body = block.get("synced_block")
    source = body.get("synced_from") if isinstance(body, dict) else None
    id_ = source.get("block_id") if isinstance(source, dict) else None
    return id_ if isinstance(id_, str) else None
