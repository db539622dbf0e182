"""`/readyz` asks for the text index itself: MongoDB answers, and yet searches may be impossible."""

import pytest

from backend.embedding.search.lexical_mongodb import MongoTextIndex
from backend.embedding.search.models import Filters
from backend.errors import Unavailable
from tests.contract.lexical.backends import mongodb_uri
from tests.support.mongo_server import mongo_database
from tests.support.search import ANN, entry


async def test_a_text_index_that_cannot_be_made_is_not_well() -> None:
    async with mongo_database(mongodb_uri()) as database:
        # Another index has its name, so that MongoDB refuses ours.
        await database.driver["lexical_3"].create_index([("other", 1)], name="terms_text")
        index = MongoTextIndex(database.driver)
        with pytest.raises(Unavailable, match="text index") as caught:
            await index.ping()
        assert caught.value.dependency == "lexical"


async def test_a_text_index_that_was_dropped_is_made_again() -> None:
    async with mongo_database(mongodb_uri()) as database:
        index = MongoTextIndex(database.driver)
        await index.upsert([entry("d1.1.0", text="phoenix")])
        await database.driver["lexical_3"].drop_index("terms_text")
        await index.ping()
        hits = await index.search("phoenix", limit=5, principals=ANN, filters=Filters())
        assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
