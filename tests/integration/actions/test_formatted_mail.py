"""A formatted mail: what was cleaned is what is shown, approved and sent, beside its plain text."""

import re
import threading
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio

from backend.actions.services import email, email_payload
from backend.actions.services.mail_html import Formatted, formatted
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, becomes, mail_to, proposed
from tests.support.accounts import Person, World
from tests.support.hostile_pages import HOSTILE_PAGES, LYING_PAGES

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ada(here: World) -> Person:
    """One for all: registering takes longer than these tests."""
    return await proven(here)


PAGE = (
    '<p>Dear <b>Dana</b>,</p><p>see <a href="https://plan.example/x">the plan</a> at '
    '<a href="https://evil.example">bank.com</a>.</p><img src="https://evil.example/pixel.gif">'
)
CLEAN = (
    '<p>Dear <b>Dana</b>,</p><p>see <a href="https://plan.example/x">the plan</a> at '
    '<a href="https://evil.example">bank.com [https://evil.example]</a>.</p>'
)
TEXT = "Dear Dana,\n\nsee the plan <https://plan.example/x> at bank.com [https://evil.example].\n"


def formatted_to(address: str, html: str = PAGE, **more: Any) -> dict[str, Any]:
    return mail_to(address, html=html, **{"text": "", **more})


def part(mail: EmailMessage, kind: str) -> str:
    found = next(one for one in mail.walk() if one.get_content_type() == kind)
    return str(found.get_content()).replace("\r\n", "\n")


async def test_both_forms_are_shown_as_they_are_sent(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await proposed(ada, formatted_to(dana))
    shown = action["preview"]
    assert (shown["html"], shown["text"]) == (CLEAN, TEXT)
    assert shown["links"] == ["https://plan.example/x", "https://evil.example"]
    assert (action["payload"]["html"], action["payload"]["text"]) == (CLEAN, TEXT)
    await approve(ada, action)
    await becomes(ada, action["id"], "succeeded")
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "text/plain") == TEXT
    assert f"\n{CLEAN}\n" in part(mail, "text/html")


async def test_a_text_of_ones_own_stands_beside_it(here: World, ada: Person) -> None:
    action = await proposed(ada, formatted_to(here.address("dana"), "<p>Formatted</p>", text="Plain"))
    assert (action["preview"]["html"], action["preview"]["text"]) == ("<p>Formatted</p>", "Plain")


async def test_pages_are_cleaned_beside_the_event_loop(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def watched(html: str) -> Formatted:
        threads.append(threading.current_thread())
        return formatted(html)

    monkeypatch.setattr(email, "formatted", watched)
    monkeypatch.setattr(email_payload, "formatted", watched)
    await proposed(ada, formatted_to("dana@example.com"))
    assert len(threads) == 2  # once as it was given, once as it is kept
    assert threading.current_thread() not in threads


async def test_with_attachments_the_two_forms_stay_together(here: World, ada: Person) -> None:
    files = {"files": ("plan.txt", b"Sell marmalade.", "text/plain")}
    document = (await ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]
    dana = here.address("dana")
    action = await proposed(ada, formatted_to(dana, attachments=[{"document_id": document}]))
    await approve(ada, action)
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    assert mail.get_content_type() == "multipart/mixed"
    assert [one.get_content_type() for one in mail.iter_parts()] == [
        "multipart/alternative",
        "application/octet-stream",
    ]


async def test_another_page_has_another_hash_and_the_same_the_same_words(here: World, ada: Person) -> None:
    action = await proposed(ada, formatted_to(here.address("dana")))
    same = await ada.call("PATCH", f"/actions/{action['id']}", json={"payload": action["payload"]})
    assert same.json()["preview"]["html"] == CLEAN
    payload = {**action["payload"], "html": CLEAN.replace("Dana", "Eve")}
    changed = await ada.call("PATCH", f"/actions/{action['id']}", json={"payload": payload})
    assert changed.json()["hash"] != action["hash"]


@pytest.mark.parametrize("name", sorted(HOSTILE_PAGES))
async def test_a_hostile_page_is_sent_as_it_is_shown(here: World, ada: Person, name: str) -> None:
    action = await proposed(ada, formatted_to(here.address("dana"), HOSTILE_PAGES[name], text="Text"))
    shown = action["preview"].get("html", "")
    assert "evil.example" not in "".join(action["preview"].get("links", []))
    assert not re.search(
        r"<(?!/?(?:a|b|blockquote|br|caption|code|del|div|em|h[1-6]|hr|i|li|ol|p|pre|span|t\w+|u|ul)\b)", shown
    )


@pytest.mark.parametrize("name", sorted(LYING_PAGES))
async def test_a_page_whose_elements_move_leaves_as_it_is_shown(here: World, ada: Person, name: str) -> None:
    dana = here.address("dana")
    action = await proposed(ada, formatted_to(dana, LYING_PAGES[name], text="Text"))
    await approve(ada, action)
    await becomes(ada, action["id"], "succeeded")
    page = part(await here.mail.wait_for(f"Dana <{dana}>"), "text/html")
    assert f"\n{action['preview']['html']}\n" in page
    assert formatted(action["preview"]["html"]).html == action["preview"]["html"]


@pytest.mark.parametrize("html", ["<div>" * 5_000, "x" * 100_001, 7, ["<p>"], {"a": "b"}])
async def test_what_cannot_be_sent_is_refused_at_its_field(ada: Person, html: Any) -> None:
    answer = await ada.call("POST", "/actions", json=formatted_to("dana@example.com", html))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "payload.html")


@pytest.mark.parametrize("html", ["", "<script>1</script>", "<img src=https://evil.example>"])
async def test_a_page_of_which_nothing_is_left_is_none(ada: Person, html: str) -> None:
    action = await proposed(ada, formatted_to("dana@example.com", html, text="Plain"))
    assert "html" not in action["preview"]
    assert "html" not in action["payload"]


async def test_mixed_letters_in_a_link_have_to_be_confirmed(ada: Person) -> None:
    action = await proposed(ada, formatted_to("dana@example.com", '<a href="https://pаypal.example">Pay</a>'))
    [warning] = [one for one in action["warnings"] if one["code"] == "mixed_link"]
    assert warning["confirm"] is True
