#!/usr/bin/env bash
# Makes sure that the end-to-end tests have a browser: an installed Chromium or Chrome, else Playwright's own download,
# else apt when root. Never fails: without a browser those tests report themselves as skipped, by name.
set -u
cd "$(dirname "$0")/.." || exit
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ -n "${BIBLIOS_TEST_BROWSER:-}" ] && [ -x "$BIBLIOS_TEST_BROWSER" ]; then exit 0; fi
echo "No Chromium or Chrome found; trying Playwright's own."
if timeout 300 .venv/bin/playwright install chromium-headless-shell 2>/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Playwright's download did not work; trying apt."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu-core fonts-noto-core && exit 0
fi
echo "WARNING: no browser could be had. The end-to-end tests will be SKIPPED; install chromium to run them." >&2
exit 0
