"""A refusal says how far it reaches, and why there is no answer."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from backend.access import Caller
from backend.documents.restriction import Restriction
from backend.errors import Unavailable
from backend.rag.coverage import Coverage, LateSource, coverage_of
from backend.rag.refusals import Refusals, reason_of, told

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANN = Caller.of("ann")
SLACK = LateSource("c1", "Slack: Acme", "slack", NOW - timedelta(hours=3, minutes=20))


@pytest.mark.parametrize(
    ("counts", "late", "said"),
    [
        ({"indexed": 5}, (), ""),
        ({"indexed": 5, "queued": 1}, (), "1 document is still being read."),
        ({"queued": 2, "processing": 1200}, (), "1,202 documents are still being read."),
        ({"failed": 1}, (), "1 document could not be read."),
        ({"processing": 1, "failed": 3}, (), "1 document is still being read and 3 documents could not be read."),
        ({"indexed": 5}, (SLACK,), "Slack: Acme was last read 3 hours ago."),
        (
            {"indexed": 5, "failed": 1},
            (SLACK, LateSource("c2", "Mail", "gmail", None)),
            "1 document could not be read. Slack: Acme was last read 3 hours ago and Mail was not read to its end yet.",
        ),
    ],
)
def test_what_was_not_looked_into_is_told(counts: dict[str, int], late: tuple[LateSource, ...], said: str) -> None:
    coverage = Coverage.of(counts, late)
    assert coverage.told(NOW) == said
    assert coverage.is_whole is (said == "")
    for found in (True, False):
        for names in ((), ("ZX-4819",)):
            reason = reason_of(coverage, found=True, names=names, foreign=False)
            text = told(reason, coverage, found=found, names=names, now=NOW)
            assert ("your library" in text or "you may read" in text) is (said == "")
            assert text.endswith(said)


def test_of_many_late_sources_three_are_named_and_the_rest_are_counted() -> None:
    late = [LateSource(f"c{n}", f"Drive {n}", "google_drive", NOW - timedelta(days=n + 1)) for n in range(5)]
    said = Coverage.of({}, late).told(NOW)
    assert "Drive 2 was last read 3 days ago" in said
    assert "Drive 3" not in said
    assert said.endswith("2 more sources were not read when due.")


def test_a_name_of_a_source_is_words_alone() -> None:
    source = LateSource("c1", "![x](https://evil.example/x.png)\n\nSlack", "slack", NOW)
    assert "evil.example" not in Coverage.of({}, (source,)).told(NOW)


def test_where_nobody_knows_nothing_is_said_of_it() -> None:
    assert told("not_found", None, found=True) == told("not_found", Coverage(indexed=1), found=True)


def test_where_it_could_not_be_found_out_it_is_not_said_that_the_library_lacks_it() -> None:
    for found in (True, False):
        assert "your library" not in told("not_found", None, found=found, unknown=True)


@pytest.mark.parametrize(
    ("counts", "found", "names", "foreign", "reason"),
    [
        ({}, False, (), False, "nothing_indexed"),
        ({"failed": 2}, False, (), True, "nothing_indexed"),
        ({"queued": 1}, False, (), True, "still_reading"),
        ({"queued": 1}, True, (), False, "still_reading"),
        ({"indexed": 1, "queued": 1}, True, ("ZX-49",), True, "name_unknown"),
        ({"indexed": 1, "queued": 1}, True, (), True, "language_not_supported"),
        ({"indexed": 1, "failed": 1}, True, (), False, "not_found"),
        ({"indexed": 1}, False, (), False, "not_found"),
        (None, False, (), False, "not_found"),
    ],
)
def test_the_reason_is_the_one_that_says_most(
    counts: dict[str, int] | None, found: bool, names: tuple[str, ...], foreign: bool, reason: str
) -> None:
    coverage = None if counts is None else Coverage.of(counts)
    assert reason_of(coverage, found=found, names=names, foreign=foreign) == reason


class _Counts:
    def __init__(self, counts: Mapping[tuple[str, str | None], int]) -> None:
        self.counts, self.asked = counts, 0

    async def count_by_status_and_connection(
        self, caller: Caller, within: Restriction | None = None
    ) -> Mapping[tuple[str, str | None], int]:
        self.asked += 1
        return self.counts


class _Down:
    async def count_by_status_and_connection(
        self, caller: Caller, within: Restriction | None = None
    ) -> Mapping[tuple[str, str | None], int]:
        raise Unavailable("down", dependency="database")


async def test_statuses_are_summed_over_the_connections_that_have_documents() -> None:
    asked: list[tuple[str, frozenset[str]]] = []

    async def late(caller: Caller, connection_ids: Collection[str]) -> list[LateSource]:
        asked.append((caller.user_id, frozenset(connection_ids)))
        return [SLACK]

    counts = _Counts({("indexed", None): 2, ("indexed", "c1"): 3, ("failed", "c2"): 1})
    assert await coverage_of(ANN, counts, late) == Coverage(indexed=5, failed=1, late=(SLACK,))
    assert asked == [("ann", frozenset({"c1", "c2"}))]
    assert counts.asked == 1


async def test_a_failing_count_leaves_a_refusal_that_claims_nothing() -> None:
    refusal = await Refusals(counts=_Down()).refuse(ANN, "Who?", ())
    assert (refusal.coverage, refusal.reason) == (None, "not_found")
    assert "your library" not in refusal.text
