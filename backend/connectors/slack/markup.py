"""Slack's markup, blocks and attachments as plain text.

Unknown elements give the texts inside of them: new kinds of blocks come up every year.
https://docs.slack.dev/messaging/formatting-message-text, …/reference/block-kit/blocks (2026-11)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE = re.compile(r"<([^<>]+)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
#: How deep blocks are followed; Slack's own end after four levels.
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Names:
    """People and channels by their ids, as people call them."""

    people: Mapping[str, str]
    channels: Mapping[str, str]

    def person(self, id_: str) -> str:
        return self.people.get(id_) or "Somebody"

    def channel(self, id_: str) -> str:
        return self.channels.get(id_) or "a channel"


def plain(text: str, names: Names) -> str:
    """Markup as it is read in Slack: mentions by name, links with their addresses."""
    found = _REFERENCE.sub(lambda match: _reference(match[1], names), text)
    for written, meant in _ENTITIES:
        found = found.replace(written, meant)
    return found.strip()


def mentioned(message: Mapping[str, Any]) -> set[str]:
    """Ids of the people whom a message mentions anywhere, also inside of blocks."""
    found = set(_USER.findall(str(message.get("text") or "")))
    for part in ("blocks", "attachments"):
        for node in _nodes(message.get(part)):
            if isinstance(id_ := node.get("user_id"), str):
                found.add(id_)
            for value in node.values():
                if isinstance(value, str):
                    found.update(_USER.findall(value))
    return found


def of_blocks(blocks: object, names: Names) -> str:
    """The texts of blocks, a line for each."""
    lines = ("".join(_inline(block, names, 0)).strip() for block in _objects(blocks))
    return "\n".join(line for line in lines if line)


def of_attachments(attachments: object, names: Names) -> str:
    """What an app wrote into attachments. Previews of links are left out: they are the text of other places."""
    lines: list[str] = []
    for one in _objects(attachments):
        if one.get("from_url") or one.get("is_msg_unfurl") or one.get("is_app_unfurl"):
            continue
        said = [plain(_text(one.get(name)), names) for name in ("pretext", "title", "text")]
        for item in _objects(one.get("fields")):
            title, value = plain(_text(item.get("title")), names), plain(_text(item.get("value")), names)
            said.append(f"{title}: {value}" if title and value else title or value)
        said.append(of_blocks(one.get("blocks"), names))
        lines += [line for line in said if line] or [plain(_text(one.get("fallback")), names)]
    return "\n".join(line for line in lines if line)


def _reference(inside: str, names: Names) -> str:
    """One ``<…>``: a person, a channel, a group, a date or a link; what follows a bar is its label."""
    what, _, label = inside.partition("|")
    match what[:1]:
        case "@":
            return f"@{names.people.get(what[1:]) or label or names.person(what[1:])}"
        case "#":
            return f"#{(label or names.channel(what[1:])).removeprefix('#')}"
        case "!":
            if what.startswith("!subteam^"):
                return f"@{(label or 'a group').removeprefix('@')}"
            return label or (f"@{what[1:]}" if what in ("!here", "!channel", "!everyone") else "")
    if not label or label == what or what == f"mailto:{label}":
        return what.removeprefix("mailto:")
    return f"{label} ({what})"


def _inline(node: Mapping[str, Any], names: Names, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    kind = node.get("type")
    if kind in ("mrkdwn", "plain_text"):
        yield plain(_text(node.get("text")), names)
    elif kind == "user":
        yield f"@{names.person(_text(node.get('user_id')))}"
    elif kind == "channel":
        yield f"#{names.channel(_text(node.get('channel_id')))}"
    elif kind == "usergroup":
        yield "@a group"
    elif kind == "broadcast":
        yield f"@{_text(node.get('range'))}"
    elif kind == "emoji":
        yield f":{_text(node.get('name'))}:"
    elif kind == "date":
        yield _text(node.get("fallback"))
    elif kind == "link":
        label, url = _text(node.get("text")), _text(node.get("url"))
        yield f"{label} ({url})" if label and label != url else url
    elif kind == "text":
        yield _text(node.get("text"))
    else:
        yield from _children(node, names, depth)


def _children(node: Mapping[str, Any], names: Names, depth: int) -> Iterator[str]:
    """Everything below an element that has no text of its own, or is not known."""
    for name in ("text", "title", "fields", "elements", "rows", "alt_text"):
        value = node.get(name)
        if isinstance(value, str):
            yield f"{plain(value, names)} "
        elif isinstance(value, dict):
            yield from _inline(value, names, depth + 1)
            yield "\n"
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    yield from _inline(one, names, depth + 1)
                elif isinstance(one, list):  # the cells of a table's row
                    for cell in _objects(one):
                        yield from _inline(cell, names, depth + 1)
                        yield " | "
                if name != "elements" or _is_block(one):
                    yield "\n"


def _is_block(node: object) -> bool:
    return isinstance(node, dict) and str(node.get("type") or "").startswith("rich_text_")


def _nodes(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, depth + 1)


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
