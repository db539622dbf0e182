"""How drawn examples are made: the same ones in every run of `make test`, new and more of them in `make test-long`."""

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
