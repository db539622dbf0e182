"""Faults that any provider may show, and what holds after each of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from backend.connectors import http
from tests.contract.connectors.conftest import STAGES
from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN
from tests.support.long import LONG
from tests.support.provider_wire import Fault

WIRED = [name for name in STAGES if name != "toy"]
#: Calls of a run, of which each fails once.
CALLS = range(1, 16)
PAUSE_SECONDS = 40
_AWAY = frozenset({("waiting", "source_unavailable"), ("waiting", "too_much_at_once")})
_LIMITED = frozenset({("waiting", "source_rate_limited")})


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault, and the status and code of a connection of which every call meets it."""

    name: str
    fault: Fault | Callable[[], Fault]
    ends: frozenset[tuple[str, str]] = _AWAY
    pause_seconds: float = 0
    is_slow: bool = False

    def made(self) -> Fault:
        return self.fault if isinstance(self.fault, Fault) else self.fault()


def _at_a_date() -> Fault:
    at = datetime.now(UTC) + timedelta(seconds=PAUSE_SECONDS + 1)
    return Fault(status=429, headers=(("Retry-After", format_datetime(at, usegmt=True)),))


def _each(found: Any, change: Callable[[Any], Any]) -> Any:
    """The same JSON with every list in it changed."""
    if isinstance(found, dict):
        return {name: _each(one, change) for name, one in found.items()}
    return change(found) if isinstance(found, list) else found


def _bare(found: Any) -> Any:
    """The same names without any value."""
    if isinstance(found, dict):
        return {name: _bare(one) if isinstance(one, dict | list) else None for name, one in found.items()}
    return [_bare(one) for one in found] if isinstance(found, list) else None


def _other_shapes() -> Iterator[Broken]:
    for name, body in (("null", None), ("a list", []), ("an object", {}), ("a word", "well"), ("nulls", [None])):
        yield Broken(
            f"200 with {name}", Fault(status=200, data=b"null") if body is None else Fault(status=200, body=body)
        )
    yield Broken("200 with only ok", Fault(status=200, body={"ok": True}))
    yield Broken("objects for lists", Fault("change", change=lambda found: _each(found, lambda _: {})))
    yield Broken("null for lists", Fault("change", change=lambda found: _each(found, lambda _: None)))
    yield Broken("lists of nulls", Fault("change", change=lambda found: _each(found, lambda one: [None] * len(one))))
    yield Broken("names without values", Fault("change", change=_bare))


SHAPES = tuple(_other_shapes())
BROKEN = (
    Broken("500", Fault(status=500)),
    Broken("502", Fault(status=502, data=b"<html>Bad gateway</html>")),
    Broken("503", Fault(status=503, body={"error": "later"})),
    Broken("529", Fault(status=529), _LIMITED),
    Broken("429", Fault(status=429), _LIMITED),
    Broken(
        "429 in seconds", Fault(status=429, headers=(("Retry-After", str(PAUSE_SECONDS)),)), _LIMITED, PAUSE_SECONDS
    ),
    Broken("429 at a date", _at_a_date, _LIMITED, PAUSE_SECONDS),
    Broken("429 without end", Fault(status=429, headers=(("Retry-After", "9" * 30),)), _LIMITED, PAUSE_SECONDS),
    Broken("429 with nonsense", Fault(status=429, headers=(("Retry-After", "soon"),)), _LIMITED),
    Broken("dropped", Fault("drop")),
    Broken("cut", Fault("cut")),
    Broken("garbled", Fault("garble")),
    Broken("silence", Fault("hang"), is_slow=True),
    Broken("dripping", Fault("drip"), is_slow=True),
    Broken("an empty body", Fault(status=200, data=b"")),
    Broken("broken gzip", Fault(status=200, headers=(("Content-Encoding", "gzip"),), data=b"\x1f\x8b\x08well")),
    Broken("endless", Fault("endless"), frozenset({("waiting", "source_refused")})),
    Broken("a redirect", Fault(status=302, headers=(("Location", "https://elsewhere.example/v1"),), body={}), _AWAY),
    *SHAPES,
)


def of_each(cases: Mapping[str, Sequence[Any]]) -> pytest.MarkDecorator:
    """Cases by connector, each by itself in a long run; in a short one those of a connector one after the other."""
    given = [(name, [one]) for name in cases for one in cases[name]] if LONG else list(cases.items())
    ids = [f"{name}-{some[0].name}" if LONG else name for name, some in given]
    return pytest.mark.parametrize(("module_place", "cases"), given, ids=ids, indirect=["module_place"], scope="module")


def dealt() -> dict[str, list["Broken"]]:
    """Every fault for every connector; in a short run for one, in turn."""
    if LONG:
        return {name: list(BROKEN) for name in WIRED}
    return {name: list(BROKEN[at :: len(WIRED)]) for at, name in enumerate(WIRED)}


@contextmanager
def impatient(case: Any) -> Iterator[None]:
    """Waits a short time for what never comes."""
    with pytest.MonkeyPatch.context() as changed:
        if getattr(case, "is_slow", False):
            changed.setattr(http, "DEADLINE_SECONDS", 0.3)
        yield


async def lived(place: Place) -> str:
    """A connection, behind which the source has gone on: something is new, something edited, something gone."""
    stage = place.stage
    items = [stage.add(f"Words of item {number}.", *((ADA, BEN) if number % 2 else (ADA,))) for number in range(8)]
    made = await place.connected()
    stage.edit(items[-1], "Words that were edited.")
    stage.remove(items[1])
    stage.add("Words that are new.", ADA)
    return made


async def nothing_lost(place: Place, connection_id: str, *, seen: bool = True) -> None:
    """What is at the source and was here is here. `seen`: by everybody who could see it."""
    truth, rows = place.stage.truth(), await place.items(connection_id)
    lost = {id_: rows[id_]["status"] for id_ in truth.keys() & rows if rows[id_]["status"] in ("hidden", "deleted")}
    assert not lost, lost
    for person in (place.ada, place.ben) if seen else ():
        here = await place.held(person, connection_id)
        readable = {id_ for id_, entry in truth.items() if person.email in entry.readers and id_ in rows}
        read = {id_ for id_ in readable if rows[id_]["document_id"] is not None}
        assert read <= here.keys(), f"{person.email} lost {read - here.keys()}"


async def recovered(place: Place, connection_id: str) -> None:
    """Once the fault is over. What failed as an item is read again as its reader would ask for it."""
    await place.synced_until_ready(connection_id)
    if any(row["status"] in ("failed", "skipped") for row in (await place.items(connection_id)).values()):
        runs = len(await place.runs(connection_id))
        await place.ada.call("POST", f"/connections/{connection_id}/items/retry", json={"skipped": True})
        await place.settled(connection_id, ended=runs + 1)
    await place.misses_nothing(connection_id)
    for _ in range(2):  # what only a listing tells
        await place.named_again(connection_id)
    await place.equals_its_source(connection_id)
    await place.adds_up(connection_id)


def ended(shown: dict[str, Any]) -> tuple[str, str]:
    return shown["status"], (shown["status_reason"] or {}).get("code", "")


def waits(shown: dict[str, Any], seconds: float, began: datetime) -> None:
    if seconds:
        assert datetime.fromisoformat(shown["next_sync_at"]) >= began + timedelta(seconds=seconds - 1)
