"""A mail from a person's own mailbox: read back before it leaves, sent once, found again when the answer is lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.actions.base import NotDone, Outgoing
from backend.actions.channels.gmail import GmailChannel
from backend.actions.repository import ACTIONS
from backend.connectors.acting.gmail import GmailActionSettings
from backend.connectors.base import Options, StaticCredential
from backend.connectors.manifest import Setup
from tests.integration.actions.calendar_place import appointment
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, becomes, lines_of, mail_to, proposed
from tests.integration.actions.test_invitation import event_of
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.gmail_service import GmailService
from tests.support.mailbox import mailbox
from tests.support.provider_wire import Fault, Request, Wire, served
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _sends(request: Request) -> bool:
    return request.path.endswith("/drafts/send")


@dataclass(slots=True)
class Place:
    world: World
    service: GmailService
    wire: Wire
    ada: Person
    via: str

    async def proposed(self, **more: Any) -> dict[str, Any]:
        return await proposed(self.ada, {**mail_to("dana@example.com", **more), "via": self.via})

    async def approved(self, **more: Any) -> dict[str, Any]:
        action = await self.proposed(**more)
        await approve(self.ada, action)
        return action

    def sendings(self) -> int:
        return sum(map(_sends, self.wire.journal))

    async def look_now(self, action_id: str) -> None:
        """Its next look is due."""
        container = self.world.app.container
        records = container.database.collection(ACTIONS)
        (record,) = await records.find({"_id": action_id})
        await records.update_one({"_id": action_id}, {"$set": {"due_at": record["created_at"]}})
        await container.actions.queue.run(action_id)


async def connect_mailbox(person: Person, service: GmailService) -> dict[str, Any]:
    service.consents.account = person.email
    service.mailbox(person.email)
    body = {"type": "gmail", "purpose": "actions", "mode": "personal"}
    made = (await person.call("POST", "/connections", json=body)).json()
    back = await service.consents.allow(made["authorize_url"])
    answer = await person.http.get(back, follow_redirects=False)
    assert answer.headers["location"].endswith(f"connected={made['id']}"), answer.headers["location"]
    return dict((await person.call("GET", f"/connections/{made['id']}")).json())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    service = GmailService()
    wire = Wire(service.app)
    with mailbox() as mail:
        async with served(wire) as url:
            registered = {
                "google_client_id": CLIENT_ID,
                "google_client_secret": CLIENT_SECRET,
                "google_api_url": url,
                "google_authorize_url": f"{url}/authorize",
                "google_token_url": f"{url}/token",
                "google_revoke_url": f"{url}/revoke",
            }
            actions = {"undo_seconds": 0, **registered}
            settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, actions=actions)
            async with running_app(settings) as app, world(app, mail) as here:
                await here.administrator(email="admin@example.com")
                ada = await proven(here)
                connected = await connect_mailbox(ada, service)
                assert connected["status"] == "ready", connected
                yield Place(here, service, wire, ada, connected["id"])


@pytest_asyncio.fixture(loop_scope="module")
async def gmail(module_place: Place) -> AsyncIterator[Place]:
    module_place.service.drafts.reset()
    module_place.wire.mend()
    module_place.wire.journal.clear()
    yield module_place
    module_place.wire.mend()


async def test_ones_own_mailbox_is_offered_before_the_servers_mail(gmail: Place) -> None:
    ways = (await gmail.ada.call("GET", "/actions/ways")).json()["items"]
    assert next((way["via"], way["kind"], way["address"]) for way in ways) == (gmail.via, "email", gmail.ada.email)
    assert ways[-1]["via"] == "smtp"
    eve = await proven(gmail.world)
    assert [way["via"] for way in (await eve.call("GET", "/actions/ways")).json()["items"]] == ["smtp", "smtp"]
    refused = await eve.call("POST", "/actions", json={**mail_to("dana@example.com"), "via": gmail.via})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "via")


async def test_it_leaves_from_the_persons_mailbox_once_with_a_receipt(gmail: Place) -> None:
    action = await gmail.approved(text="We launch.\n", bcc=[{"address": "boss@example.com"}])
    done = await becomes(gmail.ada, action["id"], "succeeded")
    [(sender, sent)] = gmail.service.drafts.sent
    assert (sender, sent.message["Subject"], sent.message["Bcc"]) == (gmail.ada.email, "Launch", "boss@example.com")
    assert gmail.ada.email in sent.message["From"]
    assert sent.message["Reply-To"] is None
    assert lines_of(message_from_bytes(sent.message.as_bytes(), policy=SMTP)) == ["We launch."]
    assert (done["receipt"]["id"], done["receipt"]["url"].endswith(sent.id)) == (sent.id, True)
    assert gmail.sendings() == 1


async def test_what_gmail_keeps_otherwise_than_it_was_approved_is_not_sent(gmail: Place) -> None:
    gmail.service.drafts.changes = True
    action = await gmail.approved(text="We launch.\n")
    failed = await becomes(gmail.ada, action["id"], "failed")
    assert failed["reason"]["code"] == "draft_differs"
    assert (gmail.sendings(), gmail.service.drafts.sent, gmail.service.drafts.kept) == (0, [], {})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=429, headers=(("retry-after", "1"),)), "source_rate_limited"),
        (Fault(status=403, body={"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}), "source_rate_limited"),
    ],
)
async def test_what_certainly_did_not_happen_waits_for_its_next_attempt(gmail: Place, fault: Fault, code: str) -> None:
    gmail.wire.fail(1, fault, where=_sends)
    action = await gmail.approved()

    async def tried() -> dict[str, Any] | None:
        shown: dict[str, Any] = (await gmail.ada.call("GET", f"/actions/{action['id']}")).json()
        return shown if shown["attempts"] and shown["status"] == "scheduled" else None

    waiting = await until_true(tried)
    assert waiting is not None
    assert (waiting["attempts"][0]["outcome"], waiting["reason"]["code"]) == ("not_done", code)
    assert (gmail.service.drafts.sent, gmail.sendings()) == ([], 1)
    await gmail.ada.call("POST", f"/actions/{action['id']}/cancel")  # or its next attempt meets another test's fault


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=401), "reauth_required"),
        (Fault(status=403), "permission_missing"),
        (Fault(status=400), "refused"),
        (Fault(status=413), "refused"),
    ],
)
async def test_what_is_refused_is_asked_once_and_has_failed(gmail: Place, fault: Fault, code: str) -> None:
    gmail.wire.fail(1, fault, where=_sends)
    action = await gmail.approved()
    failed = await becomes(gmail.ada, action["id"], "failed")
    assert (failed["reason"]["code"], gmail.service.drafts.sent, gmail.sendings()) == (code, [], 1)


@pytest.mark.parametrize(
    "fault", [Fault("after"), Fault("cut"), Fault("garble"), Fault(status=500), Fault(status=502), Fault(status=404)]
)
async def test_what_may_have_happened_is_unknown_until_it_is_seen_and_never_sent_again(
    gmail: Place, fault: Fault
) -> None:
    gmail.wire.fail(1, fault, where=_sends)
    action = await gmail.approved()
    unknown = await becomes(gmail.ada, action["id"], "unknown")
    assert unknown["attempts"][0]["outcome"] == "lost"
    left = len(gmail.service.drafts.sent)
    assert left == (1 if fault.how != "answer" else 0)
    await gmail.look_now(action["id"])
    shown = (await gmail.ada.call("GET", f"/actions/{action['id']}")).json()
    assert (shown["status"], gmail.sendings()) == ("succeeded" if left else "unknown", 1)
    if left:
        assert shown["receipt"]["id"] == gmail.service.drafts.sent[0][1].id


async def test_a_look_that_fails_proves_nothing(gmail: Place) -> None:
    gmail.wire.fail(1, Fault("after"), where=_sends)
    action = await gmail.approved()
    await becomes(gmail.ada, action["id"], "unknown")
    gmail.wire.fail_all(lambda request: "/threads/" in request.path, Fault(status=500))
    await gmail.look_now(action["id"])
    assert (await gmail.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "unknown"
    gmail.wire.mend()
    await gmail.look_now(action["id"])
    assert (await gmail.ada.call("GET", f"/actions/{action['id']}")).json()["status"] == "succeeded"


async def test_an_account_that_is_gone_sends_nothing(gmail: Place) -> None:
    ben = await proven(gmail.world)
    made = await connect_mailbox(ben, gmail.service)
    action = await proposed(ben, {**mail_to("dana@example.com"), "via": made["id"]})
    assert (await ben.call("DELETE", f"/connections/{made['id']}")).status_code == 204
    refused = await ben.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (refused.status_code, refused.json()["code"], gmail.sendings()) == (409, "is_cancelled", 0)
    assert "disconnected" in refused.json()["detail"]


async def test_an_invitation_leaves_from_there_too_and_answers_come_back_to_it(gmail: Place) -> None:
    body = {"kind": "calendar", "payload": appointment(attendees=[{"address": "dana@example.com"}]), "via": gmail.via}
    action = await proposed(gmail.ada, body)
    await approve(gmail.ada, action)
    await becomes(gmail.ada, action["id"], "succeeded")
    ((sender, sent),) = gmail.service.drafts.sent
    mail = message_from_bytes(sent.message.as_bytes(), policy=SMTP)
    _, event = event_of(mail)
    assert (sender, event["ORGANIZER"]) == (gmail.ada.email, f"mailto:{gmail.ada.email}")
    assert (event["SUMMARY"], mail["Cc"], mail["Reply-To"]) == ("Launch", None, None)
    assert action["preview"]["mails"] == ["dana@example.com"]


async def test_a_call_that_never_arrived_did_not_happen() -> None:
    settings = GmailActionSettings(api_url="http://127.0.0.1:9")  # nobody listens there
    channel = GmailChannel(Setup("oauth", StaticCredential(SecretStr("token")), Options(), settings))
    outgoing = Outgoing(b"", {}, "a1", {"draft": "r1", "thread": "t1"})
    with pytest.raises(NotDone) as refused:
        await channel.send(outgoing, now=datetime.now(UTC))
    assert (refused.value.reason.code, refused.value.again_after_seconds) == ("source_unavailable", 0.0)
    await channel.close()
