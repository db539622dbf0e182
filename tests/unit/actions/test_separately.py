"""What each of many gets: their own name, nothing that was meant to be filled in, and nobody else's address."""

from typing import Any

import pytest

from backend.actions.separately import singles
from backend.errors import InvalidInput

ANN, BEN = {"name": "Ann Lee", "address": "ann@example.com"}, {"name": "Ben", "address": "ben@example.com"}


def mail(**more: Any) -> dict[str, Any]:
    return {"to": [ANN, BEN], "subject": "Hello {{name}}", "text": "Dear {{ First_Name }}, at {{address}}.", **more}


def refused(payload: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        singles(payload)
    return [(one.field, one.code) for one in error.value.fields]


def test_each_gets_a_mail_of_their_own() -> None:
    ann, ben = singles(mail())
    assert (ann.address, ann.payload) == (
        "ann@example.com",
        {"to": [ANN], "subject": "Hello Ann Lee", "text": "Dear Ann, at ann@example.com."},
    )
    assert (ben.payload["to"], ben.payload["subject"]) == ([BEN], "Hello Ben")


def test_a_value_is_put_in_once_and_is_markup_nowhere() -> None:
    name = "{{address}}<b>&"
    (one,) = singles(mail(to=[{"name": name, "address": "x@example.com"}], html="<p>{{name}}</p>"))
    assert one.payload["subject"] == f"Hello {name}"
    assert one.payload["html"] == "<p>{{address}}&lt;b&gt;&amp;</p>"


def test_who_stands_there_twice_gets_one() -> None:
    assert len(singles(mail(to=[ANN, {**ANN, "address": "ANN@example.com"}]))) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"cc": [BEN]}, ("payload.cc", "not_separately")),
        ({"bcc": [BEN]}, ("payload.bcc", "not_separately")),
        ({"to": []}, ("payload.to", "missing")),
        ({"to": [{**ANN, "address": f"p{n}@example.com"} for n in range(101)]}, ("payload.to", "too_many")),
        ({"text": "Dear {{nmae}}"}, ("payload.text", "unknown_place")),
        ({"subject": "{{}}"}, ("payload.subject", "unknown_place")),
        ({"to": [ANN, {"address": "ben@example.com"}]}, ("payload.to", "name_missing")),
        ({"to": [ANN, {"name": "  ", "address": "ben@example.com"}]}, ("payload.to", "name_missing")),
    ],
)
def test_what_cannot_be_each_ones_own_is_refused(change: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused(mail(**change)) == [problem]


def test_without_a_name_in_the_text_nobody_needs_one() -> None:
    plain = mail(to=[{"address": "ann@example.com"}], subject="Hello", text="Dear all, {a} }} {{")
    assert singles(plain)[0].payload["text"] == "Dear all, {a} }} {{"
