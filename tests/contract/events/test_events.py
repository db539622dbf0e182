"""Topics behave alike in one process, over a database that is looked at, and over Redis' wake-ups."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from backend.events.base import KEPT_EVENTS, Events, Reader, Topic, TopicKind, WireEvent
from tests.contract.events.conftest import Installation


class Counted(BaseModel):
    type: Literal["counted"] = "counted"
    number: int


class Named(BaseModel):
    type: Literal["named"] = "named"
    name: str


class Stranger(BaseModel):
    type: Literal["stranger"] = "stranger"


type Change = Annotated[Counted | Named, Field(discriminator="type")]
THINGS: TopicKind[Counted | Named] = TopicKind("things", TypeAdapter(Change))


def topic(installation: Installation) -> Topic[Counted | Named]:
    return THINGS.of(installation.key)


async def take(
    events: Events, what: Topic[Counted | Named], count: int, *, after: int | None = None
) -> list[WireEvent]:
    """The next events of a reader that registers now."""
    reading = await events.follow(what, after=after)
    return await first(reading(Reader()), count)


async def first(stream: AsyncGenerator[WireEvent], count: int) -> list[WireEvent]:
    found: list[WireEvent] = []
    async with asyncio.timeout(20), aclosing(stream):
        async for event in stream:
            found.append(event)
            if len(found) == count:
                break
    return found


def numbers(events: list[WireEvent]) -> list[int]:
    return [json.loads(event.data)["number"] for event in events]


async def test_what_is_published_after_registering_is_read_though_it_is_read_later(installation: Installation) -> None:
    what = topic(installation)
    await installation.there.publish(what, Counted(number=0))
    reading = await installation.here.follow(what)
    await installation.there.publish(what, Counted(number=1))
    await installation.here.publish(what, Named(name="a\u2028b"))
    one, two = await first(reading(Reader()), 2)
    assert (one.type, numbers([one])) == ("counted", [1])
    assert json.loads(two.data) == {"type": "named", "name": "a\u2028b"}
    assert len(two.data.splitlines()) == 1
    assert two.id == one.id + 1


async def test_a_waiting_reader_is_woken_by_another_process(installation: Installation) -> None:
    what = topic(installation)
    reading = await installation.here.follow(what)
    waiting = [asyncio.create_task(first(reading(Reader()), 3)) for _ in range(3)]
    for number in range(3):
        await installation.there.publish(what, Counted(number=number))
    for events in await asyncio.gather(*waiting):
        assert numbers(events) == [0, 1, 2]


async def test_any_position_gives_exactly_the_rest(installation: Installation) -> None:
    what = topic(installation)
    start = await installation.here.publish(what, Counted(number=0))
    for number in range(1, 6):
        await installation.there.publish(what, Counted(number=number))
    for seen in range(5):
        assert numbers(await take(installation.here, what, 5 - seen, after=start + seen)) == list(range(seen + 1, 6))


async def test_many_publishers_leave_no_gap_and_one_order(installation: Installation) -> None:
    what = topic(installation)
    start = await installation.here.publish(what, Counted(number=-1))
    await asyncio.gather(
        *((installation.here, installation.there)[n % 2].publish(what, Counted(number=n)) for n in range(30))
    )
    here = await take(installation.here, what, 30, after=start)
    there = await take(installation.there, what, 30, after=start)
    assert here == there
    assert [event.id for event in here] == list(range(start + 1, start + 31))
    assert sorted(numbers(here)) == list(range(30))


async def test_a_reader_who_was_away_for_too_long_is_told_to_fetch_anew(installation: Installation) -> None:
    what = topic(installation)
    start = await installation.here.publish(what, Counted(number=0))
    for number in range(2 * KEPT_EVENTS + 2):
        last = await installation.here.publish(what, Counted(number=number))
    stream = (await installation.here.follow(what, after=start))(Reader())
    async with asyncio.timeout(20), aclosing(stream):
        reset = await anext(stream)
        assert (reset.type, reset.id) == ("reset", last)
        await installation.there.publish(what, Counted(number=77))
        following = await anext(stream)
    assert (following.id, numbers([following])) == (last + 1, [77])
    kept = await take(installation.here, what, KEPT_EVENTS, after=last + 1 - KEPT_EVENTS)
    assert numbers(kept)[-1] == 77


async def test_a_position_from_before_a_restart_or_from_nowhere_leads_to_a_reset(installation: Installation) -> None:
    what = topic(installation)
    position = await installation.here.publish(what, Counted(number=0))
    installation.clock.seconds += 60
    again = installation.restart()
    await again.publish(what, Counted(number=1))
    [event] = await take(again, what, 1, after=position)
    # A log that survives goes on; one that does not says so. Nothing is passed over in silence.
    assert event.type == "reset" or numbers([event]) == [1]
    [nowhere] = await take(again, what, 1, after=2**53)
    assert nowhere.type == "reset"


async def test_topics_keep_to_themselves(installation: Installation) -> None:
    one, other = topic(installation), THINGS.of(installation.key + "-other")
    reading = await installation.here.follow(one)
    await installation.there.publish(other, Counted(number=9))
    await installation.there.publish(one, Counted(number=1))
    assert numbers(await first(reading(Reader()), 1)) == [1]


async def test_a_reader_that_is_ended_leaves(installation: Installation) -> None:
    reader = Reader()
    reading = await installation.here.follow(topic(installation))
    leaving = asyncio.create_task(_all(reading(reader)))
    await asyncio.sleep(0)
    reader.end()
    async with asyncio.timeout(60):
        assert await leaving == []


async def test_a_process_that_stops_lets_its_readers_go(installation: Installation) -> None:
    stopping = installation.restart()
    reading = await stopping.follow(topic(installation))
    leaving = asyncio.create_task(_all(reading(Reader())))
    await asyncio.sleep(0)
    stopping.end_readings()
    async with asyncio.timeout(60):
        assert await leaving == []
        assert await _all(reading(Reader())) == []


async def _all(stream: AsyncGenerator[WireEvent]) -> list[WireEvent]:
    return [event async for event in stream]


async def test_only_events_of_the_union_are_taken(installation: Installation) -> None:
    what = topic(installation)
    with pytest.raises(ValidationError):
        await installation.here.publish(what, Stranger())
    with pytest.raises(ValueError, match="fetch"):
        await installation.here.publish(what, Named(name="x" * 100_000))
    start = await installation.here.publish(what, Counted(number=1))
    assert numbers(await take(installation.here, what, 1, after=start - 1)) == [1]
