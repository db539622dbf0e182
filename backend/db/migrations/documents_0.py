"""The collection of documents as release 0.1 declared it, for the migrations that read it.

A migration runs before the present declaration is prepared, and preparing a collection without its indexes would drop
them. What has changed since is brought up to date right afterwards, when the server prepares its collections.
"""

from backend.db.collection import CollectionSpec, Index

DOCUMENTS = CollectionSpec(
    "documents",
    (
        Index((("key", 1),), unique=True),
        Index((("untidy", 1),), partial={"untidy": True}),
        Index((("owner_id", 1), ("_id", -1))),
        Index((("owner_id", 1), ("status", 1), ("_id", -1))),
        Index((("shared_with", 1), ("_id", -1))),
        Index((("parent_id", 1),)),
        Index((("blob", 1),)),
        Index((("due_at", 1),)),
        Index((("index_seq", 1),)),
        Index((("dirty", 1),), partial={"dirty": {"$exists": True}}),
        Index((("connection_id", 1),)),
    ),
)
