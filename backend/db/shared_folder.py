"""With a database on a server, several processes share the data folder for original files. Do they really?

The database holds the id of the folder, and the folder the same id. A process whose folder has another one would
store originals that the others cannot read, so it does not start.
"""

import asyncio
import os
import uuid
from contextlib import suppress
from pathlib import Path

from backend.db.collection import CollectionSpec, Database, DuplicateKey
from backend.errors import Unavailable

FOLDERS = CollectionSpec("folders")
MARKER = ".folder-id"
_RECORD = "data_dir"


class FolderNotShared(Unavailable):
    """The data folder is not the one that the other processes over the same database use."""

    default_code = "data_folder_not_shared"


async def check_shared(database: Database, folder: Path) -> None:
    """Compares the folder's id with the one in the database; the first process sets both.

    Errors: `FolderNotShared`.
    """
    await database.prepare([FOLDERS])
    folders = database.collection(FOLDERS)
    present, made = await asyncio.to_thread(_id_of, folder)
    with suppress(DuplicateKey):  # another process was first, at this moment
        await folders.update_one({"_id": _RECORD}, {"$setOnInsert": {"id": present}}, upsert=True)
    record = await folders.find_one({"_id": _RECORD})
    expected = present if record is None else str(record["id"])
    if expected == present:
        return
    if made:  # so that it stays empty for what should be mounted here
        await asyncio.to_thread((folder / MARKER).unlink, missing_ok=True)
    raise FolderNotShared(
        f"The data folder {folder} is not the one that the other processes of this database keep original files in.",
        hint="Mount that folder here, or set BIBLIOS_DATA_DIR to it. If this one does hold those files (it was moved "
        f"or restored), write the line {expected} into the file {folder / MARKER}.",
        dependency="data_dir",
    )


def _id_of(folder: Path) -> tuple[str, bool]:
    """The id that the folder has, and whether it got it only now."""
    marker = folder / MARKER
    draft = folder / f"{MARKER}.{uuid.uuid4().hex}"
    made = False
    if not marker.exists():
        draft.write_text(f"{uuid.uuid4().hex}\n")
        # Whole or not at all: another process may be starting in the same folder at this moment.
        with suppress(FileExistsError):
            _publish(draft, marker)
            made = True
        draft.unlink(missing_ok=True)
    return marker.read_text().strip(), made


def _publish(draft: Path, marker: Path) -> None:
    try:
        os.link(draft, marker)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        draft.replace(marker)
