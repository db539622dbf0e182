"""The five connectors over their stand-ins: what a first synchronisation costs, and how soon a change is in effect."""

import asyncio
import hashlib
import hmac
import json
import time
from pathlib import Path

import httpx

from scripts.bench.connected import Installation, Provider, installation, provider, stub_encoder
from scripts.bench.figures import Figure
from scripts.bench.provider import MARKED, STAGES

_NAMES = {"slack": "Slack", "gmail": "Gmail", "google_drive": "Drive", "notion": "Notion", "github": "GitHub"}
#: Calls of a synchronisation with nothing new. GitHub's are as many whatever the number of repositories.
_CALLS = {"github": 3}
_INTERVAL_SECONDS = 1.0
_PUSH_SECRET = "a secret of the measurement"  # noqa: S105 - of a stand-in


def costs(workdir: Path, items: int = 1_000) -> list[Figure]:
    """Each connector: a first synchronisation of so many documents, and one with nothing new."""
    figures = []
    for slug in STAGES:
        figures += asyncio.run(_costs(workdir / slug, slug, items))
    return figures


async def _costs(folder: Path, slug: str, items: int) -> list[Figure]:
    name = _NAMES[slug]
    with provider(slug, items) as standing_in, stub_encoder() as encoder:
        async with installation(folder, connector_settings=standing_in.settings) as here:
            await here.warmed()
            started, processor = time.perf_counter(), time.process_time() - encoder.spent
            made = await here.connect(standing_in)
            run = await here.ended(made, poll_seconds=0.5)
            await here.indexed(made)
            seconds, processor = time.perf_counter() - started, time.process_time() - encoder.spent - processor
            indexed, calls = run["counts"]["indexed"], run["counts"]["calls"]
            again = await here.synced(made)
    note = f"{indexed:,} documents, {encoder.texts:,} passages in {seconds:.1f} s"
    return [
        Figure(
            f"{name}, first synchronisation: own processor time a document, beside encoding",
            processor / indexed * 1000, "ms", 2 if slug in ("slack", "gmail") else None, "at_most", note,
        ),
        Figure(f"{name}, … calls a document", calls / indexed, "calls"),
        Figure(f"{name}, nothing new in {indexed:,} documents", again.seconds, "s", 2, "at_most"),
        Figure(f"{name}, … calls", again.counts["calls"], "calls", _CALLS.get(slug, 10), "at_most"),
    ]  # fmt: skip


#: What is changed, and where.
_CHANGES = (
    ("slack", "narrow"),
    ("google_drive", "narrow"),
    ("github", "narrow"),
    ("gmail", "delete"),
    ("google_drive", "delete"),
)


def changes(workdir: Path, items: int = 1_000) -> list[Figure]:
    """How soon what changes at a source is in effect here, with an interval of one second, and by a push."""
    figures = [asyncio.run(_effective(workdir / f"{slug}-{act}", slug, act, items)) for slug, act in _CHANGES]
    figures += [asyncio.run(_pushed(workdir / f"{slug}-push", slug, items)) for slug in ("slack", "github")]
    for slug in ("slack", "google_drive"):
        figures += asyncio.run(_reshared(workdir / f"{slug}-all", slug, items))
    return figures


async def _effective(folder: Path, slug: str, act: str, items: int) -> Figure:
    with provider(slug, items) as standing_in, stub_encoder():
        settings = standing_in.settings
        async with installation(folder, connector_settings=settings, interval_seconds=_INTERVAL_SECONDS) as here:
            seconds = await _until_gone(here, standing_in, act, 3)
    what = "a narrowing" if act == "narrow" else "a deletion"
    name = f"{_NAMES[slug]}, {what} among {items:,} documents: effective after"
    return Figure(name, seconds, "s", _INTERVAL_SECONDS + 2, "at_most", f"interval {_INTERVAL_SECONDS:g} s")


async def _until_gone(here: Installation, standing_in: Provider, act: str, runs: int) -> float:
    made = await here.connect(standing_in)
    await here.ended(made, runs)
    await here.indexed(made)
    reader = here.ada if act == "delete" else here.ben
    await here.until_found(reader, MARKED, True)
    standing_in.does(act)
    return await here.until_found(reader, MARKED, False)


async def _pushed(folder: Path, slug: str, items: int) -> Figure:
    secret = {"slack": "slack_signing_secret", "github": "github_webhook_secret"}[slug]
    with provider(slug, items) as standing_in, stub_encoder():
        settings = {**standing_in.settings, secret: _PUSH_SECRET}
        async with installation(folder, connector_settings=settings) as here:
            made = await here.connect(standing_in)
            await here.ended(made)
            await here.indexed(made)
            await here.until_found(here.ben, MARKED, True)
            standing_in.does("narrow")
            await _push(here, standing_in)
            seconds = await here.until_found(here.ben, MARKED, False)
    name = f"{_NAMES[slug]}, a narrowing among {items:,} documents: effective after its push"
    return Figure(name, seconds, "s", 5, "at_most", "interval 1 day")


async def _push(here: Installation, standing_in: Provider) -> None:
    if standing_in.slug == "slack":
        body = json.dumps({"type": "event_callback", "team_id": "T012AB3C4", "event_id": "Ev1"}).encode()
        at = str(int(time.time()))
        headers = {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": "v0=" + _signed(b"v0:" + at.encode() + b":" + body),
        }
    else:
        body = json.dumps({"installation": {"id": standing_in.does("installation_id")}}).encode()
        headers = {"X-Hub-Signature-256": "sha256=" + _signed(body), "X-GitHub-Delivery": "1"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{here.url}/api/v1/connectors/{standing_in.slug}/events", content=body, headers=headers
        )
        answer.raise_for_status()


def _signed(message: bytes) -> str:
    return hmac.new(_PUSH_SECRET.encode(), message, hashlib.sha256).hexdigest()


async def _reshared(folder: Path, slug: str, items: int) -> list[Figure]:
    """Everything in a channel, or in a folder, is closed to Ben at once."""
    with provider(slug, items) as standing_in, stub_encoder() as encoder:
        async with installation(folder, connector_settings=standing_in.settings) as here:
            made = await here.connect(standing_in)
            await here.ended(made)
            await here.indexed(made)
            version = await _versions(here, made)
            embedded = encoder.texts
            standing_in.does("share_all")
            run = await here.synced(made)
            seen = await here.ben.call("GET", "/documents", params={"connection": made, "limit": 100})
            left = len(seen.json()["items"])
            redone = encoder.texts - embedded + (await _versions(here, made) - version)
    what = {"slack": "a channel turns private", "google_drive": "a folder is shared again"}[slug]
    name = f"{_NAMES[slug]}, {what}, {items:,} documents: effective"
    note = f"{run.counts['calls']} calls, {run.processor:.1f} s of processor time; {left} are still seen"
    return [
        Figure(name, run.seconds, "s after the interval", 3, "at_most", note),
        Figure("… texts embedded and versions made meanwhile", redone, "", 0, "at_most"),
    ]


async def _versions(here: Installation, connection_id: str) -> int:
    from backend.documents.schema import DOCUMENTS

    [group] = await here.container.database.collection(DOCUMENTS).aggregate(
        {"connection_id": connection_id}, sums=["version"]
    )
    return int(group.sums["version"])
