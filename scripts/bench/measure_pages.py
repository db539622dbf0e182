"""The web pages: size of the first load, and Lighthouse on sign-in and chat."""

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

_TOOLS = Path(__file__).parent / "lighthouse"


def pages(workdir: Path) -> list[Figure]:
    """Needs the built pages; Lighthouse also an installed Chromium."""
    return [*first_load(), *lighthouse(workdir)]


def first_load() -> list[Figure]:
    """JavaScript of a first visit, gzipped: the entry and what its route draws at once (`npm run size`)."""
    done = subprocess.run(
        ["node", "scripts/size.mjs"], cwd=ROOT / "frontend", capture_output=True, text=True, check=False
    )
    return [
        Figure(f"first load of the web UI, {visit}, JavaScript, gzip", float(size), "kB", float(most), "at_most")
        for visit, size, most in re.findall(r"^(\w+): ([\d.]+) kB of ([\d.]+) kB", done.stdout, re.MULTILINE)
    ]


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
