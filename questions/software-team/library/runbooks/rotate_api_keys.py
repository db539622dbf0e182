"""Rotates the API keys that our services use among themselves.

Run it from the bastion, never from a laptop:

    python rotate_api_keys.py --service quillon --dry-run
    python rotate_api_keys.py --service quillon
    python rotate_api_keys.py --service quillon --finish

The first call only prints what would happen. The second makes a new key and hands it to the service; the old and the
new key are both accepted for GRACE_HOURS. The third revokes the old key. Without the third call the old one is revoked
by itself when the grace period is over.

If something breaks in between: --rollback makes the old key the only valid one again. That is no longer possible after
--finish.

Keys older than MAX_AGE_DAYS raise the alert KeyTooOld (security policy 2025, section 4).
Questions: Dag Lindqvist.
"""

import argparse
import datetime as dt
import sys

MAX_AGE_DAYS = 90
WARN_AGE_DAYS = 75
GRACE_HOURS = 48
KEY_BYTES = 40

SERVICES = ("quillon", "tollhouse", "console", "ledger", "mailer")

# The mailer cannot reload its key, it has to be restarted (QX-198).
NEEDS_RESTART = {"mailer"}


class RotationError(RuntimeError):
    """Something stands in the way; nothing has been changed."""


def age_in_days(created: dt.datetime, now: dt.datetime) -> int:
    return (now - created).days


def state_of(created: dt.datetime, now: dt.datetime) -> str:
    age = age_in_days(created, now)
    if age > MAX_AGE_DAYS:
        return "too old"
    if age > WARN_AGE_DAYS:
        return "due soon"
    return "fine"


def rotate(store, service: str, *, dry_run: bool = False) -> str:
    if service not in SERVICES:
        raise RotationError(f"{service} is none of {', '.join(SERVICES)}")
    if store.has_pending(service):
        raise RotationError(f"{service} has a rotation under way, finish it or roll it back first")
    if dry_run:
        return f"would make a new key for {service}, old one valid for another {GRACE_HOURS} h"
    key = store.create(service, length=KEY_BYTES)
    store.hand_over(service, key)
    if service in NEEDS_RESTART:
        store.restart(service)
    return f"{service}: new key {key.id}, old one valid for another {GRACE_HOURS} h"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", required=True, choices=SERVICES)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--finish", action="store_true")
    parser.add_argument("--rollback", action="store_true")
    options = parser.parse_args()
    if options.finish and options.rollback:
        parser.error("either --finish or --rollback")

    from brackwater.keys import connect

    store = connect()
    try:
        if options.finish:
            print(store.revoke_old(options.service))
        elif options.rollback:
            print(store.restore_old(options.service))
        else:
            print(rotate(store, options.service, dry_run=options.dry_run))
    except RotationError as error:
        print(f"not rotated: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
