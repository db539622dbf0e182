"""A line of the report of `biblios doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` says what to do; empty when all is well."""

    subject: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    advice: str = ""
