#!/usr/bin/env bash
# Makes sure that the database tests have SecantusDB, a server that speaks MongoDB's protocol, in an environment of its
# own. Never fails: without it those tests report themselves as skipped, by name.
set -u
cd "$(dirname "$0")/.." || exit
target=.cache/secantusdb
if [ -n "${BIBLIOS_TEST_MONGODB_URI:-}" ] || [ -e "$target/.ready" ]; then exit 0; fi
uv=$(command -v uv || echo .tools/uv/bin/uv)
rm -rf "$target"
if "$uv" venv --quiet --python .venv/bin/python "$target" &&
  "$uv" pip install --quiet --python "$target/bin/python" --requirement tests/support/secantusdb.txt &&
  "$target/bin/secantusd-py" --help >/dev/null; then
  touch "$target/.ready"
else
  echo "WARNING: SecantusDB could not be installed. Its database tests will be SKIPPED." >&2
fi
exit 0
