"""The fields of every stored record stay what they are: an attribute that is renamed does not rename what is stored.

A field that is meant to change here needs a migration, or a default for the records of before.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from backend.access import Caller
from backend.actions.repository import ActionRepository
from backend.actions.slack_buttons import SlackButtons
from backend.auth.oauth.base import Profile
from backend.auth.oauth.storage import LinkedAccountRepository
from backend.auth.one_time import OneTimeTokens
from backend.connectors.handshakes import Handshakes
from backend.connectors.models import Connection
from backend.connectors.registry import Registry
from backend.connectors.sync.people import People
from backend.connectors.watches import StoredWatch, WatchRepository
from backend.db.collection import Database
from backend.db.lease import LEASES, NamedLeases, utc_now
from backend.db.sqlite import FILE_NAME
from backend.errors import InvalidInput
from backend.oauth.flow import FlowRepository
from backend.oauth.grants import GrantRepository
from backend.oauth.tokens import TokenSet
from backend.secrets import SecretBox
from tests.support.app import PASSWORD, RunningApp, running_app, settings_for
from tests.support.mailbox import Mailbox, mailbox
from tests.support.slack_posting import slack_signed
from tests.support.toy_source import TOKEN, Note, ToyService, signed_push
from tests.support.waiting import until_true

_SHARED = Connection(
    id="connection",
    type="toy",
    mode="workspace",
    name="Toy",
    owner_id="ada",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    due_at=None,
)
LONG_TEXT = "The keeper lights the lamp at dusk. " * 600
#: Fields whose contents have names of their own.
FREE = frozenset({"details", "payload", "preview", "request", "filters", "options", "data"})

STORED = {
    "migrations": "_id applied_at seconds",
    "leases": "_id holder until",
    "schema": "_id layout",
    "documents": "_id access attempts author blob chunks claims content_hash created_at error error.code "
    "error.message external_id failures filename given given.author given.title holder index_seq "
    "indexed_at key kind language mime modified_at owner_id path read read.language read.title "
    "received_at shared_with size_bytes source status tags text_at title title_folded url version "
    "warnings work",
    "users": "_id created_at deleting disabled email email_collides_with email_key email_verified groups "
    "last_login_at name name_words password_hash requests_per_minute role",
    "invitations": "_id accepted_at accepted_by created_at email email_key expires_at groups invited_by inviter "
    "role secret_hash",
    "one_time_tokens": "_id email_key expires_at payload purpose used_at user_id",
    "sessions": "_id created_at current_hash end_reason ended_at expires_at ip last_used_at method "
    "previous_hash rotated_at user_agent user_id",
    "signing_keys": "_id created_at retired_at secret",
    "setup": "_id settled user_id",
    "audit_log": "_id actor actor_id actor_kind at details event expires_at ip outcome request_id subject "
    "subject_id user_agent",
    "api_keys": "_id created_at expires_at hint key_hash last_used_at name scopes user_id",
    "memberships": "_id connection_id group member principal",
    "linked_accounts": "_id email issuer last_used_at linked_at provider subject user_id",
    "provider_sign_ins": "_id browser_hash expires_at intent nonce payload provider redirect_uri return_to "
    "used_at user_id verifier",
    "oauth_grants": "_id saved_at tokens",
    "idempotency": "_id created_at done fingerprint media_type owner_id sealed status",
    "versions": "_id created_at document_id hash part_chars parts section_parts sections text version",
    "version_parts": "_id hash part text text_id",
    "chunks": "_id breaks document_id end hash heading ordinal page start text version",
    "citations": "_id conversation_id document_id end held_by message_id quote start user_id version",
    "index_state": "_id dimension model_id value",
    "tombstones": "_id blob deleted_at index_seq",
    "embeddings": "_id hash vector",
    "connections": "_id access_as_of account account.address account.id account.name again asked_at capabilities "
    "capabilities.message capabilities.name capabilities.state created_at credential cursor cursor.data "
    "cursor.version deleting due_at failures forgetting forgetting.noticed forgetting.told held last_sync_at "
    "listing listing.before listing.id "
    "listing.options lists_as_of mode name options owner_id purpose reconciled_at relist run_id status "
    "status_reason status_reason.code status_reason.message type",
    "sync_runs": "_id connection_id counts counts.calls counts.deleted counts.failed counts.hidden counts.indexed "
    "counts.seen counts.skipped counts.unchanged ended_at expected reason reason.code "
    "reason.message started_at status",
    "source_people": "_id connection_id handle name",
    "sync_items": "_id absences absent_in at connection_id document_id external_id listing reason "
    "reason.code reason.message revision status title unreadable whole",
    "actions": "_id approvals approvals.at approvals.confirmed approvals.hash approvals.rules approvals.user_id "
    "artefact artefact.hash artefact.reach artefact.reach.addresses artefact.reach.attachments artefact.reach.channels "
    "artefact.reach.outside artefact.reach.people artefact.request artefact.sha256 artefact.size_bytes "
    "asked_in attempt attempts counted created_at due_at evidence expires_at group group_size handed_on kind likeness "
    "likeness.end likeness.reach likeness.sketch likeness.start looks missing moment origins "
    "outside owner_id past_attempts past_attempts.began_at past_attempts.ended_at past_attempts.key "
    "past_attempts.number past_attempts.outcome past_attempts.prepared past_attempts.reason past_attempts.reason.code "
    "past_attempts.reason.message past_attempts.sending past_attempts.sha256 past_attempts.token payload "
    "preview reason reason.code reason.message receipt receipt.at receipt.details receipt.id receipt.url "
    "requires requires.administrators requires.count requires.delegates requires.name requires.people "
    "requires.rule revision rulings rulings.effect rulings.name rulings.reason rulings.rule schedule_at "
    "seen_by status suggestions timeline timeline.actor_id timeline.actor_kind timeline.at timeline.move "
    "timeline.reason timeline.sources timeline.subject_id timeline.to via waits_for warnings warnings.action_id "
    "warnings.code warnings.confirm warnings.field warnings.message warnings.sources",
    "action_templates": "_id built_in created_at created_by description kind name placeholders placeholders.kind "
    "placeholders.label placeholders.name placeholders.required subject text updated_at",
    "slack_presses": "_id expires_at",
    "action_policy": "_id changed_at changed_by policy policy.inside policy.rules policy.rules.id policy.rules.name "
    "policy.rules.then policy.rules.then.approvers policy.rules.then.count policy.rules.then.effect "
    "policy.rules.when policy.rules.when.addresses policy.rules.when.attachments policy.rules.when.channels "
    "policy.rules.when.domains policy.rules.when.kinds policy.rules.when.more_than policy.rules.when.outside "
    "version",
    "action_counts": "_id actions count expires_at owner_id",
    "action_domains": "_id first_at owner_id",
    "action_paces": "_id blocked_until expires_at given given.at given.id next_at",
    "action_quotas": "_id actions count expires_at",
    "action_links": "_id action_id expires_at hash used_at user_id",
    "action_presence": "_id alive_at",
    "push_deliveries": "_id expires_at",
    "push_watches": "_id connection_id ends_at name renew_at resource target token_hash type",
    "push_handshakes": "_id count expires_at offered",
    "conversations": "_id answering answering_until created_at messages owner_id scope title title_source updated_at",
    "messages": "_id abstained actions admins_may_read choices citations citations.answer_end citations.answer_start "
    "citations.closed "
    "citations.connection citations.document_id citations.end citations.flags citations.heading citations.index "
    "citations.kind citations.last_page citations.modified_at citations.page citations.quote "
    "citations.source citations.start citations.support "
    "citations.title citations.url citations.version content conversation_id coverage created_at degraded "
    "disagreements error feedback feedback_at feedback_comment feedback_reasons filters intent lease_until mode "
    "model order outcome owner_id "
    "passages passages.closest passages.connection passages.document_id passages.end passages.kind passages.last_page "
    "passages.modified_at passages.page "
    "passages.score passages.source passages.start passages.superseded_by passages.title "
    "passages.url passages.version query question_id refusal role status steps stop_requested suggestions unsupported",
}


async def _people(app: RunningApp, http: httpx.AsyncClient) -> str:
    body = {"email": "ada@example.com", "password": PASSWORD}
    answer = (await http.post("/auth/register", json=body)).raise_for_status().json()
    http.headers["Authorization"] = f"Bearer {answer['access_token']}"
    await _post(http, "/auth/api-keys", {"name": "script", "scopes": ["read"]})
    await _post(http, "/admin/invitations", {"email": "grace@example.com", "role": "member"})
    container, user_id = app.container, str(answer["user"]["id"])
    database, box = container.database, container.secrets
    profile = Profile("https://issuer.example", "subject", "ada@example.com", email_verified=True, name="Ada")
    await LinkedAccountRepository(database).add(user_id, "google", profile)
    await OneTimeTokens(database).issue(
        "reset_password", user_id=user_id, email_key="ada@example.com", ttl=timedelta(hours=1), payload={"a": "b"}
    )
    await FlowRepository(database, box).begin(
        provider="google", redirect_uri="https://here.example", return_to="/", intent="sign_in", user_id=user_id
    )
    await GrantRepository(database, box).save("grant", TokenSet(access_token="token"))
    await container.accounts.directory.add("connection", "crew", ["email:ada@example.com"])
    await _pushes(database, box)
    await _press(app)
    await People(database).note(_SHARED, ["grace@elsewhere.example"], {})
    await NamedLeases(database.collection(LEASES)).take("lease", "holder", timedelta(minutes=1))
    return user_id


async def _pushes(database: Database, box: SecretBox) -> None:
    """Of a provider that has to be asked for pushes, and of one that offers a secret: Toy is neither."""
    soon = utc_now() + timedelta(hours=1)
    watch = StoredWatch(id="watch", connection_id="c", type="toy", target="all", ends_at=soon, renew_at=soon)
    await WatchRepository(database).put(watch)
    handshakes = Handshakes(
        database, box, Registry([replace(ToyService().manifest, offers_secret=True)]), clock=utc_now
    )
    await handshakes.wait("toy")
    await handshakes.take("toy", "secret")


async def _press(app: RunningApp) -> None:
    """A button at Slack, which is not set up here."""
    container, body = app.container, b"nothing"
    buttons = SlackButtons(
        container.database,
        service=container.actions.service,
        actions=ActionRepository(container.database),
        accounts=container.connectors.connections,
        users=container.users,
        secret=SecretStr("secret"),
        clock=utc_now,
    )
    headers = {name.lower(): value for name, value in slack_signed(body, "secret").items()}
    with pytest.raises(InvalidInput):
        await buttons.press(body, headers)


async def _documents(app: RunningApp, http: httpx.AsyncClient, user_id: str) -> None:
    caller = Caller.of(user_id)
    items = [
        {"external_id": "lamp", "title": "The lamp", "text": "The lamp is lit at dusk by the keeper.", "author": "Ada"},
        {"external_id": "long", "title": "The log", "text": LONG_TEXT},
        {"external_id": "empty", "title": "Nothing", "text": ""},
        {"external_id": "gone", "title": "Gone", "text": "Nobody reads this any more."},
    ]
    await _post(http, "/documents/text", {"items": items}, key="once")
    files = {"files": ("notes.txt", b"Bulbs are kept in the locker.")}
    (await http.post("/documents", files=files)).raise_for_status()
    await _settled(app, caller)
    page = (await http.get("/documents")).raise_for_status().json()
    by_name = {item["external_id"]: item["id"] for item in page["items"]}
    await http.patch(f"/documents/{by_name['lamp']}", json={"access": ["workspace"]})
    await app.container.indexing.access_settled()
    (await http.delete(f"/documents/{by_name['gone']}")).raise_for_status()


async def _talk(http: httpx.AsyncClient) -> None:
    await _post(http, "/conversations", {})
    conversation = await _post(http, "/conversations", {})
    path = f"/conversations/{conversation['id']}/messages"
    question = {"content": "When is the lamp lit?", "filters": {"after": "2020-01-01T00:00:00Z"}}
    answer = await http.post(path, json=question)
    assert "message.completed" in answer.text
    message_id = (await http.get(path)).raise_for_status().json()["items"][-1]["id"]
    await _post(http, f"/messages/{message_id}/feedback", {"value": "up"})


async def _connect(http: httpx.AsyncClient) -> None:
    """An account of which one item could not be read, so that no document comes of it."""
    body = {"type": "toy", "mode": "personal", "credentials": {"token": TOKEN}}
    path = f"/connections/{(await _post(http, '/connections', body))['id']}"

    async def done() -> bool:
        return bool((await http.get(path)).raise_for_status().json()["status"] == "waiting")

    await until_true(done)
    pushed, headers = signed_push("toy-1", "delivery")
    (await http.post("/connectors/toy/events", content=pushed, headers=headers)).raise_for_status()


async def _act(http: httpx.AsyncClient, mail: Mailbox) -> None:
    """A mail that was sent, and one that the server did not take."""
    secret = await mail.secret("ada@example.com", "Confirm")
    (await http.post("/auth/email/verify", json={"token": secret})).raise_for_status()
    for refuse, outcome in ((False, "succeeded"), (True, "scheduled")):
        mail.refuse = refuse
        payload = {"to": [{"name": "Dana", "address": "dana@elsewhere.example"}], "subject": "Launch", "text": outcome}
        path = f"/actions/{(action := await _post(http, '/actions', {'kind': 'email', 'payload': payload}))['id']}"
        await _post(http, f"{path}/approve", {"hash": action["hash"]})

        async def done(path: str = path, outcome: str = outcome) -> bool:
            shown = (await http.get(path)).raise_for_status().json()
            return bool(shown["attempts"]) and bool(shown["status"] == outcome)

        await until_true(done)
    template = {"kind": "email", "name": "Note", "subject": "A note", "text": "{{note}}"}
    await _post(http, "/actions/templates", {**template, "placeholders": [{"name": "note", "label": "Note"}]})


async def _ask_another(app: RunningApp, http: httpx.AsyncClient) -> None:
    """A mail that needs a second person, who is asked by mail."""
    body = {"email": "grace@example.com", "password": PASSWORD}
    grace = (await _post(http, "/auth/register", body))["user"]["id"]
    await app.container.users.update(grace, {"email_verified": True})
    second = {"effect": "second_person", "approvers": [grace]}
    rule = {"id": "legal", "name": "Law firms", "when": {"domains": ["legal.example"]}, "then": second}
    (await http.put("/actions/policy", json={"version": 0, "policy": {"rules": [rule]}})).raise_for_status()
    payload = {"to": [{"address": "dana@legal.example"}], "text": "Soon."}
    await _post(http, "/actions", {"kind": "email", "payload": payload})


async def _post(http: httpx.AsyncClient, path: str, body: dict[str, Any], *, key: str = "") -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer: dict[str, Any] = (await http.post(path, json=body, headers=headers)).raise_for_status().json()
    return answer


async def _settled(app: RunningApp, caller: Caller) -> None:
    async def settled() -> bool:
        counts = await app.container.library.count_by_status(caller)
        return not counts.get("queued") and not counts.get("processing")

    await until_true(settled)


def _names(value: Any, before: str = "") -> Iterator[str]:
    """The field names in a stored value; those inside others behind a dot."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item, before)
    elif isinstance(value, dict) and not value.keys() & {"$date", "$binary"}:
        for name, inside in value.items():
            yield f"{before}{name}"
            if name not in FREE:
                yield from _names(inside, f"{before}{name}.")


def _stored(folder: Path) -> dict[str, str]:
    """Of each collection every field that some record has, in alphabetical order."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'c:%'")
        ]
        return {
            table.removeprefix("c:"): " ".join(
                sorted(
                    {
                        name
                        for (record,) in connection.execute(f'SELECT doc FROM "{table}"')
                        for name in _names(orjson.loads(record))
                    }
                )
            )
            for table in tables
        }


async def test_every_collection_holds_the_fields_that_it_always_held(tmp_path: Path) -> None:
    service = ToyService()
    service.put(Note("locked", "", readable=False))
    with mailbox() as mail:
        assert await _filled(tmp_path / "data", service, mail) == STORED


async def _filled(folder: Path, service: ToyService, mail: Mailbox) -> dict[str, str]:
    """What is stored while a server runs that has some of everything."""
    sending = {"undo_seconds": 0, "smtp_per_second": 50, "smtp_per_day": 500}
    settings = settings_for(folder, mail=mail.settings, actions=sending)
    async with (
        running_app(settings, connectors=Registry([service.manifest])) as app,
        httpx.AsyncClient(base_url=f"{app.url}/api/v1", timeout=60) as http,
    ):
        user_id = await _people(app, http)
        await _documents(app, http, user_id)
        await _talk(http)
        await _connect(http)
        await _act(http, mail)
        await _ask_another(app, http)

        async def at_rest() -> bool:
            return "lease_token" not in _stored(folder)["connections"].split()

        await until_true(at_rest)  # the push has it read once more
        return _stored(folder)
