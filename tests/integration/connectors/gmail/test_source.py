"""What the connector tells of Gmail, event by event, over its stand-in."""

from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import pytest

from backend.connectors.gmail.connector import GmailSource
from backend.connectors.gmail.places import GmailCursor
from backend.connectors.source_events import (
    Checkpoint,
    Deferred,
    Delete,
    ItemFailure,
    ListingBegins,
    ListingEnds,
    SourceFile,
    SyncEvent,
    Whole,
)
from backend.errors import (
    CursorExpired,
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceRateLimited,
    TransientFailure,
)
from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.gmail.conftest import Alone
from tests.support.gmail_state import letter
from tests.support.provider_wire import Fault, Request

pytestmark = pytest.mark.asyncio


async def told(source: GmailSource, cursor: GmailCursor | None = None) -> list[SyncEvent]:
    async with aclosing(source.sync(cursor)) as events:
        return [event async for event in events]


def cursor_of(events: Sequence[SyncEvent]) -> GmailCursor:
    cursor = [event.cursor for event in events if isinstance(event, Checkpoint)][-1]
    assert isinstance(cursor, GmailCursor)
    return cursor


def named(events: Sequence[SyncEvent]) -> dict[str, Deferred]:
    return {event.external_id: event for event in events if isinstance(event, Deferred)}


async def read(events: Sequence[SyncEvent]) -> dict[str, Any]:
    return {name: await event.fetch() for name, event in named(events).items()}


def paths(alone: Alone, since: int = 0) -> Counter[str]:
    """Requests by their last word."""
    return Counter(
        "thread" if "/threads/" in one.path else one.path.rpartition("/")[2] for one in alone.stage.wire.journal[since:]
    )


async def test_a_first_synchronisation_costs_a_call_for_each_conversation_and_page(alone: Alone) -> None:
    """The minimum: whole conversations by one call each, as many to a list as it takes, files when they are read."""
    mailbox = alone.stage.service.mailbox(ADA)
    for number in range(12):
        mail = mailbox.deliver(letter(f"Letter {number}."))
        mailbox.deliver(letter("An answer."), thread=mail.thread_id)
    source = alone.source(account=ADA)
    await read(await told(source))
    # Twelve conversations in pages of five; a real page has a hundred.
    assert paths(alone) == {"profile": 1, "threads": 3, "thread": 12, "labels": 1}
    alone.stage.service.page_size = 500
    before = len(alone.stage.wire.journal)
    await told(alone.source(account=ADA))
    assert paths(alone, before) == {"profile": 1, "threads": 1}
    assert "maxResults=100" in alone.stage.wire.journal[-1].query


async def test_an_increment_with_nothing_new_costs_one_call(alone: Alone) -> None:
    alone.stage.add("Words.")
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    before = len(alone.stage.wire.journal)
    events = await told(source, cursor)
    assert paths(alone, before) == {"history": 1}
    assert named(events) == {}


async def test_a_cursor_is_taken_before_its_listing_begins(alone: Alone) -> None:
    """What comes in while a mailbox is listed, where the listing no longer looks, is told by the next increment."""
    for number in range(12):
        alone.stage.add(f"Letter {number}.")
    source, new, events = alone.source(account=ADA), "", list[SyncEvent]()
    async with aclosing(source.sync(None)) as running:
        async for event in running:
            events.append(event)
            if isinstance(event, Checkpoint) and not new:
                new = alone.stage.add("A letter that comes in meanwhile.")
    assert new not in named(events)
    assert new in named(await told(source, cursor_of(events)))


async def test_increments_overlap_and_are_known_by_their_revision(alone: Alone) -> None:
    """What Gmail told is told once more, an answer later: the same id and revision, so that it is not read again."""
    source = alone.source(account=ADA)
    first = cursor_of(await told(source))
    new = alone.stage.add("Words.")
    second = await told(source, first)
    third = await told(source, cursor_of(second))
    assert named(second)[new].revision == named(third)[new].revision
    assert named(await told(source, cursor_of(third))) == {}


async def test_a_listing_and_the_history_tell_the_same_revision(alone: Alone) -> None:
    source = alone.source(account=ADA)
    first = cursor_of(await told(source))
    new = alone.stage.add("Words.")
    changed = named(await told(source, first))[new]
    assert named(await told(source))[new].revision == changed.revision


async def test_history_that_is_forgotten_expires_the_cursor(alone: Alone) -> None:
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    alone.stage.expire_cursor()
    with pytest.raises(CursorExpired):
        await told(source, cursor)


async def test_a_page_that_is_not_known_any_more_begins_the_listing_again(alone: Alone) -> None:
    for number in range(12):
        alone.stage.add(f"Letter {number}.")
    source = alone.source(account=ADA)
    events = await told(source)
    cursor = next(event.cursor for event in events if isinstance(event, Checkpoint))
    assert isinstance(cursor, GmailCursor)
    place = cursor.places[0]
    assert place.listing is not None
    spoiled = place.model_copy(update={"listing": place.listing.model_copy(update={"page": "other"})})
    with pytest.raises(CursorExpired):
        await told(source, cursor.at(spoiled))


async def test_a_listing_goes_on_where_it_was_and_begins_once(alone: Alone) -> None:
    ids = {alone.stage.add(f"Letter {number}.") for number in range(12)}
    source = alone.source(account=ADA)
    events = await told(source)
    at = next(number for number, event in enumerate(events) if isinstance(event, Checkpoint))
    before, rest = events[: at + 1], await told(source, cursor_of(events[: at + 1]))
    assert not any(isinstance(event, ListingBegins) for event in rest)
    assert [event.complete for event in rest if isinstance(event, ListingEnds)] == [True]
    assert (set(named(before)) | set(named(rest)), set(named(before)) & set(named(rest))) == (ids, set())


async def test_of_several_mailboxes_each_is_judged_by_itself(alone: Alone) -> None:
    """One person who has left, or has no Gmail, ends nobody else's synchronisation, and costs a call a run."""
    alone.stage.add("Words for Ada.", ADA)
    alone.stage.service.without_gmail.add(BEN)
    source = alone.source()
    events = await told(source)
    assert [one.external_id for one in events if isinstance(one, ItemFailure)] == [BEN]
    assert [one.complete for one in events if isinstance(one, ListingEnds)] == [False]
    assert len(named(events)) == 1
    before = len(alone.stage.wire.journal)
    later = await told(source, cursor_of(events))
    assert paths(alone, before) == {"history": 1, "profile": 1}
    alone.stage.service.without_gmail.clear()
    new = alone.stage.add("Words for Ben.", BEN)
    again = await told(source, cursor_of(later))
    assert new in named(again)
    assert not [one for one in again if isinstance(one, ListingBegins | ItemFailure)]


async def test_a_mailbox_that_is_not_there_is_named_as_such(alone: Alone) -> None:
    source = alone.source(options={"mailboxes": [ADA, "nobody@example.com"]})
    assert (await source.check()).id == alone.stage.service.accounts.email
    capabilities = {one.name: one for one in await source.capabilities()}
    assert capabilities["indexing"].state == "failed"
    assert "nobody@example.com" in capabilities["indexing"].message
    with pytest.raises(ReauthRequired):
        await told(alone.source(options={"mailboxes": ["nobody@example.com"]}))


async def test_a_domain_that_has_not_delegated_says_who_has_to(alone: Alone) -> None:
    alone.stage.service.accounts.delegated = frozenset()
    with pytest.raises(PermissionMissing, match="domain-wide delegation"):
        await alone.source().check()


async def test_a_service_account_needs_mailboxes_and_a_key(alone: Alone) -> None:
    with pytest.raises(InvalidConfig, match="Name at least one"):
        await alone.source(options={"mailboxes": []}).check()
    source = alone.source()
    assert (await source.check()).name == "2 mailboxes"


async def test_a_mailbox_under_another_spelling_is_one(alone: Alone) -> None:
    item = alone.stage.add("Words.")
    events = await told(alone.source(options={"mailboxes": ["Ada@Example.com", ADA]}))
    assert list(named(events)) == [item]


@pytest.mark.parametrize("mode", ["personal", "workspace"])
@pytest.mark.parametrize("account", [ADA, None])
async def test_a_mail_is_seen_by_its_mailbox_and_by_whoever_connected_their_own(
    alone: Alone, mode: Any, account: str | None
) -> None:
    """Handing a connection of the workspace over shows the next administrator nothing."""
    item = alone.stage.add("Words.")
    access = named(await told(alone.source(account=account, mode=mode)))[item].access
    assert (access.people, access.groups, access.everybody) == (frozenset({ADA}), frozenset(), False)
    assert access.owner is (mode == "personal" and account is not None)


async def test_an_answer_without_content_is_evidence_of_nothing(alone: Alone) -> None:
    alone.stage.add("Words.")
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    for fault in (Fault(status=200, body={}), Fault(status=200, body=[]), Fault(status=200, body=None)):
        alone.stage.wire.fail(1, fault)
        with pytest.raises(TransientFailure):
            await told(source, cursor)
    for at in ("/profile", "/threads"):
        alone.stage.wire.fail_all(lambda asked, at=at: asked.path.endswith(at), Fault(status=200, body={}))  # type: ignore[misc]
        with pytest.raises(TransientFailure):
            await told(source)
        alone.stage.wire.mend()
    events = await told(source)
    alone.stage.wire.fail_all(_is_thread, Fault(status=200, body={"id": "1"}))
    (found,) = (await read(events)).values()
    assert isinstance(found, ItemFailure)
    assert not found.skipped


async def test_a_listing_of_nothing_is_not_believed_while_there_are_conversations(alone: Alone) -> None:
    """A run that stored nothing although the source has items is no success."""
    alone.stage.add("Words.")
    alone.stage.lie("empty")
    with pytest.raises(TransientFailure, match="lists none"):
        await told(alone.source(account=ADA))


async def test_a_mailbox_with_nothing_but_trash_is_empty(alone: Alone) -> None:
    item = alone.stage.add("Words.")
    alone.stage.remove(item)
    events = await told(alone.source(account=ADA))
    assert named(events) == {}
    assert [one.complete for one in events if isinstance(one, ListingEnds)] == [True]


async def test_reading_and_starring_cost_nothing_and_labels_one_call(alone: Alone) -> None:
    item = alone.stage.add("Words.")
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    mailbox, mail_id = alone.stage.service.mailbox(ADA), item.partition("/")[2]
    mailbox.modify(mail_id, remove=("UNREAD",), add=("STARRED", "IMPORTANT", "CATEGORY_UPDATES"))
    assert named(await told(source, cursor)) == {}
    mailbox.modify(mail_id, add=(mailbox.label("Projects"),))
    found = (await read(await told(source, cursor)))[item]
    assert (found.item.tags, found.item.path) == (("Projects",), "Projects")


async def test_a_draft_is_read_when_it_was_sent(alone: Alone) -> None:
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    mailbox = alone.stage.service.mailbox(ADA)
    draft = mailbox.deliver(letter("Not yet."), "DRAFT")
    assert named(await told(source, cursor)) == {}
    (found,) = (await read(await told(source))).values()  # a listing names it
    assert isinstance(found, Delete)
    mailbox.modify(draft.id, add=("SENT",), remove=("DRAFT",))
    (found,) = (await read(await told(source, cursor))).values()
    assert isinstance(found, Whole)


async def test_spam_is_outside_until_it_is_moved_back(alone: Alone) -> None:
    source = alone.source(account=ADA)
    cursor = cursor_of(await told(source))
    mailbox = alone.stage.service.mailbox(ADA)
    spam = mailbox.deliver(letter("Buy!"), "SPAM")
    assert named(await told(source, cursor)) == {}
    mailbox.modify(spam.id, add=("INBOX",), remove=("SPAM",))
    (found,) = (await read(await told(source, cursor))).values()
    assert isinstance(found, Whole)
    mailbox.modify(spam.id, add=("SPAM",), remove=("INBOX",))
    (found,) = (await read(await told(source, cursor))).values()
    assert isinstance(found, Delete)


async def test_only_the_chosen_labels_are_listed_and_each_once_read(alone: Alone) -> None:
    mailbox = alone.stage.service.mailbox(ADA)
    work, private = mailbox.label("Work"), mailbox.label("Private")
    at_work = alone.stage.add("Work words.")
    both = alone.stage.add("Both.")
    other = alone.stage.add("Other words.")
    secret = alone.stage.add("Private words.")
    for item, labels in ((at_work, (work,)), (both, (work, "STARRED")), (secret, (work, private))):
        mailbox.modify(item.partition("/")[2], add=labels)
    options = {"include_labels": [work, "STARRED"], "exclude_labels": [private]}
    source = alone.source(account=ADA, options=options)
    events = await told(source)
    found = await read(events)
    assert {name for name, one in found.items() if isinstance(one, Whole)} == {at_work, both}
    assert other not in found
    mailbox.modify(other.partition("/")[2], add=(work,))
    mailbox.modify(at_work.partition("/")[2], remove=(work,))
    later = await read(await told(source, cursor_of(events)))
    assert (type(later[other]), type(later[at_work])) == (Whole, Delete)
    choices = await source.choices("include_labels")
    assert {"Work", "Private", "INBOX"} <= {one.label for one in choices}


async def test_a_search_decides_on_what_is_new_as_well(alone: Alone) -> None:
    stage, mailbox = alone.stage, alone.stage.service.mailbox(ADA)
    mailbox.deliver(letter("An old offer.", sender="shop@example.com"))
    source = alone.source(account=ADA, options={"query": "-from:shop@example.com"})
    events = await told(source)
    assert named(events) == {}
    letter_of_cem = stage.add("A letter.")
    offer = mailbox.deliver(letter("A new offer.", sender="shop@example.com"))
    found = await read(await told(source, cursor_of(events)))
    assert isinstance(found[letter_of_cem], Whole)
    assert isinstance(found[f"{ADA}/{offer.thread_id}"], Delete)


async def test_a_label_or_search_that_gmail_does_not_take_is_said(alone: Alone) -> None:
    for options in ({"include_labels": ["Label_77"]}, {"query": "nonsense:word"}):
        with pytest.raises(InvalidConfig, match="Choose them again"):
            await told(alone.source(account=ADA, options=options))


async def test_a_conversation_that_is_gone_when_its_turn_comes_is_gone(alone: Alone) -> None:
    item = alone.stage.add("Words.")
    events = await told(alone.source(account=ADA))
    alone.stage.service.mailbox(ADA).delete(item.partition("/")[2])
    (found,) = (await read(events)).values()
    assert found == Delete(item)


async def test_a_file_keeps_its_name_whatever_id_gmail_gives_it(alone: Alone) -> None:
    mail = letter("See the file.")
    mail.add_attachment(b"a,b\n", maintype="text", subtype="csv", filename="prices.csv")
    sent = alone.stage.service.mailbox(ADA).deliver(mail)
    events = await told(alone.source(account=ADA))
    ((first,), (second,)) = ((await read(events)).values(), (await read(events)).values())
    assert first.parts[0].external_id == second.parts[0].external_id == f"{ADA}/{sent.id}/{sent.id}/1"
    assert first.parts[0].revision == second.parts[0].revision
    file = await first.parts[0].fetch()
    assert isinstance(file, SourceFile)
    assert (file.filename, file.parent) == ("prices.csv", f"{ADA}/{sent.id}")
    assert b"".join([piece async for piece in file.read()]) == b"a,b\n"


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("userRateLimitExceeded", SourceRateLimited),
        ("rateLimitExceeded", SourceRateLimited),
        ("dailyLimitExceeded", SourceRateLimited),
        ("accessNotConfigured", InvalidConfig),
        ("insufficientPermissions", PermissionMissing),
        ("forbidden", PermissionMissing),
    ],
)
async def test_each_kind_of_403_is_told_by_its_reason(alone: Alone, reason: str, error: type[Exception]) -> None:
    body = {"error": {"code": 403, "errors": [{"domain": "x", "reason": reason, "message": "m"}], "message": "m"}}
    alone.stage.wire.fail_all(lambda _: True, Fault(status=403, body=body))
    with pytest.raises(error):
        await told(alone.source(account=ADA))


async def test_capabilities_never_raise_and_an_outage_proves_nothing(alone: Alone) -> None:
    alone.stage.wire.fail_all(lambda _: True, Fault(status=503))
    assert [one.state for one in await alone.source(account=ADA).capabilities()] == ["unknown"]
    alone.stage.wire.mend()
    assert [one.state for one in await alone.source(account=ADA).capabilities()] == ["passed", "passed"]
    assert [one.state for one in await alone.source(options={"mailboxes": []}).capabilities()] == ["failed"]


def _is_thread(asked: Request) -> bool:
    return "/threads/" in asked.path


async def test_a_consent_is_watched_under_the_address_of_its_mailbox(alone: Alone) -> None:
    """What a push names is then the connection's account as well."""
    source = alone.source(account=ADA)
    (target,) = await source.watchable()
    made = await source.watch(target, name="unused", token="unused")
    assert (target, made.name) == ("me", (await source.check()).id)
    await source.unwatch(made)
    assert alone.stage.service.topics.promises == {}
