"""Messages for Slack: from a payload to the exact JSON that leaves."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from backend.actions.base import Made, Owner
from backend.actions.models import Caution
from backend.actions.payloads import invalid
from backend.actions.services.slack_blocks import blocks_of, fallback, readable, shown_blocks, too_long
from backend.actions.services.slack_mentions import Mentioned, resolve
from backend.actions.services.slack_target import (
    EVENT_TYPE,
    Poster,
    Target,
    Unreachable,
    find_own,
    find_target,
    find_thread,
)
from backend.actions.services.slack_tree import Block, Link, Paragraph, Text, parse, parts_of
from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.slack import timestamps
from backend.errors import FieldProblem, InvalidInput
from backend.monitoring.printable import printable_line

#: More than Slack takes: how long it is as Slack counts is said when it is made.
MAX_PAYLOAD_CHARS = 60_000
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NO_MENTION = re.compile(r"(?<![\w@<!])@(?:here|channel|everyone)\b")
_ADDRESS_LIKE = re.compile(r"(?<![\w.-])(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]|$)", re.IGNORECASE)


def _ts(value: str) -> str:
    if not timestamps.is_ts(value):
        raise ValueError("must be the ts of a message, such as 1793606400.000100")
    return value


def _text(value: str) -> str:
    if _CONTROLS.search(value):
        raise ValueError("must not hold control characters")
    return value


Ts = Annotated[str, AfterValidator(_ts)]


class SlackPayload(BaseModel):
    """A message as a person writes it.

    `channel`: the id of a channel or of a person. `text`: in the words of `slack_tree`. `thread_ts`: the message that
    it answers; `update_ts`: the one that it replaces. `template`: by which it was written, for the record.
    """

    model_config = ConfigDict(extra="forbid")

    channel: Annotated[str, Field(pattern=r"^[CGDUW][A-Z0-9]{2,30}$")]
    text: Annotated[str, Field(max_length=MAX_PAYLOAD_CHARS), AfterValidator(_text)] = ""
    thread_ts: Ts | None = None
    update_ts: Ts | None = None
    template: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    @property
    def operation(self) -> str:
        return "update" if self.update_ts else "reply" if self.thread_ts else "post"


class SlackWorkflow:
    """Makes messages of one account.

    Args:
        open_desk: the account; it is closed here.
        of_person: it is the person's own. Otherwise it is the app's, and each message says for whom it comes.
    """

    def __init__(self, open_desk: Callable[[], SlackDesk], *, of_person: bool) -> None:
        self._open_desk = open_desk
        self._of_person = of_person

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            message = SlackPayload.model_validate(payload)
        except ValidationError as error:
            raise invalid("This message cannot be posted as it is.", error) from error
        return message.model_dump(exclude_none=True)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        message = SlackPayload.model_validate(payload)
        written = parse(message.text)
        if not written:
            raise _refused("missing", "Say what it says.", "text")
        desk = self._open_desk()
        try:
            return await self._make(desk, owner, message, written, action_id)
        except Unreachable as error:
            raise _refused(error.code, error.message, error.field) from error
        finally:
            await desk.close()

    async def _make(
        self, desk: SlackDesk, owner: Owner, message: SlackPayload, written: tuple[Block, ...], action_id: str
    ) -> Made:
        team = await desk.team()
        poster = Poster(team) if self._of_person else Poster(team, owner.caller.user_id, owner.address)
        target = await find_target(desk, poster, message.channel)
        thread = replaced = None
        if message.update_ts:
            replaced = await find_own(desk, poster, target, message.update_ts, message.thread_ts)
        elif message.thread_ts:
            thread = await find_thread(desk, poster, target, message.thread_ts)
        said = await resolve(desk, poster, target, written)
        tree = said.tree if self._of_person else (*said.tree, _for(owner))
        if (problem := too_long(tree)) is not None:
            raise _refused("too_long", problem, "text")
        blocks = blocks_of(tree, key=action_id)
        body = _body(message, fallback(tree), blocks, _metadata(action_id, poster))
        request = {
            "method": "chat.update" if message.update_ts else "chat.postMessage",
            "channel": target.id,
            "kind": target.kind,
            "name": target.name,
            "is_shared": target.is_shared,
            "account": poster.account,
            "person": poster.for_person,
            "address": poster.address,
            "thread_ts": message.thread_ts,
            "update_ts": message.update_ts,
            "broadcast_to": said.broadcast_to,
        }
        preview = {
            "sender": _sender(owner, poster),
            "channel": {
                "id": target.id,
                "name": printable_line(target.name),
                "kind": target.kind,
                "members": target.people,
            },
            "thread": thread,
            "replaces": replaced,
            "operation": message.operation,
            "text": readable(tree, said.names),
            "blocks": shown_blocks(blocks),
            "mentions": said.shown(),
        }
        content, warnings = orjson.dumps(body, option=orjson.OPT_SORT_KEYS), _warnings(message, target, said)
        return Made(content, request, preview, warnings, reaches=said.reach)


def _for(owner: Owner) -> Paragraph:
    return Paragraph("text", (Text(f"Sent for {printable_line(owner.name)}", "italic"),))


def _sender(owner: Owner, poster: Poster) -> str:
    account = f"{poster.team.user} ({poster.team.name})" if poster.team.user else poster.team.name
    return printable_line(account if poster.for_person is None else f"{account}, for {owner.name}")


def _metadata(action_id: str, poster: Poster) -> dict[str, Any]:
    whose = {"person": poster.for_person} if poster.for_person else {}
    return {"event_type": EVENT_TYPE, "event_payload": {"action": action_id, **whose}}


def _body(message: SlackPayload, text: str, blocks: list[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    """All that Slack is given. Nothing is made of names in it, and no address is fetched for a picture of its page."""
    said = {"channel": message.channel, "text": text, "blocks": blocks, "metadata": metadata}
    flags: dict[str, Any] = {"parse": "none", "link_names": False}
    if message.update_ts:
        return {**said, **flags, "ts": message.update_ts}
    answers = {"thread_ts": message.thread_ts, "reply_broadcast": False} if message.thread_ts else {}
    return {**said, **flags, **answers, "unfurl_links": False, "unfurl_media": False}


def _warnings(message: SlackPayload, target: Target, said: Mentioned) -> tuple[Caution, ...]:
    found = list(said.warnings)
    if target.is_shared:
        text = "People of other organisations read it."
        found.append(Caution(code="outside", message=text, field="channel"))
    if (match := _NO_MENTION.search(message.text)) is not None:
        text = f"{match[0]} is text here and notifies nobody. Choose it from the list if it is meant."
        found.append(Caution(code="no_mention", message=text, field="text"))
    found += [
        Caution(code="masked_link", message=f"'{printable_line(label)}' leads to {printable_line(url)}.", field="text")
        for label, url in _masked(said.tree)
    ]
    return tuple(found)


def _masked(tree: tuple[Block, ...]) -> list[tuple[str, str]]:
    """Links whose label reads like another address than theirs."""
    links = [part for part in parts_of(tree) if isinstance(part, Link) and part.label]
    return [(one.label, one.url) for one in links if one.label and _reads_like_another(one.label, one.url)]


def _reads_like_another(label: str, url: str) -> bool:
    like = _ADDRESS_LIKE.search(label.strip())
    return like is not None and like[1].casefold() != (_host(url) or "").casefold()


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _refused(code: str, message: str, field: str) -> InvalidInput:
    return InvalidInput(message, fields=[FieldProblem(f"payload.{field}", code, message)])
