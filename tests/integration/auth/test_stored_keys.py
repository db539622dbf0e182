"""Signing keys lie encrypted in the database, and stay good when the keys that encrypt them are changed."""

from pathlib import Path
from typing import Any

import httpx

from backend.auth.signing_keys import SIGNING_KEYS
from tests.support.app import PASSWORD, RunningApp, running_app, settings_for

OLD, NEW = "o" * 40, "n" * 40


async def stored(app: RunningApp) -> dict[str, str]:
    records = await app.container.database.collection(SIGNING_KEYS).find({})
    return {record["_id"]: record["secret"] for record in records}


async def registered(app: RunningApp) -> str:
    """The access token of a new account."""
    async with httpx.AsyncClient(base_url=app.url, timeout=60) as client:
        body = {"email": "ada@example.com", "password": PASSWORD}
        token: str = (await client.post("/api/v1/auth/register", json=body)).json()["access_token"]
        return token


async def token_works(app: RunningApp, token: str) -> bool:
    async with httpx.AsyncClient(base_url=app.url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        return (await client.get("/api/v1/auth/me")).status_code == 200


async def test_signing_keys_are_encrypted_and_follow_a_change_of_keys(tmp_path: Path) -> None:
    token = ""

    async def started(**changes: Any) -> dict[str, str]:
        nonlocal token
        async with running_app(settings_for(tmp_path / "data", **changes)) as app:
            token = token or await registered(app)
            assert await token_works(app, token)
            return await stored(app)

    made_here = await started()
    assert (tmp_path / "data" / "secrets.key").stat().st_mode & 0o077 == 0
    first = await started(secrets={"keys": [OLD]})
    changed = await started(secrets={"keys": [NEW, OLD]})
    alone = await started(secrets={"keys": [NEW]})
    for secrets in (made_here, first, changed, alone):
        assert all(secret.startswith("sealed:") for secret in secrets.values())
    assert made_here != first != changed
    assert changed == alone


async def test_keys_of_the_release_before_are_encrypted_at_the_first_start(tmp_path: Path) -> None:
    async with running_app(settings_for(tmp_path / "data")) as app:
        token = await registered(app)
        collection = app.container.database.collection(SIGNING_KEYS)
        for record in await collection.find({}):
            plain = app.container.secrets.open(record["secret"], about=f"signing key {record['_id']}")
            await collection.update_one({"_id": record["_id"]}, {"$set": {"secret": plain}})
    async with running_app(settings_for(tmp_path / "data")) as app:
        assert await token_works(app, token)
        assert all(secret.startswith("sealed:") for secret in (await stored(app)).values())
