"""The collections of the library with their indexes; each index names the query that it serves."""

from datetime import UTC, datetime

from backend.db.collection import CollectionSpec, Index

#: The field that names whose document it is, among whom the work is shared.
HOLDER = "holder"
#: What `due_at` of every head with something to do passes; a query over due heads repeats it to use their index.
HAS_WORK = {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}

DOCUMENTS = CollectionSpec(
    "documents",
    (
        Index((("key", 1),), unique=True),  # is this external document known? (ingest, one lookup per request)
        Index((("untidy", 1),), partial={"untidy": True}),  # what a former version left behind (upkeep)
        Index((("holder", 1), ("_id", -1), ("title_folded", 1))),  # "my documents", newest first, also by title; export
        Index((("holder", 1), ("status", 1), ("_id", -1))),  # mine in one status; how many there are of each
        Index((("shared_with", 1), ("_id", -1))),  # what others share with me, newest first
        Index((("parent_id", 1),)),  # members of an archive or a mail
        Index((("blob", 1),)),  # does anything still need this original?
        Index((("due_at", 1),)),  # what is to be indexed (recovery)
        Index(
            ((HOLDER, 1), ("due_at", 1)), partial={"due_at": HAS_WORK}
        ),  # whose turn it is, and what of theirs is due
        Index((("index_seq", 1),)),  # what a derived index has not taken in yet
        Index(
            (("dirty", 1),), partial={"dirty": {"$exists": True}}
        ),  # access changes that the indexes may not have seen
        Index((("connection_id", 1),)),  # documents of one connection
        Index((("same_as", 1),), partial={"same_as": {"$exists": True}}),  # the same thing elsewhere (search)
    ),
)
VERSIONS = CollectionSpec(
    "versions",
    (
        Index((("document_id", 1), ("version", 1))),  # the text of a version
        Index((("pending", 1),), partial={"pending": True}),  # texts that came in and are not indexed yet (sweep)
    ),
)
VERSION_PARTS = CollectionSpec(
    "version_parts",
    (Index((("text_id", 1), ("part", 1))),),  # a text too large for one record, in order
)
CHUNKS = CollectionSpec(
    "chunks",
    (
        Index((("document_id", 1), ("version", 1))),  # the chunks of a document
        Index((("hash", 1),)),  # does another document use this chunk's vector?
    ),
)
CITATIONS = CollectionSpec(
    "citations",
    (
        Index((("document_id", 1), ("version", 1))),  # what is still cited of a version; whose documents they were
        Index((("message_id", 1),)),  # release, when a message goes
        Index((("conversation_id", 1),)),  # release of a conversation
    ),
)

DOCUMENT_COLLECTIONS = (DOCUMENTS, VERSIONS, VERSION_PARTS, CHUNKS, CITATIONS)
