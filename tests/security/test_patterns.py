"""No text of a person, a document, a model or a source makes a regular expression take more than linear time.

A pattern that goes back over its text again and again holds up everything: at the event loop everybody, in a reader
process the documents behind it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.long import sampled
from tests.support.patterns import sources, unseen

#: Where a pattern can only be made from what it looks for, and why that is linear.
MADE_FROM_THE_QUESTION = {
    "backend.embedding.search.highlights": "pairs of signs, a bounded number, none repeated",
    "backend.rag.identified": "an identifier letter for letter, nothing in it repeated but its own letters",
}

_SECONDS = sampled(1800, 3 * 3600)


@pytest.mark.slow
@pytest.mark.timeout(_SECONDS + 60)
def test_no_pattern_that_meets_peoples_text_takes_more_than_linear_time() -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.support.patterns"],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as stuck:
        told = (stuck.stdout or b"").decode().splitlines()
        pytest.fail(f"it came to no end with {told[-1:]}")
    assert done.returncode == 0, done.stderr
    assert "backend.rag.carrying_over._FULL_NAME" in done.stdout.splitlines()
    assert [line for line in done.stdout.splitlines() if line.startswith("!")] == []


def test_every_pattern_stands_where_it_is_tried() -> None:
    hidden = {name: lines for name, source in sources().items() if (lines := sorted(set(unseen(source))))}
    assert hidden.keys() == MADE_FROM_THE_QUESTION.keys(), f"move them to the module's level: {hidden}"
