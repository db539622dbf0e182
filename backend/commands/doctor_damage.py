"""Whether the database file is whole, for `biblios doctor`."""

from backend.commands.findings import Finding
from backend.db.sqlite import FILE_NAME
from backend.db.sqlite_check import WholeCheck
from backend.errors import Unavailable
from backend.settings import Settings


def whole_database(settings: Settings) -> Finding:
    """Reads all of the database file, also beside a running server, and changes nothing."""
    file = settings.data_dir.resolve() / FILE_NAME
    if settings.uses_mongodb or not file.exists():
        return Finding("database file", "ok", "none in the data folder")
    try:
        WholeCheck(file).run()
    except Unavailable as error:
        return Finding("database file", "fail", str(error), "See `docs/user/troubleshooting.md`, 'Damage'.")
    return Finding("database file", "ok", "whole")
