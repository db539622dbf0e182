"""What people do again and again on the pages of their account."""

import time
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.support.mailbox import Mailbox

MAIL_SECONDS = 60


def arrived(page: Page, mail: Mailbox, address: str, subject: str, *, count: int = 1) -> EmailMessage:
    """The `count`-th mail to an address, as soon as it is there."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(mail.to(address, subject)) < count:
        assert time.monotonic() < deadline, [(item["To"], item["Subject"]) for item in mail.mails]
        page.wait_for_timeout(50)
    return mail.to(address, subject)[count - 1]


def come_back_to(page: Page) -> None:
    """What the browser tells a page that is looked at again."""
    page.evaluate("() => window.dispatchEvent(new Event('visibilitychange'))")


def open_settings(page: Page, tab: str, heading: str) -> None:
    page.goto(f"/settings/{tab}")
    expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()


def to_the_end(page: Page) -> None:
    page.get_by_role("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")


def is_out(page: Page) -> None:
    """Whoever was signed in here has to sign in again, whatever they press."""
    page.get_by_role("link", name="Library", exact=True).first.click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def sign_in_at_provider(page: Page, return_to: str) -> None:
    """Goes to the provider and back, as a browser in which somebody has signed in before."""
    page.goto("/login")
    page.evaluate("() => localStorage.setItem('biblios:session', '1')")
    page.goto(f"/api/v1/auth/oauth/oidc/start?return_to={return_to}")
