"""The migrations for the word index whose terms are others now, over both databases."""

import pytest

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.m0017_one_text_analysis import OneTextAnalysis
from backend.db.migrations.m0018_word_forms import WordForms
from backend.db.migrations.word_index import WordIndexAnew

STATE = CollectionSpec("index_state")


@pytest.mark.parametrize("migration", [OneTextAnalysis(), WordForms()], ids=lambda one: one.name)
async def test_the_word_index_is_filled_anew_and_the_vectors_stay(database: Database, migration: WordIndexAnew) -> None:
    await database.prepare([STATE])
    state = database.collection(STATE)
    kept = ["index:vector:pinecone:minilm", "seq"]
    await state.insert_many(
        [{"_id": name, "value": 7} for name in ("index:lexical:mongodb", "index:lexical:auto", *kept)]
    )
    for _ in range(2):  # as after a crash
        await migration.up(database)
        await migration.validate(database)
        assert sorted(record["_id"] for record in await state.find({})) == kept
