"""The pages use nothing that a browser only has over https: most first visits are to http://a-name-in-the-network."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "frontend" / "src"
#: What is `undefined` in an insecure context, and the one file that may ask for it, since it does without.
ONLY_SECURE = {
    r"crypto\.randomUUID": None,
    r"crypto\.subtle": None,
    r"navigator\.clipboard": "utils/copyToClipboard.ts",
    r"navigator\.locks": "services/session.ts",
    r"navigator\.(serviceWorker|storage|credentials|share|mediaDevices|wakeLock|geolocation)": None,
    r"\bcaches\.|\bshow(Save|Open)FilePicker|\bnew Notification\b|\bcookieStore\b": None,
}


@pytest.mark.parametrize("pattern", ONLY_SECURE)
def test_what_only_a_secure_context_has_is_asked_for_in_one_place(pattern: str) -> None:
    users = {
        file.relative_to(SOURCES).as_posix()
        for file in SOURCES.rglob("*.ts*")
        if ".test." not in file.name
        and not file.name.endswith(".d.ts")
        and re.search(pattern, _code(file.read_text("utf-8")))
    }
    assert users <= {ONLY_SECURE[pattern]}


def _code(text: str) -> str:
    """Without comments."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
