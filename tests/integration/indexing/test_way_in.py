"""A document's way in: stored, read, cut, embedded, found."""

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.repository import DocumentQuery
from tests.support import files
from tests.support.library import Library


def zipped(**members: bytes) -> bytes:
    return files.zipped({name.replace("__", "/").replace("_", "."): data for name, data in members.items()})


async def test_a_text_is_found_after_it_is_indexed(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [TextItem("1", "Kettle", "The kettle is descaled in May.")])
    assert await library.settled(ada) == {"indexed": 1}
    document = await library.service.get(ada, stored.id)
    assert (document.version, document.chunks, document.error) == (1, 1, None)
    assert document.indexed_at is not None
    [hit] = await library.search(ada, "When is the kettle descaled?")
    text = await library.service.text(ada, hit.document_id, hit.version)
    assert (hit.document_id, hit.external_id, hit.title) == (stored.id, "1", "Kettle")
    assert text.text[hit.start : hit.end] == hit.text == "The kettle is descaled in May."


async def test_a_file_gives_its_title_and_kind(library: Library, ada: Caller) -> None:
    document_id = await library.add_file(ada, "notes/plan.md", b"# The big plan\n\nWe sail at dawn.\n")
    await library.settled(ada)
    document = await library.service.get(ada, document_id)
    assert (document.status, document.kind, document.title) == ("indexed", "markdown", "The big plan")
    assert [hit.document_id for hit in await library.search(ada, "sail at dawn")] == [document_id]


async def test_files_in_an_archive_become_documents_and_go_with_it(library: Library, ada: Caller) -> None:
    archive = await library.add_file(ada, "all.zip", zipped(a_txt=b"Apples grow on trees.", in__b_txt=b"Boats float."))
    counts = await library.settled(ada)
    assert counts == {"indexed": 3}
    [hit] = [hit for hit in await library.search(ada, "Boats float") if hit.text == "Boats float."]
    child = await library.service.get(ada, hit.document_id)
    assert (child.parent_id, child.external_id) == (archive, "all.zip!/in/b.txt")
    await library.service.delete(ada, archive)
    assert await library.settled(ada) == {}
    assert await library.search(ada, "Boats float") == []


async def test_a_changed_archive_keeps_only_what_is_inside_now(library: Library, ada: Caller) -> None:
    await library.add_file(ada, "all.zip", zipped(a_txt=b"Apples grow on trees.", b_txt=b"Boats float."))
    await library.settled(ada)
    [kept] = [hit.document_id for hit in await library.search(ada, "Apples") if "Apples" in hit.text]
    await library.add_file(ada, "all.zip", zipped(a_txt=b"Apples grow on trees.", c_txt=b"Cats sleep."))
    await library.settled(ada)
    texts = {hit.text: hit.document_id for hit in await library.search(ada, "apples boats cats")}
    assert set(texts) == {"Apples grow on trees.", "Cats sleep."}
    assert texts["Apples grow on trees."] == kept


async def test_a_broken_file_fails_with_a_reason_and_can_be_tried_again(library: Library, ada: Caller) -> None:
    document_id = await library.add_file(ada, "broken.pdf", b"%PDF-1.7\nnothing of a PDF follows")
    assert await library.settled(ada) == {"failed": 1}
    error = (await library.service.get(ada, document_id)).error
    assert error is not None
    assert error.code
    assert error.message.endswith(".")
    assert (await library.service.retry(ada, document_id)).status in ("queued", "processing")
    assert await library.settled(ada) == {"failed": 1}


async def test_archives_nested_too_deep_fail_with_advice(library: Library, ada: Caller) -> None:
    data = zipped(a_txt=b"At the bottom.")
    for _ in range(3):
        data = zipped(inner_zip=data)
    await library.add_file(ada, "outer.zip", data)
    await library.settled(ada)
    rows, _ = await library.service.page(ada, DocumentQuery())
    assert [row["error"]["code"] for row in rows if row["error"]] == ["archive_too_deep"]
