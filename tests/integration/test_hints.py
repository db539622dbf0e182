"""Over the wire: what only whoever runs the server can do is told to administrators, whether people or their keys."""

from pathlib import Path
from typing import Any

import pytest

from backend.client import ApiFailed, BibliosClient
from tests.support.app import running_app, settings_for

TOO_MANY = [{"external_id": str(number), "text": "x"} for number in range(3)]


async def refused(client: BibliosClient) -> dict[str, Any]:
    answer = await client.http.post("/api/v1/documents/text", json={"items": TOO_MANY})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    return dict(answer.json())


async def test_an_administrator_is_told_the_setting_and_a_member_is_not(tmp_path: Path) -> None:
    async with (
        running_app(settings_for(tmp_path, upload={"max_text_items": 2})) as app,
        app.signed_in("ada") as admin,
        app.signed_in("ben") as member,
    ):
        told, kept = await refused(admin), await refused(member)
        assert told["hint"] == "The limit is BIBLIOS_UPLOAD_MAX_TEXT_ITEMS."
        assert "hint" not in kept
        assert told["detail"] == kept["detail"]
        assert "BIBLIOS_" not in kept["detail"]
        stranger = await member.http.post("/api/v1/auth/login", content=b"x" * 20_000, headers={"Authorization": ""})
        assert stranger.status_code == 413
        assert "hint" not in stranger.json()


async def test_the_command_line_shows_the_hint_that_an_administrator_gets(tmp_path: Path) -> None:
    async with running_app(settings_for(tmp_path, upload={"max_text_items": 2})) as app, app.signed_in("ada") as admin:
        with pytest.raises(ApiFailed, match=r"The limit is BIBLIOS_UPLOAD_MAX_TEXT_ITEMS\.$"):
            await admin.add_texts(TOO_MANY)
