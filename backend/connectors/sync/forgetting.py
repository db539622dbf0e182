"""How long what is deleted at a source goes on answering here: measured, and at the most by design. Pure.

An item no longer answers when it is hidden or deleted, nowhere and for nobody. Two clocks are kept apart: from the time
that the provider tells of the deletion, where it tells one, and from when the deletion was noticed, which is when the
source said so or when a complete listing had ended without the item.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.connectors.models import Span, TimeToForget


def measured(
    before: TimeToForget, forgotten: Iterable[datetime | None], *, noticed: datetime, now: datetime
) -> TimeToForget:
    """What is known after items were noticed to be gone, and no longer answer now.

    Args:
        forgotten: of each of them, when it went at the source, where that is told.
    """
    told = before.told
    since_noticed = before.noticed
    for at in forgotten:
        since_noticed = _longer(since_noticed, now - noticed, now)
        if at is not None:
            told = _longer(told, now - at, now)
    return TimeToForget(told=told, noticed=since_noticed)


def _longer(span: Span | None, took: timedelta, now: datetime) -> Span:
    """A provider whose clock is ahead of ours makes nothing shorter than no time at all."""
    seconds = round(max(took.total_seconds(), 0.0), 3)
    longest = max(seconds, span.longest_seconds if span else 0.0)
    return Span(last_seconds=seconds, longest_seconds=longest, number=(span.number if span else 0) + 1, at=now)
