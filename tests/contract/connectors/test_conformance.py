"""What every connector must do, over a real server and a stand-in of its service: the library equals the source."""

from typing import Any

import pytest

from tests.contract.connectors.place import LARGEST_CHARS, Place
from tests.contract.connectors.stage import ADA, BEN, Ability, FaultKind
from tests.support.long import LONG

pytestmark = pytest.mark.asyncio(loop_scope="module")

FAULTS: tuple[FaultKind, ...] = ("limited_without_a_time", "down", "dropped", "cut", "garbled")


def needs(place: Place, *abilities: Ability) -> None:
    for ability in abilities:
        if ability not in place.stage.can:
            pytest.skip(f"{place.stage.manifest.name} does not know this: {ability}")


async def test_a_first_synchronisation_brings_everything(place: Place) -> None:
    for number in range(12):
        place.stage.add(f"Words of item {number} about herrings.", ADA, BEN)
    await place.equals_its_source(await place.connected())


async def test_an_empty_source_is_no_error(place: Place) -> None:
    made = await place.connected()
    assert (await place.runs(made))[0]["status"] == "complete"
    await place.equals_its_source(made)


async def test_what_is_new_and_changed_and_gone_is_so_here(place: Place) -> None:
    kept, edited, gone = (place.stage.add(f"The {name} words.", ADA) for name in ("first", "second", "third"))
    made = await place.connected()
    place.stage.edit(edited, "Quite other words.")
    place.stage.remove(gone)
    place.stage.add("A fourth one.", ADA)
    await place.synced(made)
    rows = await place.items(made)
    if rows[gone]["status"] not in ("deleted", "hidden"):  # by a listing only
        await place.named_again(made)
    await place.equals_its_source(made)
    assert (await place.items(made))[kept]["status"] == "indexed"


async def test_nothing_new_is_hardly_any_call_and_no_work(place: Place) -> None:
    for number in range(12):
        place.stage.add(f"Words of item {number}.", ADA)
    made = await place.connected()
    before = place.stage.calls()
    await place.synced(made)
    assert place.stage.calls() - before <= 10
    assert (await place.runs(made))[0]["indexed"] == 0
    await place.equals_its_source(made)


async def test_an_item_that_moves_stays_the_same(place: Place) -> None:
    needs(place, "move")
    item = place.stage.add("Words that move.", ADA)
    made = await place.connected()
    document = (await place.items(made))[item]["document_id"]
    place.stage.move(item)
    await place.synced(made)
    assert (await place.items(made))[item]["document_id"] == document
    await place.equals_its_source(made)


async def test_what_was_deleted_comes_back(place: Place) -> None:
    needs(place, "restore")
    item = place.stage.add("Words that come back.", ADA)
    made = await place.connected()
    place.stage.remove(item)
    await place.synced(made)
    place.stage.restore(item)
    await place.synced(made)
    await place.equals_its_source(made)


async def test_another_access_list_is_effective_without_reading_the_item_again(place: Place) -> None:
    needs(place, "share")
    narrowed = place.stage.add("Words for two.", ADA, BEN)
    widened = place.stage.add("Words for one.", ADA)
    made = await place.connected()
    await place.equals_its_source(made)
    place.stage.share(narrowed, ADA)
    place.stage.share(widened, ADA, BEN)
    await place.synced(made)
    assert (await place.runs(made))[0]["indexed"] == 0
    await place.equals_its_source(made)


async def _crashes_at(place: Place, event: int) -> bool:
    """Whether a run that ended at this event of a first synchronisation was made up for; False: there were fewer."""
    place.stage.reset()
    for number in range(6):
        place.stage.add(f"Words of item {number} at {event}.", ADA)
    place.crashing.after = event
    made = await place.connect()
    await place.settled(made)
    crashed = place.crashing.after is None
    place.crashing.after = None
    if crashed:
        await place.synced_until_ready(made)
    await place.equals_its_source(made)
    assert (await place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    return crashed


async def test_a_run_that_ends_at_any_event_is_gone_on_with(place: Place) -> None:
    events = range(200) if LONG else (0, 1, 2, 5, 7)
    for event in events:
        if not await _crashes_at(place, event):
            break
    else:
        assert not LONG


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_request_that_fails_is_made_up_for(place: Place, kind: FaultKind) -> None:
    for number in range(6):
        place.stage.add(f"Words of item {number}.", ADA)
    made = await place.connected()
    first = place.stage.add("Words that are new.", ADA)
    place.stage.fail(1, kind)
    waiting = await place.synced(made)
    assert waiting["status"] in ("waiting", "ready"), waiting
    assert waiting["documents"] >= 6  # nothing is taken away by a failure
    await place.synced_until_ready(made)
    assert first in await place.items(made)
    await place.equals_its_source(made)


@pytest.mark.parametrize("nth", range(1, 30) if LONG else (1, 2, 3, 5))
async def test_a_first_synchronisation_whose_nth_request_fails_loses_nothing(place: Place, nth: int) -> None:
    for number in range(6):
        place.stage.add(f"Words of item {number}.", ADA)
    made = await place.connect()
    place.stage.fail(nth, "down")
    shown = await place.settled(made)
    if shown["status"] != "ready":
        assert shown["status"] == "waiting", shown
        await place.synced_until_ready(made)
    await place.equals_its_source(made)


async def test_a_pause_that_the_provider_asks_for_is_kept_and_gone_on_after(place: Place) -> None:
    place.stage.add("Words.", ADA)
    made = await place.connected()
    place.stage.add("New words.", ADA)
    place.stage.fail(1, "limited")
    done = await place.synced(made)  # the stand-in asks for a second
    assert done["status"] == "ready", done
    await place.equals_its_source(made)


async def test_a_token_that_has_ended_is_renewed_by_itself(place: Place) -> None:
    needs(place, "consent")
    place.stage.add("Words.", ADA)
    made = await _connected_by_consent(place)
    place.stage.add("New words.", ADA)
    place.stage.expire_token()
    assert (await place.synced(made))["status"] == "ready"
    await place.equals_its_source(made)


async def test_what_was_revoked_needs_a_person_and_takes_nothing_away(place: Place) -> None:
    item = place.stage.add("Words.", ADA)
    made = await place.connected()
    place.stage.revoke()
    shown = await place.synced(made)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "reauth_required")
    assert shown["next_sync_at"] is None
    assert set(await place.held(place.ada, made)) == {item}


async def test_a_malformed_item_is_named_and_ends_nothing(place: Place) -> None:
    spoiled = place.stage.add("Words that are spoiled.", ADA)
    fine = place.stage.add("Words that are fine.", ADA)
    place.stage.spoil(spoiled)
    made = await place.connect()
    await place.settled(made)
    rows = await place.items(made)
    assert rows[fine]["status"] == "indexed"
    assert spoiled not in rows or rows[spoiled]["status"] in ("failed", "skipped", "indexed")
    if rows.get(spoiled, {}).get("status") in ("failed", "skipped"):
        assert rows[spoiled]["reason"]["message"]


async def test_an_item_that_is_too_large_is_skipped_with_its_reason(place: Place) -> None:
    large = place.stage.add("Words of a large one.", ADA)
    fine = place.stage.add("Words of a small one.", ADA)
    place.stage.swell(large)
    made = await place.connect()
    await place.settled(made)
    rows = await place.items(made)
    assert (rows[large]["status"], rows[large]["reason"]["code"]) == ("skipped", "too_large")
    assert f"{LARGEST_CHARS:,}" in rows[large]["reason"]["message"]
    assert rows[fine]["status"] == "indexed"


async def test_forgotten_changes_are_followed_by_a_listing_that_loses_nothing(place: Place) -> None:
    needs(place, "expire_cursor")
    stays, goes = place.stage.add("Words that stay.", ADA), place.stage.add("Words that go.", ADA)
    made = await place.connected()
    place.stage.remove(goes)
    new = place.stage.add("Words that are new.", ADA)
    place.stage.expire_cursor()
    await place.synced(made)
    await place.equals_its_source(made)
    assert {stays, new} <= set(await place.items(made))


@pytest.mark.parametrize("how", ["cut", "empty"])
async def test_a_listing_that_lies_takes_nothing_away(place: Place, how: Any) -> None:
    needs(place, "lie")
    for number in range(12):
        place.stage.add(f"Words of item {number}.", ADA)
    made = await place.connected()
    place.stage.lie(how)
    await place.named_again(made)
    place.stage.lie(None)
    await place.equals_its_source(made)


async def test_disconnecting_takes_everything_away(place: Place) -> None:
    place.stage.add("Words.", ADA, BEN)
    made = await place.connected()
    assert (await place.ada.call("DELETE", f"/connections/{made}")).status_code == 204
    assert await place.held(place.ada, made) == {}
    assert await place.held(place.ben, made) == {}


async def _connected_by_consent(place: Place) -> str:
    body = {"type": place.stage.manifest.slug, "mode": place.stage.mode, "options": place.stage.options}
    answer = await place.ada.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    back = await place.stage.consent(answer.json()["authorize_url"])
    arrived = await place.ada.http.get(back, follow_redirects=False)
    assert arrived.status_code == 303, arrived.text
    assert f"connected={answer.json()['id']}" in arrived.headers["location"], arrived.headers["location"]
    shown = await place.settled(answer.json()["id"])
    assert shown["status"] == "ready", shown
    return str(answer.json()["id"])


async def test_allowing_it_at_the_providers_page_begins_the_first_synchronisation(place: Place) -> None:
    needs(place, "consent")
    place.stage.add("Words.", ADA)
    await place.equals_its_source(await _connected_by_consent(place))
