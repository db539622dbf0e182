"""People of a server under measurement who send mail, and how they do it."""

from datetime import datetime
from typing import Any

from backend.client import BibliosClient
from scripts.bench import session
from tests.support.mailbox import Mailbox


def environment(mail: Mailbox, *, undo_seconds: float, per_hour: int = 1000) -> dict[str, str]:
    """The settings by which a server sends to this mail server. `per_hour`: the ceiling of a person."""
    return {
        "BIBLIOS_MAIL_HOST": "127.0.0.1",
        "BIBLIOS_MAIL_PORT": str(mail.port),
        "BIBLIOS_MAIL_SECURITY": "none",
        "BIBLIOS_ACTIONS_UNDO_SECONDS": str(undo_seconds),
        "BIBLIOS_ACTIONS_PER_HOUR": str(per_hour),
    }


def people(url: str, *names: str) -> list[str]:
    """The access tokens of new accounts whose addresses are proven. The server has none yet: the first administers."""
    made = [session.register(url, name) for name in names]

    async def prove(client: BibliosClient) -> None:
        for _, user_id in made:
            answer = await client.http.patch(f"/api/v1/admin/users/{user_id}", json={"email_verified": True})
            answer.raise_for_status()

    session.with_client(url, made[0][0], prove)
    return [token for token, _ in made]


async def proposed(client: BibliosClient, number: int, *, at: datetime | None = None) -> dict[str, Any]:
    """A mail that waits for its approval, for the hour `at` or for none."""
    payload = {
        "to": [{"name": "Dana Roe", "address": "dana@bench.example"}],
        "subject": f"Summary {number}",
        "text": f"This is what was decided in meeting {number}.\n" * 20,
    }
    body = {"kind": "email", "via": "smtp", "payload": payload}
    return await client.post("/actions", body if at is None else {**body, "schedule_at": at.isoformat()})


async def approved(client: BibliosClient, action: dict[str, Any]) -> dict[str, Any]:
    """Approves it as it is, with everything that has to be confirmed."""
    confirm = [one["code"] for one in action["warnings"] if one["confirm"]]
    return await client.post(f"/actions/{action['id']}/approve", {"hash": action["hash"], "confirm": confirm})
