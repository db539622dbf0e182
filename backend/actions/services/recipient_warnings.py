"""Recipients who are not who they look like: addresses and names that resemble those that are known."""

import re
from collections.abc import Iterable, Mapping, Sequence

from backend.actions.models import Caution
from backend.actions.services.acquaintances import Circle
from backend.actions.services.email_payload import Recipient
from backend.actions.services.look_alikes import (
    Likeness,
    likeness,
    mixes_scripts,
    nearest,
    readable_domain,
    skeleton,
)
from backend.mail_address import mail_key
from backend.monitoring.printable import printable_line

#: So many unknown addresses are compared sign by sign; more of them are a list that nobody typed.
_COMPARED = 20
_NAMED_AT_MOST = 5
_IN_NAME = re.compile(r"[^\s@<>()\"',;:]{1,64}@[^\s@<>()\"',;:]{1,190}")
_WORD = re.compile(r"[^\W_]+")
_CODES: Mapping[Likeness, str] = {"looks_alike": "look_alike", "one_edit": "nearly_known"}


def recipient_warnings(people: Sequence[Recipient], circle: Circle) -> list[Caution]:
    """One warning of a kind. What looks the same as something that is known has to be confirmed."""
    each = list({one.key: one for one in people}.values())
    told: dict[str, list[str]] = {}
    for number, one in enumerate(each):
        for code, text in (*_of_address(one, circle, sign_by_sign=number < _COMPARED), *_of_name(one, circle)):
            told.setdefault(code, []).append(text)
    return [
        Caution(code=code, message=_joined(texts), field="to", confirm=code in ("look_alike", "mixed_scripts"))
        for code, texts in told.items()
    ]


def _of_address(one: Recipient, circle: Circle, *, sign_by_sign: bool) -> list[tuple[str, str]]:
    local, _, domain = one.key.rpartition("@")
    if one.key in circle.people:
        return []
    found: list[tuple[str, str]] = []
    readable = readable_domain(domain)
    shown = printable_line(one.address)
    if domain in circle.domains:
        neighbours = [key for key in circle.people if key.endswith(f"@{domain}")]
        if alike := _nearest(local, [key.rpartition("@")[0] for key in neighbours], sign_by_sign=sign_by_sign):
            known = f"{alike[0]}@{domain}"
            found.append((_CODES[alike[1]], f"{shown} is not {_person(known, circle)}, which looks {_how(alike[1])}."))
        return found
    if alike := _nearest(readable, map(readable_domain, circle.domains), sign_by_sign=sign_by_sign):
        text = f"{shown} ({printable_line(readable)}) is not at {alike[0]}, which looks {_how(alike[1])}."
        found.append((_CODES[alike[1]], text))
    if mixes_scripts(domain):
        text = f"{shown} reads as {printable_line(readable)}, in which letters of several scripts are mixed."
        found.append(("mixed_scripts", text))
    elif readable != domain:
        found.append(("international_domain", f"{shown} reads as {printable_line(readable)}."))
    return found


def _of_name(one: Recipient, circle: Circle) -> list[tuple[str, str]]:
    name = one.name or ""
    shown = f"'{printable_line(name)}' <{printable_line(one.address)}>"
    if others := [found for found in _IN_NAME.findall(name) if mail_key(found) != one.key]:
        return [("name_is_address", f"{shown} has another address as its name: {printable_line(others[0])}.")]
    words = _words(name)
    if len(words) < 2 or one.key in circle.people:
        return []
    named = [key for key, other in circle.people.items() if _words(other) == words]
    return [("name_of_another", f"{shown} is called as {_person(named[0], circle)} of this server.")] if named else []


def _nearest(name: str, known: Iterable[str], *, sign_by_sign: bool) -> tuple[str, Likeness] | None:
    if sign_by_sign:
        return nearest(name, known)
    return next(((one, "looks_alike") for one in known if likeness(name, one) == "looks_alike"), None)


def _person(key: str, circle: Circle) -> str:
    return f"{printable_line(circle.people.get(key, ''))} <{printable_line(key)}>".strip()


def _how(alike: Likeness) -> str:
    return "the same" if alike == "looks_alike" else "almost the same"


def _words(name: str) -> frozenset[str]:
    return frozenset(map(skeleton, _WORD.findall(name)))


def _joined(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED_AT_MOST
    return " ".join(texts[:_NAMED_AT_MOST]) + (f" And {more} more." if more > 0 else "")
