"""What holds for every test: how examples are drawn, and that one test's logging does not outlive it.

Drawn examples are the same ones in every run of `make test`, new and more of them in `make test-long`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support.long import LONG, sampled

settings.register_profile(
    "biblios",
    deadline=None,  # a busy machine is no failure
    derandomize=not LONG,
    max_examples=sampled(100, 1000),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("biblios")

_configure = structlog.configure


def _configure_for_a_test(**configuration: Any) -> None:
    _configure(**{**configuration, "cache_logger_on_first_use": False})


# For good, not by a fixture of each test: a server shared by the tests of a module configures logging before those.
structlog.configure = _configure_for_a_test  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def _logging_of_one_test() -> Iterator[None]:
    """A logger that is first used while some test has configured logging would otherwise keep that for good."""
    yield
    structlog.reset_defaults()
