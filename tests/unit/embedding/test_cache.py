import math
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.cache import EMBEDDINGS, EmbeddingCache, pack, unpack
from tests.support.database import sqlite_database
from tests.support.search import unit_vectors


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[EmbeddingCache]:
    async with sqlite_database(tmp_path, EMBEDDINGS) as database:
        yield EmbeddingCache(database)


async def test_stored_vectors_come_back_by_hash(cache: EmbeddingCache) -> None:
    vectors = unit_vectors(1200, dimension=16)
    await cache.put("m", {f"h{index}": vector for index, vector in enumerate(vectors)})
    found = await cache.get("m", [f"h{index}" for index in range(1300)])
    assert len(found) == 1200
    assert all(float(found[f"h{index}"] @ vector) > 0.999 for index, vector in enumerate(vectors))


async def test_models_do_not_mix(cache: EmbeddingCache) -> None:
    first, second = unit_vectors(2)
    await cache.put("a", {"h": first})
    assert await cache.get("b", ["h"]) == {}
    await cache.put("b", {"h": second})
    assert float((await cache.get("a", ["h"]))["h"] @ first) > 0.999
    assert float((await cache.get("b", ["h"]))["h"] @ second) > 0.999


async def test_unused_hashes_are_forgotten_for_every_model(cache: EmbeddingCache) -> None:
    vector = unit_vectors(1)[0]
    for model in ("a", "b"):
        await cache.put(model, {"gone": vector, "kept": vector})
    assert await cache.delete_unused(["gone", "never-there"]) == 2
    assert list(await cache.get("a", ["gone", "kept"])) == ["kept"]
    assert list(await cache.get("b", ["gone", "kept"])) == ["kept"]


async def test_putting_twice_replaces(cache: EmbeddingCache) -> None:
    first, second = unit_vectors(2)
    await cache.put("m", {"h": first})
    await cache.put("m", {"h": second})
    assert float((await cache.get("m", ["h"]))["h"] @ second) > 0.999


def test_packing_keeps_the_nearest_neighbours() -> None:
    corpus, queries = unit_vectors(2000, dimension=384), unit_vectors(50, dimension=384, seed=1)
    stored = np.stack([unpack(pack(vector)) for vector in corpus])
    exact = np.argsort(-(queries @ corpus.T), axis=1)[:, :10]
    found = np.argsort(-(queries @ stored.T), axis=1)[:, :10]
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)])
    assert recall >= 0.97  # random directions lie far closer together than texts do
    assert np.min(np.sum(corpus * stored, axis=1)) > 0.9998


@pytest.mark.parametrize("tiny", [1e-45, -1.4e-43, 1e-38])
def test_a_vector_of_nearly_nothing_keeps_its_direction(tiny: float) -> None:
    restored = unpack(pack(np.array([0, tiny, 0], dtype=np.float32)))
    assert restored.tolist() == [0, math.copysign(1, tiny), 0]


@given(st.lists(st.floats(-1, 1, width=32, allow_subnormal=False), min_size=1, max_size=64))
def test_any_vector_survives_packing(values: list[float]) -> None:
    vector = np.array(values, dtype=np.float32)
    data = pack(vector)
    assert len(data) == 4 + len(values)
    scale = np.frombuffer(data[:4], dtype="<f4")[0]
    restored = np.frombuffer(data[4:], dtype=np.int8) * scale
    assert np.all(np.abs(restored - vector) <= scale * 0.51)
    assert np.linalg.norm(unpack(data)) == pytest.approx(1, abs=1e-3) or not np.any(vector)
