"""A write that fails fails alone: what waits behind it and what comes later is written."""

import asyncio
from pathlib import Path

import pytest
import tantivy

from backend.embedding.search import tantivy_schema as layout
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters
from backend.errors import Unavailable
from tests.support.search import ANN, entry

NONE = Filters()


class Panic(BaseException):
    """As tantivy's own panics reach Python: not an `Exception`."""


@pytest.mark.parametrize("error", [KeyError("unexpected"), Panic("a thread panicked"), StopIteration()])
async def test_an_unexpected_error_strands_no_later_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    index = TantivyIndex(tmp_path / "i")
    honest = layout.to_document

    def to_document(written: layout.Words, *, key: int, row: int) -> tantivy.Document:
        if "poison" in written.text:
            raise error
        return honest(written, key=key, row=row)

    monkeypatch.setattr(layout, "to_document", to_document)
    async with asyncio.timeout(30):
        poisoned = asyncio.create_task(index.upsert([entry("d0.1.0", text="half"), entry("d1.1.0", text="poison")]))
        await asyncio.sleep(0)  # the batch is on its way: what follows waits behind it
        behind = [asyncio.create_task(index.upsert([entry(f"d{n}.1.0", text="behind")])) for n in (2, 3)]
        with pytest.raises(Unavailable):
            await poisoned
        await asyncio.gather(*behind)
        await index.upsert([entry("d4.1.0", text="later")])
    hits = await index.search("half behind later", limit=9, principals=ANN, filters=NONE)
    assert {hit.document_id for hit in hits} == {"d2", "d3", "d4"}  # nothing of the failed batch
    await index.close()


async def test_words_of_deleted_chunks_leave_the_files_while_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    index = TantivyIndex(folder)
    await index.upsert([entry(f"d{n}.1.0", text=f"shared kept{n}") for n in range(300)])
    await index.upsert([entry("gone.1.0", text="shared zanzibar"), entry("d5.1.1", text="shared neighbour")])
    before = {path.name for path in folder.iterdir() if path.suffix == ".store"}
    await index.delete_documents(["gone"])
    await index.forget_deleted()
    left = {path.name for path in folder.iterdir() if path.suffix == ".store"}
    assert len(before - left) == 1  # the segment that held it; the other one had nothing to forget
    assert await index.count() == 301
    assert await index.search("zanzibar", limit=5, principals=ANN, filters=NONE) == []
    [hit] = await index.search("neighbour", limit=5, principals=ANN, filters=NONE)
    assert (hit.chunk_id, hit.document_id) == ("d5.1.1", "d5")
    await index.forget_deleted()
    assert {path.name for path in folder.iterdir() if path.suffix == ".store"} == left
    await index.close()


async def test_a_large_segment_is_written_anew_beside_other_writes(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    index = TantivyIndex(folder, purged_at_once=50)
    await index.upsert([entry(f"d{n}.1.0", text=f"shared word{n}") for n in range(400)])
    before = {path.name for path in folder.iterdir() if path.suffix == ".store"}
    await index.delete_documents(["d7"])
    forgetting = asyncio.create_task(index.forget_deleted())
    for n in range(10, 20):
        await index.delete_documents([f"d{n}"])
        await index.upsert([entry(f"e{n}.1.0", text=f"shared word{n}")])
    await forgetting
    assert not before & {path.name for path in folder.iterdir()}
    assert await index.count() == 399
    hits = await index.search("shared", limit=1000, principals=ANN, filters=NONE)
    expected = {f"d{n}" for n in range(400) if n != 7 and not 10 <= n < 20} | {f"e{n}" for n in range(10, 20)}
    assert {hit.document_id for hit in hits} == expected
    await index.close()
