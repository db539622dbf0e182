"""The faiss store is derived: what `save` wrote comes back, anything else means an empty store that says so."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import structlog

from backend.embedding.models.base import Vectors
from backend.embedding.search.derived import DerivedIndex
from backend.embedding.search.models import Filters
from backend.embedding.vector_store.faiss import FaissVectorStore
from tests.support.search import ANN, BEN, DIMENSION, axis, entry, unit_vectors

NONE = Filters()


def open_store(
    folder: Path, *, model_id: str = "m", dimension: int = DIMENSION, ivf_from: int = 300_000
) -> FaissVectorStore:
    return FaissVectorStore(folder, model_id=model_id, dimension=dimension, ivf_from=ivf_from)


def snapshots(folder: Path) -> set[Path]:
    return set(folder.iterdir())


async def saved_store(folder: Path, seq: int = 7) -> None:
    store = open_store(folder)
    await store.upsert([entry(f"d{n}.1.0", vector=axis(n), tags={"t"}, access=ANN) for n in range(5)])
    await store.set_access_many({"d4": BEN})
    await store.delete_documents(["d3"])
    await store.save(seq)
    await store.close()


async def test_a_saved_store_comes_back_with_its_sequence_number(tmp_path: Path) -> None:
    await saved_store(tmp_path)
    store = open_store(tmp_path)
    assert isinstance(store, DerivedIndex)
    assert (store.last_seq, await store.count()) == (7, 4)
    hits = await store.search(axis(1), limit=1, principals=ANN, filters=Filters(tags=frozenset({"t"})))
    assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
    assert hits[0].score == pytest.approx(1.0, abs=1e-3)
    assert [hit.chunk_id for hit in await store.search(axis(4), limit=9, principals=BEN, filters=NONE)] == ["d4.1.0"]
    await store.upsert([entry("d9.1.0", vector=axis(9))])
    assert (await store.search(axis(9), limit=1, principals=ANN, filters=NONE))[0].chunk_id == "d9.1.0"
    await store.close()


async def test_a_store_without_a_snapshot_starts_at_zero(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new")
    assert (store.last_seq, await store.count()) == (0, 0)
    await store.close()


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    return data[:-3] + bytes([data[-3] ^ 0xFF]) + data[-2:]


@pytest.mark.parametrize("damage", [_cut, _flip, lambda data: b"", lambda data: b"garbage" * 100])
async def test_a_damaged_snapshot_means_an_empty_store_and_a_word_in_the_log(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    await saved_store(tmp_path)
    (path,) = snapshots(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with structlog.testing.capture_logs() as logs:
        store = open_store(tmp_path)
    assert [line["event"] for line in logs] == ["vector_index_rebuilt"]
    assert (store.last_seq, await store.count()) == (0, 0)
    await store.upsert([entry("d1.1.0")])
    await store.save(1)
    await store.close()
    again = open_store(tmp_path)
    assert (again.last_seq, await again.count()) == (1, 1)
    await again.close()


async def test_stores_of_two_models_keep_their_snapshots_side_by_side(tmp_path: Path) -> None:
    await saved_store(tmp_path, seq=7)
    other = open_store(tmp_path, model_id="other")
    assert (other.last_seq, await other.count()) == (0, 0)
    await other.upsert([entry("d1.1.0")])
    await other.save(2)
    await other.close()
    for model_id, expected in (("m", (7, 4)), ("other", (2, 1))):
        store = open_store(tmp_path, model_id=model_id)
        assert (store.last_seq, await store.count()) == expected
        await store.close()


async def test_a_snapshot_of_another_model_is_not_used_whatever_its_name(tmp_path: Path) -> None:
    await saved_store(tmp_path)
    (path,) = snapshots(tmp_path)
    other = open_store(tmp_path, model_id="other")
    await other.save(0)
    await other.close()
    (other_path,) = snapshots(tmp_path) - {path}
    other_path.write_bytes(path.read_bytes())
    with structlog.testing.capture_logs() as logs:
        store = open_store(tmp_path, model_id="other")
    assert (store.last_seq, await store.count()) == (0, 0)
    assert logs[0]["event"] == "vector_index_rebuilt"
    await store.close()


async def test_clear_also_forgets_the_snapshot(tmp_path: Path) -> None:
    await saved_store(tmp_path)
    store = open_store(tmp_path)
    await store.clear()
    assert store.last_seq == 0
    await store.close()
    again = open_store(tmp_path)
    assert (again.last_seq, await again.count()) == (0, 0)
    await again.close()


_WRITER = """
import asyncio, sys
from pathlib import Path
from backend.embedding.vector_store.faiss import FaissVectorStore
from tests.support.search import axis, entry

async def main():
    store = FaissVectorStore(Path(sys.argv[1]), model_id="m", dimension=32, ivf_from=300_000)
    seq = store.last_seq
    while True:
        seq += 1
        await store.upsert([entry(f"d{seq}.1.0", vector=axis(seq))])
        await store.save(seq)
        print(seq, flush=True)

asyncio.run(main())
"""


async def test_a_store_killed_while_saving_has_every_acknowledged_change(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(3):
        process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs in this loop
            [sys.executable, "-c", textwrap.dedent(_WRITER), str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip().isdecimal():
                acknowledged = int(line)
                if acknowledged % 20 == 0:
                    process.send_signal(signal.SIGKILL)
                    break
        process.wait()
        store = open_store(tmp_path)
        assert store.last_seq >= acknowledged
        assert await store.count() == store.last_seq
        await store.close()
    assert acknowledged >= 60


async def test_a_right_taken_away_during_a_search_yields_no_hit(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    await store.upsert([entry(f"d{n}.1.0", vector=vector) for n, vector in enumerate(unit_vectors(2_000))])
    search = asyncio.create_task(store.search(axis(0), limit=2_000, principals=ANN, filters=NONE))
    await asyncio.sleep(0)  # the scan is under way now
    await store.set_access_many({"d7": BEN})
    found = {hit.document_id for hit in await search}
    assert len(found) == 1_999
    assert "d7" not in found
    await store.close()


async def test_a_place_given_to_another_chunk_during_a_search_yields_no_hit(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    await store.upsert([entry("mine.1.0", vector=axis(0)), entry("kept.1.0", vector=axis(1))])
    search = asyncio.create_task(store.search(axis(0), limit=10, principals=ANN, filters=NONE))
    await asyncio.sleep(0)
    await store.delete_documents(["mine"])
    await store.upsert([entry("new.1.0", vector=axis(2))])
    assert [hit.chunk_id for hit in await search] == ["kept.1.0"]
    await store.close()


async def test_vectors_outside_the_first_range_widen_it_and_lose_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path, dimension=384)
    small = unit_vectors(200, dimension=384)
    await store.upsert([entry(f"s{n}.1.0", vector=vector) for n, vector in enumerate(small)])
    await store.upsert([entry(f"x{n}.1.0", vector=axis(n, dimension=384)) for n in range(384)])
    for number in range(0, 384, 50):
        hit = (await store.search(axis(number, dimension=384), limit=1, principals=ANN, filters=NONE))[0]
        assert hit.chunk_id == f"x{number}.1.0"
        assert hit.score == pytest.approx(1, abs=1e-3)
    for number in range(0, 200, 20):
        hit = (await store.search(small[number], limit=1, principals=ANN, filters=NONE))[0]
        assert hit.chunk_id == f"s{number}.1.0"
        assert hit.score == pytest.approx(1, abs=2e-3)
    await store.close()


async def test_cells_take_over_above_the_threshold_and_keep_recall_on_grouped_vectors(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    topics = unit_vectors(60, dimension=64, seed=4)
    vectors = topics[random.integers(0, 60, 6_000)] + 0.08 * random.standard_normal((6_000, 64)).astype(np.float32)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    store = open_store(tmp_path, dimension=64, ivf_from=2_000)
    await store.upsert([entry(f"d{n}.1.0", vector=vector) for n, vector in enumerate(vectors)])
    await store.trained()
    right = 0
    for question in vectors[:50]:
        exact = {f"d{n}.1.0" for n in np.argsort(-(vectors @ question))[:10]}
        hits = await store.search(question, limit=10, principals=ANN, filters=NONE)
        right += len(exact & {hit.chunk_id for hit in hits})
    assert right / 500 >= 0.99
    await store.close()


@pytest.mark.parametrize("vector", [np.ones(DIMENSION + 1, np.float32), np.full(DIMENSION, np.nan, np.float32)])
async def test_vectors_that_do_not_fit_are_refused_and_change_nothing(tmp_path: Path, vector: Vectors) -> None:
    store = open_store(tmp_path)
    with pytest.raises(ValueError, match="finite numbers"):
        await store.upsert([entry("d1.1.0", vector=vector)])
    assert await store.count() == 0
    await store.close()
