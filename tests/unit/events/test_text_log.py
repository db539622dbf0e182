"""The text log: any reader, from any position, at any pace, gets the same answer."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from backend.conversation.events import Token
from backend.events.base import Reader, StreamError, WireEvent
from backend.events.text_log import TextLog, token_data


def note(text: str) -> StreamError:
    """Some event that is not text."""
    return StreamError(code="note", message=text, retryable=False)


type Step = str | int
STEPS = st.lists(st.one_of(st.text(min_size=1, max_size=6), st.integers(0, 9)), max_size=20)


def fill(log: TextLog, steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step, str):
            log.append_text(step)
        else:
            log.append(note(str(step)))


async def read(log: TextLog, after: int = 0) -> list[WireEvent]:
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
    log = TextLog()
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
    log = TextLog()
    live = asyncio.create_task(read(log))
    for step in steps:
        fill(log, [step])
        await asyncio.sleep(0)
    log.close()
    assert unfold(await live) == unfold(await read(log))


async def test_a_position_beyond_the_end_waits_for_what_comes_after_it() -> None:
    log = TextLog()
    log.append_text("abc")
    reader = asyncio.create_task(read(log, 5))
    await asyncio.sleep(0)
    log.append_text("defg")
    log.close()
    assert unfold(await reader) == ["f", "g"]


async def test_a_slow_reader_gets_what_waits_in_one_piece() -> None:
    log = TextLog()
    reader = log.read()
    log.append_text("one ")
    assert json.loads((await anext(reader)).data)["text"] == "one "
    for word in ("two ", "three ", "four "):
        log.append_text(word)
    assert json.loads((await anext(reader)).data)["text"] == "two three four "
    await reader.aclose()


async def test_the_text_is_bounded() -> None:
    log = TextLog(max_chars=10)
    log.append_text("x" * 8)
    assert not log.full
    log.append_text("y" * 8)
    assert log.full
    assert log.text == "xxxxxxxxyy"


async def test_line_ends_of_any_kind_stay_inside_the_json() -> None:
    log = TextLog()
    log.append_text("a\u2028b\u2029c\x85d\ne")
    log.append(note("a\u2028b"))
    log.close()
    for event in await read(log):
        assert len(event.data.splitlines()) == 1
    assert unfold(await read(log))[:9] == list("a\u2028b\u2029c\x85d\ne")


def test_the_hand_made_token_is_the_schemas_token() -> None:
    assert Token.model_validate_json(token_data('q"\n\u2028')) == Token(text='q"\n\u2028')


async def test_a_reader_that_is_ended_leaves_though_the_log_goes_on() -> None:
    log = TextLog()
    ended, other = Reader(), asyncio.create_task(read(log))
    leaving = asyncio.create_task(_read_as(log, ended))
    log.append_text("abc")
    await asyncio.sleep(0)
    ended.end()
    assert unfold(await leaving) == list("abc")
    log.append_text("def")
    log.close()
    assert unfold(await other) == list("abcdef")


async def _read_as(log: TextLog, reader: Reader) -> list[WireEvent]:
    return [event async for event in log.read(0, reader)]
