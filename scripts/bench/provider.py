"""A provider's stand-in in a process of its own, so that its work is not counted as the product's.

``python -m scripts.bench.provider slack``: the first line that it writes says how it is reached; then it does what
each line it reads says, ``[act, …]``, and answers with a line of JSON. The stand-ins are those of the conformance
suite.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from scripts.bench.corpus import make_documents
from tests.contract.connectors.github_stage import GitHubStage
from tests.contract.connectors.gmail_stage import GmailStage
from tests.contract.connectors.google_drive_stage import DriveStage
from tests.contract.connectors.notion_stage import NotionStage
from tests.contract.connectors.slack_stage import SlackStage
from tests.contract.connectors.stage import ADA, BEN
from tests.support.github_state import File
from tests.support.gmail_state import letter
from tests.support.google_drive_state import FOLDER, Share
from tests.support.slack_service import DAY_SECONDS

_TEXTS = [one.text[:1_000] for one in make_documents(500, seed=7)]
#: Of a word that stands in one item alone, which is what is shared, narrowed and deleted.
MARKED = "zanzibar"
_SLACK_ADA, _SLACK_BEN = "U0ADA00001", "U0BEN00001"


def _words(number: int) -> str:
    return f"{MARKED if number == 0 else 'item'} {number}\n{_TEXTS[number % len(_TEXTS)]}"


class SlackActs(SlackStage):
    """Threads of two messages in a public channel, to which both people belong."""

    def fill(self, items: int) -> None:
        service = self.service
        service.page = 1_000
        service.conversations.clear()
        self._channel = service.conversation("everything", _SLACK_ADA, _SLACK_BEN, kind="public_channel")
        self._small = service.conversation("small", _SLACK_ADA, _SLACK_BEN)
        for number in range(items):
            where = self._channel if number else self._small
            service.later(DAY_SECONDS // 100)
            ts = service.post(where, _SLACK_ADA, _words(number))
            service.post(where, _SLACK_BEN, "Thank you for this.", thread=ts)

    def share_all(self) -> None:
        """The channel turns private, and Ben does not belong to it."""
        self._channel.kind = "private_channel"
        self._channel.members.discard(_SLACK_BEN)

    def narrow(self) -> None:
        """Ben leaves the channel of the marked item."""
        self._small.members.discard(_SLACK_BEN)


class GmailActs(GmailStage):
    """Conversations of one mail in one mailbox."""

    @property
    def options(self) -> dict[str, Any]:
        return {"mailboxes": [ADA]}

    def fill(self, items: int) -> None:
        self.service.page_size = 500
        for number in range(items):
            mail = self.service.mailbox(ADA).deliver(letter(_words(number), to=ADA))
            if number == 0:
                self._marked = f"{ADA}/{mail.thread_id}"

    def delete(self) -> None:
        self.remove(self._marked)


class DriveActs(DriveStage):
    """Text files in one folder that is shared with Ben; the marked one lies beside it."""

    def fill(self, items: int) -> None:
        state = self.service.state
        self.service.page = 1_000
        self._folder = state.add("Everything", owner=ADA, mime=FOLDER, shares=[Share("user", BEN)])
        for number in range(items):
            given: dict[str, Any] = {"shares": [Share("user", BEN)]} if number == 0 else {"parent": self._folder}
            made = state.add(f"Note {number}.txt", owner=ADA, data=_words(number).encode(), **given)
            if number == 0:
                self._marked = made

    def share_all(self) -> None:
        self.service.state.share(self._folder)

    def narrow(self) -> None:
        self.service.state.share(self._marked)

    def delete(self) -> None:
        self.remove(self._marked)


class NotionActs(NotionStage):
    """Pages of one paragraph."""

    def fill(self, items: int) -> None:
        self.service.page_limit = 100
        for number in range(items):
            self.service.page(f"Page {number}", _words(number))


class GitHubActs(GitHubStage):
    """Files and issues, half of each, in ten repositories of both people; the marked issue in one of its own."""

    def fill(self, items: int) -> None:
        self.service.page = 100
        world = self.service.world
        made = [world.repository(f"example/repository-{number}", "ada", "ben") for number in range(10)]
        for number in range(1, items, 2):
            made[number % 10].open("issue", f"Issue {number}", _words(number), author="ada")
        for place, found in enumerate(made):
            numbers = [number for number in range(2, items, 2) if number // 2 % 10 == place]
            found.commit({f"notes/note-{number}.md": File(_words(number).encode()) for number in numbers})
        self._marked = world.repository("example/marked", "ada", "ben")
        self._marked.open("issue", "The marked one", _words(0), author="ada")

    def narrow(self) -> None:
        self._marked.collaborators.discard("ben")

    def installation_id(self) -> int:
        return self.installation.id


STAGES: dict[str, Callable[[], Any]] = {
    "slack": SlackActs,
    "gmail": GmailActs,
    "google_drive": DriveActs,
    "notion": NotionActs,
    "github": GitHubActs,
}


_ACTS: dict[str, Callable[..., Any]] = {
    "fill": lambda stage, items: stage.fill(items),
    "share_all": lambda stage: stage.share_all(),
    "narrow": lambda stage: stage.narrow(),
    "delete": lambda stage: stage.delete(),
    "credentials": lambda stage: stage.credentials,
    "options": lambda stage: stage.options,
    "installation_id": lambda stage: stage.installation_id(),
}


async def _serve(name: str) -> None:
    stage = STAGES[name]()
    stage.reset()
    async with stage.serving() as settings:
        _say({"settings": dict(settings), "mode": stage.mode})
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            act, *given = json.loads(line)
            _say(_ACTS[act](stage, *given))


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
