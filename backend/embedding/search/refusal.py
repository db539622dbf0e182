"""What an index says that answers, and will never take a document as it is: that is the document's own matter."""

from backend.errors import BibliosError


class DocumentRefused(BibliosError):
    """An entry, or an access list, that this index does not hold; trying again changes nothing, and others are well.

    Raised by `upsert` and `set_access_many` of both ports; what they were given is then written in part.
    """

    status = 422
    default_code = "index_refused"

    def __init__(self, *, hint: str) -> None:
        """`hint`: the index's name and what it said."""
        super().__init__(
            "The search index does not take this document, most likely because too many people, groups or tags are "
            "listed with it. Share it with a group instead of many people, then process it again.",
            hint=hint,
        )
