"""How long deleted items went on answering: two clocks, the latest and the longest."""

from datetime import UTC, datetime, timedelta

from backend.connectors.models import Span, TimeToForget
from backend.connectors.sync.forgetting import measured

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
NOTICED = NOW - timedelta(seconds=2)


def test_what_the_source_does_not_date_is_measured_from_when_it_was_noticed() -> None:
    found = measured(TimeToForget(), [None, None], noticed=NOTICED, now=NOW)
    assert found == TimeToForget(noticed=Span(last_seconds=2, longest_seconds=2, number=2, at=NOW))


def test_the_longest_stays_and_the_latest_is_the_latest() -> None:
    before = measured(TimeToForget(), [NOW - timedelta(minutes=5)], noticed=NOTICED, now=NOW)
    found = measured(before, [NOW - timedelta(seconds=4)], noticed=NOW, now=NOW)
    assert found.told == Span(last_seconds=4, longest_seconds=300, number=2, at=NOW)
    assert found.noticed == Span(last_seconds=0, longest_seconds=2, number=2, at=NOW)


def test_a_provider_whose_clock_is_ahead_makes_nothing_shorter_than_no_time() -> None:
    found = measured(TimeToForget(), [NOW + timedelta(minutes=1)], noticed=NOTICED, now=NOW)
    assert found.told is not None
    assert found.told.last_seconds == 0
