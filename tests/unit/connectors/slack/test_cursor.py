"""How far a channel was read: windows, what stood in them, listings, turns of quiet threads."""

from backend.connectors.slack.cursor import ChannelState, SlackCursor, Walk
from backend.connectors.slack.reading import QUIET_ROUNDS, turn_of

DAY = 86_400
NOON = 1_793_620_800  # 2026-11-02 12:00 UTC


def ts(seconds: int) -> str:
    return f"{seconds}.000001"


def test_a_window_begins_with_the_day_before_that_of_the_newest_message() -> None:
    assert ChannelState(newest=ts(NOON), public=False).window == f"{NOON - NOON % DAY - DAY}.000000"
    assert ChannelState(public=False).window == ""


def test_the_newest_message_stays_the_newest_when_it_is_deleted() -> None:
    state = ChannelState(newest=ts(NOON), public=False)
    assert state.seen(ts(NOON - 10), set()).newest == ts(NOON)
    assert state.seen("", set()).newest == ts(NOON)


def test_only_threads_of_the_window_are_remembered() -> None:
    state = ChannelState(public=True).seen(ts(NOON), {ts(NOON), ts(NOON - DAY), ts(NOON - 3 * DAY)})
    assert state.recent == [ts(NOON - DAY), ts(NOON)]
    assert state.public


def test_many_threads_in_a_window_do_not_swell_the_cursor() -> None:
    state = ChannelState(public=True).seen(ts(NOON), {ts(NOON - number) for number in range(1000)})
    assert len(state.recent) == 200
    assert state.recent[-1] == ts(NOON)


def test_a_listing_begins_with_nothing_walked_and_everything_known() -> None:
    cursor = SlackCursor(
        channels={"C1": ChannelState(newest=ts(NOON), public=True)}, walks=[Walk(channel="C2", public=True)]
    )
    again = cursor.relisted()
    assert again is not None
    assert (again.listing, again.walks, again.round, again.channels) == ("due", [], 1, cursor.channels)
    assert cursor.listing == "no"  # the stored one stays as it was


def test_a_listing_under_way_is_not_begun_again() -> None:
    assert SlackCursor(listing="open").relisted() is None


def test_channels_are_spared_only_by_a_listing_and_only_for_its_time() -> None:
    cursor = SlackCursor(listing="open")
    cursor.spare("C1")
    cursor.spare("C1")
    assert cursor.spared == ["C1"]
    quiet = SlackCursor(spared=["C1"])
    quiet.spare("C2")
    assert quiet.spared == ["C1"]
    again = quiet.relisted()
    assert again is not None
    assert again.spared == []


def test_a_thread_with_late_replies_has_a_turn_in_each_round_and_a_quiet_one_once_a_week() -> None:
    window = ts(NOON)
    late = [turn_of(ts(NOON - 9 * DAY), ts(NOON + 1), window=window, round_=number) for number in range(3)]
    assert len(set(late)) == 3
    quiet = [turn_of(ts(NOON - 9 * DAY), "", window=window, round_=number) for number in range(QUIET_ROUNDS)]
    assert len(set(quiet)) == 2  # one change in a week of hours
    others = {
        turn_of(ts(number), "", window=window, round_=0) == turn_of(ts(number), "", window=window, round_=1)
        for number in range(2000)
    }
    assert others == {True, False}  # not all of them in the same round


def test_a_cursor_is_stored_and_read_as_it_was() -> None:
    cursor = SlackCursor(channels={"C1": ChannelState(newest=ts(NOON), public=False)}, listing="open", files_since=7)
    assert SlackCursor.model_validate(cursor.model_dump()) == cursor
