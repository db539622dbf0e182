"""Templates: what comes along fits together, and no value is ever more than words."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.actions.services.slack_blocks import too_long
from backend.actions.services.slack_tree import Person, Text, mentions, parse, parts_of
from backend.actions.templates.built_in import built_in
from backend.actions.templates.models import Template, TemplateContent, TemplateFields
from backend.actions.templates.render import fill
from backend.errors import InvalidInput
from tests.unit.actions.test_slack_tree import HOSTILE

_EMAIL = {
    "follow_up",
    "summary",
    "introduction",
    "meeting_request",
    "status_report",
    "reminder",
    "thank_you",
    "decline",
}
_SLACK = {"announcement", "question", "status", "reminder", "thanks", "incident"}
_hostile = st.lists(
    st.one_of(
        st.sampled_from([*HOSTILE, "{{sender}}", "{{ x }}", "{% if %}", "${x}", "%s", "{0}"]), st.text(max_size=6)
    )
).map("".join)


def _template(**more: Any) -> TemplateContent:
    given: dict[str, Any] = {
        "kind": "slack",
        "name": "T",
        "text": "{{a}}",
        "placeholders": [{"name": "a", "label": "A"}],
    }
    return TemplateContent.model_validate({**given, **more})


def _values(template: Template, *, only_required: bool = False) -> dict[str, str]:
    samples = {"line": "A line", "text": "First.\nSecond.", "person": "<@U0DANA0001>"}
    return {one.name: samples[one.kind] for one in template.placeholders if one.required or not only_required}


def _codes(template: TemplateFields, values: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        fill(template, values)
    return [(one.field, one.code) for one in refused.value.fields]


def test_all_that_were_promised_come_along() -> None:
    assert set(built_in()) == {f"email.{one}" for one in _EMAIL} | {f"slack.{one}" for one in _SLACK}


@pytest.mark.parametrize("id_", list(built_in()))
@pytest.mark.parametrize("only_required", [True, False])
def test_each_is_filled_in_whole(id_: str, only_required: bool) -> None:
    template = built_in()[id_]
    filled = fill(template, _values(template, only_required=only_required))
    words = f"{filled.subject}\n{filled.text}"
    assert "{{" not in words
    assert "\n\n\n" not in words
    assert (filled.subject is not None) == (template.kind == "email")
    assert not any(line.endswith(":") and not after for line, after in zip(*_pairs(filled.text), strict=True))
    if template.kind == "slack":
        assert too_long(parse(filled.text)) is None


def _pairs(text: str) -> tuple[list[str], list[str]]:
    lines = text.split("\n")
    return lines[:-1], lines[1:]


@pytest.mark.parametrize("id_", list(built_in()))
def test_what_is_missing_is_named(id_: str) -> None:
    required = [one.name for one in built_in()[id_].placeholders if one.required]
    assert _codes(built_in()[id_], {}) == [(f"values.{name}", "missing") for name in required]
    assert _codes(built_in()[id_], dict.fromkeys(required, " \n")) == [
        (f"values.{name}", "missing") for name in required
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_value_adds_no_header(end: str) -> None:
    template = built_in()["email.thank_you"]
    values = {**_values(template), "reason": f"help{end}Bcc: eve@example.com"}
    assert _codes(template, values) == [("values.reason", "one_line")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"a": "x", "b": "y"}, ("values.b", "unknown")),
        ({"a": "x\0"}, ("values.a", "control_characters")),
        ({"a": "x" * 20_001}, ("values.a", "too_long")),
    ],
)
def test_values_that_do_not_fit_are_refused(values: dict[str, str], code: tuple[str, str]) -> None:
    assert _codes(_template(), values) == [code]


@pytest.mark.parametrize("value", ["<!channel>", "<@U0DANA0001> <!here>", "@dana", "<@U0DANA0001|x>", "U0DANA0001"])
def test_a_person_is_written_as_one(value: str) -> None:
    template = built_in()["slack.thanks"]
    assert _codes(template, {"person": value, "reason": "help"}) == [("values.person", "no_person")]


@given(_hostile, _hostile)
def test_no_value_in_a_message_is_more_than_words(one: str, other: str) -> None:
    template = built_in()["slack.incident"]
    values = {**_values(template), "title": one, "impact": other}
    try:
        filled = fill(template, values)
    except InvalidInput:
        return
    tree = parse(filled.text)
    assert list(mentions(tree)) == [Person("U0DANA0001")]
    styled = {part.text for part in parts_of(tree) if isinstance(part, Text) and part.style}
    assert styled <= {"State:", "Since:", "In charge:", "Next news:"}


@given(_hostile)
def test_a_value_in_a_mail_stands_there_as_it_is(value: str) -> None:
    template = built_in()["email.reminder"]
    try:
        filled = fill(template, {**_values(template), "topic": value, "details": "{{due}}"})
    except InvalidInput:
        return
    assert filled.subject == f"Reminder: {value}"
    assert f"this is a reminder of {value}, which" in filled.text
    assert "{{due}}" in filled.text
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = filled.subject
    assert len(mail.keys()) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"text": "{{a}} {{b}}"},
        {"text": "none"},
        {"text": "<{{a}}>"},
        {"text": "<https://a.example/{{a}}|x>"},
        {"text": "`{{a}}`"},
        {"text": "\\{{a}}"},
        {"subject": "{{a}}"},
        {"kind": "email"},
        {"kind": "email", "subject": "x\r\nBcc: y"},
        {"kind": "email", "subject": "{{a}}", "placeholders": [{"name": "a", "label": "A", "kind": "text"}]},
        {"kind": "email", "subject": "{{a}}", "placeholders": [{"name": "a", "label": "A", "required": False}]},
        {"kind": "email", "subject": "x", "placeholders": [{"name": "a", "label": "A", "kind": "person"}]},
        {"placeholders": [{"name": "a", "label": "A"}] * 2},
        {"placeholders": [{"name": "A b", "label": "A"}]},
        {"script": "x"},
    ],
)
def test_a_template_that_does_not_fit_together_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _template(**more)


def test_what_is_optional_leaves_no_trace() -> None:
    places = [{"name": "a", "label": "A"}, {"name": "b", "label": "B", "required": False}]
    template = _template(text="Hello {{a}}.\n\nStill open:\n{{b}}\n\nBye.", placeholders=places)
    assert fill(template, {"a": "you"}).text == "Hello you.\n\nBye.\n"
    assert fill(template, {"a": "you", "b": "much"}).text == "Hello you.\n\nStill open:\nmuch\n\nBye.\n"
