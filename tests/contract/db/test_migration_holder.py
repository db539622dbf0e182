"""Heads of release 0.1, which name a person as owner, and what that release goes on reading of them."""

from backend.access import Holder
from backend.db.collection import Database
from backend.db.migrations.documents_0 import DOCUMENTS
from backend.db.migrations.m0003_holder import DocumentHolder


async def test_former_owners_hold_their_documents(database: Database) -> None:
    migration = DocumentHolder()
    await database.prepare([DOCUMENTS])
    heads = database.collection(DOCUMENTS)
    await heads.insert_many([{"_id": id_, "key": id_, "owner_id": id_} for id_ in ("ada", "ben")])
    await heads.insert_one({"_id": "new", "key": "new", "holder": "connection:c"})
    for _ in range(2):
        await migration.up(database)
        await migration.validate(database)
        assert await heads.find({}, sort=[("_id", 1)]) == [
            {"_id": "ada", "key": "ada", "owner_id": "ada", "holder": str(Holder.person("ada"))},
            {"_id": "ben", "key": "ben", "owner_id": "ben", "holder": str(Holder.person("ben"))},
            {"_id": "new", "key": "new", "holder": str(Holder.connection("c"))},
        ]
