"""A second person approves by the link that they were mailed, in a browser that is signed in nowhere."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.actions.conftest import UNDO_SECONDS, Place
from tests.e2e.actions.writing import card, proposed
from tests.e2e.conftest import Elsewhere
from tests.support.mailbox import text_of
from tests.support.waiting import until_seen

_LINK = re.compile(r"/actions/decide#token=\S+")
LEAVES = (UNDO_SECONDS + 30) * 1000


def test_a_second_person_approves_by_their_link(page: Page, server: Place, elsewhere: Elsewhere, picture: Any) -> None:
    grace = steps.account(server.url, "grace@example.com", "Grace")
    steps.api(page, "PATCH", f"/admin/users/{grace['id']}", {"email_verified": True})
    second = {"effect": "second_person", "approvers": [grace["id"]]}
    rule = {"id": "law", "name": "Law firms", "when": {"domains": ["law.example"]}, "then": second}
    steps.api(page, "PUT", "/actions/policy", {"version": 0, "policy": {"rules": [rule]}})
    made = proposed(page, "Contract", to="office@law.example")

    [link] = until_seen(lambda: [found for mail in server.mail.mails if (found := _LINK.search(text_of(mail)))])
    there = elsewhere()
    there.goto(link[0])
    shown = there.get_by_role("region", name="Contract")
    expect(shown.get_by_text("<office@law.example>")).to_be_visible()
    expect(there).to_have_url(re.compile("/actions/decide$"))  # the secret has left the address
    picture(there, "decide-by-mail")
    assert steps.api(page, "GET", f"/actions/{made['id']}")["approvals"] == []
    shown.get_by_role("button", name="Approve").click()
    expect(shown.get_by_text(re.compile("^You approved it"))).to_be_visible()

    page.goto(f"/actions/{made['id']}")
    expect(card(page, "Contract").get_by_text("Grace")).to_have_count(0)  # nobody else is waited for
    card(page, "Contract").get_by_role("button", name="Approve").click()
    expect(card(page, "Contract").get_by_text("Sent", exact=True)).to_be_visible(timeout=LEAVES)
    assert len([mail for mail in server.mail.mails if mail["Subject"] == "Contract"]) == 1
    expect(page.get_by_text("Grace approved it as well")).to_be_visible()
