"""Whatever becomes of a file, its reader ends in time, in text or in a named failure."""

import time
from itertools import count

import pytest
from hypothesis import HealthCheck, given, seed, settings

from backend.errors import ExtractionFailed
from backend.extraction.content import Source
from backend.extraction.failures import MESSAGES
from backend.extraction.limits import Limits
from backend.extraction.reading import describe, read_content
from tests.support.long import LONG
from tests.support.mutated_files import mutated, sound_files

LIMITS = Limits(2_000_000, 2**30, 2**26, 200, 1000, 2)
#: Of a processor, for a file of at most 400 kB. The child process is given 120 by the clock.
MOST_SECONDS = 20
LONG_SECONDS = 600
EXAMPLES = 60
AT_ONCE = 500


def check(name: str, data: bytes) -> None:
    began = time.thread_time()
    try:
        source = Source(data, name, LIMITS)
        found = describe(read_content(source), source)
    except ExtractionFailed as failed:
        assert failed.code in MESSAGES  # noqa: PT017 - either outcome is right; anything else raises
    else:
        assert len(found.text) <= LIMITS.max_text_chars
        assert all(0 <= section.start < section.end <= len(found.text) for section in found.sections)
    assert time.thread_time() - began < MOST_SECONDS


@pytest.mark.timeout(LONG_SECONDS * 2 if LONG else 300)
@pytest.mark.parametrize("name", sorted(sound_files()))
def test_a_mutated_file_ends_in_text_or_in_a_named_failure(name: str) -> None:
    check(name, sound_files()[name])
    quiet = settings(
        deadline=None,
        database=None,
        max_examples=AT_ONCE if LONG else EXAMPLES,
        suppress_health_check=list(HealthCheck),
    )
    until = time.monotonic() + LONG_SECONDS
    for number in count():

        @seed(number)
        @quiet
        @given(mutated(name))
        def run(data: bytes) -> None:
            check(name, data)

        run()
        if not LONG or time.monotonic() > until:
            return
