"""Reads one mailbox: its listing, its history, and a conversation when its turn comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from functools import partial

from backend.connectors.gmail.client import Change, GmailClient, Json, Label, Profile, objects
from backend.connectors.gmail.data_stream import decoded
from backend.connectors.gmail.places import ListingPlace, Place
from backend.connectors.gmail.processor import (
    Attachment,
    Choice,
    Mail,
    address_of,
    attachments,
    bodies_to_fetch,
    conversation,
    mail_of,
    message_ids,
)
from backend.connectors.source_events import Access, Deferred, Delete, ItemFailure, SourceFile, Whole
from backend.errors import PermissionMissing, ReauthRequired, SourceRefused, TransientFailure
from backend.extraction.ocr.inside import is_decoration

#: How many mails of a conversation are looked for in one search.
_SEARCHED_AT_ONCE = 20
_WRAPPED = (
    "Outlook sent this in a wrapping of its own (winmail.dat) that cannot be read here. Ask whoever sent it to send it "
    "as plain text or HTML."
)

_TOO_MANY_PICTURES = "So many pictures of one conversation are not recognised. Ask your operator for a higher limit."
_DECORATION = "A small picture, such as a logo, holds no text that is read."
#: A picture of more bytes is no logo; one of fewer is looked at before it is taken in.
_LARGEST_DECORATION_BYTES = 200_000

type Step = Deferred | Delete | Place


class Mailbox:
    """One mailbox. Its steps are events, and places up to which everything was handed over.

    Args:
        labels: which labels' conversations are listed; None: all of them.
        query: only conversations of which Gmail's search finds a mail; empty: all.
        owner: whether whoever connected it sees its mails under any address.
        alone: False where one mailbox of several may not end the run of the others.
    """

    def __init__(
        self,
        client: GmailClient,
        choice: Choice,
        *,
        labels: tuple[str, ...] = (),
        query: str = "",
        owner: bool = False,
        alone: bool = True,
    ) -> None:
        self._client = client
        self._choice = choice
        self._listed: tuple[str | None, ...] = labels or (None,)
        self._query = query
        self._owner = owner
        self._alone = alone
        self._labels: Mapping[str, Label] | None = None
        self._naming = asyncio.Lock()
        self._profile: Profile | None = None

    async def close(self) -> None:
        await self._client.close()

    async def conversations(self) -> int:
        """How many there are, trash and spam among them; a listing that begins right after it need not ask again."""
        self._profile = await self._client.profile()
        return self._profile.threads

    async def begin(self, name: str) -> Place:
        """Where a listing begins: what changes meanwhile is asked for from here afterwards."""
        profile, self._profile = self._profile or await self._client.profile(), None
        return Place(
            mailbox=name,
            address=profile.address,
            since=profile.history,
            answered=profile.history,
            listing=ListingPlace(),
        )

    async def listing(self, place: Place) -> AsyncGenerator[Step]:
        """Every conversation that is chosen, from a place on."""
        at = place.listing or ListingPlace()
        while at.label < len(self._listed):
            page = await self._client.threads(
                page=at.page,
                label=self._listed[at.label],
                query=self._query,
                with_trash=self._choice.with_trash,
            )
            for thread_id, history in page.threads:
                yield self._thread(place, thread_id, history, matches=True)
            named = at.named + len(page.threads)
            label = at.label if page.next else at.label + 1
            at = ListingPlace(label=label, page=page.next, named=named)
            if at.label < len(self._listed):
                yield place.model_copy(update={"listing": at})
        if not at.named and self._listed == (None,) and not self._query:
            await self._require_empty()
        yield place.model_copy(update={"listing": None})

    async def changes(self, place: Place) -> AsyncGenerator[Step]:
        """What has changed since a place. Errors: `CursorExpired`."""
        first, page, since = "", None, place.since
        while True:
            found = await self._client.history(place.since, page=page)
            first = first or found.history
            for thread_id, history in self._changed(found.changes).items():
                yield self._thread(place, thread_id, history, matches=not self._query)
            if (page := found.next) is None:
                break
            # Records come in order, so up to the last one of a page everything was told.
            since = max((change.history for change in found.changes), key=_number, default=since)
            yield place.model_copy(update={"since": since})
        yield place.model_copy(update={"since": place.answered, "answered": first})

    def _changed(self, changes: tuple[Change, ...]) -> dict[str, str]:
        """The conversations that may be other ones, with the id of their last change."""
        found: dict[str, str] = {}
        for change in changes:
            if self._choice.touches(change.labels, change.moved, searched=bool(self._query)):
                found[change.thread] = max(found.get(change.thread, "0"), change.history, key=_number)
        return found

    async def _require_empty(self) -> None:
        """An empty list of a mailbox that has conversations is believed only if all of them are in trash or spam.

        Errors: `TransientFailure`.
        """
        if (await self._client.profile()).threads and not (
            await self._client.threads(with_trash=True, at_most=1)
        ).threads:
            raise TransientFailure(
                "Gmail says that there are conversations and lists none of them. It is tried again by itself."
            )

    def _thread(self, place: Place, thread_id: str, history: str, *, matches: bool) -> Deferred:
        access = Access(people=frozenset({place.address}), owner=self._owner)
        name = f"{place.address}/{thread_id}"
        return Deferred(
            external_id=name,
            revision=f"{history}.{self._choice.fingerprint}",
            access=access,
            fetch=partial(self._read, place.address, thread_id, access, matches=matches),
        )

    async def _read(
        self, mailbox: str, thread_id: str, access: Access, *, matches: bool
    ) -> Whole | Delete | ItemFailure:
        name = f"{mailbox}/{thread_id}"
        try:
            thread = await self._client.thread(thread_id)
            if thread is None:
                return Delete(name)
            if not objects(thread, "messages"):
                message = "Gmail gave this conversation without its mails. It is read again when it changes."
                return ItemFailure(name, None, "empty_answer", message)
            chosen = self._choice.mails(thread)
            if not chosen or not (matches or await self._found_by_search(thread_id, chosen)):
                return Delete(name)
            return await self._whole(mailbox, thread_id, chosen, access)
        except SourceRefused as refusal:
            if refusal.reason != "too_large":
                raise
            return ItemFailure(name, None, "too_large", "This conversation is too large to be read.", skipped=True)
        except (ReauthRequired, PermissionMissing) as error:
            if self._alone:
                raise
            return ItemFailure(name, None, error.code, error.message)

    async def _found_by_search(self, thread_id: str, chosen: list[Json]) -> bool:
        """Whether Gmail's search, which nothing else can do, finds one of these mails."""
        ids = message_ids([mail_of(one) for one in chosen])
        for start in range(0, len(ids), _SEARCHED_AT_ONCE):
            any_of = " ".join(f"rfc822msgid:{one}" for one in ids[start : start + _SEARCHED_AT_ONCE])
            query = f"({self._query}) {{{any_of}}}"
            if thread_id in await self._client.threads_that_match(query, with_trash=self._choice.with_trash):
                return True
        return False

    async def _whole(self, mailbox: str, thread_id: str, chosen: list[Json], access: Access) -> Whole:
        mails = await asyncio.to_thread(lambda: [mail_of(one) for one in chosen])
        bodies = {
            (body.message_id, body.part_id): b"".join(
                [piece async for piece in self._client.attachment(body.message_id, body.attachment_id)]
            )
            for body in bodies_to_fetch(mails)
        }
        name, url = f"{mailbox}/{thread_id}", address_of(mailbox, thread_id)
        # Pages are put into words by a parser of our own: beside the event loop.
        item = await asyncio.to_thread(
            conversation, mails, external_id=name, url=url, labels=await self._own_labels(mails), bodies=bodies
        )
        files = await asyncio.to_thread(attachments, mails, self._choice.pictures, bodies=bodies)
        parts = [self._part(name, url, attachment, access, item.path) for attachment in files]
        return Whole(item, tuple(parts))

    async def _own_labels(self, mails: list[Mail]) -> Mapping[str, Label]:
        """The names of labels, asked for once, and once more when one is new."""
        async with self._naming:
            carried = frozenset[str]().union(*(mail.labels for mail in mails))
            if self._labels is None or carried - self._labels.keys():
                found = {label.id: label for label in await self._client.labels()}
                # What Gmail does not list is not asked for again.
                self._labels = {id_: Label(id_, id_, is_system=True) for id_ in carried} | found
            return self._labels

    def _part(self, whole: str, url: str, attachment: Attachment, access: Access, path: str | None) -> Deferred:
        name = f"{whole}/{attachment.message_id}/{attachment.part.id}"

        async def fetch() -> SourceFile | ItemFailure:
            if attachment.is_wrapped:
                return ItemFailure(name, attachment.filename, "outlook_wrapping", _WRAPPED, skipped=True)
            if attachment.is_too_many:
                return ItemFailure(name, attachment.filename, "too_many_pictures", _TOO_MANY_PICTURES, skipped=True)
            read = self._reader(attachment)
            if attachment.is_picture and attachment.part.size <= _LARGEST_DECORATION_BYTES:
                data = b"".join([piece async for piece in read()])
                if is_decoration(data, len(data), in_text=attachment.in_text):
                    return ItemFailure(name, attachment.filename, "decoration", _DECORATION, skipped=True)
                read = partial(_pieces, data)
            return SourceFile(
                external_id=name,
                filename=attachment.filename,
                read=read,
                mime=attachment.part.mime or None,
                url=url,
                author=attachment.author,
                modified_at=attachment.modified_at,
                parent=whole,
                path=path,
                same_as=attachment.same_as,
            )

        # A mail that was sent never changes.
        return Deferred(name, "sent", access, fetch, path=path)

    def _reader(self, attachment: Attachment) -> Callable[[], AsyncIterator[bytes]]:
        part = attachment.part
        if part.data is None and part.attachment_id is not None:
            return partial(self._client.attachment, attachment.message_id, part.attachment_id)

        return lambda: _pieces(decoded(part.data or ""))


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _number(history: str) -> int:
    """History ids are whole numbers of any length, written as text."""
    return int(history) if history.isdecimal() else 0
