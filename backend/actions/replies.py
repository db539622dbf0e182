"""Answers to mails: what one begins with, before anything is proposed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from backend.access import Caller
from backend.actions.base import Owner
from backend.actions.models import Caution, Origin
from backend.actions.services.answered import MOST_RECIPIENTS, answer_to, beyond, unreachable
from backend.actions.services.answers import FindsAnswered
from backend.actions.services.email_payload import EmailPayload
from backend.actions.services.email_warnings import answer_warnings
from backend.actions.ways import Ways
from backend.errors import InvalidInput
from backend.mail_address import mail_key

_NAMED_AT_MOST = 5
_NO_WAY = "There is no account to answer from. Connect a mailbox to act with first."


@dataclass(frozen=True, slots=True)
class Reply:
    """`via`: the account that the conversation is in, or else the first that mail can leave by."""

    payload: dict[str, Any]
    via: str
    in_reply_to: dict[str, Any]
    warnings: list[Caution]
    origins: dict[str, Origin]


class Replies:
    def __init__(self, answers: FindsAnswered, ways: Ways, owner: Callable[[str], Awaitable[Owner]]) -> None:
        self._answers = answers
        self._ways = ways
        self._owner = owner

    async def begin(self, caller: Caller, document_id: str, *, everybody: bool) -> Reply:
        """To the sender of a mail, or to all whom it names but oneself.

        Errors: `NotFound`, `InvalidInput` for what cannot be answered, `Conflict` without a proven address,
        `SourceError` where Gmail does not tell.
        """
        owner = await self._owner(caller.user_id)
        ways = [one for one in await self._ways.all_of(caller.user_id) if one.kind == "email" and one.address]
        if not ways:
            raise InvalidInput(_NO_WAY)
        answered = await self._answers.find(owner.caller, document_id)
        own = await self._answers.own_addresses(owner)
        payload = answer_to(answered, own, everybody=everybody)
        mailbox = mail_key(answered.mailbox or "")
        way = next((one for one in ways if mail_key(one.address or "") == mailbox), ways[0])
        people = EmailPayload.model_validate(payload).recipients()
        warnings = answer_warnings(answered, way.address or "", payload["subject"], people)
        texts = []
        if left_out := unreachable(answered, everybody=everybody):
            texts.append(f"Mail cannot carry these addresses, so they are left out: {_listed(left_out)}.")
        if left_out := beyond(answered, own, everybody=everybody):
            texts.append(
                f"A mail goes to {MOST_RECIPIENTS} people in each field, so these are left out: {_listed(left_out)}. "
                "Write to them in another mail."
            )
        if texts:
            warnings.append(Caution(code="left_out", message=" ".join(texts), field="to"))
        origins: dict[str, Origin] = dict.fromkeys(("to", "cc", "subject", "in_reply_to"), "thread")
        return Reply(payload, way.via, answered.shown(), warnings, origins)


def _listed(people: Sequence[str]) -> str:
    more = len(people) - _NAMED_AT_MOST
    return ", ".join(people[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
