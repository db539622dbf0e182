"""Random histories of writes: the tantivy index shows everyone exactly what the plain in-memory index shows them.

Rows of the document table are given again when documents go, and the log is read back: nothing of a former document may
shine through.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Filters
from tests.support.indexes import MemoryLexicalIndex
from tests.support.search import entry

DOCUMENTS = ["d0", "d1", "d2", "d3"]
PRINCIPALS = ["user:ann", "user:ben", "group:x"]
ACCESS = st.frozensets(st.sampled_from(PRINCIPALS))
UPSERT = st.tuples(
    st.just("upsert"), st.sampled_from(DOCUMENTS), st.integers(0, 2), ACCESS, st.frozensets(st.sampled_from(["t", "u"]))
)
HISTORY = st.lists(
    st.one_of(
        UPSERT,
        UPSERT,
        st.tuples(st.just("delete"), st.sampled_from(DOCUMENTS)),
        st.tuples(st.just("access"), st.dictionaries(st.sampled_from(DOCUMENTS), ACCESS)),
        st.tuples(st.just("reopen"), st.booleans()),
    ),
    max_size=14,
)


async def apply(index: LexicalIndex, operation: tuple[Any, ...]) -> None:
    match operation:
        case ("upsert", document, chunk, access, tags):
            # A document's fields are one: every chunk is written with them, as indexing does.
            await index.delete_documents([document])
            await index.upsert(
                [entry(f"{document}.1.{n}", text=f"word{n}", access=access, tags=tags) for n in range(chunk + 1)]
            )
        case ("delete", document):
            await index.delete_documents([document])
        case ("access", changes):
            await index.set_access_many(changes)


async def shown(index: LexicalIndex) -> dict[tuple[str, ...], list[str]]:
    answers = {}
    for held in (("user:ann",), ("user:ben", "group:x"), tuple(PRINCIPALS), ("user:eve",)):
        for tags in ((), ("t",)):
            hits = await index.search(
                "word0 word2", limit=50, principals=frozenset(held), filters=Filters(tags=frozenset(tags))
            )
            answers[*held, *tags] = sorted(hit.chunk_id for hit in hits)
    return answers


@given(HISTORY)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_of_writes_shows_everyone_the_same(history: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            plain, index = MemoryLexicalIndex(), TantivyIndex(Path(folder) / "i")
            for seq, operation in enumerate(history, 1):
                if operation[0] == "reopen":
                    if operation[1]:
                        await index.save(seq)
                    await index.close()
                    index = TantivyIndex(Path(folder) / "i")
                await apply(plain, operation)
                await apply(index, operation)
            assert await shown(index) == await shown(plain)
            await index.close()

    asyncio.run(run())
