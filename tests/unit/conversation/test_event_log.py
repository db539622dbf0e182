"""The event log: any reader, from any position, at any pace, gets the same answer."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from backend.conversation.event_log import EventLog, WireEvent
from backend.conversation.events import StreamError, Token


def note(text: str) -> StreamError:
    """Some event that is not text."""
    return StreamError(code="note", message=text, retryable=False)


type Step = str | int
STEPS = st.lists(st.one_of(st.text(min_size=1, max_size=6), st.integers(0, 9)), max_size=20)


def fill(log: EventLog, steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step, str):
            log.append_text(step)
        else:
            log.append(note(str(step)))


async def read(log: EventLog, after: int = 0) -> list[WireEvent]:
    return [event async for event in log.read(after)]


def unfold(events: list[WireEvent]) -> list[str]:
    """One item for each character and each other event, so that readers at different paces compare."""
    steps: list[str] = []
    for event in events:
        data = json.loads(event.data)
        steps += list(data["text"]) if event.type == "token" else [f"<{data['message']}>"]
    return steps


@given(STEPS, st.data())
async def test_every_position_gives_exactly_the_rest(steps: list[Step], data: st.DataObject) -> None:
    log = EventLog()
    fill(log, steps)
    log.close()
    everything = await read(log)
    ids = [event.id for event in everything]
    assert ids == sorted(set(ids))
    whole = unfold(everything)
    assert ids[-1:] == ([len(whole)] if whole else [])
    position = data.draw(st.integers(0, len(whole) + 5))
    assert unfold(await read(log, position)) == whole[position:]


@given(STEPS)
async def test_a_live_reader_sees_what_a_late_one_sees(steps: list[Step]) -> None:
    log = EventLog()
    live = asyncio.create_task(read(log))
    for step in steps:
        fill(log, [step])
        await asyncio.sleep(0)
    log.close()
    assert unfold(await live) == unfold(await read(log))


async def test_a_position_beyond_the_end_waits_for_what_comes_after_it() -> None:
    log = EventLog()
    log.append_text("abc")
    reader = asyncio.create_task(read(log, 5))
    await asyncio.sleep(0)
    log.append_text("defg")
    log.close()
    assert unfold(await reader) == ["f", "g"]


async def test_a_slow_reader_gets_what_waits_in_one_piece() -> None:
    log = EventLog()
    reader = log.read()
    log.append_text("one ")
    assert json.loads((await anext(reader)).data)["text"] == "one "
    for word in ("two ", "three ", "four "):
        log.append_text(word)
    assert json.loads((await anext(reader)).data)["text"] == "two three four "
    await reader.aclose()


async def test_the_text_is_bounded() -> None:
    log = EventLog(max_chars=10)
    log.append_text("x" * 8)
    assert not log.full
    log.append_text("y" * 8)
    assert log.full
    assert log.text == "xxxxxxxxyy"


async def test_line_ends_of_any_kind_stay_inside_the_json() -> None:
    log = EventLog()
    log.append_text("a\u2028b\u2029c\x85d\ne")
    log.append(note("a\u2028b"))
    log.close()
    for event in await read(log):
        assert len(event.data.splitlines()) == 1
    assert unfold(await read(log))[:9] == list("a\u2028b\u2029c\x85d\ne")


def test_the_hand_made_token_is_the_schemas_token() -> None:
    from backend.conversation.event_log import token_data

    assert Token.model_validate_json(token_data('q"\n\u2028')) == Token(text='q"\n\u2028')
