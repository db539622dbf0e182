"""The migration of mail addresses' keys, over both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.auth.invitations import INVITATIONS
from backend.auth.models import User
from backend.auth.one_time import ONE_TIME_TOKENS
from backend.auth.repository import USERS
from backend.db.collection import Database
from backend.db.migrations.m0012_mail_address_keys import MailAddressKeys
from backend.documents.schema import DOCUMENTS

MIGRATION = MailAddressKeys()


@pytest.fixture(autouse=True)
async def former(database: Database) -> None:
    await database.prepare([USERS, INVITATIONS, ONE_TIME_TOKENS, DOCUMENTS])


def account(user_id: str, email: str, *, day: int = 1, **more: Any) -> dict[str, Any]:
    """As the release before stored it: the key is case-folded."""
    return {
        "_id": user_id,
        "email": email,
        "email_key": email.casefold(),
        "name": user_id,
        "role": "member",
        "email_verified": True,
        "created_at": datetime(2026, 1, day, tzinfo=UTC),
        **more,
    }


async def keys(database: Database) -> dict[str, str]:
    return {user["_id"]: user["email_key"] for user in await database.collection(USERS).find({})}


async def migrated(database: Database) -> None:
    await MIGRATION.up(database)
    await MIGRATION.validate(database)
    before = await keys(database)
    await MIGRATION.up(database)  # as after a crash
    await MIGRATION.validate(database)
    assert await keys(database) == before


async def test_keys_become_those_of_the_mailboxes(database: Database) -> None:
    people = {"a": "Ada@Example.com", "b": "Straße@example.com", "c": "Ära@example.com", "d": "x@Straße.de"}
    await database.collection(USERS).insert_many([account(name, email) for name, email in people.items()])
    await migrated(database)
    assert await keys(database) == {
        "a": "ada@example.com",
        "b": "straße@example.com",
        "c": "Ära@example.com",
        "d": "x@xn--strae-oqa.de",
    }


@pytest.mark.parametrize(("ada_day", "bob_day", "kept", "apart"), [(1, 2, "ada", "bob"), (2, 1, "bob", "ada")])
async def test_two_accounts_of_one_mailbox_are_named_and_not_merged(
    database: Database, ada_day: int, bob_day: int, kept: str, apart: str
) -> None:
    ada = account("ada", "me@müller.de", day=ada_day)
    bob = account("bob", "me@xn--mller-kva.de", day=bob_day)
    await database.collection(USERS).insert_many([ada, bob])
    await migrated(database)
    records = {record["_id"]: record for record in await database.collection(USERS).find({})}
    assert set(records) == {"ada", "bob"}
    assert (records[kept]["email_key"], records[kept].get("email_collides_with")) == ("me@xn--mller-kva.de", None)
    assert records[apart]["email_collides_with"] == kept
    callers = {name: User.model_validate({"id": name, **record}).caller() for name, record in records.items()}
    assert "email:me@xn--mller-kva.de" in callers[kept].principals
    assert not [name for name in callers[apart].principals if name.startswith("email:")]


async def test_an_address_that_only_another_one_was_folded_into_is_given_to_its_owner(database: Database) -> None:
    first, second = account("a", "ä@müller.de"), account("b", "Ä@xn--mller-kva.de", day=2)
    await database.collection(USERS).insert_many([first, second])
    await migrated(database)
    assert await keys(database) == {"a": "ä@xn--mller-kva.de", "b": "Ä@xn--mller-kva.de"}


async def test_open_invitations_and_mailed_links_follow(database: Database) -> None:
    later = datetime(2099, 1, 1, tzinfo=UTC)
    await database.collection(USERS).insert_one(account("u", "Straße@example.com"))
    await database.collection(INVITATIONS).insert_one(
        {"_id": "i", "email": "Weiß@example.com", "email_key": "weiss@example.com", "secret_hash": "x"}
    )
    token = {"user_id": "u", "expires_at": later, "payload": {}}
    tokens = [
        {"_id": "reset", "purpose": "reset_password", "email_key": "strasse@example.com", **token},
        {"_id": "of a former address", "purpose": "reset_password", "email_key": "old@example.com", **token},
        {
            **token,
            "_id": "change",
            "purpose": "change_email",
            "email_key": "neu@gross.de",
            "payload": {"email": "neu@groß.de"},
        },
    ]
    await database.collection(ONE_TIME_TOKENS).insert_many(tokens)
    await migrated(database)
    invitation = await database.collection(INVITATIONS).find_one({"_id": "i"})
    assert invitation is not None
    assert invitation["email_key"] == "weiß@example.com"
    assert {record["_id"]: record["email_key"] for record in await database.collection(ONE_TIME_TOKENS).find({})} == {
        "reset": "straße@example.com",
        "of a former address": "old@example.com",
        "change": "neu@xn--gro-7ka.de",
    }


async def test_access_lists_are_renamed_and_marked_for_the_indexes(database: Database) -> None:
    shared = {"access": ["email:x@müller.de", "user:o"], "shared_with": ["email:x@müller.de"]}
    plain = {"access": ["email:x@example.com", "user:o"], "shared_with": ["email:x@example.com"]}
    await database.collection(DOCUMENTS).insert_many(
        [{"_id": "shared", "key": "1", **shared}, {"_id": "plain", "key": "2", **plain}]
    )
    await migrated(database)
    heads = {head["_id"]: head for head in await database.collection(DOCUMENTS).find({})}
    assert heads["shared"]["access"] == ["email:x@xn--mller-kva.de", "user:o"]
    assert heads["shared"]["shared_with"] == ["email:x@xn--mller-kva.de"]
    assert heads["shared"]["dirty"]
    assert heads["plain"] == {"_id": "plain", "key": "2", **plain}
