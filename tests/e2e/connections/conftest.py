"""A server in this process, and a person who is signed in and has nothing connected."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from backend.connectors.registry import Registry
from tests.e2e import steps
from tests.e2e.connections.place import Place, WideOptions
from tests.e2e.serving_here import serving_here
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.in_thread import in_thread
from tests.support.toy_source import TOKEN, ToyService


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server in this process, since only here the service can be told what to hold."""
    service = ToyService()
    toy = service.manifest
    wide = replace(
        toy,
        slug="wide",
        name="Wide Chat",
        icon="hash",
        options=WideOptions,
        credentials=("token", "service_account"),
        rights=(
            ("members of a channel", "the same people, by their proven addresses"),
            ("public channels", "everybody who belongs to the workspace there, guests not"),
        ),
    )
    unset = replace(toy, slug="unset", name="Unset Mail", icon="mail", credentials=("oauth",))
    consents = Starlette(routes=service.consents.routes("/authorize", "/token", "/revoke"))
    with in_thread(consents) as provider:
        settings = settings_for(
            tmp_path_factory.mktemp("data"),
            sync={"interval_seconds": 86_400},
            connectors={
                "toy_client_id": CLIENT_ID,
                "toy_client_secret": CLIENT_SECRET,
                "toy_authorize_url": f"{provider}/authorize",
                "toy_token_url": f"{provider}/token",
            },
        )
        with serving_here(lambda: running_app(settings, connectors=Registry([toy, wide, unset]))) as app:
            yield Place(app.url, service)


@pytest.fixture(autouse=True)
def nothing_connected(server: Place, page: Page) -> Iterator[None]:
    """Ada is signed in, her address proven; what she connected goes after each test."""
    service = server.service
    service.notes.clear()
    service.changes.clear()
    service.fail, service.token = None, TOKEN
    page.goto("/login")
    # On a server without accounts every address leads to its set-up.
    expect(page.get_by_role("button", name=re.compile("^(Sign in|Create account)$"))).to_be_visible()
    if "/register" in page.url:
        steps.register(page)
        me = steps.api(page, "GET", "/auth/me")
        steps.api(page, "PATCH", f"/admin/users/{me['id']}", {"email_verified": True})
    else:
        steps.sign_in(page)
    yield
    page.unroute_all(behavior="ignoreErrors")
    for connection in steps.api(page, "GET", "/connections")["items"]:
        steps.api(page, "DELETE", f"/connections/{connection['id']}")
