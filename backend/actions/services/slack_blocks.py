"""One tree of a message, three times: Slack's blocks, its `text`, and what people read.

Blocks are `rich_text` and `divider` alone: their elements are typed, so Slack reads no markup in what a person wrote.
In `text`, which stands in notifications, `&<>` are escaped. https://docs.slack.dev/reference/block-kit/blocks,
…/messaging/formatting-message-text (2026-11)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from backend.actions.services.slack_tree import (
    Block,
    Broadcast,
    Channel,
    Code,
    Divider,
    Group,
    Inline,
    Items,
    Link,
    Mention,
    Paragraph,
    Person,
    Text,
    written,
)
from backend.monitoring.printable import printable

#: https://docs.slack.dev/reference/methods/chat.postMessage, …/block-kit/composition-objects/text-object (2026-11)
MAX_TEXT_CHARS = 40_000
MAX_BLOCKS = 50
MAX_BLOCK_CHARS = 3_000

_MARKS = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}


@dataclass(frozen=True, slots=True)
class Names:
    """How people call what a message mentions, by id."""

    people: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def of(self, mention: Mention) -> str:
        match mention:
            case Person(id):
                return f"@{self.people.get(id, id)}"
            case Group(id):
                return f"@{self.groups.get(id, id)}"
            case Channel(id):
                return f"#{self.channels.get(id, id)}"
            case Broadcast(range_):
                return f"@{range_}"
            case _:
                assert_never(mention)


def blocks_of(tree: tuple[Block, ...], *, key: str) -> list[dict[str, Any]]:
    """`key` begins every block's id, by which the message is known again."""
    return [{**_block(block), "block_id": f"{key}.{number}"} for number, block in enumerate(tree)]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Divider():
            return {"type": "divider"}
        case Code(text=text):
            return _rich({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]})
        case Items(items=items):
            lines = [{"type": "rich_text_section", "elements": _elements(item)} for item in items]
            return _rich({"type": "rich_text_list", "style": "bullet", "elements": lines})
        case Paragraph(kind="quote", parts=parts):
            return _rich({"type": "rich_text_quote", "elements": _elements(parts)})
        case Paragraph(kind=kind, parts=parts):
            return _rich({"type": "rich_text_section", "elements": _elements(parts, bold=kind == "heading")})
        case _:
            assert_never(block)


def _rich(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [element]}


def _elements(parts: tuple[Inline, ...], *, bold: bool = False) -> list[dict[str, Any]]:
    return [_element(part, bold=bold) for part in parts]


def _element(part: Inline, *, bold: bool) -> dict[str, Any]:
    match part:
        case Text(text, style):
            styles = {name: True for name in ("bold", "italic", "strike", "code") if name == style}
            styles |= {"bold": True} if bold else {}
            return {"type": "text", "text": text, **({"style": styles} if styles else {})}
        case Link(url, label):
            return {"type": "link", "url": url, **({"text": label} if label else {})}
        case Person(id):
            return {"type": "user", "user_id": id}
        case Group(id):
            return {"type": "usergroup", "usergroup_id": id}
        case Channel(id):
            return {"type": "channel", "channel_id": id}
        case Broadcast(range_):
            return {"type": "broadcast", "range": range_}
        case _:
            assert_never(part)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(tree: tuple[Block, ...]) -> str:
    """Slack's `text`: every mention and link is one of the tree's."""
    return _joined(tree, _marked, escaped)


def readable(tree: tuple[Block, ...], names: Names) -> str:
    """What people read, each link with the address that it leads to."""

    def shown(part: Inline) -> str:
        match part:
            case Text(text, _):
                return text
            case Link(url, label):
                return f"{label} ({url})" if label and label != url else url
            case _:
                return names.of(part)

    return printable(_joined(tree, shown, lambda text: text))


def _marked(part: Inline) -> str:
    match part:
        case Text(text, style):
            mark = _MARKS[style] if style else ""
            return f"{mark}{escaped(text)}{mark}"
        case Link(url, label):
            return f"<{escaped(url)}|{escaped(label)}>" if label else f"<{escaped(url)}>"
        case _:
            return written(part)


def _joined(tree: tuple[Block, ...], inline: Any, plain: Any) -> str:
    def lines() -> Iterator[str]:
        for block in tree:
            match block:
                case Divider():
                    yield "———"
                case Code(text=text):
                    yield f"```\n{plain(text)}\n```"
                case Items(items=items):
                    yield "\n".join("• " + "".join(map(inline, item)) for item in items)
                case Paragraph(kind=kind, parts=parts):
                    words = "".join(map(inline, parts))
                    yield "\n".join(f"{plain('>')} {line}" for line in words.split("\n")) if kind == "quote" else words
                case _:
                    assert_never(block)

    return "\n\n".join(lines())


def too_long(tree: tuple[Block, ...]) -> str | None:
    """Why Slack would not take it whole; None: it does. Nothing is ever cut or split."""
    if len(fallback(tree)) > MAX_TEXT_CHARS:
        return f"Slack takes {MAX_TEXT_CHARS:,} characters in a message. Shorten it, or put the rest into a document."
    if len(tree) > MAX_BLOCKS:
        return f"Slack takes {MAX_BLOCKS} paragraphs in a message. Join some, or send less."
    for number, block in enumerate(tree, 1):
        if len(readable((block,), Names())) > MAX_BLOCK_CHARS:
            return f"Paragraph {number} has more than {MAX_BLOCK_CHARS:,} characters. Divide it by an empty line."
    return None


def shown_blocks(value: Any) -> Any:
    """Blocks with everything visible that tries not to be."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [shown_blocks(one) for one in value]
    if isinstance(value, dict):
        return {name: shown_blocks(one) for name, one in value.items()}
    return value
