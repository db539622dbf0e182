"""One mail to each of many people, apart from each other: what each of them gets."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.errors import FieldProblem, InvalidInput
from backend.mail_address import mail_key

MAX_RECIPIENTS = 100
#: Whatever stands in two braces is meant to be filled in; what cannot be is refused and never sent as it stands.
_PLACE = re.compile(r"\{\{([^{}\n]{0,60})\}\}")
_PLACES = ("name", "first_name", "address")
_NEEDS_NAME = frozenset({"name", "first_name"})
#: Fields of a mail in which places are filled in, and whether they are markup.
_FIELDS: Mapping[str, bool] = {"subject": False, "text": False, "html": True}


@dataclass(frozen=True, slots=True)
class Single:
    """What one person gets."""

    address: str
    payload: dict[str, Any]


def singles(payload: Mapping[str, Any]) -> list[Single]:
    """A payload for each of its recipients, in their order; who stands there twice gets one.

    ``{{name}}``, ``{{first_name}}`` and ``{{address}}`` become the recipient's own. A value is put in once, and never
    read again.

    Args:
        payload: of a mail, in its one form.

    Errors: `InvalidInput` with the fields: copies, nobody or too many people, a place that is none, a name that is
    missing.
    """
    people = {mail_key(one["address"]): one for one in payload.get("to", ())}
    problems = [*_problems(payload, len(people)), *_nameless(payload, list(people.values()))]
    if problems:
        raise InvalidInput("This cannot be sent to each of them separately.", fields=problems)
    return [Single(one["address"], _for(payload, one)) for one in people.values()]


def _problems(payload: Mapping[str, Any], count: int) -> list[FieldProblem]:
    found = [
        FieldProblem(f"payload.{name}", "not_separately", "A mail of one's own has no copies. Put them under To.")
        for name in ("cc", "bcc")
        if payload.get(name)
    ]
    if count == 0:
        found.append(FieldProblem("payload.to", "missing", "Say whom it goes to."))
    if count > MAX_RECIPIENTS:
        found.append(
            FieldProblem("payload.to", "too_many", f"At the most {MAX_RECIPIENTS} people at once. Leave some out.")
        )
    known = ", ".join(f"{{{{{name}}}}}" for name in _PLACES)
    for field in _FIELDS:
        for name in sorted(_places(payload, field).difference(_PLACES)):
            text = f"{{{{{name}}}}} cannot be filled in. There are {known}."
            found.append(FieldProblem(f"payload.{field}", "unknown_place", text))
    return found


def _nameless(payload: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    if not any(_places(payload, field) & _NEEDS_NAME for field in _FIELDS):
        return []
    lacking = [one["address"] for one in people if not (one.get("name") or "").strip()]
    if not lacking:
        return []
    shown = ", ".join(lacking[:5]) + (" and others" if len(lacking) > 5 else "")
    text = f"The mail says the name of each, and of {shown} there is none. Write it before the address."
    return [FieldProblem("payload.to", "name_missing", text)]


def _places(payload: Mapping[str, Any], field: str) -> set[str]:
    return {_name(place) for place in _PLACE.findall(payload.get(field) or "")}


def _for(payload: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    name = (person.get("name") or "").strip()
    values = {"name": name, "first_name": name.partition(" ")[0], "address": person["address"]}
    filled = {
        field: _put(payload[field], {key: html.escape(value) for key, value in values.items()} if markup else values)
        for field, markup in _FIELDS.items()
        if payload.get(field)
    }
    return {**payload, "to": [dict(person)], **filled}


def _put(words: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values[_name(place[1])], words)


def _name(place: str) -> str:
    return place.strip().casefold()
