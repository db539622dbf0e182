"""A service that is connected through the pages, the server that offers it, and what its tests do with both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Page
from pydantic import Field

from tests.e2e import steps
from tests.support.toy_source import TOKEN, Note, ToyOptions, ToyService

type Picture = Callable[[Page, str], None]

ADA = "ada@example.com"
LONG = 60_000


class WideOptions(ToyOptions):
    """One option of each kind that a form has."""

    mailboxes: list[str] = Field(default=[], title="Mailboxes", json_schema_extra={"only_with": "service_account"})
    channels: list[str] = Field(default=[], title="Channels", description="Only these; none means all.")
    kinds: list[Literal["issues", "pull_requests"]] = Field(default=["issues"], title="Kinds")
    files: bool = Field(True, title="Files", description="Read attached files as well.")
    days: int | None = Field(None, title="Days", description="How far back; empty means all.", ge=1, le=3650)
    drafts: Literal["never", "own_drafts"] = Field("never", title="Drafts")


@dataclass(frozen=True, slots=True)
class Place:
    """What the pages stand on, and the service that is connected."""

    url: str
    service: ToyService


def notes(server: Place, number: int, **given: Any) -> None:
    """Notes that Ada may open, two of which cannot be read."""
    server.service.put(
        *(
            Note(f"{one:05d}", f"Herring number {one} swims in the fjord.", frozenset({ADA}), **given)
            for one in range(number)
        ),
        *(Note(f"locked-{one}", "", frozenset({ADA}), readable=False) for one in range(2)),
    )


def connected(page: Page, **given: Any) -> dict[str, Any]:
    """A connection that stands, made without the page, and synchronised."""
    body = {"type": "toy", "mode": "workspace", "credentials": {"token": TOKEN}, "return_to": "/connections", **given}
    made = steps.api(page, "POST", "/connections", body)
    assert "id" in made, made
    deadline = time.monotonic() + 60
    while (shown := steps.api(page, "GET", f"/connections/{made['id']}"))["status"] in ("connecting", "syncing"):
        assert time.monotonic() < deadline, shown
        page.wait_for_timeout(100)
    return shown
