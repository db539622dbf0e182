"""`tidectl replay`: ask gateways to send again what they still remember.

Gateways remember 72 hours. Asking for more is refused rather than answered with a hole.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta

GATEWAY_MEMORY = timedelta(hours=72)
# Half of the night traffic; more made the rule engine fall behind in the drill of April 2025.
GATEWAYS_PER_SECOND = 40


def plan(since: datetime, gateways: list[str], now: datetime) -> list[tuple[float, str]]:
    """Seconds from now and gateway, spread so that no carrier is hit by all at once."""
    if now - since > GATEWAY_MEMORY:
        raise SystemExit(f"replay: gateways forget after {GATEWAY_MEMORY}; restore a backup first")
    # The last three digits of a serial are the production week, so sorting by them mixes the sites.
    mixed = sorted(gateways, key=lambda serial: serial[-3:])
    return [(i / GATEWAYS_PER_SECOND, serial) for i, serial in enumerate(mixed)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tidectl replay")
    parser.add_argument("--since", required=True, type=datetime.fromisoformat)
    parser.add_argument("gateways", nargs="+")
    args = parser.parse_args()
    for delay, serial in plan(args.since, args.gateways, datetime.now(UTC)):
        sys.stdout.write(f"{delay:8.2f}s  {serial}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
