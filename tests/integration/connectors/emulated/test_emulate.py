"""Changes made by the providers' own clients at a stateful emulator, allowed at its pages, and then synchronised."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio
from githubkit import GitHub, TokenAuthStrategy
from googleapiclient.discovery import build
from slack_sdk.web.async_client import AsyncWebClient

from tests.integration.connectors.emulated.desk import Desk, desk
from tests.support.accounts import Person
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.emulate_edge import emulate_edge
from tests.support.emulators import Emulators, emulators
from tests.support.google_client import WithToken
from tests.support.long import sampled
from tests.support.ports import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA, BEN = "ada@example.com", "ben@example.com"
_CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "BibliosAI"}
_SCOPES = ["channels:read", "channels:write", "channels:history", "channels:join", "groups:read", "groups:write"]
_SCOPES += ["groups:history", "chat:write", "users:read", "users:read.email", "files:read", "files:write"]
#: The first user of each is a decoy: the emulator takes any unknown token for theirs.
_DECOY = {"email": "nobody@fallback.example", "name": "nobody"}


def _seed(port: int) -> dict[str, Any]:
    """People with tokens of their own, and this server's client at each provider."""

    def client(kind: str) -> dict[str, Any]:
        return {**_CLIENT, "redirect_uris": [f"http://127.0.0.1:{port}/api/v1/connectors/{kind}/oauth/callback"]}

    clients = client("gmail")
    clients["redirect_uris"] += client("google_drive")["redirect_uris"]
    people = [{"email": ADA, "name": "Ada"}, {"email": BEN, "name": "Ben"}]
    slack = [{"name": one["name"].lower(), "email": one["email"]} for one in people]
    github = [{"login": one["name"].lower(), **one} for one in people]
    return {
        "tokens": {
            "token-of-ada": {"login": ADA, "scopes": []},
            "github-token-of-ada": {"login": "ada", "scopes": ["repo", "user"]},
        },
        "google": {"port": free_port(), "users": [_DECOY, *people], "oauth_clients": [clients]},
        "slack": {
            "port": free_port(),
            "users": [{"name": "nobody"}, *slack],
            "channels": [{"name": "square"}],
            "oauth_apps": [{**client("slack"), "scopes": _SCOPES}],
            "tokens": [{"token": f"xoxp-{one['name']}", "user": one["name"], "scopes": _SCOPES} for one in slack],
        },
        "github": {
            "port": free_port(),
            "users": [{"login": "nobody", **_DECOY}, *github],
            "repos": [{"owner": "ada", "name": "papers", "private": True}],
            "oauth_apps": [client("github")],
        },
    }


@dataclass(slots=True)
class Stateful:
    """`edges`: the connectors' settings, with the addresses at which emulate is mended."""

    desk: Desk
    running: Emulators
    edges: Mapping[str, str]

    @property
    def ada(self) -> Person:
        return self.desk.people[ADA]

    @property
    def ben(self) -> Person:
        return self.desk.people[BEN]

    async def texts(self, person: Person, connection_id: str) -> str:
        return "\n".join((await self.desk.texts(person, connection=connection_id)).values())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_stateful(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stateful]:
    port = free_port()
    with emulators(_seed(port), tmp_path_factory.mktemp("emulators")) as running:
        async with emulate_edge(running.services) as settings:
            kinds = ("gmail", "google_drive", "slack", "github")
            clients = {f"{kind}_{name}": _CLIENT[name] for kind in kinds for name in ("client_id", "client_secret")}
            async with desk(tmp_path_factory.mktemp("data"), {**settings, **clients}, ADA, BEN, port=port) as here:
                yield Stateful(here, running, settings)


@pytest_asyncio.fixture(loop_scope="module")
async def stateful(module_stateful: Stateful) -> AsyncIterator[Stateful]:
    yield module_stateful
    await module_stateful.desk.disconnect_all()
    module_stateful.running.reset()


def _google(stateful: Stateful, api: str, version: str) -> Any:
    """Google's own client, as Ada; its calls block."""
    address = stateful.running.services["google"] + ("/drive/v3" if api == "drive" else "")
    return build(api, version, http=WithToken("token-of-ada"), client_options={"api_endpoint": address})


@dataclass(slots=True)
class _Mailbox:
    """Ada's, behind Google's own client."""

    users: Any

    async def ask(self, call: Callable[[Any], Any]) -> dict[str, Any]:
        found: dict[str, Any] = await asyncio.to_thread(lambda: call(self.users).execute())
        return found

    async def deliver(self, subject: str, words: str, **more: str) -> dict[str, Any]:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = BEN, ADA, subject
        mail["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
        mail.set_content(words)
        raw = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode(), "labelIds": ["INBOX"], **more}
        return await self.ask(lambda users: users.messages().insert(userId="me", body=raw))

    async def trash(self, id_: str) -> None:
        await self.ask(lambda users: users.messages().trash(userId="me", id=id_))

    async def untrash(self, id_: str) -> None:
        await self.ask(lambda users: users.messages().untrash(userId="me", id=id_))

    async def modify(self, id_: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        body = {"addLabelIds": list(add), "removeLabelIds": list(remove)}
        await self.ask(lambda users: users.messages().modify(userId="me", id=id_, body=body))

    async def delete(self, id_: str) -> None:
        await asyncio.to_thread(self.users.messages().delete(userId="me", id=id_).execute)


async def test_mails_that_come_and_go_in_gmail_do_so_here_by_its_history(stateful: Stateful) -> None:
    mailbox = _Mailbox(_google(stateful, "gmail", "v1").users())
    first = await mailbox.deliver("Amber", "The amber lantern hangs in the hall.")
    doomed = await mailbox.deliver("Cobalt", "The cobalt ferry leaves at nine.")
    made = await stateful.desk.allowed(stateful.ada, "gmail", ADA)
    seen = await stateful.texts(stateful.ada, made)
    assert "amber lantern" in seen
    assert "cobalt ferry" in seen
    assert await stateful.desk.texts(stateful.ben, connection=made) == {}

    await mailbox.deliver("Re: Amber", "And the indigo one beside it.", threadId=first["threadId"])
    await mailbox.trash(doomed["id"])
    run = await stateful.desk.synced(stateful.ada, made)
    seen = await stateful.texts(stateful.ada, made)
    assert "indigo one" in seen
    assert "cobalt ferry" not in seen
    assert (run["indexed"], run["deleted"]) == (1, 1), "what has not changed was not read again"

    await mailbox.untrash(doomed["id"])
    await stateful.desk.synced(stateful.ada, made)
    assert "cobalt ferry" in await stateful.texts(stateful.ada, made)
    await mailbox.delete(doomed["id"])
    await stateful.desk.synced(stateful.ada, made)
    assert "cobalt ferry" not in await stateful.texts(stateful.ada, made)


@pytest.mark.parametrize("seed", range(sampled(1, 20)))
async def test_after_any_edits_the_mailbox_here_is_what_the_client_lists(stateful: Stateful, seed: int) -> None:
    chance = random.Random(seed)
    mailbox = _Mailbox(_google(stateful, "gmail", "v1").users())
    said: dict[str, tuple[str, str]] = {}
    made = await stateful.desk.allowed(stateful.ada, "gmail", ADA)
    for _ in range(sampled(3, 10)):
        for _ in range(chance.randrange(1, 6)):
            await _edit(mailbox, chance, said)
        await stateful.desk.synced(stateful.ada, made)
        there: dict[str, set[str]] = {}
        for one in (await mailbox.ask(lambda users: users.messages().list(userId="me", maxResults=500)))["messages"]:
            there.setdefault(f"{ADA}/{one['threadId']}", set()).add(said[one["id"]][1])
        here = await stateful.desk.texts(stateful.ada, connection=made)
        every = {words for _, words in said.values()}
        assert {id_: {words for words in every if words in text} for id_, text in here.items()} == there


async def _edit(mailbox: _Mailbox, chance: random.Random, said: dict[str, tuple[str, str]]) -> None:
    """`said`: of each mail that is there or in the trash its thread and words."""
    kinds = ("new", "answer", "trash", "untrash", "spam", "no spam", "label", "delete")
    what, words = chance.choice(kinds) if said else "new", f"words-{len(said)}-{chance.randrange(10**9)}"
    id_ = chance.choice(sorted(said)) if said else ""
    match what:
        case "new":
            mail = await mailbox.deliver(words, words)
            said[mail["id"]] = (mail["threadId"], words)
        case "answer":
            mail = await mailbox.deliver(words, words, threadId=said[id_][0])
            said[mail["id"]] = (mail["threadId"], words)
        case "trash":
            await mailbox.trash(id_)
        case "untrash":
            await mailbox.untrash(id_)
        case "spam":
            await mailbox.modify(id_, add=["SPAM"], remove=["INBOX"])
        case "no spam":
            await mailbox.modify(id_, add=["INBOX"], remove=["SPAM"])
        case "label":
            await mailbox.modify(id_, add=["STARRED"])
        case _:
            await mailbox.delete(id_)
            del said[id_]


async def test_what_is_said_changed_and_taken_back_in_slack_is_so_here(stateful: Stateful) -> None:
    address = stateful.edges["slack_api_url"] + "/"
    ada, ben = (AsyncWebClient(f"xoxp-{name}", base_url=address) for name in ("ada", "ben"))
    hers = str((await ada.conversations_create(name="hers", is_private=True))["channel"]["id"])
    square = next(str(one["id"]) for one in (await ada.conversations_list())["channels"] if one["name"] == "square")
    first = await ada.chat_postMessage(channel=square, text="The amber lantern hangs in the hall.")
    await ben.chat_postMessage(channel=square, text="Which one?", thread_ts=first["ts"])
    alone = await ada.chat_postMessage(channel=square, text="The cobalt ferry leaves at nine.")
    await ada.chat_postMessage(channel=hers, text="The tamarind vault is shut.")
    made = await stateful.desk.allowed(stateful.ada, "slack", "ada", mode="workspace", options={"join": True})
    seen = await stateful.texts(stateful.ben, made)
    assert "amber lantern" in seen
    assert "Which one?" in seen
    assert "cobalt ferry" in seen
    assert "tamarind" not in await stateful.texts(stateful.ada, made), "the app was not invited there"

    bot = next(one["id"] for one in (await ada.users_list())["members"] if one["is_bot"] and "iblios" in str(one))
    await ada.conversations_invite(channel=hers, users=bot)
    await ada.chat_postMessage(channel=square, text="The indigo one.", thread_ts=first["ts"])
    await ada.chat_update(channel=square, ts=alone["ts"], text="The saffron ferry leaves at ten.")
    await stateful.desk.synced(stateful.ada, made)
    seen = await stateful.texts(stateful.ben, made)
    assert "indigo one" in seen
    assert "saffron ferry" in seen
    assert "cobalt ferry" not in seen
    assert "tamarind vault" in await stateful.texts(stateful.ada, made)
    assert "tamarind" not in seen

    await ada.conversations_invite(channel=hers, users=str((await ben.auth_test())["user_id"]))
    await ada.chat_delete(channel=square, ts=alone["ts"])
    await stateful.desk.synced(stateful.ada, made)
    seen = await stateful.texts(stateful.ben, made)
    assert "tamarind vault" in seen
    assert "saffron ferry" not in seen


async def test_files_issues_and_pull_requests_that_change_at_github_do_so_here(stateful: Stateful) -> None:
    client = GitHub(
        TokenAuthStrategy("github-token-of-ada"),
        base_url=stateful.running.services["github"],
        auto_retry=False,
        http_cache=False,
    )
    where = "/repos/ada/papers"

    async def ask(method: str, path: str, **body: Any) -> Any:
        return (await client.arequest(method, where + path, json=body)).json()

    async def write(path: str, words: str, **more: str) -> str:
        content = base64.b64encode(words.encode()).decode()
        written = await ask("PUT", f"/contents/{path}", message="A change", content=content, **more)
        return str(written["content"]["sha"])

    sha = await write("notes/one.md", "The amber lantern hangs in the hall.")
    issue = await ask("POST", "/issues", title="A question", body="Where is the cobalt ferry?")
    made = await stateful.desk.allowed(stateful.ada, "github", "ada")
    seen = await stateful.texts(stateful.ada, made)
    assert "amber lantern" in seen
    assert "cobalt ferry" in seen
    assert await stateful.desk.texts(stateful.ben, connection=made) == {}

    await write("notes/one.md", "The indigo lantern hangs in the hall.", sha=sha)
    await write("notes/two.md", "The saffron ledger is upstairs.")
    await ask("POST", f"/issues/{issue['number']}/comments", body="At the juniper pier.")
    await stateful.desk.synced(stateful.ada, made)
    seen = await stateful.texts(stateful.ada, made)
    for words in ("indigo lantern", "saffron ledger", "juniper pier"):
        assert words in seen
    assert "amber lantern" not in seen

    gone = await ask("GET", "/contents/notes/two.md")
    await ask("DELETE", "/contents/notes/two.md", message="Away", sha=gone["sha"])
    await ask("PUT", "/collaborators/ben", permission="pull")
    await stateful.desk.synced(stateful.ada, made)
    seen = await stateful.texts(stateful.ben, made)
    assert "saffron ledger" not in seen
    assert "indigo lantern" in seen


async def test_files_of_a_drive_are_listed_with_its_owners_consent(stateful: Stateful) -> None:
    files = _google(stateful, "drive", "v3").files()
    for name in ("one", "two"):
        await asyncio.to_thread(files.create(body={"name": f"{name}.txt", "mimeType": "text/plain"}).execute)
    made = await stateful.desk.allowed(stateful.ada, "google_drive", ADA)
    titles = await stateful.texts(stateful.ada, made)
    assert "one" in titles
    assert "two" in titles
    assert await stateful.desk.texts(stateful.ben, connection=made) == {}
