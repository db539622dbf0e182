"""What a provider, or the way there, does wrong, at the wire in front of every connector.

| fault | how the run ends |
|---|---|
| 500, 502, 503; no answer, a cut, broken, dripping or empty one; JSON of another shape; a redirect elsewhere | waits |
| 429 and 529, with Retry-After in seconds or as a date, or without | waits at least as long as it says |
| an endless answer | waits; of one item that item is skipped |
| each refusal in the provider's own words (`refusals.py`) | as its table says: waits, or needs a person |
| a token that cannot be had | waits, or needs a person |
| forgotten changes, however often; a page token that is not taken | goes on with a listing |
| empty pages in between, items twice and out of order | ready, as if nothing were |
| a clock that is hours off | ready; pauses are as long as they are told |
| what changes and vanishes at any moment of a run | ready after one run more |

Always: nothing is hidden or deleted because of it, and when it is over the library equals the source, nothing twice.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.errors import (
    CursorExpired,
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)
from tests.contract.connectors.faults import (
    BROKEN,
    CALLS,
    SHAPES,
    WIRED,
    Broken,
    dealt,
    ended,
    impatient,
    lived,
    nothing_lost,
    of_each,
    recovered,
    waits,
)
from tests.contract.connectors.place import Place
from tests.contract.connectors.refusals import REFUSALS, Refusal
from tests.contract.connectors.stage import ADA, BEN
from tests.contract.connectors.toy_stage import ToyStage
from tests.support.long import LONG
from tests.support.provider_wire import Fault, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


@of_each(dealt())
async def test_a_fault_of_every_call_ends_a_run_for_what_it_is(place: Place, wire: Wire, cases: list[Broken]) -> None:
    made = await lived(place)
    for case in cases:
        wire.fail_all(place.stage.is_call, case.made())
        began = datetime.now(UTC)
        with impatient(case):
            shown = await place.attempted(made)
        assert wire.met
        assert ended(shown) in case.ends, (case.name, shown)
        waits(shown, case.pause_seconds, began)
        await nothing_lost(place, made)
        wire.mend()
    await recovered(place, made)


@of_each(REFUSALS)
async def test_a_refusal_in_the_providers_own_words_ends_a_run_for_what_it_is(
    place: Place, wire: Wire, cases: list[Refusal]
) -> None:
    made = await lived(place)
    for case in cases:
        wire.fail_all(place.stage.is_call, case.made())
        began = datetime.now(UTC)
        shown = await place.attempted(made)
        assert ended(shown) == (case.status, case.code), (case.name, shown)
        assert (shown["next_sync_at"] is None) == (case.status == "attention")
        waits(shown, case.pause_seconds, began)
        await nothing_lost(place, made)
        wire.mend()
    await recovered(place, made)


def of_one_call(seed: int) -> pytest.MarkDecorator:
    """A fault of one call of a run: in a long run of each, in a short one of two that chance has chosen."""
    cases: dict[str, list[Any]] = {name: [*BROKEN, *REFUSALS[name]] for name in WIRED}
    if LONG:
        given = [(name, case, nth) for name in WIRED for case in cases[name] for nth in CALLS]
    else:
        chance = random.Random(seed)
        given = [(name, case, chance.choice(CALLS[:8])) for name in WIRED for case in chance.sample(cases[name], 2)]
    ids = [f"{name}-{case.name}-{nth}" for name, case, nth in given]
    return pytest.mark.parametrize(
        ("module_place", "case", "nth"), given, ids=ids, indirect=["module_place"], scope="module"
    )


@of_one_call(seed=1)
async def test_a_fault_of_one_call_is_made_up_for(place: Place, wire: Wire, case: Broken | Refusal, nth: int) -> None:
    made = await lived(place)
    wire.fail(nth, case.made(), where=place.stage.is_call)
    with impatient(case):
        shown = await place.attempted(made)
    assert shown["status"] in ("ready", "waiting", "attention"), shown
    assert ended(shown)[1] != "internal_error"
    await nothing_lost(place, made, seen=isinstance(case, Broken) and case not in SHAPES)
    wire.mend()
    await recovered(place, made)


@of_one_call(seed=2)
async def test_a_fault_of_one_call_of_a_first_synchronisation_is_made_up_for(
    place: Place, wire: Wire, case: Broken | Refusal, nth: int
) -> None:
    for number in range(6):
        place.stage.add(f"Words of item {number}.", *((ADA, BEN) if number % 2 else (ADA,)))
    made = await place.connect(held=True)  # its credentials are tried before there is anything to make up for
    wire.fail(nth, case.made(), where=place.stage.is_call)
    with impatient(case):
        await place.ada.call("POST", f"/connections/{made}/sync")
        shown = await place.at_rest(made)
    assert shown["status"] in ("ready", "waiting", "attention"), shown
    assert ended(shown)[1] != "internal_error"
    wire.mend()
    await recovered(place, made)


@dataclass(frozen=True, slots=True)
class NoToken:
    name: str
    fault: Fault
    ends: tuple[str, str]


_NO_TOKEN = (
    NoToken("down", Fault(status=503), ("waiting", "source_unavailable")),
    NoToken("cut", Fault("cut"), ("waiting", "source_unavailable")),
    NoToken("garbled", Fault("garble"), ("waiting", "source_unavailable")),
    NoToken("null", Fault(status=200, data=b"null"), ("waiting", "source_unavailable")),
    NoToken("an object", Fault(status=200, body={}), ("waiting", "source_unavailable")),
    NoToken("limited", Fault(status=429, headers=(("Retry-After", "40"),)), ("waiting", "source_rate_limited")),
    NoToken("refused", Fault(status=401, body={"error": "invalid_grant"}), ("attention", "reauth_required")),
)


@of_each(dict.fromkeys(("gmail", "google_drive", "github"), _NO_TOKEN))
async def test_a_token_that_cannot_be_had_ends_a_run_for_what_it_is(
    place: Place, wire: Wire, cases: Sequence[NoToken]
) -> None:
    made = await lived(place)
    for case in cases:
        wire.fail_all(lambda request: not place.stage.is_call(request), case.fault)
        shown = await place.attempted(made)
        assert wire.met
        assert ended(shown) == case.ends, (case.name, shown)
        await nothing_lost(place, made)
        wire.mend()
    await recovered(place, made)


@dataclass(frozen=True, slots=True)
class Raised:
    name: str
    error: SourceError
    ends: tuple[str, str]


_RAISED = (
    Raised("reauth", ReauthRequired("Again."), ("attention", "reauth_required")),
    Raised("permission", PermissionMissing("Not allowed."), ("attention", "permission_missing")),
    Raised("config", InvalidConfig("Wrong."), ("attention", "invalid_config")),
    Raised("limited", SourceRateLimited("Wait."), ("waiting", "source_rate_limited")),
    Raised("no end", SourceRateLimited("Wait.", retry_after_seconds=1e12), ("waiting", "source_rate_limited")),
    Raised("away", TransientFailure("Away."), ("waiting", "source_unavailable")),
    Raised("refused", SourceRefused("No.", status=400), ("waiting", "source_refused")),
    Raised("expired", CursorExpired("Forgotten."), ("ready", "")),
)


@pytest.mark.parametrize("module_place", ["toy"], indirect=True)
@pytest.mark.parametrize("case", _RAISED, ids=lambda case: case.name)
async def test_what_a_gateway_raises_ends_a_run_for_what_it_is(place: Place, case: Raised) -> None:
    made = await lived(place)
    assert isinstance(place.stage, ToyStage)
    place.stage.fail_with(1, case.error)
    shown = await place.attempted(made)
    assert ended(shown) == case.ends, shown
    await nothing_lost(place, made)
    await recovered(place, made)
