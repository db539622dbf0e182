"""How much of a long matrix or soak runs: a sample in `make test`, the whole in `make test-long`."""

import os

LONG = bool(os.environ.get("BIBLIOS_TEST_LONG"))


def sampled(short: int, whole: int) -> int:
    """The number of rounds, examples or items for this run."""
    return whole if LONG else short
