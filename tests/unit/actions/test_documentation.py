"""The page about actions says what the code does."""

from pathlib import Path

from backend.actions.status import RULES, drawing

PAGE = (Path(__file__).parents[3] / "docs/developer/actions.md").read_text(encoding="utf-8")


def test_the_drawing_is_that_of_the_table() -> None:
    assert drawing() in PAGE


def test_every_move_is_explained() -> None:
    for move, rule in RULES.items():
        assert f"| `{move}` | {rule.by} | {rule.means} |" in PAGE
