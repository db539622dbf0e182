"""Many at once, as people do it: one mail to each, reviewed together, and a status for each."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import Place
from tests.e2e.actions.samples import CALENDAR, SLACK, sample


def test_one_mail_to_each_is_reviewed_and_approved_together(page: Page, picture: Any, server: Place) -> None:
    page.goto("/actions")
    page.get_by_role("button", name=re.compile("^New( mail)?$")).first.click()
    if page.get_by_role("menuitem", name="New mail").is_visible():
        page.get_by_role("menuitem", name="New mail").click()
    editor = page.get_by_role("dialog", name="New mail")
    editor.get_by_label("To", exact=True).fill("Ann Lee <ann@each.example>, Ben Roe <ben@each.example>,")
    editor.get_by_label("Subject").fill("Hello {{name}}")
    editor.get_by_label("Text", exact=True).fill("Dear {{first_name}}, we launch.")
    editor.get_by_label("Send to each separately").check()
    picture(page, "separately")
    editor.get_by_role("button", name="Continue to approval").click()
    awaiting = page.get_by_role("region", name="Awaiting me")
    expect(awaiting.get_by_text("To each of 2 people separately")).to_be_visible()
    expect(awaiting.get_by_text("Awaiting approval 2")).to_be_visible()
    awaiting.get_by_role("button", name=re.compile("^Show each")).press("Enter")
    expect(awaiting.get_by_role("link", name="Hello Ben Roe", exact=True)).to_be_visible()
    picture(page, "group-unfolded")
    awaiting.get_by_role("checkbox", name="Select all").press("Space")
    awaiting.get_by_role("button", name="Approve selected").press("Enter")
    review = page.get_by_role("dialog", name="Approve 2 actions?")
    expect(review.get_by_text("Dear Ann, we launch.")).to_be_visible()
    expect(review.get_by_text("Dear Ben, we launch.")).to_be_visible()
    picture(page, "review-many")
    for box in review.get_by_role("checkbox").all():
        box.check()
    review.get_by_role("button", name="Approve all 2").press("Enter")
    outcome = page.get_by_role("dialog", name="What became of each")
    expect(outcome.get_by_text("2 of 2 were decided on.")).to_be_visible()
    picture(page, "review-done")
    outcome.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("region", name="Awaiting me").get_by_text("To each of 2 people")).to_have_count(0)


def test_a_review_with_warnings_and_what_did_not_count(page: Page, picture: Any, server: Place) -> None:
    repeated = {
        "code": "repeated", "message": "The same mail to the same people was sent on 2026-01-05 09:00 UTC.",
        "field": None, "confirm": True, "action_id": "0" * 32,
    }  # fmt: skip
    me = steps.api(page, "GET", "/auth/me")["id"]
    first = sample("awaiting_approval", number=1, warnings=[repeated], created_by=me)
    waiting = [first, sample("awaiting_approval", CALENDAR, number=2), sample("awaiting_approval", SLACK, number=3)]
    problem = {"status": 409, "code": "changed", "detail": "It has changed since it was shown to you.", "errors": []}

    def answer(route: Route) -> None:
        query = route.request.url.partition("?")[2]
        items = waiting if "awaiting=me" in query else []
        route.fulfill(json={"items": items, "next_cursor": None})

    page.route(re.compile(r"/api/v1/actions\?"), answer)
    done = [
        {"id": one["id"], "action": None if at else {**one, "status": "scheduled"}, "problem": problem if at else None}
        for at, one in enumerate(waiting)
    ]
    page.route(re.compile(r"/decide-many"), lambda route: route.fulfill(json={"items": done}))
    page.goto("/actions")
    awaiting = page.get_by_role("region", name="Awaiting me")
    awaiting.get_by_role("checkbox", name="Select all").check()
    picture(page, "selected")
    awaiting.get_by_role("button", name="Approve selected").click()
    review = page.get_by_role("dialog", name="Approve 3 actions?")
    expect(review.get_by_role("link", name="Show the other one")).to_be_visible()
    expect(review.get_by_role("button", name="Approve all 3")).to_be_disabled()
    picture(page, "review-warned")
    for box in review.get_by_role("checkbox").all():
        box.check()
    review.get_by_role("button", name="Approve all 3").click()
    expect(page.get_by_text("Nothing was decided: It has changed since it was shown to you.").first).to_be_visible()
    picture(page, "review-problems")
