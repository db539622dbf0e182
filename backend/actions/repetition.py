"""Recognises that something was proposed, or sent, already: to the same people, with the same words or nearly so.

Whom it reaches is a key that is looked up; its words are a sketch, so that two texts of any length are compared in the
same short time. Decided in docs/adr/0184.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from zlib import crc32

import orjson
from pydantic import ValidationError

from backend.actions.models import Action, ActionKind, AskedIn, Caution, Likeness, Reach, Suggestion
from backend.actions.repository import ActionRepository, Earlier
from backend.actions.status import ActionStatus
from backend.actions.wall_clock import WallTime
from backend.db.lease import Clock
from backend.mail_address import mail_key

REPEATED = "repeated"
#: So long something that was sent counts as a repetition.
_SENT_WITHIN = timedelta(days=7)
#: So many of its words two texts share at the least.
_ALIKE = 0.8
#: Of texts with more different words than that the share is estimated (bottom-k sketch, Broder 1997).
_SKETCH_SIZE = 64
_LONGEST_WORD = 64
#: Signs that are words by themselves: kana, Han and Hangul are written without blanks.
_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_SIGNS}]|(?:(?![{_SIGNS}])\w)+")
_TEXTS = ("subject", "title", "text", "description")
_PLACES = ("operation", "event_id", "scope", "thread_ts", "update_ts")
_NAMES: Mapping[ActionKind, str] = {"email": "mail", "calendar": "event", "slack": "message"}
#: What came of a person's word already, so that the same once more needs another one.
_GOES_OUT = frozenset(
    {
        ActionStatus.approved,
        ActionStatus.scheduled,
        ActionStatus.executing,
        ActionStatus.unknown,
        ActionStatus.succeeded,
    }
)
#: What a second card would only repeat.
_STANDS = (
    ActionStatus.draft,
    ActionStatus.awaiting_approval,
    ActionStatus.approved,
    ActionStatus.scheduled,
    ActionStatus.executing,
    ActionStatus.unknown,
)


class Repetition:
    """Looks among the actions of one person."""

    def __init__(self, actions: ActionRepository, clock: Clock) -> None:
        self._actions = actions
        self._clock = clock

    async def caution(self, owner_id: str, kind: ActionKind, likeness: Likeness, *, but: str) -> Caution | None:
        """What to know of an earlier one that is the same or nearly so. `but`: the id of the one that is looked at."""
        if likeness.reach is None:
            return None
        since = self._clock() - _SENT_WITHIN
        found = await self._actions.reaching_the_same(owner_id, likeness.reach, sent_since=since, but=but)
        alike = [one for one in found if is_alike(one.likeness, likeness)]
        if not alike:
            return None
        worst = max(alike, key=lambda one: (one.status in _GOES_OUT, one.id))
        return Caution(
            code=REPEATED,
            message=_message(kind, worst, likeness),
            confirm=worst.status in _GOES_OUT,
            action_id=worst.id,
        )

    async def among(self, action: Action) -> list[Caution]:
        """Its warnings as they are now."""
        others = [one for one in action.warnings if one.code != REPEATED]
        caution = await self.caution(action.owner_id, action.kind, action.likeness, but=action.id)
        return [*others, *([caution] if caution else [])]

    async def in_conversation(self, owner_id: str, kind: ActionKind, asked_in: AskedIn) -> Action | None:
        """What a conversation has begun that stands there, where a model asked for the same. What the person made of
        it since does not matter."""
        wanted = asked_in.likeness
        for one in await self._actions.of_conversation(owner_id, asked_in.conversation_id, kind, _STANDS):
            known = one.asked_in.likeness if one.asked_in else Likeness()
            if known.reach == wanted.reach and is_alike(known, wanted):
                return one
        return None


def likeness_of(kind: ActionKind, payload: Mapping[str, Any], reach: Reach) -> Likeness:
    """By what a payload is known again. `reach` of its artefact; an empty one: as the payload says.

    One that reaches nobody has no key, except an event, which is the person's own then.
    """
    people = _people(payload, reach)
    key = _digest(kind, sorted(people), _places(payload)) if people or kind == "calendar" else None
    start, end = _moment(payload.get("start")), _moment(payload.get("end"))
    return Likeness(reach=key, sketch=_sketch(payload), start=start, end=end)


def likeness_of_asked(kind: ActionKind, payload: Mapping[str, Any], suggestions: Sequence[Suggestion]) -> Likeness:
    """Of what a model asked for: for the same people and places, with the same that was not taken over."""
    people = sorted(_people(payload, Reach()))
    others = sorted([one.field, one.value] for one in suggestions)
    return Likeness(reach=_digest(kind, people, _places(payload), others), sketch=_sketch(payload))


def is_alike(one: Likeness, other: Likeness) -> bool:
    """Whether they say the same or nearly so, at times that overlap where they have times."""
    return _overlap(one, other) and _share(one.sketch, other.sketch) >= _ALIKE


def _digest(*parts: object) -> str:
    return sha256(orjson.dumps(parts)).hexdigest()


def _places(payload: Mapping[str, Any]) -> list[object]:
    return [payload.get(name) for name in _PLACES]


def _share(one: Sequence[int], other: Sequence[int]) -> float:
    """Of the words of both together, the share that both have."""
    both = set(one) & set(other)
    all_ = sorted({*one, *other})[:_SKETCH_SIZE]
    return sum(word in both for word in all_) / len(all_) if all_ else 1.0


def _overlap(one: Likeness, other: Likeness) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    return one.start <= other.end and other.start <= one.end


def _sketch(payload: Mapping[str, Any]) -> list[int]:
    """The smallest hashes of its words, each as often as it stands there, and of the files that it has."""
    said = "\n".join(str(payload[name]) for name in _TEXTS if payload.get(name))
    counts = Counter(_words(said) or list(islice(said.split(), _SKETCH_SIZE)))
    words = [f"{word}\0{number}" for word, count in counts.items() for number in range(count)]
    words += [f"file\0{key}" for key in _files(payload)]
    return sorted({crc32(word.encode()) for word in words})[:_SKETCH_SIZE]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [match[0][:_LONGEST_WORD] for match in _WORD.finditer(plain)]


def _files(payload: Mapping[str, Any]) -> Iterator[str]:
    for one in payload.get("attachments") or ():
        if isinstance(one, Mapping) and "document_id" in one:
            yield str(one["document_id"])


def _people(payload: Mapping[str, Any], reach: Reach) -> set[str]:
    if reach.addresses or reach.channels:
        return {*map(mail_key, reach.addresses), *reach.channels}
    named = [one for name in ("to", "cc", "bcc", "attendees") for one in _listed(payload.get(name))]
    channel = payload.get("channel")
    addresses = {mail_key(str(one["address"])) for one in named if isinstance(one, Mapping) and one.get("address")}
    return {*addresses, *([str(channel)] if channel else [])}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _moment(value: object) -> datetime | None:
    """None where it is none, or cannot be said: an hour that does not exist, or exists twice."""
    with suppress(ValidationError, ValueError, TypeError):
        return WallTime.model_validate(value).moment()
    return None


def _message(kind: ActionKind, earlier: Earlier, likeness: Likeness) -> str:
    how = "The same" if earlier.likeness.sketch == likeness.sketch else "Almost the same"
    return f"{how} {_NAMES[kind]} to the same people {_state(earlier)}"


def _state(earlier: Earlier) -> str:
    at = f"{earlier.at:%Y-%m-%d %H:%M} UTC"
    match earlier.status:
        case ActionStatus.succeeded:
            return f"was sent on {at}. Approve this only if it is to be sent once more."
        case ActionStatus.unknown:
            return f"may have been sent on {at}: nobody can say. Look there before you approve this."
        case ActionStatus.executing:
            return "is being sent at this moment."
        case ActionStatus.approved | ActionStatus.scheduled:
            return f"was approved, and goes out on {at}."
        case _:
            return f"waits for an approval since {at}."
