"""A server in this process with a real mail server behind it, and a person who is signed in and writes mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.connectors.registry import Registry
from tests.e2e import steps
from tests.e2e.serving_here import serving_here
from tests.integration.connectors.test_acting_accounts import ACTING
from tests.support.app import running_app, settings_for
from tests.support.mailbox import Mailbox, mailbox
from tests.support.toy_source import ToyService

UNDO_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """What the pages stand on, and where the mail arrives."""

    url: str
    mail: Mailbox


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with mailbox() as mail:
        changes: dict[str, Any] = {"mail": mail.settings, "actions": {"undo_seconds": UNDO_SECONDS}}
        settings = settings_for(tmp_path_factory.mktemp("data"), **changes)
        services = Registry([ToyService().manifest, ACTING])
        with serving_here(lambda: running_app(settings, connectors=services)) as app:
            yield Place(app.url, mail)


@pytest.fixture(autouse=True)
def ada(server: Place, page: Page) -> None:
    """Ada is signed in, and her address is proven."""
    page.goto("/login")
    # On a server without accounts every address leads to its set-up.
    expect(page.get_by_role("button", name=re.compile("^(Sign in|Create account)$"))).to_be_visible()
    if "/register" in page.url:
        steps.register(page)
        me = steps.api(page, "GET", "/auth/me")
        steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    else:
        steps.sign_in(page)
