"""What Notion's API gives for each thing, in the shapes of version 2026-03-11."""

from datetime import datetime

from tests.support.notion_service import WORKSPACE, Block, Comment, Json, NotionService, Thing, User, new_id, rich

BOT = new_id(700)
_ESCAPED = "\\*~`$[]<>{}|^"


def time(moment: datetime) -> str:
    """Rounded down to the minute."""
    return moment.strftime("%Y-%m-%dT%H:%M:00.000Z")


def url(thing_id: str, title: str = "") -> str:
    return f"https://www.notion.so/{title.replace(' ', '-')}{'-' if title else ''}{thing_id.replace('-', '')}"


def thing(service: NotionService, found: Thing) -> Json:
    if found.malformed:
        return {"object": found.kind, "id": found.id}
    match found.kind:
        case "page":
            return _page(service, found)
        case "data_source":
            return _data_source(service, found)
        case _:
            return _database(service, found)


def block(found: Block, above: tuple[str, str], service: NotionService) -> Json:
    edited = service.now
    return {
        "object": "block",
        "id": found.id,
        "parent": {"type": f"{above[0]}_id", f"{above[0]}_id": above[1]},
        **_made_and_edited(edited, edited),
        "has_children": bool(found.children) or found.type in ("child_page", "child_database"),
        "in_trash": False,
        "type": found.type,
        found.type: found.body,
    }


def comment(found: Comment) -> Json:
    return {
        "object": "comment",
        "id": found.id,
        "parent": {"type": "page_id", "page_id": found.page_id},
        "discussion_id": found.id,
        "created_time": time(found.created),
        "last_edited_time": time(found.created),
        "created_by": {"object": "user", "id": found.user_id},
        "rich_text": rich(found.text),
        "display_name": {"type": "user", "resolved_name": None},
    }


def person(found: User) -> Json:
    return {
        "object": "user",
        "id": found.id,
        "name": found.name,
        "avatar_url": None,
        "type": "person",
        "person": {"email": found.address},
    }


def bot(owner: Json | None) -> Json:
    """The connection itself; of an internal one the workspace is the owner."""
    return {
        "object": "user",
        "id": BOT,
        "name": "BibliosAI",
        "avatar_url": None,
        "type": "bot",
        "bot": {
            "owner": {"type": "user", "user": owner} if owner else {"type": "workspace", "workspace": True},
            "workspace_id": WORKSPACE,
            "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880},
            "workspace_name": "Herring Works",
        },
    }


def markdown(service: NotionService, blocks: list[Block], *, page_url: str) -> tuple[str, list[str]]:
    """Enhanced Markdown of blocks, and the ids of those that did not come in."""
    lines: list[str] = []
    unknown: list[str] = []
    room = service.markdown_limit

    def write(found: Block, depth: int) -> None:
        nonlocal room
        tabs = "\t" * depth
        room -= 1
        hidden = found.type == "child_page" and not service.visible(service.things[found.id])
        if room < 0 or hidden:
            unknown.append(found.id)
        if room < 0 or hidden or not found.in_markdown:
            lines.append(f'{tabs}<unknown url="{page_url}#{found.id.replace("-", "")}" alt="{found.type}"/>')
            return
        opened, closed = _marked(found)
        lines.extend(f"{tabs}{one}" for one in opened)
        for child in found.children:
            write(child, depth + (found.type not in ("table",)))
        lines.extend(f"{tabs}{one}" for one in closed)

    for one in blocks:
        write(one, 0)
    return "\n".join(lines), unknown


def _marked(found: Block) -> tuple[list[str], list[str]]:
    body = found.body
    words = _escaped("".join(str(one["plain_text"]) for one in body.get("rich_text", [])))
    match found.type:
        case "heading_1" | "heading_2" | "heading_3" | "heading_4":
            return [f"{'#' * int(found.type[-1])} {words}"], []
        case "bulleted_list_item":
            return [f"- {words}"], []
        case "to_do":
            return [f"- [{'x' if body.get('checked') else ' '}] {words}"], []
        case "callout":
            return ['<callout icon="💡" color="gray_bg">', f"\t{words}"], ["</callout>"]
        case "toggle":
            return ["<details>", f"<summary>{words}</summary>"], ["</details>"]
        case "code":
            literal = "".join(str(one["plain_text"]) for one in body.get("rich_text", []))
            return ["```python", *literal.split("\n"), "```"], []
        case "table":
            return ['<table header-row="true">'], ["</table>"]
        case "table_row":
            cells = (_escaped("".join(str(one["plain_text"]) for one in cell)) for cell in body["cells"])
            return ["<tr>", *(f"<td>{cell}</td>" for cell in cells), "</tr>"], []
        case "image":
            return [f"![{''.join(one['plain_text'] for one in body.get('caption', []))}]({body['file']['url']})"], []
        case "synced_block":
            return ["<synced_block>"], ["</synced_block>"]
        case "child_page":
            return [f'<page url="{url(found.id)}">{_escaped(str(body["title"]))}</page>'], []
        case "child_database":
            return [f'<database url="{url(found.id)}" inline="false">{_escaped(str(body["title"]))}</database>'], []
        case _:
            return [words], []


def _page(service: NotionService, found: Thing) -> Json:
    if found.parent[0] == "data_source":
        source = service.things[found.parent[1]]
        parent: Json = {"type": "data_source_id", "data_source_id": source.id, "database_id": source.parent[1]}
        name = "Name"
    else:
        parent, name = _parent(found.parent), "title"
    properties = {
        **{one: {"id": _property_id(one), **value} for one, value in found.properties.items()},
        name: {"id": "title", "type": "title", "title": rich(found.title) if found.title else []},
    }
    properties = {one: _first_values(value) for one, value in properties.items()}
    return {
        "object": "page",
        "id": found.id,
        **_made_and_edited(found.created, found.edited),
        "cover": None,
        "icon": None,
        "parent": parent,
        "in_trash": service.trashed(found),
        "is_archived": False,
        "is_locked": False,
        "properties": properties,
        "url": url(found.id, found.title),
        "public_url": None,
    }


def _first_values(value: Json) -> Json:
    """At most 25 of them; of a relation it is said that there are more."""
    kind = value["type"]
    if kind not in ("people", "relation") or not isinstance(value[kind], list):
        return value
    more = {"has_more": len(value[kind]) > 25} if kind == "relation" else {}
    return {**value, kind: value[kind][:25], **more}


def _data_source(service: NotionService, found: Thing) -> Json:
    database = service.things[found.parent[1]]
    properties = {
        name: {"id": "title" if value["type"] == "title" else _property_id(name), "name": name, **value}
        for name, value in found.properties.items()
    }
    return {
        "object": "data_source",
        "id": found.id,
        "title": rich(found.title) if found.title else [],
        "description": rich(found.description) if found.description else [],
        "parent": {"type": "database_id", "database_id": database.id},
        "database_parent": _parent(database.parent),
        "is_inline": False,
        "in_trash": service.trashed(found),
        **_made_and_edited(found.created, found.edited),
        "properties": properties,
        "icon": None,
        "cover": None,
        "url": url(database.id),
        "public_url": None,
    }


def _database(service: NotionService, found: Thing) -> Json:
    sources = [one for one in service.things.values() if one.parent == ("database", found.id)]
    times = _made_and_edited(found.created, found.edited)
    return {
        "object": "database",
        "id": found.id,
        "title": rich(found.title) if found.title else [],
        "description": rich(found.description) if found.description else [],
        "parent": _parent(found.parent),
        "is_inline": False,
        "in_trash": service.trashed(found),
        "is_locked": False,
        "created_time": times["created_time"],
        "last_edited_time": times["last_edited_time"],
        "data_sources": [{"id": one.id, "name": one.title} for one in sources],
        "icon": None,
        "cover": None,
        "url": url(found.id),
        "public_url": None,
    }


def _made_and_edited(created: datetime, edited: datetime) -> Json:
    return {
        "created_time": time(created),
        "last_edited_time": time(edited),
        "created_by": {"object": "user", "id": BOT},
        "last_edited_by": {"object": "user", "id": BOT},
    }


def _parent(above: tuple[str, str]) -> Json:
    kind, id_ = above
    return (
        {"type": "workspace", "workspace": True} if kind == "workspace" else {"type": f"{kind}_id", f"{kind}_id": id_}
    )


def _property_id(name: str) -> str:
    return f"%3A{name.encode().hex()[:6]}"


def _escaped(words: str) -> str:
    return "".join(f"\\{one}" if one in _ESCAPED else one for one in words)
