"""The words of a document as they are kept: in parts, with a hash, and cited ones beyond its end."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.citations import CitedStretch
from backend.documents.incoming import TextItem
from backend.documents.schema import DOCUMENTS, VERSION_PARTS, VERSIONS
from backend.documents.texts import PART_CHARS, TextDamaged, VersionRepository
from backend.errors import NotFound, TooLarge
from backend.settings import Settings
from tests.support.library import Library, open_library

BOATS = TextItem("boats", "Boats", "Boats float on water. " * 3)


async def cite(library: Library, caller: Caller, document_id: str, quote: str, *, version: int = 1) -> CitedStretch:
    """An answer of the caller's that cites these words of a version that is there."""
    text = (await library.service.text(caller, document_id, version)).text
    start = text.index(quote)
    stretch = CitedStretch(document_id, version, start, start + len(quote), quote)
    await library.service.unscoped_retain_citations(
        [stretch], user_id=caller.user_id, message_id=f"m-{caller.user_id}", conversation_id="c1"
    )
    return stretch


async def test_cited_words_stay_where_they_stood_when_the_document_goes(
    library: Library, ada: Caller, ben: Caller
) -> None:
    text = "Secret one. Boats float on water. Secret two."
    [stored] = await library.service.store_texts("ada", [replace(BOATS, text=text, access=frozenset({"workspace"}))])
    await library.settled(ada)
    cited = await cite(library, ben, stored.id, "Boats float on water.")
    await library.service.store_texts("ada", [replace(BOATS, text="All new.", access=frozenset({"workspace"}))])
    await library.settled(ada)
    kept = await library.service.text(ben, stored.id, 1)
    assert kept.text[cited.start : cited.end] == kept.text.strip() == "Boats float on water."
    assert kept.excerpt
    await library.service.delete(ada, stored.id)
    assert (await library.service.text(ben, stored.id, 1)).text[cited.start : cited.end] == cited.quote
    with pytest.raises(NotFound):
        await library.service.text(ada, stored.id, 1)
    await library.service.unscoped_release_citations(conversation_id="c1")
    with pytest.raises(NotFound):
        await library.service.text(ben, stored.id, 1)


async def test_what_was_redacted_before_sharing_stays_unseen_though_others_cite_it(
    library: Library, ada: Caller, ben: Caller
) -> None:
    secret = replace(BOATS, text="The safe opens with 4711. Boats float.")
    [stored] = await library.service.store_texts("ada", [secret])
    await library.settled(ada)
    cited = await cite(library, ada, stored.id, "The safe opens with 4711.")
    await library.service.store_texts("ada", [replace(BOATS, text="Boats float.", access=frozenset({"workspace"}))])
    await library.settled(ada)
    assert (await library.service.text(ben, stored.id)).text == "Boats float."
    with pytest.raises(NotFound):
        await library.service.text(ben, stored.id, 1)
    assert (await library.service.text(ada, stored.id, 1)).text.strip() == cited.quote


async def test_large_texts_are_kept_in_parts_and_read_whole(tmp_path: Path, ada: Caller) -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(2_300_000))
    async with open_library(tmp_path, work=False) as library:
        [stored] = await library.service.store_texts("ada", [replace(BOATS, text=text)])
        sections = 1
        parts = -(-len(text) // PART_CHARS) + sections
        assert await library.database.collection(VERSION_PARTS).count({}) == parts
        head = await library.database.collection(DOCUMENTS).find_one({"_id": stored.id})
        assert head is not None
        assert await VersionRepository(library.database).unscoped_text(head["pending_text"]) == (text, [])


async def overwrite(library: Library, document_id: str) -> None:
    """As a failing disk may: SQLite itself sees nothing wrong."""
    versions = library.database.collection(VERSIONS)
    await versions.update_one({"document_id": document_id}, {"$set": {"text": "Boats float on whisky. " * 3}})


async def test_overwritten_words_are_not_shown_as_what_the_document_says(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await overwrite(library, stored.id)
    with pytest.raises(TextDamaged, match="restore a backup"):
        await library.service.text(ada, stored.id)


async def test_a_text_of_an_earlier_release_gets_its_hash_when_it_is_first_read(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await library.database.collection(VERSIONS).update_one({"document_id": stored.id}, {"$unset": {"hash": ""}})
    assert (await library.service.text(ada, stored.id)).text == BOATS.text
    await overwrite(library, stored.id)
    with pytest.raises(TextDamaged):
        await library.service.text(ada, stored.id)


async def test_a_damaged_part_of_a_large_text_is_noticed(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, work=False) as library:
        [stored] = await library.service.store_texts("ada", [replace(BOATS, text="x" * 1_200_000)])
        head = await library.database.collection(DOCUMENTS).find_one({"_id": stored.id})
        assert head is not None
        await library.database.collection(VERSION_PARTS).update_one({"part": 1}, {"$set": {"text": "y" * 200_000}})
        with pytest.raises(TextDamaged):
            await VersionRepository(library.database).unscoped_text(head["pending_text"])


async def test_a_text_over_the_limit_is_refused_with_the_setting_to_change(library: Library) -> None:
    limit = Settings(_env_file=None).upload.max_text_chars
    with pytest.raises(TooLarge, match=r"items\.1\.text.*BIBLIOS_UPLOAD_MAX_TEXT_CHARS"):
        await library.service.store_texts("ada", [BOATS, TextItem("2", "2", "x" * (limit + 1))])
