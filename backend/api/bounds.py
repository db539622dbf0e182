"""The edge of what is taken in: times that UTC holds, numbers that every database and index holds, folders."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from backend.documents.incoming import clean_text
from backend.documents.paths import folder_of

#: Numbers in databases, indexes and PDF pages are signed; the smallest of them have 32 bits.
LARGEST_NUMBER = 2**31 - 1


def in_utc(value: datetime) -> datetime:
    """A time without a zone counts as UTC. Raises ValueError for one that lies outside of the years 1 to 9999 there."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie between the years 1 and 9999, in UTC too") from error


UtcTime = Annotated[datetime, AfterValidator(in_utc)]
"""A time, UTC where it names no zone."""
ZonedTime = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""A time that has to name its zone."""
FolderPath = Annotated[str, Field(max_length=4096), AfterValidator(lambda path: folder_of(clean_text(path)))]
"""A folder at a source, its steps divided by slashes; empty: any."""
