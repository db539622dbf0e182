"""Ordered changes of stored records. A new one is a module `mNNNN_subject.py` and one line in `runner.MIGRATIONS`."""

from backend.db.migrations.base import Migration, MigrationFailed
from backend.db.migrations.runner import MIGRATIONS, migrate

__all__ = ["MIGRATIONS", "Migration", "MigrationFailed", "migrate"]
