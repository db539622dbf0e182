"""From what a model asks for to a payload: recipients, times, places, links and files come from the person's words.

What stands only in a document, or only in the model's call, is left empty and kept as a suggestion, which the person
may take over with a click of their own. The prose is the model's, and is marked so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.actions.models import EvidenceSource, Origin, Suggestion
from backend.actions.proposing.said import Said, links_in, with_links
from backend.actions.proposing.tools import AskedEvent, AskedMail, AskedMessage
from backend.actions.services.slack_tree import literal, mentions, parse, written
from backend.embedding.search.models import Hit
from backend.errors import InvalidInput
from backend.mail_address import mail_key, plausible_address
from backend.monitoring.printable import printable_line
from backend.text.sentences import split_sentences

_LEFT_OUT = "[link left out]"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the directory."""

    name: str
    address: str


class Directory(Protocol):
    """Who can be meant by a name."""

    async def named(self, name: str) -> Sequence[Known]:
        """Those whose name has these words; at most a handful."""
        ...


@dataclass(slots=True)
class Resolved:
    """`missing`: fields that the person has to fill in. `payload` is as the kind's form has it, without them."""

    payload: dict[str, Any]
    origins: dict[str, Origin] = field(default_factory=dict)
    suggestions: list[Suggestion] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known in this turn: the person's words, the passages that the model was shown, the directory."""

    said: Said
    passages: Sequence[Hit]
    directory: Directory

    def suggested(self, where: str, value: str) -> Suggestion:
        """A value that the person did not say; with the document that has it, if one has."""
        shown = printable_line(value)[:300]
        holder = next((hit for hit in self.passages if value.casefold() in hit.text.casefold()), None)
        if holder is None:
            return Suggestion(field=where, value=shown, origin="assistant")
        return Suggestion(
            field=where,
            value=shown,
            origin="document",
            document_id=holder.document_id,
            title=holder.title,
            source=_passage(holder, value),
        )


def _passage(hit: Hit, value: str) -> EvidenceSource | None:
    """The sentence of a passage that has the value; None where its letters cannot be counted without their case."""
    lowered = hit.text.lower()
    at = lowered.find(value.lower()) if len(lowered) == len(hit.text) else -1
    if at < 0:
        return None
    around = next((one for one in split_sentences(hit.text) if one.start <= at and at + len(value) <= one.end), None)
    start, end = (at, at + len(value)) if around is None else (around.start, around.end)
    return EvidenceSource(
        document_id=hit.document_id,
        version=hit.version,
        start=hit.start + start,
        end=hit.start + end,
        title=hit.title,
        page=hit.standing(hit.start + start, hit.start + end).page,
    )


async def resolve_mail(asked: AskedMail, turn: Turn) -> Resolved:
    made = Resolved({})
    made.payload["subject"] = _prose(asked.subject, "subject", turn, made)
    made.payload["text"] = _prose(asked.text, "text", turn, made)
    made.origins |= {"subject": "assistant", "text": "assistant"}
    for name, people in (("to", asked.to), ("cc", asked.cc)):
        made.payload[name] = await _people(name, people, turn, made)
    if not made.payload["to"] and "to" not in made.missing:
        made.missing.append("to")
    made.payload["attachments"] = _attachments(asked.attachments, turn, made)
    return made


async def resolve_event(asked: AskedEvent, turn: Turn) -> Resolved:
    made = Resolved({}, missing=["start", "end"])
    made.payload["title"] = _prose(asked.title, "title", turn, made)
    made.payload["description"] = _prose(asked.description, "description", turn, made)
    made.origins |= {"title": "assistant", "description": "assistant"}
    made.payload["attendees"] = await _people("attendees", asked.attendees, turn, made)
    if (
        asked.location
        and turn.said.has_phrase(asked.location)
        and all(map(turn.said.has_link, links_in(asked.location)))
    ):
        made.payload["location"] = printable_line(asked.location)
        made.origins["location"] = "person"
    elif asked.location:
        made.suggestions.append(turn.suggested("location", asked.location))
    for name, value in (("start", asked.when), ("end", asked.duration)):
        if value and turn.said.has_phrase(value):  # a time is chosen by the person: their words do not say the zone
            made.suggestions.append(Suggestion(field=name, value=printable_line(value), origin="person"))
        elif value:
            made.suggestions.append(turn.suggested(name, value))
    return made


async def resolve_message(asked: AskedMessage, turn: Turn) -> Resolved:
    made = Resolved({}, missing=["channel"])
    made.payload["text"] = _without_mentions(_prose(asked.text, "text", turn, made), turn, made)
    made.origins["text"] = "assistant"
    if asked.channel and turn.said.has_phrase(asked.channel):  # which one is meant is chosen among those that exist
        made.suggestions.append(Suggestion(field="channel", value=printable_line(asked.channel), origin="person"))
    elif asked.channel:
        made.suggestions.append(turn.suggested("channel", asked.channel))
    return made


def _prose(text: str, name: str, turn: Turn, made: Resolved) -> str:
    """The model's own words, without links that the person did not give."""

    def kept(link: str) -> str:
        if turn.said.has_link(link):
            return link
        made.suggestions.append(turn.suggested(name, link))
        return _LEFT_OUT

    text = with_links(text, kept)
    return printable_line(text) if name in ("subject", "title") else text


def _without_mentions(text: str, turn: Turn, made: Resolved) -> str:
    """A message in which only people, groups and channels are mentioned that the person mentioned: others are text."""
    strange = [sign for sign in map(written, mentions(parse(text))) if sign not in turn.said.mentions]
    for sign in strange:
        text = _escaped(text, sign)
        made.suggestions.append(turn.suggested("text", sign))
    if any(written(left) not in turn.said.mentions for left in mentions(parse(text))):
        return literal(text)
    return text


def _escaped(text: str, sign: str) -> str:
    """With an even number of backslashes before it, it is a mention; with one more it is none."""
    before, *rest = text.split(sign)
    parts = [before]
    for following in rest:
        slashes = len(parts[-1]) - len(parts[-1].rstrip("\\"))
        parts[-1] += "" if slashes % 2 else "\\"
        parts.append(following)
    return sign.join(parts)


async def _people(name: str, wanted: Sequence[str], turn: Turn, made: Resolved) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    origins: set[Origin] = set()
    for one in wanted:
        person, origin = await _person(name, one, turn, made)
        if person is not None and origin is not None:
            found[mail_key(person["address"])] = person
            origins.add(origin)
    if origins:
        made.origins[name] = "person" if origins == {"person"} else "directory"
    return list(found.values())


async def _person(name: str, wanted: str, turn: Turn, made: Resolved) -> tuple[dict[str, Any] | None, Origin | None]:
    """Somebody whom the person named: by an address that they wrote, or by a name that fits exactly one."""
    address = _address(wanted)
    if address is not None:
        if turn.said.has_address(address):
            return {"address": address}, "person"
        made.suggestions.append(turn.suggested(name, address))
        return None, None
    if not turn.said.has_phrase(wanted):
        made.suggestions.append(turn.suggested(name, wanted))
        return None, None
    known = await turn.directory.named(wanted)
    if len(known) == 1:
        return {"name": known[0].name, "address": known[0].address}, "directory"
    if name not in made.missing:
        made.missing.append(name)
    made.suggestions += [
        Suggestion(field=name, value=f"{one.name} <{one.address}>", origin="directory") for one in known
    ] or [Suggestion(field=name, value=printable_line(wanted), origin="person")]
    return None, None


def _address(text: str) -> str | None:
    inner = text.rpartition("<")[2].rstrip("> ").strip()
    if "@" not in inner:
        return None
    try:
        return plausible_address(inner)
    except (ValueError, InvalidInput):
        return None


def _attachments(titles: Sequence[str], turn: Turn, made: Resolved) -> list[Mapping[str, Any]]:
    """Documents among the passages whose title the person said."""
    attached: dict[str, Mapping[str, Any]] = {}
    for title in titles:
        hits = {hit.document_id: hit for hit in turn.passages if hit.title.casefold() == title.casefold()}
        if len(hits) == 1 and turn.said.has_phrase(title):
            (found,) = hits.values()
            attached[found.document_id] = {"document_id": found.document_id}
            made.origins["attachments"] = "person"
        else:
            made.suggestions.append(turn.suggested("attachments", title))
    return list(attached.values())
