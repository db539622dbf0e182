"""Where the keys of stored secrets come from: the settings, or else a key that is made once.

The embedded database lies in a folder of one process: there the key is a file beside it, so that a copy of the database
alone opens nothing. Processes that share MongoDB share no folder: there the key is a record, which guards against
nobody who reads the database, and `biblios doctor` says so.
"""

import contextlib
import os
import secrets
from pathlib import Path

from backend.db.collection import CollectionSpec, Database, DuplicateKey
from backend.errors import Unavailable
from backend.secrets import SecretBox
from backend.settings import Settings

FILE_NAME = "secrets.key"
SECRET_KEYS = CollectionSpec("secret_keys")
_ONLY = "made_here"
_OWNER_ONLY = 0o600


async def open_secret_box(settings: Settings, database: Database) -> SecretBox:
    """The box with the keys of the settings, first one first, and the key that was made before any were set.

    Errors: `Unavailable` when the key's file cannot be read or written.
    """
    given = [key.get_secret_value() for key in settings.secrets.keys]
    made = await _made(settings, database, create=not given)
    return SecretBox([*given, *([made] if made else [])])


async def _made(settings: Settings, database: Database, *, create: bool) -> str | None:
    if not settings.uses_mongodb:
        return _from_file(settings.data_dir / FILE_NAME, create=create)
    await database.prepare([SECRET_KEYS])
    keys = database.collection(SECRET_KEYS)
    if create:
        with contextlib.suppress(DuplicateKey):  # the first process wins
            await keys.insert_one({"_id": _ONLY, "key": secrets.token_urlsafe(48)})
    record = await keys.find_one({"_id": _ONLY})
    return str(record["key"]) if record else None


def _from_file(file: Path, *, create: bool) -> str | None:
    try:
        if create and not file.exists():
            _write(file, secrets.token_urlsafe(48))
        return file.read_text(encoding="ascii").strip() if file.exists() else None
    except OSError as error:
        raise Unavailable(
            f"The key of stored secrets cannot be read or written: {file} ({error.strerror}). Give the server's user "
            "access to it.",
            dependency="secrets",
            code="secrets_key_unreadable",
        ) from error


def _write(file: Path, key: str) -> None:
    """Whole and durable, or not at all: half a key would lose what is sealed with it."""
    part = file.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(key + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
