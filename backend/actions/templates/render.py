"""Fills a template in. A value is put in once and never read again, neither as a placeholder nor as markup.

A line in which an optional value is missing is left out, with a line right above it that ends with a colon.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backend.actions.services.slack_tree import literal
from backend.actions.templates.models import PLACE, Place, TemplateFields
from backend.errors import FieldProblem, InvalidInput

MAX_VALUE_CHARS = 20_000
_PERSON = re.compile(r"<@[UW][A-Z0-9]{2,30}>")
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Filled:
    """`text` is what stands in the payload; a mail has a `subject`."""

    subject: str | None
    text: str


def fill(template: TemplateFields, values: Mapping[str, str]) -> Filled:
    """Errors: `InvalidInput` with every value that is missing, unknown or does not fit."""
    given = {name: value.replace("\r\n", "\n") for name, value in values.items() if value.strip()}
    problems = [problem for place in template.placeholders if (problem := _problem(place, given.get(place.name)))]
    known = {place.name for place in template.placeholders}
    problems += [
        FieldProblem(f"values.{name}", "unknown", f"This template has no {name}.")
        for name in sorted(values.keys() - known)
    ]
    if problems:
        raise InvalidInput("This template cannot be filled in like that.", fields=problems)
    return _filled(template, given)


def sample(template: TemplateFields, values: Mapping[str, str]) -> Filled:
    """As it looks while it is written: what has no value yet, or none that fits, is its label in brackets."""
    given = {name: value.replace("\r\n", "\n") for name, value in values.items() if value.strip()}
    fits = {
        place.name for place in template.placeholders if place.name in given and not _problem(place, given[place.name])
    }
    labels = {place.name: f"[{place.label}]" for place in template.placeholders if place.name not in fits}
    return _filled(template, {name: given[name] for name in fits} | labels, labels=labels.keys())


def _filled(template: TemplateFields, given: Mapping[str, str], *, labels: Collection[str] = ()) -> Filled:
    """`labels`: of which names the value is no value of their kind."""
    written = {
        place.name: literal(given[place.name])
        if place.name in labels and template.kind == "slack"
        else _written(template, place, given[place.name])
        for place in template.placeholders
        if place.name in given
    }
    text = _put("\n".join(_kept(template.text.split("\n"), set(written))), written)
    return Filled(template.subject and _put(template.subject, given), text.strip("\n") + "\n")


def _kept(lines: list[str], given: set[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if set(PLACE.findall(line)) <= given:
            if line.strip() or (kept and kept[-1].strip()):  # what was left out leaves no gap
                kept.append(line)
        elif kept and kept[-1].rstrip().endswith(":") and not PLACE.search(kept[-1]):
            kept.pop()
    return kept


def _put(words: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values[place[1]], words)


def _written(template: TemplateFields, place: Place, value: str) -> str:
    return literal(value) if template.kind == "slack" and place.kind != "person" else value


def _problem(place: Place, value: str | None) -> FieldProblem | None:
    field, label = f"values.{place.name}", place.label
    if value is None:
        return FieldProblem(field, "missing", f"{label} is missing.") if place.required else None
    if len(value) > MAX_VALUE_CHARS:
        return FieldProblem(field, "too_long", f"{label} may have {MAX_VALUE_CHARS:,} characters.")
    if place.kind == "line" and _LINE_ENDS.search(value):
        return FieldProblem(field, "one_line", f"{label} must be one line.")
    if _CONTROLS.search(value):
        return FieldProblem(field, "control_characters", f"{label} must not hold control characters.")
    if place.kind == "person" and not _PERSON.fullmatch(value):
        return FieldProblem(field, "no_person", f"{label} must be somebody in Slack, written <@U…>.")
    return None
