"""When two payloads say the same: words, files, people, places and times."""

from typing import Any

import pytest

from backend.actions.models import Reach, Suggestion
from backend.actions.repetition import is_alike, likeness_of, likeness_of_asked

DANA = {"name": "Dana", "address": "dana@example.com"}
LONG = " ".join(f"word{number}" for number in range(3000))


def mail(text: str = "Here is the summary of the launch that you asked for.", **more: Any) -> dict[str, Any]:
    return {"to": [DANA], "subject": "Launch summary", "text": text, **more}


def alike(one: dict[str, Any], other: dict[str, Any], kind: Any = "email") -> bool:
    first, second = (likeness_of(kind, payload, Reach()) for payload in (one, other))
    return first.reach == second.reach and is_alike(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "here is  the SUMMARY of\nthe launch, that you asked for!",
        "Here is the summary of the launch you asked for.",
        "Here is the short summary of the launch that you asked for.",
    ],
)
def test_case_spaces_signs_and_small_changes_make_no_other_mail(text: str) -> None:
    assert alike(mail(), mail(text))


@pytest.mark.parametrize(
    "other",
    [
        mail("Tomorrow I am away; please ask Ben."),
        mail(to=[{"address": "ben@example.com"}]),
        mail(cc=[{"address": "ben@example.com"}]),
        mail(subject="", text="Ok"),
        mail("👍", subject=""),
    ],
)
def test_other_words_or_other_people_are_another_mail(other: dict[str, Any]) -> None:
    assert not alike(mail(), other)


def test_people_are_a_set_whatever_their_order_and_names() -> None:
    two = [DANA, {"address": "ben@example.com"}]
    assert alike(mail(to=two), mail(to=[{"address": "BEN@EXAMPLE.com"}], cc=[{"address": "dana@example.com"}]))


def test_long_texts_are_compared_by_a_sketch_of_bounded_size() -> None:
    near = LONG.replace("word17 ", "other ")
    assert alike(mail(LONG), mail(near))
    assert not alike(mail(LONG), mail(LONG.replace("word", "thing")))
    assert len(likeness_of("email", mail(LONG), Reach()).sketch) == 64


def test_signs_alone_are_compared_too() -> None:
    assert alike(mail("👍", subject=""), mail("👍 ", subject=""))
    assert not alike(mail("👍", subject=""), mail("👎", subject=""))


def test_text_without_blanks_is_compared_sign_by_sign() -> None:
    assert alike(mail("発売の要約をお送りします。ご確認ください"), mail("発売の要約をお送りします。ご確認くださいね"))
    assert not alike(mail("発売の要約をお送りします。", subject=""), mail("明日は休みです。", subject=""))


def event(start: str = "2026-03-05T10:00", end: str = "2026-03-05T10:30", **more: Any) -> dict[str, Any]:
    zone = "Europe/Berlin"
    times = {"start": {"local": start, "zone": zone}, "end": {"local": end, "zone": zone}}
    return {"operation": "create", "title": "Launch", "attendees": [DANA], **times, **more}


def test_events_are_the_same_only_where_their_times_overlap() -> None:
    assert alike(event(), event("2026-03-05T10:15", "2026-03-05T10:45"), "calendar")
    assert not alike(event(), event("2026-03-06T10:00", "2026-03-06T10:30"), "calendar")
    assert not alike(event(), event(operation="update", event_id="abcdef"), "calendar")
    assert alike(event(attendees=[]), event(attendees=[]), "calendar")


def test_what_reaches_nobody_has_no_key_unless_it_is_an_event() -> None:
    assert likeness_of("email", mail(to=[]), Reach()).reach is None
    assert likeness_of("slack", {"text": "hello"}, Reach()).reach is None
    assert likeness_of("calendar", event(attendees=[]), Reach()).reach is not None


def test_a_thread_is_another_place_than_its_channel() -> None:
    message = {"channel": "C1", "text": "We launch today."}
    assert alike(message, dict(message), "slack")
    assert not alike(message, {**message, "thread_ts": "1.2"}, "slack")
    assert not alike(message, {**message, "channel": "C2"}, "slack")


def test_what_a_model_asked_for_differs_by_what_was_not_taken_over() -> None:
    def asked(day: str) -> Any:
        return likeness_of_asked(
            "calendar", {"title": "Launch"}, [Suggestion(field="start", value=day, origin="person")]
        )

    assert asked("Monday").reach == asked("Monday").reach
    assert asked("Monday").reach != asked("Thursday").reach


@pytest.mark.parametrize("payload", [{}, {"to": None}, {"to": ["x", {}]}, {"text": 7, "start": {"local": "never"}}])
def test_what_is_no_payload_yet_is_taken_as_it_is(payload: dict[str, Any]) -> None:
    assert likeness_of("email", payload, Reach()).reach is None
