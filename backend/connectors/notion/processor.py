"""Notion's JSON as the library's items. Pure: asks nothing, knows no clock."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.connectors.notion.blocks import plain
from backend.connectors.notion.client import Json
from backend.connectors.notion.lines import Line, assemble
from backend.connectors.notion.properties import COMPUTED, Titles, lines_of, title_of
from backend.documents.incoming import TextItem
from backend.documents.models import Kind, Person

UNTITLED = "Untitled"
_DATA_SOURCE = "data_source:"
#: Times are rounded down to the minute, so that a later edit within it shows in no time.
#: https://developers.notion.com/changelog/last-edited-time-is-now-rounded-to-the-nearest-minute (2021-07)
_MINUTE = timedelta(minutes=1)
#: Beside it: clocks of one service are not quite the same.
_SETTLED_AFTER = _MINUTE + timedelta(seconds=5)

#: Each page is read once in so many listings, a day: comments, computed values and the names above it change its time
#: of edit in nothing.
ROUNDS = 24


class Malformed(ValueError):
    """An object without what every one of its kind has; the text says what is missing, for the ledger."""


@dataclass(frozen=True, slots=True)
class Who:
    """A user of the workspace."""

    name: str | None
    address: str | None


type People = Mapping[str, Who]


def data_source_name(id_: str) -> str:
    """The external id of a data source; that of a page is its id."""
    return f"{_DATA_SOURCE}{id_}"


def data_source_id(external_id: str) -> str | None:
    return external_id.removeprefix(_DATA_SOURCE) if external_id.startswith(_DATA_SOURCE) else None


def external_id_of(found: Json) -> str | None:
    id_ = found.get("id")
    if not isinstance(id_, str):
        return None
    return data_source_name(id_) if found.get("object") == "data_source" else id_


def edited_at(found: Json) -> datetime:
    """Errors: `Malformed`."""
    return _moment(found.get("last_edited_time"))


def minute(moment: datetime) -> str:
    """As the API writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def overlap(newest: str) -> datetime:
    """From when on changes are looked at again, after everything until `newest` was: a minute before."""
    return _moment(newest) - _MINUTE


def turn_of(id_: str, round_: int) -> int:
    """Another number once in `ROUNDS` listings, not for all pages in the same."""
    return (round_ + zlib.crc32(id_.encode())) // ROUNDS


def revision_of(found: Json, *, at: datetime, comments: bool, round_: int) -> str:
    """Tells whether a page or a data source has to be read again.

    While the minute of its last edit is not over, another edit would leave the time as it is. Such a page gets a
    revision that is good for this look alone, so that the next one reads it once more.

    Args:
        at: the time at Notion.
        comments: whether comments are read along.
        round_: the number of the latest listing.

    Errors: `Malformed`.
    """
    edited = edited_at(found)
    lines = lines_of(found, {}, without=COMPUTED)
    said = [title_of(found), repr(sorted(_parent(found).items())), plain(found.get("description")), *lines]
    if found.get("object") == "data_source":
        said += _schema(found)
    digest = hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    settled = "" if at - edited >= _SETTLED_AFTER else f"~{at.isoformat()}"
    turn = turn_of(str(found.get("id")), round_)
    return f"{minute(edited)}/{digest}/{'c' if comments else '-'}{turn}{settled}"


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of a page beside its properties. `path`: the titles above it. `parent`: the external id of it."""

    lines: Sequence[Line]
    comments: Sequence[Json]
    path: Sequence[str]
    parent: str | None
    titles: Titles
    people: People


def page_item(found: Json, content: Content) -> TextItem:
    """Errors: `Malformed`."""
    title = title_of(found) or UNTITLED
    lines = [Line(line) for line in lines_of(found, content.titles)]
    if lines:
        lines.append(Line(""))
    lines += content.lines
    if content.comments:
        lines += [Line(""), Line("Comments", 1), *_said(content.comments, content.people)]
    text, sections = assemble(lines)
    return TextItem(
        external_id=str(found["id"]),
        title=title,
        text=text or title,  # a page may be nothing but its title
        url=_url(found),
        author=_name(found.get("created_by"), content.people),
        modified_at=edited_at(found),
        kind=Kind.page,
        path=_path([*content.path, title]),
        sections=sections,
        parent=content.parent,
        same_as=f"notion:{found['id']}",
        people=_people(found, content.comments, content.people),
    )


def data_source_item(found: Json, path: Sequence[str], parent: str | None, people: People) -> TextItem:
    """A data source as a document of its own: what it is called, what it is for, what its rows tell.

    Errors: `Malformed`.
    """
    title = title_of(found) or UNTITLED
    description = plain(found.get("description")).strip()
    schema = _schema(found)
    told = f"Properties: {', '.join(schema)}" if schema else ""
    return TextItem(
        external_id=data_source_name(str(found["id"])),
        title=title,
        text="\n".join(part for part in (title, description, told) if part),
        url=_url(found),
        author=_name(found.get("created_by"), people),
        modified_at=edited_at(found),
        kind=Kind.page,
        path=_path([*path, title]),
        parent=parent,
        people=_people(found, (), people),
    )


def users_of(items: Sequence[Json]) -> dict[str, Who]:
    found: dict[str, Who] = {}
    for one in items:
        person = one.get("person")
        address = person.get("email") if isinstance(person, dict) else None
        name = one.get("name")
        if isinstance(one.get("id"), str):
            found[one["id"]] = Who(
                name if isinstance(name, str) else None, address if isinstance(address, str) else None
            )
    return found


def _schema(found: Json) -> list[str]:
    properties = found.get("properties")
    return sorted(str(name) for name in properties) if isinstance(properties, dict) else []


def _said(comments: Sequence[Json], people: People) -> list[Line]:
    lines = []
    for comment in comments:
        shown = comment.get("display_name")
        resolved = shown.get("resolved_name") if isinstance(shown, dict) else None
        name = _name(comment.get("created_by"), people) or (resolved if isinstance(resolved, str) else None)
        day = str(comment.get("created_time") or "")[:10]
        who = " ".join(part for part in (name or "Somebody", f"({day})" if day else "") if part)
        lines.append(Line(f"{who}: {plain(comment.get('rich_text')).strip()}"))
    return lines


def _people(found: Json, comments: Sequence[Json], people: People) -> tuple[Person, ...]:
    roles = [("author", found.get("created_by")), ("editor", found.get("last_edited_by"))]
    roles += [("commenter", comment.get("created_by")) for comment in comments]
    told: dict[Person, None] = {}
    for role, user in roles:
        known = people.get(str(user.get("id"))) if isinstance(user, dict) else None
        if known is not None and (known.name or known.address):
            told[Person(role=role, name=known.name, address=known.address)] = None
    return tuple(told)


def _name(user: object, people: People) -> str | None:
    known = people.get(str(user.get("id"))) if isinstance(user, dict) else None
    return known.name if known else None


def _path(titles: Sequence[str]) -> str:
    """A slash within a title is no step of the path."""
    return "/".join(title.replace("/", "∕") for title in titles)


def _parent(found: Json) -> Json:
    parent = found.get("parent")
    return parent if isinstance(parent, dict) else {}


def _url(found: Json) -> str | None:
    url = found.get("url")
    return url if isinstance(url, str) else None


def _moment(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise Malformed("Notion gave it without the time of its last edit.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
