"""Who may make an account: anybody, who was invited, or nobody; the first one always may."""

from pathlib import Path

import pytest

from tests.support.accounts import AUTH, world
from tests.support.app import PASSWORD, running_app, settings_for
from tests.support.mailbox import mailbox


async def test_invite_mode_lets_in_who_was_invited_and_nobody_else(tmp_path: Path) -> None:
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings, auth={"registration": "invite"})
        async with running_app(settings) as app, world(app, mail) as here:
            admin = await here.person()
            stranger = {"email": "stranger@example.com", "password": PASSWORD}
            refused = await here.browser().post(f"{AUTH}/register", json=stranger)
            assert (refused.status_code, refused.json()["code"]) == (403, "invitation_required")
            await admin.call("POST", "/admin/invitations", json={"email": "guest@example.com"})
            secret = await mail.secret("guest@example.com")
            await here.person(email="guest@example.com", invitation=secret)


async def test_closed_mode_makes_no_invitations(tmp_path: Path) -> None:
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings, auth={"registration": "closed"})
        async with running_app(settings) as app, world(app, mail) as here:
            admin = await here.person()
            refused = await admin.call("POST", "/admin/invitations", json={"email": "guest@example.com"})
            assert (refused.status_code, refused.json()["code"]) == (409, "registration_closed")


async def test_rotated_secret_of_the_settings_signs_nobody_out(tmp_path: Path) -> None:
    old, new = "the first secret of this installation, long", "the second secret of this installation, long"
    with mailbox() as mail:
        async with running_app(settings_for(tmp_path / "data", auth={"secret": old})) as app, world(app, mail) as here:
            person = await here.person()
            cookie = person.http.cookies["biblios_refresh"]
        changed = settings_for(tmp_path / "data", auth={"secret": new, "previous_secrets": [old]})
        async with running_app(changed) as app, world(app, mail) as here:
            headers = {"Authorization": f"Bearer {person.token}"}
            assert (await here.browser().get(f"{AUTH}/me", headers=headers)).status_code == 200
            refreshed = await here.browser().post(f"{AUTH}/refresh", headers={"Cookie": f"biblios_refresh={cookie}"})
            assert refreshed.status_code == 200
        forgotten = settings_for(tmp_path / "data", auth={"secret": new})
        async with running_app(forgotten) as app, world(app, mail) as here:
            assert (await here.browser().get(f"{AUTH}/me", headers=headers)).status_code == 401


@pytest.mark.parametrize("mode", ["open", "invite", "closed"])
async def test_mode_is_told_before_anything_is_typed(tmp_path: Path, mode: str) -> None:
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings, auth={"registration": mode})
        async with running_app(settings) as app, world(app, mail) as here:
            before = (await here.browser().get(f"{AUTH}/registration")).json()
            assert before == {"mode": "open", "first": True, "mail": "smtp"}
            await here.person()
            after = (await here.browser().get(f"{AUTH}/registration")).json()
            assert after == {"mode": mode, "first": False, "mail": "smtp"}


@pytest.mark.parametrize("path", ["/admin/signing-keys/rotate"])
async def test_keys_of_the_settings_are_not_rotated_here(tmp_path: Path, path: str) -> None:
    settings = settings_for(tmp_path / "data", auth={"secret": "a secret that the operator has chosen"})
    with mailbox() as mail:
        async with running_app(settings) as app, world(app, mail) as here:
            refused = await (await here.person()).call("POST", path)
            assert (refused.status_code, refused.json()["code"]) == (409, "keys_in_settings")
