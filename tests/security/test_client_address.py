"""A client's own words about where it comes from reach neither limits, nor sessions, nor the audit log."""

import re
from pathlib import Path

from backend.auth.throttle import LINK_PER_ADDRESS
from tests.support.accounts import AUTH, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

BACKEND = Path(__file__).parents[2] / "backend"
_READS_SENDER = re.compile(
    r"""request\.client\b|scope\[["']client|["']x-forwarded|["']x-real-ip|remote_addr""", re.IGNORECASE
)


async def last_ip(here: World, email: str, **headers: str) -> tuple[str, str]:
    """What a sign-in with these headers leaves in the audit log and in the session list."""
    person = await here.sign_in(email, **headers)
    (event, *_) = await here.events("login", user_id=person.id)
    sessions = (await person.call("GET", "/auth/sessions")).json()["items"]
    return event.ip, next(item for item in sessions if item["current"])["ip"]


async def test_forwarded_address_is_ignored_by_default(tmp_path: Path) -> None:
    with mailbox() as mail:
        async with running_app(settings_for(tmp_path / "data", mail=mail.settings)) as app, world(app, mail) as here:
            person = await here.person()
            forged = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1"}
            assert await last_ip(here, person.email, **forged) == ("127.0.0.1", "127.0.0.1")


async def test_rotating_forwarded_address_does_not_evade_the_limits(tmp_path: Path) -> None:
    with mailbox() as mail:
        async with running_app(settings_for(tmp_path / "data", mail=mail.settings)) as app, world(app, mail) as here:
            browser = here.browser()
            answers = [
                await browser.post(
                    f"{AUTH}/invitations/look-up",
                    json={"token": f"guess {number}"},
                    headers={"X-Forwarded-For": f"203.0.113.{number}"},
                )
                for number in range(LINK_PER_ADDRESS.count + 1)
            ]
            assert [answer.status_code for answer in answers[-2:]] == [422, 429]


async def test_trusted_proxy_tells_the_address_and_nothing_but_an_address(tmp_path: Path) -> None:
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings, web={"trusted_proxies": ["127.0.0.0/8"]})
        async with running_app(settings) as app, world(app, mail) as here:
            person = await here.person()
            given = {"X-Forwarded-For": "6.6.6.6, 198.51.100.1"}
            assert await last_ip(here, person.email, **given) == ("198.51.100.1", "198.51.100.1")
            text = {"X-Forwarded-For": "<script>alert(1)</script>"}
            assert await last_ip(here, person.email, **text) == ("127.0.0.1", "127.0.0.1")


def test_sender_is_read_in_one_place_only() -> None:
    readers = [path.name for path in BACKEND.rglob("*.py") if _READS_SENDER.search(path.read_text(encoding="utf-8"))]
    assert readers == ["client_address.py"]
