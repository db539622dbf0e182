"""`docs/developer/asvs.md` tells the truth: every test it names exists, and every item says how it is held."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "developer" / "asvs.md").read_text(encoding="utf-8")
SHORT = {"auth:": "integration/auth/", "sec:": "security/"}

NAMED = sorted(set(re.findall(r"`([a-z/:_]+\.py::\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| item")]


def test_page_names_tests_and_items() -> None:
    assert len(NAMED) > 50
    assert len(ROWS) > 50


@pytest.mark.parametrize("name", NAMED)
def test_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    for short, folder in SHORT.items():
        path = path.replace(short, folder)
    source = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert re.search(rf"def {function}\(", source)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_item_says_how_it_is_held(row: str) -> None:
    _, item, asked, held, _ = row.split("|")
    assert item.strip()
    assert asked.strip()
    assert len(held.strip()) > 10
