"""What is chosen by name (places, mentions, events, templates), and the rules of administrators."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import Place
from tests.e2e.actions.writing import composer
from tests.e2e.test_states import fail

WAYS = {
    "items": [
        {"via": "smtp", "kind": "email", "name": "Workspace mail", "address": "biblios@example.com"},
        {"via": "c1", "kind": "calendar", "name": "Calendar of Ada", "address": "ada@example.com"},
        {"via": "c2", "kind": "slack", "name": "Slack of Ada", "address": None},
    ]
}


def _place(id_: str, name: str, kind: str, members: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "kind": kind, "members": members, "shared": False, "obstacle": None, **more}


PLACES = [
    _place("C0LAUNCH001", "launch", "channel", 42),
    _place("G0CREW00001", "launch-crew", "private_channel", 3, shared=True),
    _place("U0DANA00001", "Dana Roe", "person", 1),
    _place("C0OLD000001", "launch-2020", "channel", 9, obstacle="archived"),
]


def _clock(local: str) -> dict[str, str]:
    return {"local": local, "zone": "Europe/Berlin", "weekday": "Thursday", "utc_offset": "+01:00"}


WEEKLY = {
    "id": "series0_20271202T090000Z",
    "series_id": "series0",
    "title": "Weekly",
    "start": _clock("2027-12-02T10:00"),
    "end": _clock("2027-12-02T10:30"),
    "all_day": False,
    "location": "Room 5",
    "guests": ["dana@example.com"],
    "optional": [],
    "own": True,
}


def test_rules_are_written_tried_and_saved(page: Page, picture: Any, server: Place) -> None:
    page.goto("/admin/actions")
    expect(page.get_by_text("to people outside to more than 20 people")).to_be_visible()
    picture(page, "policy")
    page.get_by_role("button", name="Delete: Mail to many outside").click()
    expect(page.get_by_text("There are no rules")).to_be_visible()
    picture(page, "policy-empty")
    page.get_by_role("button", name="Add a rule").click()
    dialog = page.get_by_role("dialog", name="New rule")
    dialog.get_by_label("Name").fill("Contracts")
    dialog.get_by_label("Mail", exact=True).check()
    dialog.get_by_label("Files").select_option("yes")
    dialog.get_by_label("Domains").fill("no domain")
    dialog.get_by_role("button", name="Done").click()
    expect(dialog.get_by_text("Enter a domain such as example.com.")).to_be_visible()
    picture(page, "policy-rule")
    dialog.get_by_label("Domains").fill("rival.example")
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Mail with files to rival.example needs one of the administrators")).to_be_visible()
    page.get_by_label("Recipients").fill("dana@sub.rival.example")
    page.get_by_role("spinbutton", name="Files").fill("1")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("1 rule matches")).to_be_visible()
    picture(page, "policy-tried")
    page.get_by_role("link", name="People", exact=True).first.click()
    asked = page.get_by_role("dialog", name="Leave without saving?")
    asked.get_by_role("button", name="Cancel").click()
    other = {"version": 0, "policy": {"inside": ["example.com"], "rules": []}}
    assert steps.api(page, "PUT", "/actions/policy", other)["version"] == 1
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Somebody else has changed the rules meanwhile")).to_be_visible()
    picture(page, "policy-conflict")
    page.get_by_role("button", name="Go on with mine").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rules hold now.")).to_be_visible()
    stored = steps.api(page, "GET", "/actions/policy")
    assert (stored["version"], [rule["name"] for rule in stored["policy"]["rules"]]) == (2, ["Contracts"])
    steps.api(page, "PUT", "/actions/policy", {"version": 2, "policy": {"inside": [], "rules": []}})


def test_a_template_is_written_with_its_preview_and_used(page: Page, picture: Any, server: Place) -> None:
    page.goto("/actions")
    page.get_by_role("link", name="Templates").click()
    expect(page.get_by_role("heading", level=1, name="Templates")).to_be_visible()
    expect(page.get_by_text("None were written here yet")).to_be_visible()
    picture(page, "templates")
    page.get_by_role("button", name="New template").click()
    page.get_by_role("menuitem", name="Mail").click()
    dialog = page.get_by_role("dialog", name="New template")
    dialog.get_by_label("Name").fill("Greeting")
    dialog.get_by_label("Subject").fill("About {{topic}}")
    dialog.get_by_label("Text", exact=True).fill("Hello {{who}},\n\nwe talk about {{topic}}.")
    dialog.get_by_label("Label of who").fill("Whom to greet")
    expect(dialog.get_by_role("region", name="Preview").get_by_text("Hello [Whom to greet],")).to_be_visible()
    picture(page, "template-editor")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit Greeting")).to_be_visible()
    page.goto("/")
    composer(page).fill("/mail")
    composer(page).press("Enter")
    editor = page.get_by_role("dialog", name="New mail")
    editor.get_by_role("button", name="Use a template").click()
    editor.get_by_label("Template", exact=True).select_option("Greeting")
    editor.get_by_role("button", name="Insert").click()
    expect(editor.get_by_text("Topic is missing.")).to_be_visible()
    editor.get_by_label("Topic").fill("lamps")
    editor.get_by_label("Whom to greet").fill("Dana")
    picture(page, "template-used")
    editor.get_by_role("button", name="Insert").click()
    expect(editor.get_by_label("Subject")).to_have_value("About lamps")
    expect(editor.get_by_label("Text", exact=True)).to_have_value("Hello Dana,\n\nwe talk about lamps.\n")


def test_templates_that_do_not_come_say_so(page: Page, picture: Any, server: Place) -> None:
    page.route("**/api/v1/actions/templates", fail)
    page.goto("/actions/templates")
    expect(page.get_by_text("The templates could not be loaded")).to_be_visible(timeout=30_000)
    picture(page, "templates-error")


def test_places_mentions_and_events_are_chosen_by_name(page: Page, picture: Any, server: Place) -> None:
    def places(route: Route) -> None:
        q = re.search(r"[?&]q=([^&]*)", route.request.url)
        fitting = [one for one in PLACES if (q[1] if q else "").lower() in one["name"].lower()]
        route.fulfill(json={"items": fitting, "has_more": False})

    page.route(re.compile(r"/api/v1/actions/ways"), lambda route: route.fulfill(json=WAYS))
    page.route(re.compile(r"/api/v1/actions/places"), places)
    listed = {"via": "c1", "zone": "Europe/Berlin", "items": [WEEKLY], "has_more": False}
    page.route(re.compile(r"/api/v1/calendar/events"), lambda route: route.fulfill(json=listed))
    page.goto("/")
    composer(page).fill("/slack Hello ")
    composer(page).press("Enter")
    editor = page.get_by_role("dialog", name="New message")
    editor.get_by_role("combobox", name="Channel or person").press_sequentially("laun")
    expect(editor.get_by_role("listbox").get_by_role("option")).to_have_count(3)
    picture(page, "place-list")
    page.keyboard.press("Enter")
    expect(editor.get_by_text("Chosen: C0LAUNCH001")).to_be_visible()
    text = editor.get_by_label("Text", exact=True)
    text.press("Control+End")
    text.press_sequentially(" @dan")
    expect(editor.get_by_role("option", name="Dana Roe")).to_be_visible()
    picture(page, "mention-list")
    page.keyboard.press("Enter")
    expect(text).to_have_value("Hello <@U0DANA00001> ")
    editor.get_by_role("button", name="Cancel").click()
    composer(page).fill("/event")
    composer(page).press("Enter")
    editor = page.get_by_role("dialog", name="New event")
    editor.get_by_text("Cancel one").click()
    editor.get_by_role("radio", name="Weekly").check()
    editor.get_by_role("radio", name="This one and all that follow").check()
    expect(editor.get_by_text("The series ends before this appointment.")).to_be_visible()
    picture(page, "event-scope")


def test_links_of_an_answer_are_seen_whole_before_they_open(page: Page, picture: Any, server: Place) -> None:
    made = steps.api(page, "POST", "/conversations", {"title": "Links"})
    content = (
        "See [google.com](https://google.com@xn--pple-43d.com/login), [this](javascript:alert(1)) and "
        "![a chart](https://evil.example/beacon.png)."
    )
    answer = {
        "id": "m1",
        "conversation_id": made["id"],
        "role": "assistant",
        "content": content,
        "citations": [],
        "mode": "model",
        "abstained": False,
        "status": "completed",
        "created_at": made["created_at"],
    }
    whole = {**made, "messages": [answer], "next_cursor": None, "answering": None}
    page.route(re.compile(rf"/api/v1/conversations/{made['id']}$"), lambda route: route.fulfill(json=whole))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/c/{made['id']}")
    link = page.get_by_role("button", name="google.com")
    expect(link).to_be_visible()
    expect(page.get_by_text("a chart")).to_be_visible()
    expect(page.get_by_role("link", name="this")).to_have_count(0)
    link.press("Enter")
    dialog = page.get_by_role("dialog", name="Open this link?")
    expect(dialog.get_by_test_id("address-in-full")).to_have_text("https://google.com@xn--pple-43d.com/login")
    picture(page, "answer-link")
    dialog.get_by_role("button", name="Cancel").press("Enter")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    assert not [url for url in asked if not url.startswith((server.url, "data:", "blob:"))]
