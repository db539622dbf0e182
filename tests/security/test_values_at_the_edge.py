"""Numbers, times, names and addresses that are well formed and that no database, clock or file system holds."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from reportlab.pdfgen.canvas import Canvas

from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

LARGE = 2**31
HUGE = 2**63
#: They lie in the year 0 and in the year 10000, as UTC counts.
TIMES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]


@dataclass(slots=True)
class Place:
    here: World
    admin: Person
    document: str
    """A PDF of the administrator's."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    pages = tmp_path_factory.mktemp("pages")
    (pages / "index.html").write_text("<!doctype html><title>The application</title>", encoding="utf-8")
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "Boats float on water.")
    canvas.save()
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, web={"static_dir": pages})
        async with running_app(settings) as app, world(app, mail) as here:
            admin = await here.administrator()
            answer = await admin.call("POST", "/documents", files=[("files", ("a.pdf", buffer.getvalue()))])
            document = answer.json()["items"][0]["id"]

            async def indexed() -> bool:
                found = await admin.call("GET", f"/documents/{document}")
                return bool(found.json()["status"] == "indexed")

            await until_true(indexed)
            yield Place(here, admin, document)


def cursor(time: str) -> str:
    return base64.urlsafe_b64encode(f"{time}|0".encode()).decode().rstrip("=")


type Call = tuple[str, str, dict[str, Any], int]


def at(time: str) -> list[Call]:
    """Everything that takes a time."""
    calls: list[Call] = []
    for name in ("after", "before"):
        asked = {"content": "?", "filters": {name: time}}
        calls.append(("POST", "/conversations/{conversation}/messages", {"json": asked}, 422))
        for path, given in (("/search", {"q": "boats"}), ("/admin/audit", {}), ("/admin/audit/export", {})):
            calls.append(("GET", path, {"params": {**given, name: time}}, 422))
    item = {"external_id": "1", "text": "Boats", "modified_at": time}
    calls.append(("POST", "/documents/text", {"json": {"items": [item]}}, 422))
    calls += [("GET", path, {"params": {"cursor": cursor(time)}}, 422) for path in ("/conversations", "/admin/audit")]
    return calls


CALLS: list[Call] = [
    *(
        ("GET", f"/documents/{{document}}/{path}", {"params": {**given, name: value}}, 422)
        for path, given, names in (
            ("text", {}, ["version"]),
            ("pages/1/boxes", {"start": 0, "end": 5}, ["version", "start", "end"]),
        )
        for name in names
        for value in (LARGE, HUGE, 10**30)
    ),
    *(("GET", f"/documents/{{document}}/pages/{value}.png", {}, 422) for value in (HUGE, 10**30)),
    *(
        ("PATCH", "/admin/users/{admin}", {"json": {"requests_per_minute": value}}, 422)
        for value in (LARGE, HUGE, 10**30)
    ),
    *(call for time in TIMES for call in at(time)),
    *(
        ("POST", f"/auth/{path}", {"headers": {"Origin": origin}}, 403)
        for path in ("refresh", "logout")
        for origin in ("http://[", "http://[::1", "http://]", "//[", "http://\u2100.x".encode(), "null", "x" * 5000)
    ),
]


@pytest.mark.parametrize(("method", "path", "given", "status"), CALLS)
async def test_values_at_the_edge_are_refused_and_never_break_the_server(
    place: Place, method: str, path: str, given: dict[str, Any], status: int
) -> None:
    conversation = (await place.admin.call("POST", "/conversations", json={"title": "T"})).json()["id"]
    address = path.format(document=place.document, admin=place.admin.id, conversation=conversation)
    answer = await place.admin.call(method, address, **given)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-02T00:00:00+14:00"])
async def test_the_first_and_the_last_time_are_taken(place: Place, time: str) -> None:
    items = [{"external_id": time, "text": "Boats", "modified_at": time}]
    assert (await place.admin.call("POST", "/documents/text", json={"items": items})).status_code == 202
    for path in ("/search", "/admin/audit"):
        answer = await place.admin.call("GET", path, params={"q": "boats", "after": time, "before": time})
        assert answer.status_code == 200, answer.text
    assert (await place.admin.call("GET", "/conversations", params={"cursor": cursor(time)})).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("a" * 256, 200),
        ("a/" * 3000, 200),
        ("%00", 200),
        ("a%00b/c", 200),
        ("%FF%FE", 200),
        ("é" * 200, 200),
        ("..%2F" * 50 + "etc/passwd", 200),
        ("assets/" + "a" * 256, 404),
        ("assets/%00", 404),
        ("api/" + "a" * 256, 404),
    ],
)
async def test_an_address_that_no_file_can_have_is_the_application_or_not_found(
    place: Place, path: str, status: int
) -> None:
    answer = await place.here.browser().get(f"/{path}")
    assert answer.status_code == status
    assert ("The application" in answer.text) == (status == 200)
