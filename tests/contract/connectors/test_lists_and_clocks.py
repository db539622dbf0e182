"""Lists that come in other pages than one thinks, clocks that are hours off, and changes while a run is under way.

The second part of the table in `test_faults.py`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.contract.connectors.faults import CALLS, PAUSE_SECONDS, WIRED, lived, recovered
from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN
from tests.support.long import LONG
from tests.support.provider_pages import EmptyPages, Paging
from tests.support.provider_wire import Fault, Request, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = {
    "gmail": Paging(
        {"/threads": "threads", "/history": "history"}, "pageToken", ("nextPageToken",), {"resultSizeEstimate": 9}
    ),
    "google_drive": Paging(
        {"/v3/files": "files", "/v3/changes": "changes", "/v3/drives": "drives"},
        "pageToken",
        ("nextPageToken",),
        last=("newStartPageToken",),
    ),
    "slack": Paging(
        {
            "/conversations.list": "channels",
            "/conversations.history": "messages",
            "/conversations.members": "members",
            "/users.list": "members",
        },
        "cursor",
        ("response_metadata", "next_cursor"),
    ),
    "notion": Paging(
        {"/search": "results", "/query": "results", "/users": "results"},
        "start_cursor",
        ("next_cursor",),
        {"has_more": True},
    ),
    "github": Paging({"/issues": "", "/installation/repositories": "repositories"}, "page"),
}


_FORGOTTEN = {
    "gmail": ("/history", Fault(status=404, body={"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
    "google_drive": ("/changes", Fault(status=410, body={"error": {"code": 410, "errors": [{"reason": "gone"}]}})),
}


@pytest.mark.parametrize("module_place", sorted(_FORGOTTEN), indirect=True)
async def test_changes_that_are_never_known_are_not_asked_for_without_end(place: Place, wire: Wire) -> None:
    made = await lived(place)
    path, fault = _FORGOTTEN[place.stage.manifest.slug]
    wire.fail_all(lambda request: request.path.endswith(path), fault)
    shown = await place.attempted(made)
    assert shown["status"] in ("waiting", "ready"), shown
    assert wire.met < 10
    wire.mend()
    await recovered(place, made)


_NO_PAGE = {
    "gmail": Fault(status=400, body={"error": {"code": 400, "errors": [{"reason": "invalidArgument"}]}}),
    "google_drive": Fault(
        status=400, body={"error": {"code": 400, "errors": [{"reason": "invalid", "location": "pageToken"}]}}
    ),
    "slack": Fault(status=200, body={"ok": False, "error": "invalid_cursor"}),
    "notion": Fault(status=400, body={"object": "error", "status": 400, "code": "validation_error", "message": "…"}),
    "github": Fault(status=422, body={"message": "Validation Failed", "status": "422"}),
}


def _is_a_further_page(place: Place) -> Callable[[Request], bool]:
    ask = PAGES[place.stage.manifest.slug].ask
    return lambda request: f"{ask}=" in request.query.replace("per_page", "").replace("page_size", "")


@pytest.mark.parametrize("module_place", WIRED, indirect=True)
async def test_a_page_token_that_is_not_taken_is_gone_on_without(place: Place, wire: Wire) -> None:
    for number in range(24):
        place.stage.add(f"Words of item {number}.", ADA)
    wire.fail(1, _NO_PAGE[place.stage.manifest.slug], where=_is_a_further_page(place))
    made = await place.connect()
    await place.at_rest(made)
    wire.mend()
    await recovered(place, made)


@pytest.mark.parametrize("module_place", WIRED, indirect=True)
async def test_empty_pages_in_between_change_nothing(place: Place, wire: Wire) -> None:
    for number in range(12):
        place.stage.add(f"Words of item {number}.", *((ADA, BEN) if number % 2 else (ADA,)))
    served, wire.app = wire.app, EmptyPages(wire.app, PAGES[place.stage.manifest.slug])
    try:
        made = await place.connected()
        await place.equals_its_source(made)
        place.stage.add("Words that are new.", ADA)
        assert (await place.synced(made))["status"] == "ready"
        await place.equals_its_source(made)
        await place.named_again(made)
        await place.equals_its_source(made)
    finally:
        wire.app = served


@pytest.mark.parametrize("module_place", WIRED, indirect=True)
async def test_items_twice_and_out_of_order_change_nothing(place: Place, wire: Wire) -> None:
    paging = PAGES[place.stage.manifest.slug]
    for number in range(12):
        place.stage.add(f"Words of item {number}.", *((ADA, BEN) if number % 2 else (ADA,)))
    for end in paging.lists:

        def shuffle(found: Any, end: str = end) -> Any:
            return paging.shuffled(end, found)

        wire.fail_all(lambda request, end=end: request.path.endswith(end), Fault("change", change=shuffle))  # type: ignore[misc]
        made = await place.connected()
        await place.equals_its_source(made)
        place.stage.edit(list(place.stage.truth())[-1], f"Words that were edited for {end}.")
        assert (await place.synced(made))["status"] == "ready"
        await place.equals_its_source(made)
        assert (await place.ada.call("DELETE", f"/connections/{made}")).status_code == 204


@pytest.mark.parametrize("module_place", WIRED, indirect=True)
@pytest.mark.parametrize("hours", [-7, 7] if LONG else [-7])
async def test_a_clock_that_is_hours_off_loses_nothing_and_lengthens_no_pause(
    place: Place, wire: Wire, hours: int
) -> None:
    wire.ahead = timedelta(hours=hours)
    made = await lived(place)
    assert (await place.synced(made))["status"] == "ready"
    await place.misses_nothing(made)
    date = format_datetime(datetime.now(UTC) + wire.ahead + timedelta(seconds=PAUSE_SECONDS), usegmt=True)
    wire.fail_all(place.stage.is_call, Fault(status=429, headers=(("Retry-After", date),)))
    began = datetime.now(UTC)
    shown = await place.attempted(made)
    told = datetime.fromisoformat(shown["next_sync_at"]) - began
    assert timedelta(seconds=PAUSE_SECONDS - 5) < told < timedelta(minutes=10), told
    wire.fail_all(lambda _: False, Fault())
    await recovered(place, made)


@pytest.mark.parametrize("module_place", WIRED, indirect=True)
@pytest.mark.parametrize("nth", CALLS if LONG else (3,))
async def test_what_happens_at_any_moment_of_a_run_is_found(place: Place, wire: Wire, nth: int) -> None:
    """Something vanishes, changes and comes just before one of its calls is answered."""
    stage = place.stage
    made = await lived(place)
    asked = 0

    def live(request: Request) -> None:
        nonlocal asked
        asked += stage.is_call(request)
        if asked == nth:
            asked += 1000
            there = list(stage.truth())
            stage.remove(there[0])
            stage.remove(there[1])
            stage.edit(there[-1], "Words that were edited meanwhile.")
            stage.add("Words that came meanwhile.", ADA)

    wire.on_request = live
    shown = await place.synced(made)
    assert shown["status"] == "ready", shown
    wire.on_request = None
    assert (await place.synced(made))["status"] == "ready"
    await place.misses_nothing(made)
    for _ in range(2):
        await place.named_again(made)
    await place.equals_its_source(made)
    await place.adds_up(made)
