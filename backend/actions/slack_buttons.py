"""Deciding in Slack: a person is asked in their own conversation with the app, and what they press counts as theirs.

What is pressed names an action and its hash, and nothing else of it is believed. Slack signs the raw body.
https://docs.slack.dev/authentication/verifying-requests-from-slack, …/interactivity/handling-user-interaction (2026-11)
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qs

import orjson
import structlog
from pydantic import BaseModel, SecretStr, ValidationError

from backend.access import Caller
from backend.actions.finding import MISSING
from backend.actions.models import Action
from backend.actions.repository import ActionRepository
from backend.actions.service import ActionService
from backend.actions.services.slack_blocks import MAX_BLOCK_CHARS, blocks_of, escaped
from backend.actions.services.slack_tree import Block, Code, Paragraph, Text
from backend.actions.status import ActionStatus
from backend.actions.ways import Accounts
from backend.auth.models import User
from backend.auth.repository import UserRepository
from backend.connectors.acting import slack
from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.models import Connection
from backend.connectors.signatures import require_recent, require_signature
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index
from backend.db.lease import Clock
from backend.errors import Conflict, InvalidInput, NotFound, SourceError, TransientFailure, Unauthenticated
from backend.mail_address import mail_key

log = structlog.get_logger(__name__)

#: What was pressed already, so that the same request again is none. Signatures are refused long before these go.
PRESSES = CollectionSpec("slack_presses", (Index((("expires_at", 1),), ttl_seconds=0),))
_REMEMBERED = timedelta(hours=1)
#: Slack waits three seconds for an answer.
_LOOK_UP_SECONDS = 2.0
_DECISIONS: Mapping[str, Literal["approve", "reject"]] = {
    "bibliosai_approve": "approve",
    "bibliosai_reject": "reject",
}


class _Id(BaseModel):
    id: str


class _Button(BaseModel):
    action_id: str
    value: str


class _Payload(BaseModel):
    type: Literal["block_actions"]
    team: _Id
    user: _Id
    channel: _Id
    message: Mapping[str, Any]
    actions: list[_Button]


@dataclass(frozen=True, slots=True)
class Press:
    """A decision that counted, or why it did not. `card`: where what became of it is shown."""

    user: User
    action: Action
    decision: Literal["approve", "reject"]
    refused: str | None
    card: tuple[Connection, str, str] | None


class SlackButtons:
    """Asks, and takes what is pressed.

    Args:
        secret: with which Slack signs; empty: nothing is taken.
    """

    def __init__(
        self,
        database: Database,
        *,
        service: ActionService,
        actions: ActionRepository,
        accounts: Accounts,
        users: UserRepository,
        secret: SecretStr,
        clock: Clock,
    ) -> None:
        self._presses = database.collection(PRESSES)
        self._service = service
        self._actions = actions
        self._accounts = accounts
        self._users = users
        self._secret = secret
        self._clock = clock

    async def ask(self, caller: Caller, action_id: str, *, address: str) -> None:
        """Shows an action whole, with its buttons, to whom it belongs. Errors: `Conflict`, those of sources."""
        action = await self._service.get(caller, action_id)
        if action.status is not ActionStatus.awaiting_approval:
            raise Conflict("It waits for no decision.", code=f"is_{action.status}")
        if not self._secret.get_secret_value():
            raise Conflict("Buttons are not set up here: the app's signing secret is missing.", code="no_buttons")
        if any(one.confirm for one in action.warnings):
            raise Conflict("It needs a confirmation of its own: decide on its page.", code="confirmation_needed")
        words = _words(action)
        connection = await self._of_workspace(caller.user_id)
        if connection is None:
            raise Conflict("Slack is not connected for the workspace.", code="no_account")
        desk = SlackDesk(self._accounts.opened(connection))
        try:
            person = await desk.by_address(address)
            room = person and await desk.open_direct(person)
            if not room:
                raise Conflict("Slack knows nobody with your address.", code="person_unknown")
            body = {"channel": room, **_card(action, words, None)}
            answer = await desk.send("chat.postMessage", orjson.dumps(body))
            if answer.fields().get("ok") is not True:
                raise TransientFailure("Slack did not take the question. Try again.")
        finally:
            await desk.close()

    async def press(self, body: bytes, headers: Mapping[str, str]) -> Press:
        """Errors: `Unauthenticated` (signature_invalid, replayed), `InvalidInput`, `NotFound` for whoever may not."""
        sent_at = headers.get("x-slack-request-timestamp", "")
        require_recent("Slack", sent_at, now=time.time())
        given = headers.get("x-slack-signature", "")
        require_signature("Slack", self._secret, b"v0:" + sent_at.encode() + b":" + body, given, prefix="v0=")
        await self._require_new(given)
        payload = _read(body)
        decision = _DECISIONS.get(payload.actions[0].action_id) if payload.actions else None
        if decision is None:
            raise InvalidInput("This is no button of ours.", code="push_malformed")
        action_id, _, hash_ = payload.actions[0].value.partition(":")
        action = await self._actions.get(action_id)
        if action is None:
            raise NotFound(MISSING)
        connection = await self._of_workspace(action.owner_id, team=payload.team.id)
        user = await self._presser(action, payload, connection)
        refused = None
        try:
            if decision == "approve":
                await self._service.approve(user.caller(), action_id, hash_, confirmed=(), actor=user.actor)
            else:
                await self._service.reject(user.caller(), action_id, None, actor=user.actor, of_hash=hash_)
        except Conflict as error:
            refused = error.message
        ts = payload.message.get("ts")
        card = (connection, payload.channel.id, ts) if connection is not None and isinstance(ts, str) else None
        return Press(user, await self._service.get(user.caller(), action_id), decision, refused, card)

    async def show(self, press: Press) -> None:
        """Says on the card what became of it, and who decided. Never raises: the decision stands."""
        if press.card is None:
            return
        connection, channel, ts = press.card
        desk = SlackDesk(self._accounts.opened(connection))
        try:
            body = {
                "channel": channel,
                "ts": ts,
                **_card(press.action, _words(press.action), await self._outcome(press)),
            }
            await desk.send("chat.update", orjson.dumps(body))
        except (SourceError, Conflict) as error:
            log.info("card_not_updated", code=error.code)
        finally:
            await desk.close()

    async def _require_new(self, signature: str) -> None:
        try:
            await self._presses.insert_one({"_id": signature, "expires_at": self._clock() + _REMEMBERED})
        except DuplicateKey:
            raise Unauthenticated("This was taken already.", code="replayed") from None

    async def _presser(self, action: Action, payload: _Payload, connection: Connection | None) -> User:
        """Who has connected this account of Slack as their own, or has proven the address that Slack knows of it."""
        user: User | None = None
        own = f"{payload.team.id}:{payload.user.id}"
        for one in await self._accounts.to_act_with(action.owner_id):
            if one.type == slack.SLUG and one.mode == "personal" and one.account and one.account.id == own:
                user = await self._users.get(action.owner_id)
        if user is None and connection is not None:
            address = await self._address(connection, payload)
            found = await self._users.proven_by([mail_key(address)]) if address else {}
            user = next(iter(found.values()), None)
        if user is None or not user.active:
            raise NotFound(MISSING)
        return user

    async def _address(self, connection: Connection, payload: _Payload) -> str | None:
        desk = SlackDesk(self._accounts.opened(connection))
        try:
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                member = await desk.member(payload.user.id, payload.team.id)
        except TimeoutError:
            raise TransientFailure("Slack did not say in time who pressed. Try again.") from None
        finally:
            await desk.close()
        return member.address if member is not None and member.standing in ("full", "guest") else None

    async def _of_workspace(self, user_id: str, *, team: str | None = None) -> Connection | None:
        for one in await self._accounts.to_act_with(user_id):
            is_of = one.type == slack.SLUG and one.mode == "workspace" and one.account is not None
            if is_of and (team is None or (one.account and one.account.id.startswith(f"{team}:"))):
                return one
        return None

    async def _outcome(self, press: Press) -> str:
        last = press.action.timeline[-1]
        decided = next(
            (one for one in reversed(press.action.timeline) if one.move in ("approve", "reject", "cancel")), last
        )
        names = await self._users.names([decided.actor_id]) if decided.actor_id else {}
        who = names.get(decided.actor_id or "", "the server")
        if press.refused and press.action.status is ActionStatus.awaiting_approval:
            return press.refused
        return f"{decided.to.replace('_', ' ').capitalize()} by {who}, {decided.at:%Y-%m-%d %H:%M} UTC."


def _read(body: bytes) -> _Payload:
    """Errors: `InvalidInput` (push_malformed)."""
    try:
        given = parse_qs(body.decode(), max_num_fields=10)
        return _Payload.model_validate_json(given["payload"][0])
    except (KeyError, ValueError, ValidationError) as error:
        raise InvalidInput("This is nothing that Slack sends.", code="push_malformed") from error


def _words(action: Action) -> str:
    """All that leaves, as it will be read. Errors: `Conflict` for what a card cannot show whole."""
    shown = action.preview
    match action.kind:
        case "email":
            lines, is_whole = _of_mail(shown), not shown["attachments"] and not shown.get("html")
        case "slack":
            lines, is_whole = _of_message(shown), True
        case _:
            lines, is_whole = [], False
    at = f"{action.schedule_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if action.schedule_at else "at once"
    words = "\n".join([*lines, f"Leaves: {at}", "", shown["text"]]) if is_whole else ""
    if not is_whole or len(words) > MAX_BLOCK_CHARS:
        raise Conflict("A card in Slack cannot show all of it: decide on its page.", code="not_shown_whole")
    return words


def _of_mail(shown: Mapping[str, Any]) -> list[str]:
    answers = [f"Answers to: {_mailbox(shown['reply_to'])}"] if shown["reply_to"] else []
    people = [
        f"{name.capitalize()}: {', '.join(map(_mailbox, shown[name]))}" for name in ("to", "cc", "bcc") if shown[name]
    ]
    return [f"From: {shown['from']}", *answers, *people, f"Subject: {shown['subject']}", *_answered(shown)]


def _answered(shown: Mapping[str, Any]) -> list[str]:
    mail = shown.get("in_reply_to")
    if not mail:
        return []
    sent = f", {datetime.fromisoformat(mail['sent_at']).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if mail["sent_at"] else ""
    where = "in the same conversation" if mail["same_conversation"] else "not in the same conversation"
    return [f"Answers the mail: '{mail['subject']}' from {mail['from']}{sent} ({where})"]


def _mailbox(shown: Mapping[str, Any]) -> str:
    return f"{shown['name']} <{shown['address']}>" if shown["name"] else str(shown["address"])


def _of_message(shown: Mapping[str, Any]) -> list[str]:
    where = shown["channel"]
    told = {"thread": "Answers in the thread of", "replaces": "Takes the place of"}
    return [
        f"From: {shown['sender']}",
        f"To: {where['name']} ({where['kind'].replace('_', ' ')} {where['id']}, {shown['operation']})",
        *(
            f"{words}: {shown[name]['excerpt']} ({shown[name]['ts']})"
            for name, words in told.items()
            if shown.get(name)
        ),
    ]


def _card(action: Action, words: str, outcome: str | None) -> dict[str, Any]:
    title = f"Is this to be sent ({action.kind})?" if outcome is None else outcome
    tree: tuple[Block, ...] = (Paragraph("heading", (Text(title),)), Code(words))
    blocks = blocks_of(tree, key=f"{action.id}.{action.status}")
    if outcome is None:
        value = f"{action.id}:{action.hash}"
        buttons = [_button("bibliosai_approve", "Approve", "primary", value)]
        buttons.append(_button("bibliosai_reject", "Reject", "danger", value))
        blocks.append({"type": "actions", "block_id": f"{action.id}.buttons", "elements": buttons})
    flags = {"parse": "none", "link_names": False}
    return {"text": escaped(title), "blocks": blocks, **flags}


def _button(action_id: str, text: str, style: str, value: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "action_id": action_id, "text": label, "style": style, "value": value}
