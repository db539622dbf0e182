"""The stand-in's answers beside the examples that Slack publishes: every field of theirs, of the same type."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.provider_wire import served
from tests.support.slack_service import SlackService
from tests.support.slack_web_api import SlackWebApi

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = Path(__file__).parents[3] / "fixtures" / "providers" / "slack"
#: Fields of today's answers, by their pages of 2026-11, that the examples of 2021 do not have yet.
NEWER = {
    "auth.test": {"bot_id", "is_enterprise_install"},
    "conversations.join": {"num_members"},
    "files.info": {"file_access"},
    "oauth.v2.access": {"expires_in", "is_enterprise_install", "refresh_token"},
    "conversations.replies": {"latest_reply", "reply_users", "reply_users_count"},
}
#: Of what the stand-in's people and apps have none.
ABSENT = {
    "files.info": {"shares", "has_rich_preview", "is_starred"},
    "oauth.v2.access": {"access_token", "scope", "token_type"},  # of a person, beside the bot's
    "users.info": {"image_original"},
    "users.list": {"first_name", "last_name", "skype", "phone", "title", "image_1024", "image_original"},
}


def kind_of(value: object) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def differences(example: Any, answer: Any, at: str = "") -> list[str]:
    """Fields that one side has and the other has not, or of another type. Lists are compared by their first items."""
    if kind_of(example) != kind_of(answer):
        return [] if answer is None else [f"{at}: {kind_of(example)} there, {kind_of(answer)} here"]
    if isinstance(example, dict):
        missing = [f"-{name}" for name in example.keys() - answer.keys()]
        more = [f"+{name}" for name in answer.keys() - example.keys()]
        inner = [differences(example[name], answer[name], name) for name in example.keys() & answer.keys()]
        return [*missing, *more, *(one for found in inner for one in found)]
    if isinstance(example, list) and example and answer:
        return differences(example[0], answer[0], at)
    return []


@pytest_asyncio.fixture(loop_scope="module")
async def ask() -> AsyncIterator[Callable[..., Any]]:
    service = SlackService(page=2)
    service.user("U0ADA00001", "ada", "ada@example.com")
    service.users = dict(reversed(service.users.items()))
    where = service.conversation("general", "U0ADA00001", kind="public_channel")
    first = service.post(where, "U0ADA00001", "First")
    for number in range(4):
        service.post(where, "U0ADA00001", f"Reply {number}", thread=first)
    for number in range(4):
        service.post(where, "U0ADA00001", f"Words {number}")
    shared = service.upload(where, "U0ADA00001", "boat.gif", b"GIF89a", mimetype="image/gif")
    for _ in range(2):
        service.post(where, "U0ADA00001", "Words")
    token = service.token()
    arguments: dict[str, dict[str, str | int]] = {
        "conversations.history": {"channel": where.id},
        "conversations.replies": {"channel": where.id, "ts": first},
        "conversations.members": {"channel": where.id, "limit": 1},
        "conversations.join": {"channel": where.id},
        "users.info": {"user": "U0ADA00001"},
        "files.info": {"file": shared.id},
    }
    async with served(SlackWebApi(service).application()) as url, httpx.AsyncClient(timeout=60) as http:

        async def asked(method: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.get(f"{url}/api/{method}", params=arguments.get(method), headers=headers)
            return answer.json()

        yield asked


@pytest.mark.parametrize("method", sorted(path.stem for path in EXAMPLES.glob("*.json") if "oauth" not in path.stem))
async def test_an_answer_has_the_fields_of_the_published_example(ask: Callable[..., Any], method: str) -> None:
    example = json.loads((EXAMPLES / f"{method}.json").read_text())["answer"]
    found = set(differences(example, await ask(method)))
    known = {f"+{name}" for name in NEWER.get(method, ())} | {f"-{name}" for name in ABSENT.get(method, ())}
    assert found - known == set()


async def test_tokens_come_in_the_published_shape() -> None:
    example = json.loads((EXAMPLES / "oauth.v2.access.json").read_text())["answer"]
    service = SlackService()
    granted = service.consents.access[service.token()]
    answer = {"access_token": "a", "token_type": "bearer", "refresh_token": "r", "expires_in": 1}
    found = set(differences(example, service.consents.shape(answer, granted)))
    known = {f"+{name}" for name in NEWER["oauth.v2.access"]} | {f"-{name}" for name in ABSENT["oauth.v2.access"]}
    assert found - known == set()
