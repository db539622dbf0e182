"""An export lasts for minutes: it ends with the right to have it, and holds nothing that was lost meanwhile."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from backend.access import Holder
from backend.api.export import export_entries
from backend.api.sse import CONFIRM_SECONDS
from backend.api.standing import Renew, Standing, get_standing
from backend.auth.models import Identity, Role
from backend.client import BibliosClient
from backend.documents.export import ExportEntry, zip_stream
from backend.documents.incoming import TextItem
from backend.errors import Unauthenticated
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

type End = Callable[[World, Person, Person], Awaitable[object]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, citations={"after_loss": "hide"})
        async with running_app(settings) as app, world(app, mail) as place:
            yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def admin(here: World) -> Person:
    """The first account, whichever test is the first to run."""
    return await here.administrator()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def entries_of(here: World, credential: str, clock: Clock) -> AsyncIterator[ExportEntry]:
    parts = here.app.container
    identities = parts.accounts.identities
    identity = await identities.authenticate(credential)
    return export_entries(
        Standing(identity, identities.renew, clock=clock),
        parts.export,
        parts.conversations,
        parts.connectors.connections,
        parts.connectors.matching,
        parts.actions.service,
    )


async def filled(here: World, person: Person) -> None:
    """With two texts of their own and two conversations."""
    async with BibliosClient(here.app.url, access_token=person.token) as client:
        await client.add_texts([{"external_id": str(number), "text": f"Boat {number} floats."} for number in (1, 2)])
        await client.wait_until_indexed(poll_seconds=0.05)
    for title in ("One", "Two"):
        await person.call("POST", "/conversations", json={"title": title})


async def signed_out(here: World, _: Person, person: Person) -> None:
    await person.call("DELETE", f"/auth/sessions/{await person.session_id()}")


async def deactivated(_: World, admin: Person, person: Person) -> None:
    await admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})


@pytest.mark.parametrize("taken", [0, 1, 3, 4], ids=lambda taken: f"after {taken} entries")
@pytest.mark.parametrize("end", [signed_out, deactivated], ids=lambda end: end.__name__)
async def test_an_export_ends_with_the_session_and_shows_nothing_lost_meanwhile(
    here: World, admin: Person, end: End, taken: int
) -> None:
    person = await here.person()
    await filled(here, person)
    clock = Clock()
    entries = await entries_of(here, person.token, clock)
    for _ in range(taken):
        await anext(entries)
    await end(here, admin, person)
    clock.now += CONFIRM_SECONDS
    with pytest.raises(Unauthenticated):
        await anext(entries)


async def test_an_export_ends_with_its_key_also_in_the_middle_of_a_file(here: World) -> None:
    person = await here.person()
    await filled(here, person)
    key = (await person.call("POST", "/auth/api-keys", json={"name": "script", "scopes": ["read", "chat"]})).json()
    clock = Clock()
    entry = await anext(await entries_of(here, key["key"], clock))
    await person.call("DELETE", f"/auth/api-keys/{key['id']}")
    clock.now += CONFIRM_SECONDS
    with pytest.raises(Unauthenticated):
        _ = [piece async for piece in entry.content]


async def test_an_export_looks_once_a_second_at_the_most(here: World) -> None:
    person = await here.person()
    await filled(here, person)
    identity = await here.app.container.accounts.identities.authenticate(person.token)
    looked: list[float] = []
    clock = Clock()

    async def renew(known: Identity) -> Identity:
        looked.append(clock.now)
        return known

    standing = Standing(identity, renew, clock=clock)
    parts = here.app.container
    async for entry in export_entries(
        standing,
        parts.export,
        parts.conversations,
        parts.connectors.connections,
        parts.connectors.matching,
        parts.actions.service,
    ):
        clock.now += CONFIRM_SECONDS * 0.4
        _ = [piece async for piece in entry.content]
    assert looked
    assert all(later - earlier >= CONFIRM_SECONDS for earlier, later in zip([0, *looked], looked, strict=False))


async def test_an_export_shows_conversations_as_somebody_who_left_a_group_in_between(
    here: World, admin: Person
) -> None:
    person = await here.person()
    parts = here.app.container
    await parts.accounts.directory.add("c1", "dev", [f"user:{person.id}"])
    item = TextItem("1", "Secret plan", "The submarine dives at dawn.", access=frozenset({"source:c1:dev"}))
    await parts.library.store_texts(Holder.connection("c1"), [item], source="slack")
    async with BibliosClient(here.app.url, access_token=person.token) as client:
        await client.wait_until_indexed(poll_seconds=0.05)
        answer = await client.answer("When does the submarine dive?")
    assert "dawn" in answer["content"]
    clock = Clock()
    entries = await entries_of(here, person.token, clock)
    await parts.accounts.directory.set_members("c1", "dev", [f"user:{admin.id}"])
    clock.now += CONFIRM_SECONDS
    archive = zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in zip_stream(entries)])))
    [name] = archive.namelist()
    told = archive.read(name).decode()
    assert "submarine dive?" in told  # the question is their own
    assert "dawn" not in told
    assert "Secret plan" not in told
    assert [message["passages"] for message in json.loads(told)["messages"]] == [[], []]


async def test_a_conversation_that_is_deleted_meanwhile_does_not_end_the_export(here: World) -> None:
    person = await here.person()
    await filled(here, person)
    entries = await entries_of(here, person.token, Clock())
    got = [await anext(entries) for _ in range(5)]  # two of each document, and the first conversation
    for conversation in (await person.call("GET", "/conversations")).json()["items"]:
        await person.call("DELETE", f"/conversations/{conversation['id']}")
    got += [entry async for entry in entries]
    assert [entry.path.split("/")[0] for entry in got] == ["documents"] * 4 + ["conversations"]


@asynccontextmanager
async def renewed_by(here: World, person: Person, renew: Renew) -> AsyncIterator[None]:
    """Whoever sends for long looks again, with this, at every eighth part."""
    identity = await here.app.container.accounts.identities.authenticate(person.token)
    clock = Clock()

    def ticking() -> float:
        clock.now += CONFIRM_SECONDS / 8
        return clock.now

    here.app.app.dependency_overrides[get_standing] = lambda: Standing(identity, renew, clock=ticking)
    try:
        yield
    finally:
        here.app.app.dependency_overrides.clear()


async def test_the_answer_is_cut_off_and_never_looks_whole(here: World, tmp_path: Path) -> None:
    person = await here.person()
    await filled(here, person)

    async def ended(_: Identity) -> Identity:
        raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")

    async with renewed_by(here, person, ended), BibliosClient(here.app.url, access_token=person.token) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.download("/export", tmp_path / "mine.zip")
    assert not (tmp_path / "mine.zip").exists()


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
async def test_the_audit_log_is_not_sent_on_to_whoever_is_no_administrator_any_more(
    here: World, admin: Person, format_: str
) -> None:
    for _ in range(10):
        await here.person()

    async def member(identity: Identity) -> Identity:
        return replace(identity, user=identity.user.model_copy(update={"role": Role.member}))

    async with renewed_by(here, admin, member):
        with pytest.raises(httpx.RemoteProtocolError):
            await admin.call("GET", f"/admin/audit/export?format={format_}")
    assert (await admin.call("GET", f"/admin/audit/export?format={format_}")).status_code == 200
