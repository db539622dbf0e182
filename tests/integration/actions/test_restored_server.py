"""A server that is started over a backup asks about what was approved; one that was only stopped does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.commands.restored import note_restored
from backend.errors import BibliosError
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, mail_to, proposed
from tests.support.accounts import World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import Mailbox, mailbox


@asynccontextmanager
async def started(folder: Path, mail: Mailbox) -> AsyncIterator[World]:
    async with running_app(settings_for(folder, mail=mail.settings)) as app, world(app, mail) as here:
        yield here


async def test_what_was_approved_before_a_backup_waits_for_a_person(tmp_path: Path) -> None:
    at = datetime.now(UTC) + timedelta(days=1)
    with mailbox() as mail:
        async with started(tmp_path, mail) as here:
            ada = await proven(here)
            action = await proposed(ada, {**mail_to("dana@example.com"), "schedule_at": at.isoformat()})
            await approve(ada, action)
            with pytest.raises(BibliosError):  # the folder is in use: first the server is stopped
                await note_restored(settings_for(tmp_path, mail=mail.settings))

        async def shown() -> dict[str, Any]:
            async with started(tmp_path, mail) as here:
                again = await here.sign_in(ada.email)
                return dict((await again.call("GET", f"/actions/{action['id']}")).json())

        assert (await shown())["status"] == "scheduled"
        await note_restored(settings_for(tmp_path, mail=mail.settings))
        for _ in range(2):  # said once, it holds once
            asked = await shown()
            assert (asked["status"], asked["approvals"]) == ("awaiting_approval", [])
            assert [one["code"] for one in asked["warnings"]] == ["restored"]
            assert "restored from a backup" in asked["timeline"][-1]["reason"]
            assert len(asked["timeline"]) == 4
