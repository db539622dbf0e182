#!/usr/bin/env bash
# Makes sure that the connectors' tests have backlot, an emulator of five providers, in an environment of its own: it
# needs an older graphql-core than the project's. Never fails: without it those tests report themselves as skipped, by name.
set -u
cd "$(dirname "$0")/.." || exit
target=.cache/backlot
if cmp -s tests/support/backlot.txt "$target/.ready"; then exit 0; fi
uv=$(command -v uv || echo .tools/uv/bin/uv)
rm -rf "$target"
if "$uv" venv --quiet --python .venv/bin/python "$target" &&
  "$uv" pip install --quiet --no-deps --python "$target/bin/python" --requirement tests/support/backlot.txt &&
  BACKLOT_TELEMETRY=0 DO_NOT_TRACK=1 "$target/bin/backlot" --help >/dev/null; then
  cp tests/support/backlot.txt "$target/.ready"
else
  echo "WARNING: backlot could not be installed. The connectors' tests over it will be SKIPPED." >&2
fi
exit 0
