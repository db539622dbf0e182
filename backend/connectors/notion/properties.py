"""Properties of rows as lines. Pure.

Their values: https://developers.notion.com/reference/page-property-values (2026-11).
"""

from collections.abc import Iterable, Mapping

from backend.connectors.notion.blocks import plain
from backend.connectors.notion.client import Json

#: So many values of a property stand in its page; the others are asked for.
#: https://developers.notion.com/reference/retrieve-a-page#limits (2026-11)
HELD_VALUES = 25
_RELATED = 100
_PAGED = frozenset({"title", "rich_text", "people", "relation"})
#: Computed from elsewhere: they change although nobody edited the row.
COMPUTED = frozenset({"formula", "rollup", "last_edited_time", "last_edited_by", "button", "verification"})
_WITHOUT_WORDS = frozenset({"title", "button", "last_edited_time", "last_edited_by", "created_time", "created_by"})

type Titles = Mapping[str, str]


def title_of(found: Json) -> str:
    """A page's or a data source's title; empty where nobody gave one."""
    title = found.get("title")
    if isinstance(title, list):
        return plain(title).strip()
    for value in _values(found).values():
        if value.get("type") == "title":
            return plain(value.get("title")).strip()
    return ""


def cut_properties(found: Json) -> list[str]:
    """Ids of the properties that have more values than stand in the page."""
    return [
        str(value["id"])
        for value in _values(found).values()
        if value.get("type") in _PAGED
        and isinstance(value.get("id"), str)
        and (value.get("has_more") or len(_list(value.get(str(value["type"])))) >= HELD_VALUES)
    ]


def with_values(found: Json, property_id: str, items: Iterable[Json]) -> Json:
    """The page with all values of a property, from its property items."""
    properties = dict(found.get("properties") or {})
    for name, value in _values(found).items():
        if value.get("id") == property_id:
            kind = str(value.get("type"))
            values = [item[kind] for item in items if isinstance(item.get(kind), dict)]
            properties[name] = {**value, kind: values, "has_more": False}
    return {**found, "properties": properties}


def related(found: Json) -> list[str]:
    """Ids of the pages that a row points to, at most so many as are asked for their titles."""
    values = (value for value in _values(found).values() if value.get("type") == "relation")
    ids = [one["id"] for value in values for one in _list(value.get("relation")) if isinstance(one.get("id"), str)]
    return list(dict.fromkeys(ids))[:_RELATED]


def lines_of(found: Json, titles: Titles, *, without: frozenset[str] = frozenset()) -> list[str]:
    """``Name: value`` for each property that has one.

    Args:
        titles: of related pages by id; those that are not known are counted.
        without: kinds of properties that are left out.
    """
    lines = []
    for name, value in _values(found).items():
        kind = str(value.get("type"))
        if kind in _WITHOUT_WORDS or kind in without:
            continue
        if words := _words(kind, value.get(kind), titles):
            lines.append(f"{name}: {words}")
    return lines


def _words(kind: str, value: object, titles: Titles) -> str:
    match kind, value:
        case (("rich_text" | "title"), list()):
            return plain(value).strip()
        case (("select" | "status"), dict()):
            return str(value.get("name") or "")
        case "multi_select", list():
            return ", ".join(str(one.get("name") or "") for one in _list(value))
        case (("people"), list()):
            return ", ".join(name for one in _list(value) if (name := str(one.get("name") or "")))
        case (("created_by" | "last_edited_by"), dict()):
            return str(value.get("name") or "")
        case "files", list():
            # The address of a stored file is another one every time; its name is not.
            return ", ".join(str(one.get("name") or "") for one in _list(value))
        case "relation", list():
            return _relation(_list(value), titles)
        case "date", dict():
            return " to ".join(str(value[one]) for one in ("start", "end") if value.get(one))
        case "checkbox", bool():
            return "yes" if value else "no"
        case "number", (int() | float()):
            return f"{value:g}" if isinstance(value, float) else str(value)
        case "unique_id", dict():
            return "-".join(str(value[one]) for one in ("prefix", "number") if value.get(one) is not None)
        case "place", dict():
            return str(value.get("name") or value.get("address") or "")
        case "verification", dict():
            return str(value.get("state") or "")
        case (("formula" | "rollup"), dict()):
            return _computed(value, titles)
        case _, str():
            return value.strip()
        case _:
            return ""


def _computed(value: Json, titles: Titles) -> str:
    kind = str(value.get("type"))
    if kind == "array":
        parts = (
            _words(str(one.get("type")), one.get(str(one.get("type"))), titles) for one in _list(value.get("array"))
        )
        return ", ".join(part for part in parts if part)
    if kind == "boolean":
        kind, value = "checkbox", {"checkbox": value.get("boolean")}
    return _words(kind, value.get(kind), titles)


def _relation(pages: list[Json], titles: Titles) -> str:
    known = [titles[id_] for one in pages if (id_ := str(one.get("id"))) in titles]
    others = len(pages) - len(known)  # not shared, or too many to ask for
    return ", ".join([*known, f"{others:,} more"] if others else known)


def _values(found: Json) -> dict[str, Json]:
    properties = found.get("properties")
    items = properties.items() if isinstance(properties, dict) else ()
    return {str(name): value for name, value in items if isinstance(value, dict)}


def _list(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
