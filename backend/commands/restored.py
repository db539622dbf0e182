"""`biblios restored`: says that the database is that of a backup, so that nothing leaves by itself a second time."""

from backend.commands.console import out, run
from backend.settings import Settings, get_settings


def restored() -> None:
    """Say that a backup was restored: what was approved is asked about again. While the server is stopped."""
    run(note_restored(get_settings()))


async def note_restored(settings: Settings) -> None:
    from backend.actions.restoring import ACTION_PRESENCE, Presence
    from backend.db.connect import open_database
    from backend.db.lease import utc_now

    database = await open_database(settings)
    try:
        await database.prepare([ACTION_PRESENCE])
        await Presence(database, utc_now).note_restored()
    finally:
        await database.close()
    out.print("Noted. At its next start the server asks about every approved action again before it sends anything.")
