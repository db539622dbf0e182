"""What was emptied at its source, or cannot be read any more, stops answering with the words of before."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.citations import CitedStretch
from backend.documents.incoming import TextItem
from backend.documents.models import Document
from backend.documents.schema import CHUNKS, VERSIONS
from backend.embedding.cache import EMBEDDINGS
from backend.errors import NotFound
from backend.settings import ProcessingSettings, Settings
from tests.support.files import zipped
from tests.support.library import Library, open_library
from tests.support.waiting import until_true

BOATS = TextItem("boats", "Boats", "Boats float on water.")
PAGE = b"<html><head><title>Boats</title></head><body><p>Boats float on water.</p></body></html>"
UNREADABLE = b"<html><body></body></html>"


def packed(name: str) -> bytes:
    return zipped({name: b"Walnuts are kept inside."})


async def nothing_is_left(library: Library, *, versions: int) -> None:
    """Waits until chunks and vectors are gone; what is outdated goes right after its successor is announced."""

    async def gone() -> bool:
        return [0, 0, 0, 0, versions] == [
            *[await library.database.collection(spec).count({}) for spec in (CHUNKS, EMBEDDINGS)],
            await library.store.count(),
            await library.lexical.count(),
            await library.database.collection(VERSIONS).count({}),
        ]

    await until_true(gone)


async def test_an_emptied_text_is_a_version_without_chunks(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await library.service.store_texts("ada", [replace(BOATS, text=" \n")])
    assert await library.settled(ada) == {"indexed": 1}
    document = await library.service.get(ada, stored.id)
    assert (document.version, document.chunks, document.error) == (2, 0, None)
    assert "emptied" in document.warnings[0]
    assert (await library.service.text(ada, stored.id)).text == ""
    assert await library.search(ada, "boats") == []
    await nothing_is_left(library, versions=1)
    [again] = await library.service.store_texts("ada", [replace(BOATS, text=" \n")])
    assert again.outcome == "unchanged"
    await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    assert [hit.version for hit in await library.search(ada, "boats")] == [3]
    assert (await library.service.get(ada, stored.id)).warnings == []


async def test_an_emptied_document_is_silent_before_anybody_works_on_it(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        [text] = await library.service.store_texts("ada", [BOATS])
        file_id = await library.add_file(ada, "boats.txt", b"Boats float.")
        await library.add_file(ada, "a.zip", packed("inside.txt"))
        await library.settled(ada)
    async with open_library(tmp_path, work=False) as library:
        assert len(await library.search(ada, "boats float walnuts")) >= 3
        await library.service.store_texts("ada", [replace(BOATS, text="")])
        await library.add_file(ada, "boats.txt", b"")
        await library.add_file(ada, "a.zip", b"")
        assert await library.search(ada, "boats float walnuts") == []
        for document_id in (text.id, file_id):
            with pytest.raises(NotFound) as raised:
                await library.service.text(ada, document_id)
            assert raised.value.code == "no_text"
    async with open_library(tmp_path) as library:
        assert await library.settled(ada) == {"indexed": 3}
        assert await library.search(ada, "boats float walnuts") == []


async def unreadable(library: Library, ada: Caller) -> Document:
    document_id = await library.add_file(ada, "page.html", PAGE)
    await library.settled(ada)
    await library.service.unscoped_retain_citations(
        [CitedStretch(document_id, 1, 0, 5, "Boats")], user_id="ada", message_id="m"
    )
    await library.add_file(ada, "page.html", UNREADABLE)
    assert await library.settled(ada) == {"failed": 1}
    return await library.service.get(ada, document_id)


async def test_an_unreadable_new_version_stops_answering_with_the_old_words(library: Library, ada: Caller) -> None:
    document = await unreadable(library, ada)
    assert document.error is not None
    assert (document.error.code, document.chunks) == ("no_text", 0)
    assert await library.search(ada, "boats") == []
    await nothing_is_left(library, versions=0)
    with pytest.raises(NotFound) as raised:
        await library.service.text(ada, document.id)
    assert raised.value.code == "no_text"
    assert (await library.service.text(ada, document.id, 1)).text == "Boats"
    await library.service.retry(ada, document.id)
    assert await library.settled(ada) == {"failed": 1}
    await library.add_file(ada, "page.html", PAGE)
    await library.settled(ada)
    assert len(await library.search(ada, "boats")) == 1


async def test_members_of_an_archive_that_cannot_be_read_any_more_stop_answering(library: Library, ada: Caller) -> None:
    await library.add_file(ada, "a.zip", packed("inside.txt"))
    await library.settled(ada)
    await library.add_file(ada, "a.zip", packed("inside.txt")[:-30])
    assert await library.settled(ada) == {"failed": 1}
    assert await library.search(ada, "walnuts") == []


async def test_the_last_readable_version_answers_with_its_date_where_the_operator_chose_so(
    tmp_path: Path, ada: Caller
) -> None:
    settings = Settings(data_dir=tmp_path, processing=ProcessingSettings(keep_last_readable=True), _env_file=None)
    async with open_library(tmp_path, settings=settings) as library:
        document = await unreadable(library, ada)
        [hit] = await library.search(ada, "boats")
        assert (hit.version, hit.modified_at) == (1, document.text_at)
        assert document.error is not None
        assert f"the version of {document.text_at:%d %B %Y} answers" in document.error.message
        assert "Boats float" in (await library.service.text(ada, document.id)).text


async def test_a_title_that_cannot_be_taken_in_silences_nothing(library: Library, ada: Caller) -> None:
    """Only a new version outdates the words of before."""
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await library.service.store_texts("ada", [replace(BOATS, title="Vessels")])
    await library.settled(ada)
    assert (await library.service.get(ada, stored.id)).version == 1
    assert len(await library.search(ada, "boats")) == 1
