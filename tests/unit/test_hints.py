"""What only somebody who runs the server can do is a hint; no message that a member can get names it.

Every text of the backend is looked at, where it stands: a new error is held by this without being listed.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import BibliosError
from backend.extraction.failures import HINTS, MESSAGES, failure

BACKEND = Path(__file__).parents[2] / "backend"
#: A setting, the file of settings, or a command.
OPERATOR = re.compile(
    r"BIBLIOS_|\.env\b|`(\.venv/bin/)?(biblios|make|uv|docker|pip|npm)\b|\b([Rr]estart|[Ii]nstall|[Rr]einstall)\b"
)
#: Only whoever runs the server sees what these say: they start it, are its command line, or describe its settings.
FOR_OPERATORS = {"settings.py", "env_example.py", "cli.py", "web.py", "main.py", "openapi.py"}
FOLDERS_FOR_OPERATORS = {"commands", "evaluation"}
#: Words of FastAPI's declarations, which go into the reference of the API and not into an answer.
DECLARED = {"description", "summary"}


def texts(path: Path) -> Iterator[tuple[int, str, list[ast.AST]]]:
    """Every literal text of a module with its line and what it stands in, innermost last; docstrings left out."""

    def walk(node: ast.AST, around: list[ast.AST]) -> Iterator[tuple[int, str, list[ast.AST]]]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value, around
        for child in ast.iter_child_nodes(node):
            yield from walk(child, [*around, node])

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), [])


def is_a_hint(around: list[ast.AST]) -> bool:
    for node in around:
        if isinstance(node, ast.keyword) and (node.arg == "hint" or node.arg in DECLARED):
            return True
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "HINTS":
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            return True
    return False


def raised_or_kept(around: list[ast.AST]) -> bool:
    """Whether it is given to something that is made: an error, an event of a stream, the reason of a document."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2][:1].isupper() for node in around
    ) or any(isinstance(node, ast.AnnAssign | ast.Assign | ast.Return) for node in around)


def member_texts() -> Iterator[tuple[str, str]]:
    for path in sorted(BACKEND.rglob("*.py")):
        place = path.relative_to(BACKEND)
        if place.name in FOR_OPERATORS or place.parts[0] in FOLDERS_FOR_OPERATORS:
            continue
        for line, text, around in texts(path):
            if " " in text.strip() and raised_or_kept(around) and not is_a_hint(around):
                yield f"{place.as_posix()}:{line}", text


def test_no_message_that_a_member_can_get_names_a_setting_or_a_command() -> None:
    found = [f"{place} {text!r}" for place, text in member_texts() if OPERATOR.search(text)]
    assert not found


def test_the_texts_of_errors_are_among_those_that_are_looked_at() -> None:
    looked_at = {text for _, text in member_texts()}
    assert {
        "Sign in first: this call needs a bearer token.",
        "The answer reached the model's limit, so its end is missing. Ask for the rest.",
        "The file is empty. Check that it was saved or copied completely, then upload it again.",
    } <= looked_at
    assert len(looked_at) > 200


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_no_reason_of_a_failed_document_names_a_setting(code: str) -> None:
    error = failure(code, "5")
    assert not OPERATOR.search(error.message)
    assert error.hint == HINTS.get(code)


def test_a_hint_is_in_what_logs_and_commands_show_and_not_in_the_message() -> None:
    error = BibliosError("It failed.", hint="Raise BIBLIOS_X.")
    assert (error.message, str(error)) == ("It failed.", "It failed. Raise BIBLIOS_X.")
    assert str(BibliosError("It failed.")) == "It failed."
