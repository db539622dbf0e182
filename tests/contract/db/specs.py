"""The collections of the contract tests: one with every kind of index, one without any."""

from backend.db.collection import CollectionSpec, Index

BOOKS = CollectionSpec(
    "books",
    (
        Index((("owner", 1), ("created_at", -1))),
        Index((("owner", 1), ("slug", 1)), unique=True, partial={"slug": {"$exists": True}}),
        Index((("access", 1),)),
        Index((("rating", 1),)),
        Index((("meta.pages", 1),)),
        Index((("expires_at", 1),), ttl_seconds=0),
    ),
)
PLAIN = CollectionSpec("plain")
UNIQUE = CollectionSpec("unique", (Index((("mail", 1),), unique=True),))
SPECS = (BOOKS, PLAIN, UNIQUE)
