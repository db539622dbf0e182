"""People, their documents, a mail server, and a model that does what a test says, all behind the real API."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.actions.conftest import proven
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.chat import Event, parse_events
from tests.support.mailbox import mailbox
from tests.support.openai_server import Called, OpenAIServer
from tests.support.waiting import until_true


@dataclass(slots=True)
class Place:
    world: World
    model: OpenAIServer
    ada: Person
    dana: Person
    admin: Person
    conversation: str = ""

    def answers(self, *pieces: str | Called) -> None:
        """What the model gives from now on, whatever it is asked."""
        self.model.answer = lambda _: pieces

    async def holds(self, *texts: tuple[str, str]) -> None:
        """Ada's library has these titles and texts, and nothing else."""
        for item in (await self.ada.call("GET", "/documents", params={"limit": 100})).json()["items"]:
            await self.ada.call("DELETE", f"/documents/{item['id']}")
        items = [{"external_id": title, "title": title, "text": text} for title, text in texts]
        if items:
            answer = await self.ada.call("POST", "/documents/text", json={"items": items})
            assert answer.is_success, answer.text

        async def indexed() -> bool:
            stats = (await self.ada.call("GET", "/documents/stats")).json()["by_status"]
            return bool(stats["indexed"] == len(items))

        await until_true(indexed)

    async def asks(self, question: str, *, anew: bool = True) -> list[Event]:
        """Ada asks; `anew`: in a new conversation."""
        if anew or not self.conversation:
            made = await self.ada.call("POST", "/conversations", json={"title": "A title"})
            self.conversation = made.json()["id"]
        headers = {"Authorization": f"Bearer {self.ada.token}"}
        path = f"/api/v1/conversations/{self.conversation}/messages"
        async with self.ada.http.stream("POST", path, headers=headers, json={"content": question}) as response:
            assert response.status_code == 200
            return [event async for event in parse_events(response)]

    async def prepared(self, events: Sequence[Event]) -> list[dict[str, Any]]:
        """The actions that an answer's events name, as they are shown."""
        ids = [event.data["action_id"] for event in events if event.type == "action.proposed"]
        return [dict((await self.ada.call("GET", f"/actions/{id_}")).json()) for id_ in ids]


def said_of(events: Sequence[Event]) -> Mapping[str, Any]:
    """The message that an answer ended with."""
    assert events[-1].type == "message.completed", events[-1]
    return dict(events[-1].data["message"])


def mail(to: Sequence[str] = (), *, text: str = "Here it is.", **more: Any) -> Called:
    asked = {"to": list(to), "cc": [], "subject": "Launch summary", "text": text, "attachments": [], **more}
    return Called("prepare_mail", asked)


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    async with OpenAIServer() as model:
        with mailbox() as box:
            settings = settings_for(
                folder,
                mail=box.settings,
                actions={"undo_seconds": 0},
                llm={"base_url": model.base_url, "api_key": "none", "model": "scripted"},
            )
            async with running_app(settings) as app, world(app, box) as here:
                admin = await here.administrator(email="admin@example.com")
                ada = await proven(here)
                dana = await proven(here)
                answer = await dana.call("PATCH", "/auth/me", json={"name": "Dana Fox"})
                assert answer.is_success, answer.text
                yield Place(here, model, ada, dana, admin)
