"""What a person does on the pages, as the tests say it."""

import re
import time
from typing import Any

import httpx
from playwright.sync_api import Page, expect

PASSWORD = "correct horse battery"
READY_SECONDS = 120


def register(page: Page, name: str = "Ada Lovelace", email: str = "ada@example.com") -> None:
    page.goto("/register")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.get_by_role("navigation").first).to_be_visible()


def sign_in(page: Page, email: str = "ada@example.com") -> None:
    page.goto("/login")
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/$"))


def account(url: str, email: str, name: str) -> dict[str, object]:
    """An account that somebody has made before, without a page."""
    body = {"email": email, "password": PASSWORD, "name": name}
    answer = httpx.post(f"{url}/api/v1/auth/register", json=body, timeout=60)
    assert answer.status_code == 201, answer.text
    user: dict[str, object] = answer.json()["user"]
    return user


def load_demo(page: Page) -> None:
    """Presses the button of the welcome page and waits until the whole library is read."""
    page.goto("/")
    page.get_by_role("button", name="Try the demo library").click()
    wait_until_read(page, at_least=150)


def wait_until_read(page: Page, *, at_least: int = 1) -> dict[str, int]:
    """Waits until nothing is queued or processing, as the page's own session sees it; counts by status."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        counts = document_counts(page)
        if sum(counts.values()) >= at_least and not counts.get("queued") and not counts.get("processing"):
            return counts
        assert time.monotonic() < deadline, f"not read within {READY_SECONDS} s: {counts}"
        page.wait_for_timeout(300)


def confirm(page: Page, action: str) -> None:
    """Answers the dialog and waits until it has closed: behind an open one nothing else has a role, so that
    everything would count as gone."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=action).click()
    expect(dialog).to_have_count(0)


def document_counts(page: Page) -> dict[str, int]:
    counts: dict[str, int] = api(page, "GET", "/documents/stats")["by_status"]
    return counts


def api(page: Page, method: str, path: str, body: object = None) -> dict[str, Any]:
    """A call with the browser's own session: a fresh access token by the refresh cookie."""
    answer: dict[str, Any] = page.evaluate(
        """async ([method, path, body]) => {
            globalThis.__token ??= (await (await fetch('/api/v1/auth/refresh', {method: 'POST'})).json()).access_token;
            const response = await fetch('/api/v1' + path, {
                method,
                headers: {Authorization: 'Bearer ' + globalThis.__token, 'Content-Type': 'application/json'},
                body: body === null ? undefined : JSON.stringify(body),
            });
            return response.status === 204 ? {} : await response.json();
        }""",
        [method, path, body],
    )
    return answer


def ask(page: Page, question: str) -> None:
    """Sends a question from the composer and waits until the answer stands."""
    before = page.get_by_role("button", name="Copy with sources").count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy with sources")).to_have_count(before + 1, timeout=30_000)


def squash(text: str | None) -> str:
    """Text with its white space folded, as far as a page may lay it out differently."""
    return " ".join((text or "").split())
