"""What the payloads of all kinds have in common."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.errors import FieldProblem, InvalidInput


def invalid(message: str, error: ValidationError) -> InvalidInput:
    """The fields that a payload was refused for, under ``payload``."""
    return InvalidInput(message, fields=[_problem(found) for found in error.errors()])


def _problem(found: ErrorDetails) -> FieldProblem:
    field = ".".join(map(str, ("payload", *found["loc"])))
    return FieldProblem(field, found["type"], found["msg"].removeprefix("Value error, "))
