"""Opens the database that the settings name."""

from backend.db.collection import Database
from backend.settings import Settings


async def open_database(settings: Settings) -> Database:
    """SQLite in the data folder, or MongoDB when `database.url` is set; answers a ping before it is returned.

    Raises `FolderInUse` when another process has the data folder, `Unavailable` when the database cannot be reached.
    """
    if not settings.uses_mongodb:
        from backend.db.sqlite import SqliteDatabase

        return await SqliteDatabase.open(settings.data_dir)
    from backend.db.mongo import MongoDatabase

    database = MongoDatabase(
        settings.database.url,
        settings.database.name,
        pool_size=settings.database.pool_size,
        timeout_seconds=settings.database.timeout_seconds,
    )
    try:
        await database.ping()
    except BaseException:
        await database.close()
        raise
    return database
