"""Finds a browser for the end-to-end tests and checks pages with axe."""

import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

#: Steady pictures: no sandbox inside containers, no network chatter, one rasterisation everywhere.
LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
]


def find_browser(playwright: Playwright) -> str | None:
    """An installed Chromium or Chrome, else Playwright's own if it was downloaded, else None."""
    named = os.environ.get("BIBLIOS_TEST_BROWSER")
    if named and Path(named).is_file():
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.is_file() else None


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong on the page as it is now (WCAG 2.2 A and AA and best practices)."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("() => window.axe.run(document, { resultTypes: ['violations'] })")
    return [
        {
            "id": item["id"],
            "help": item["help"],
            "nodes": [f"{node['target']}: {node.get('failureSummary', '')}" for node in item["nodes"][:5]],
        }
        for item in result["violations"]
    ]
