"""Every event of the audit log is documented and has words on the page."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: What `record`, and `purpose` of a refused confirmation, are called with; names that are chosen at run time are keys
#: of `_EVENTS` or stand beside `_note_invitation`. The purpose of a connection is another thing.
_RECORDED = re.compile(r"(?:record|_note_invitation)\(\s*\"([a-z_.]+)\"|purpose=\"(?!sync\"|actions\")([a-z_.]+)\"")


def recorded() -> set[str]:
    found: set[str] = set()
    for module in (ROOT / "backend").rglob("*.py"):
        found |= {name for pair in _RECORDED.findall(module.read_text(encoding="utf-8")) for name in pair if name}
    administration = (ROOT / "backend" / "auth" / "administration.py").read_text(encoding="utf-8")
    return found | set(re.findall(r"^    \"([a-z_.]+)\": \"", administration, flags=re.MULTILINE))


def documented() -> set[str]:
    text = (ROOT / "docs" / "developer" / "security.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([a-z_.]+)`", text.partition("\nEvents: ")[2].partition("\n\n")[0]))


def worded() -> set[str]:
    words = json.loads((ROOT / "frontend" / "src" / "locales" / "en" / "admin.json").read_text(encoding="utf-8"))
    return set(_leaves(words["events"]))


def _leaves(tree: dict[str, object], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in tree.items():
        found += _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return found


def test_every_event_is_documented() -> None:
    assert recorded() == documented()


def test_every_event_has_words_on_the_page() -> None:
    assert worded() == documented()
