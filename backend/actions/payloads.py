"""What the payloads of all kinds have in common."""

from pydantic import ValidationError

from backend.errors import FieldProblem, InvalidInput


def invalid(message: str, error: ValidationError, *, within: tuple[str, ...] = ("payload",)) -> InvalidInput:
    """The fields that a payload was refused for, under ``payload``, or what else they stand within."""
    return InvalidInput(
        message,
        fields=[
            FieldProblem(
                ".".join(map(str, (*within, *found["loc"]))),
                found["type"],
                found["msg"].removeprefix("Value error, "),
            )
            for found in error.errors()
        ],
    )
