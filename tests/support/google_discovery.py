"""Google's own description of an API, which its official client brings along: what a stand-in may be asked and answers.

A stand-in that takes its parameters and field names from there does not merely agree with our code.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any


class Refused(Exception):
    """A request that Google would refuse. `location` is the parameter that it is about."""

    def __init__(
        self, status: int, reason: str, message: str, *, location: str | None = None, domain: str = "global"
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.location, self.domain = status, reason, message, location, domain

    def body(self) -> dict[str, Any]:
        """https://developers.google.com/workspace/drive/api/guides/handle-errors (2026-11)."""
        one = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            kind = "header" if self.location == "Authorization" else "parameter"
            one |= {"locationType": kind, "location": self.location}
        return {"error": {"errors": [one], "code": self.status, "message": self.message}}


@cache
def document(name: str) -> dict[str, Any]:
    """A discovery document, ``drive.v3`` for example."""
    path = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def check_parameters(api: str, method: str, query: dict[str, str], path_names: set[str]) -> None:
    """Refuses a parameter that the method does not have or that is of another type, and one that is missing.

    Args:
        method: ``files.list``.
    """
    resource, name = method.split(".")
    described = document(api)["resources"][resource]["methods"][name]
    common = set(document(api)["parameters"])
    parameters = described.get("parameters", {})
    for given, value in query.items():
        if given in common:
            continue
        if given not in parameters:
            raise Refused(400, "invalidParameter", f"Unknown parameter {given}", location=given)
        wanted = parameters[given]
        fine = {"boolean": value in ("true", "false"), "integer": value.isdigit()}.get(wanted["type"], True)
        if not fine or ("enum" in wanted and value not in wanted["enum"]):
            raise Refused(400, "invalidParameter", f"Invalid value '{value}'.", location=given)
    for needed, wanted in parameters.items():
        if wanted.get("required") and needed not in query and needed not in path_names:
            raise Refused(400, "required", f"Required parameter: {needed}", location=needed)


type Fields = dict[str, "Fields"]

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),/]")


def parse_fields(text: str) -> Fields:
    """``a,b(c,d/e)`` as a tree. Refuses what is none."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise _bad_fields(text)
    tree, rest = _siblings(tokens, text)
    if rest:
        raise _bad_fields(text)
    return tree


def _siblings(tokens: list[str], text: str) -> tuple[Fields, list[str]]:
    tree: Fields = {}
    while tokens:
        if not re.fullmatch(r"[A-Za-z0-9_*]+", tokens[0]):
            raise _bad_fields(text)
        name, tokens = tokens[0], tokens[1:]
        below = tree.setdefault(name, {})
        while tokens[:1] == ["/"]:
            if len(tokens) < 2:
                raise _bad_fields(text)
            below, tokens = below.setdefault(tokens[1], {}), tokens[2:]
        if tokens[:1] == ["("]:
            found, tokens = _siblings(tokens[1:], text)
            below.update(found)
            if tokens[:1] != [")"]:
                raise _bad_fields(text)
            tokens = tokens[1:]
        if tokens[:1] != [","]:
            return tree, tokens
        tokens = tokens[1:]
    raise _bad_fields(text)


def _bad_fields(text: str) -> Refused:
    return Refused(400, "invalidParameter", f"Invalid field selection {text}", location="fields")


def project(api: str, schema: str, value: Any, fields: Fields) -> Any:
    """The part of an answer that was asked for. Refuses names that the schema does not have."""
    _check_fields(api, document(api)["schemas"][schema], fields)
    return _cut(value, fields)


def _check_fields(api: str, described: dict[str, Any], fields: Fields) -> None:
    while "$ref" in described or described.get("type") == "array":
        described = document(api)["schemas"][described["$ref"]] if "$ref" in described else described["items"]
    for name, below in fields.items():
        if name == "*":
            continue
        if name not in described.get("properties", {}):
            raise Refused(400, "invalidParameter", f"Invalid field selection {name}", location="fields")
        _check_fields(api, described["properties"][name], below)


def _cut(value: Any, fields: Fields) -> Any:
    if not fields or "*" in fields:
        return value
    if isinstance(value, list):
        return [_cut(one, fields) for one in value]
    return {name: _cut(value[name], below) for name, below in fields.items() if name in value}


def misfits(api: str, schema: str, value: Any, at: str = "") -> list[str]:
    """Where an answer is not what the schema says: unknown names and other types."""
    return _misfits(api, document(api)["schemas"][schema], value, at or schema)


_TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}


def _misfits(api: str, described: dict[str, Any], value: Any, at: str) -> list[str]:
    if "$ref" in described:
        described = document(api)["schemas"][described["$ref"]]
    kind = described.get("type")
    if kind == "array":
        if not isinstance(value, list):
            return [at]
        return [found for one in value for found in _misfits(api, described["items"], one, f"{at}[]")]
    if kind == "object":
        if not isinstance(value, dict):
            return [at]
        known, extra = described.get("properties", {}), described.get("additionalProperties")
        return [
            found
            for name, one in value.items()
            for found in (
                _misfits(api, known[name], one, f"{at}.{name}")
                if name in known
                else ([] if extra is not None else [f"{at}.{name}"])
            )
        ]
    return [] if kind not in _TYPES or isinstance(value, _TYPES[kind]) else [at]


def untold(api: str, schema: str, *answers: Any) -> set[str]:
    """Fields that the schema describes and none of the answers has, as ``Message.payload.parts[].body``."""
    return _untold(api, document(api)["schemas"][schema], list(answers), schema, frozenset({schema}))


def _untold(api: str, described: dict[str, Any], values: list[Any], at: str, seen: frozenset[str]) -> set[str]:
    if "$ref" in described:
        name = described["$ref"]
        if name in seen:  # a part inside a part is of the same fields
            return set()
        described, seen = document(api)["schemas"][name], seen | {name}
    if described.get("type") == "array":
        return _untold(api, described["items"], [one for value in values for one in value], f"{at}[]", seen)
    missing: set[str] = set()
    for name, inner in described.get("properties", {}).items():
        told = [value[name] for value in values if name in value]
        missing |= _untold(api, inner, told, f"{at}.{name}", seen) if told else {f"{at}.{name}"}
    return missing


def described(api: str, schema: str, fields: str) -> set[str]:
    """What a selection of fields asks for, in the words of `untold`."""
    return _described(api, document(api)["schemas"][schema], parse_fields(fields), schema)


def _described(api: str, described: dict[str, Any], fields: Fields, at: str) -> set[str]:
    if "$ref" in described:
        described = document(api)["schemas"][described["$ref"]]
    if described.get("type") == "array":
        return _described(api, described["items"], fields, f"{at}[]")
    found: set[str] = set()
    for name, below in fields.items():
        found |= {f"{at}.{name}"} | _described(api, described["properties"][name], below, f"{at}.{name}")
    return found
