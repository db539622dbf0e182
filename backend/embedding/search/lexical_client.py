"""The lexical index that the settings name."""

from backend.db.collection import Database
from backend.embedding.search.lexical_base import LexicalIndex
from backend.errors import InvalidInput
from backend.settings import Settings


def create_lexical_index(settings: Settings, database: Database) -> LexicalIndex:
    """tantivy in the data folder, or the text index of the MongoDB that holds the documents.

    Errors: `InvalidInput` when MongoDB text is asked for without a MongoDB.
    """
    backend = settings.lexical.backend
    if backend == "auto":
        backend = "mongodb" if settings.uses_mongodb else "tantivy"
    if backend == "tantivy":
        from backend.embedding.search.lexical_tantivy import TantivyIndex

        return TantivyIndex(settings.data_dir / "index" / "lexical")
    from backend.db.mongo import MongoDatabase
    from backend.embedding.search.lexical_mongodb import MongoTextIndex

    if not isinstance(database, MongoDatabase):
        raise InvalidInput(
            "Words cannot be searched in MongoDB where no MongoDB is set.",
            hint="BIBLIOS_LEXICAL_BACKEND=mongodb needs a MongoDB: set BIBLIOS_DATABASE_URL",
        )
    return MongoTextIndex(database.driver)
