"""The web pages: size of the first load, and Lighthouse on sign-in and chat."""

import gzip
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from scripts.bench import session
from scripts.bench.corpus import ROOT
from scripts.bench.figures import Figure
from scripts.bench.server import serve

_DIST = ROOT / "frontend" / "dist"
_TOOLS = Path(__file__).parent / "lighthouse"
_KILOBYTE = 1000


def pages(workdir: Path) -> list[Figure]:
    """Needs the built pages; Lighthouse also an installed Chromium."""
    return [*first_load(), *lighthouse(workdir)]


def first_load() -> list[Figure]:
    """What `index.html` makes the browser load before anything is shown: its scripts and their static imports."""
    index = (_DIST / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', index)
    size = sum(len(gzip.compress((_DIST / name).read_bytes(), 9)) for name in sorted(set(scripts)))
    note = f"{len(set(scripts))} files named by index.html"
    return [Figure("first load of the web UI, JavaScript, gzip", size / _KILOBYTE, "kB", 180, "at_most", note)]


def lighthouse(workdir: Path) -> list[Figure]:
    """Scores (0 to 100) on the sign-in page and, signed in, on the chat page."""
    chromium = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    targets = {"performance": 90, "accessibility": 100}
    if chromium is None:
        return [
            Figure(f"Lighthouse {name}, {page}", None, "", target, note="not measured: no Chromium on this machine")
            for page in ("sign-in", "chat")
            for name, target in targets.items()
        ]
    if not (_TOOLS / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=_TOOLS, check=True)
    figures = []
    with serve(workdir / "pages") as server, tempfile.TemporaryDirectory() as profile:
        session.register(server.url, "pages")
        done = subprocess.run(
            ["node", "audit.mjs", server.url, chromium, profile, "pages@bench.example", session.PASSWORD],
            cwd=_TOOLS,
            capture_output=True,
            text=True,
            check=True,
        )
        for page, scores in json.loads(done.stdout).items():
            figures += [
                Figure(f"Lighthouse {name}, {page}", scores[name], "", target, note=f"{scores['url']}")
                for name, target in targets.items()
            ]
    return figures
