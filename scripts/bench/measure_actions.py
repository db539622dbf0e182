"""Actions: from an approval to the provider, how late what waits leaves, many at once, and a card in an answer."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.client import BibliosClient
from scripts.bench import session
from scripts.bench.arrivals import Arrivals
from scripts.bench.corpus import TextDocument, make_documents
from scripts.bench.figures import Figure
from scripts.bench.load import percentile
from scripts.bench.mailing import approved, environment, people, proposed
from scripts.bench.server import serve
from tests.support.chroma_server import chroma_server
from tests.support.mailbox import mailbox_of
from tests.support.mongo_server import mongo_server
from tests.support.openai_server import Called, Messages, OpenAIServer
from tests.support.redis_server import redis_server

_APPROVALS = 100
_DOCUMENTS = 50_000
_WAITING = 100
_UNDO_SECONDS = 5
_SCHEDULE_SECONDS = 40.0
_CARDS = 50
#: Of so many people each as many as may leave in an hour by default.
_PEOPLE = 10
_HOURLY = 100
_WAIT_SECONDS = 300.0
_WORKERS = 2
#: A stand-in of a database that is Python itself shares the machine with both workers.
_DRAINED_SECONDS = 1800.0


def actions(workdir: Path) -> list[Figure]:
    """All of the figures."""
    return [*approvals(workdir), *lateness(workdir), *cards(workdir), *drained(workdir)]


def approvals(workdir: Path) -> list[Figure]:
    """From sending the request that approves a mail to the first byte of its SMTP conversation, one after the other,
    without a time to undo: with nothing else to do, and while another person's 50,000 documents are indexed.
    """
    with mailbox_of(Arrivals) as mail, serve(workdir / "approvals", **environment(mail, undo_seconds=0)) as server:
        ada, ben = people(server.url, "ada", "ben")
        session.add_documents(server.url, ben, make_documents(8, seed=1000))  # loads the encoder
        session.with_client(server.url, ada, lambda client: _approved(client, mail, 10))  # and the rest
        idle = session.with_client(server.url, ada, lambda client: _approved(client, mail, _APPROVALS))
        session.add_documents(server.url, ben, make_documents(_DOCUMENTS, seed=31), wait=False)
        before = session.with_client(server.url, ben, _left)
        busy = session.with_client(server.url, ada, lambda client: _approved(client, mail, _APPROVALS, pause=0.2))
        left = session.with_client(server.url, ben, _left)
    if left == 0:
        raise RuntimeError("all documents were indexed before the last approval")
    note = (
        f"p50 {percentile(busy, 0.5):.0f} ms, of {_APPROVALS}; {before:,} documents waited at first, {left:,} at last"
    )
    return [
        Figure(
            "approval to the first byte at the mail server, idle, p95", percentile(idle, 0.95), "ms", 300, "at_most",
            f"p50 {percentile(idle, 0.5):.0f} ms, of {_APPROVALS}",
        ),
        Figure("… while 50,000 documents are indexed, p95", percentile(busy, 0.95), "ms", 1000, "at_most", note),
    ]  # fmt: skip


def lateness(workdir: Path) -> list[Figure]:
    """How much later than its time a mail begins to leave: when the time to undo is over, and when its hour comes."""
    with (
        mailbox_of(Arrivals) as mail,
        serve(workdir / "lateness", **environment(mail, undo_seconds=_UNDO_SECONDS)) as server,
    ):
        (ada,) = people(server.url, "ada")
        undo, scheduled = session.with_client(server.url, ada, lambda client: _late(client, mail))
    late = sorted([*undo, *scheduled])
    note = (
        f"p50 {percentile(late, 0.5):.3f} s, worst {late[-1]:.3f} s, soonest {late[0]:.3f} s; "
        f"{len(undo)} after the time to undo, {len(scheduled)} at their hour"
    )
    return [Figure("undo and scheduled mails: late, p95", percentile(late, 0.95), "s", 1, "at_most", note)]


def cards(workdir: Path) -> list[Figure]:
    """From the first byte of the scripted model's answer, which is a call of the tool and nothing else, to the event
    that shows the card. Each question is of a conversation of its own, and passages are read for it.
    """
    with (
        mailbox_of(Arrivals) as mail,
        _model() as model,
        serve(
            workdir / "cards",
            **environment(mail, undo_seconds=30),
            BIBLIOS_LLM_BASE_URL=model.server.base_url,
            BIBLIOS_LLM_API_KEY="none",
            BIBLIOS_LLM_MODEL="scripted",
        ) as server,
    ):
        (ada,) = people(server.url, "ada")
        session.add_documents(server.url, ada, [_fact(number) for number in range(_CARDS + 5)])
        times = sorted(session.with_client(server.url, ada, lambda client: _until_shown(client, model))[5:])
    note = f"p50 {percentile(times, 0.5):.0f} ms, worst {times[-1]:.0f} ms, of {len(times)}"
    name = "from the model's tool call to the card, p95"
    return [Figure(name, percentile(times, 0.95), "ms", 150, "at_most", note)]


def drained(workdir: Path) -> list[Figure]:
    """1,000 approved mails of ten people, as many each as may leave in an hour, carried out by two workers."""
    name = "1,000 mails, two workers: actions that left twice or never"
    if shutil.which("redis-server") is None:
        return [Figure(name, None, "", 0, "at_most", "not measured: no redis-server here")]
    with mailbox_of(Arrivals) as mail, redis_server() as redis, mongo_server() as mongo:
        database = f"biblios_bench_{uuid.uuid4().hex[:12]}"
        shared = environment(mail, undo_seconds=0, per_hour=_HOURLY) | {
            "BIBLIOS_DATABASE_URL": mongo,
            "BIBLIOS_DATABASE_NAME": database,
            "BIBLIOS_REDIS_URL": redis.url,
            "BIBLIOS_VECTOR_BACKEND": "chroma_server",
            "BIBLIOS_VECTOR_URL": chroma_server(),
            "BIBLIOS_VECTOR_COLLECTION": database,
            "BIBLIOS_LEXICAL_BACKEND": "mongodb",
            "BIBLIOS_JOBS_IN_SERVER": "false",
        }
        with serve(workdir / "drained", **shared) as server:
            wanted = _queued(server.url)
            if mail.began:
                raise RuntimeError("something left before a worker ran")
            with _workers(workdir / "drained", shared):
                asyncio.run(_all_arrived(mail, wanted))
    began = sorted(moment for moments in mail.began.values() for moment in moments)
    seconds = began[-1] - began[0]
    wrong = sum(len(mail.began.get(action_id, ())) != 1 for action_id in wanted) + len(mail.began.keys() - wanted)
    note = f"{len(wanted)} queued, {len(began)} mails in {seconds:.1f} s: {len(wanted) / seconds:.0f}/s"
    return [Figure(name, float(wrong), "", 0, "at_most", note)]


async def _approved(client: BibliosClient, mail: Arrivals, count: int, *, pause: float = 0.0) -> list[float]:
    """Milliseconds, ascending."""
    times = []
    for number in range(count):
        action = await proposed(client, number)
        started = time.time()
        await approved(client, action)
        times.append((await mail.first(action["id"], seconds=_WAIT_SECONDS) - started) * 1000)
        await asyncio.sleep(pause)
    return sorted(times)


async def _left(client: BibliosClient) -> int:
    counts = (await client.get("/documents/stats"))["by_status"]
    return int(counts.get("queued", 0)) + int(counts.get("processing", 0))


async def _late(client: BibliosClient, mail: Arrivals) -> tuple[list[float], list[float]]:
    """Seconds: of those that wait to be undone, and of those that were approved for an hour. All wait at once, and
    their times are all over a second.
    """
    begin = datetime.now(UTC) + timedelta(seconds=_SCHEDULE_SECONDS)
    hours = [begin + timedelta(seconds=number * 0.13) for number in range(_WAITING)]
    scheduled = [await approved(client, await proposed(client, number, at=at)) for number, at in enumerate(hours)]
    if datetime.now(UTC) + timedelta(seconds=_UNDO_SECONDS) > begin:
        raise RuntimeError("the machine is too slow: the first hour came before all were approved")
    waits = [await approved(client, await proposed(client, number)) for number in range(_WAITING)]

    async def late(action: dict[str, Any]) -> float:
        due = datetime.fromisoformat(action["scheduled_at"]).timestamp()
        return await mail.first(action["id"], seconds=_WAIT_SECONDS) - due

    return [await late(one) for one in waits], [await late(one) for one in scheduled]


def _fact(number: int) -> TextDocument:
    text = f"The launch of product {number} is on the {number % 28 + 1}th of March. It was decided in meeting {number}."
    return TextDocument(f"launch-{number}", f"Launch {number}", text)


class _Model:
    """Calls the tool for a mail in every answer. `asked_at`: when it was asked last (Unix time)."""

    def __init__(self) -> None:
        self.asked_at = 0.0
        self.server = OpenAIServer(answer=self._answer)

    def _answer(self, messages: Messages) -> list[Called]:
        self.asked_at = time.time()
        text = "We launch in March. It was decided in the meeting. Please tell your people about it. " * 5
        return [Called("prepare_mail", {"to": ["Ada"], "cc": [], "subject": "Launch", "text": text, "attachments": []})]


@contextlib.contextmanager
def _model() -> Iterator[_Model]:
    """In a thread of this process, so that its work is not the server's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    model = _Model()
    asyncio.run_coroutine_threadsafe(model.server.__aenter__(), loop).result()
    try:
        yield model
    finally:
        asyncio.run_coroutine_threadsafe(model.server.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _until_shown(client: BibliosClient, model: _Model) -> list[float]:
    """Milliseconds, in the order of the questions."""
    times = []
    for number in range(_CARDS + 5):
        conversation = (await client.post("/conversations", {}))["id"]
        shown = 0.0
        async for event in client.ask(f"Mail Ada the launch of product {number}", conversation_id=conversation):
            if event["type"] == "action.proposed":
                shown = time.time()
        if not shown:
            raise RuntimeError("an answer had no card")
        times.append((shown - model.asked_at) * 1000)
    return times


def _queued(url: str) -> set[str]:
    """The ids of what was approved: `_HOURLY` mails of each person."""
    ids: set[str] = set()

    async def queue(client: BibliosClient) -> None:
        for number in range(_HOURLY):
            action = await proposed(client, number)
            await approved(client, action)
            ids.add(action["id"])

    for token in people(url, *(f"person{number}" for number in range(_PEOPLE))):
        session.with_client(url, token, queue)
    return ids


async def _all_arrived(mail: Arrivals, wanted: set[str]) -> None:
    """Waits for all of them, and then for what might come twice."""
    async with asyncio.timeout(_DRAINED_SECONDS):
        while len(mail.began) < len(wanted):  # noqa: ASYNC110 - the mail server runs in another thread
            await asyncio.sleep(0.1)
    await asyncio.sleep(5)


@contextlib.contextmanager
def _workers(folder: Path, settings: dict[str, str]) -> Iterator[None]:
    environment_ = {name: value for name, value in os.environ.items() if not name.startswith("BIBLIOS_")}
    environment_ |= {"BIBLIOS_DATA_DIR": str(folder), "BIBLIOS_LOG_LEVEL": "warning", **settings}
    command = [sys.executable, "-m", "backend.cli", "worker"]
    with (folder.parent / "workers.log").open("ab") as log:
        made = [subprocess.Popen(command, env=environment_, stdout=log, stderr=log) for _ in range(_WORKERS)]
        try:
            yield
        finally:
            for process in made:
                process.terminate()
            for process in made:
                process.wait(60)
