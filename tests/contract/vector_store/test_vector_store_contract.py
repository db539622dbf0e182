"""One suite over every vector store: the nearest chunks, for those who may see them and for nobody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from backend.embedding.models.base import Vectors
from backend.embedding.search.models import Filters
from backend.embedding.vector_store.base import VectorStore
from tests.contract.vector_store.backends import BACKENDS, Backend, Opener
from tests.support.search import ANN, BEN, FOLDERS, axis, entry, unit_vectors

NONE = Filters()


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    chosen: Backend = request.param
    return chosen


@pytest.fixture
async def opener(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Opener]:
    async with backend.environment(tmp_path_factory.mktemp("vectors")) as opened:
        yield opened


@pytest.fixture
async def store(opener: Opener) -> AsyncIterator[VectorStore]:
    opened = await opener()
    yield opened
    await opened.close()


async def found(
    store: VectorStore,
    vector: Vectors,
    *,
    principals: frozenset[str] = ANN,
    filters: Filters = NONE,
    limit: int = 100,
) -> list[str]:
    hits = await store.search(vector, limit=limit, principals=principals, filters=filters)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.chunk_id for hit in hits]


async def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    assert await found(store, axis(0)) == []
    assert await store.count() == 0
    await store.ping()


async def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    between = (axis(0) + axis(1)) / np.sqrt(2, dtype=np.float32)
    await store.upsert(
        [
            entry("far.1.0", vector=axis(2)),
            entry("near.1.0", vector=between),
            entry("same.1.0", vector=axis(0)),
        ]
    )
    hits = await store.search(axis(0), limit=3, principals=ANN, filters=NONE)
    assert [(hit.chunk_id, hit.document_id) for hit in hits] == [
        ("same.1.0", "same"),
        ("near.1.0", "near"),
        ("far.1.0", "far"),
    ]
    assert [hit.score for hit in hits] == pytest.approx([1, 0.7071, 0], abs=0.01)
    assert await found(store, axis(0), limit=1) == ["same.1.0"]


async def test_the_ten_nearest_of_five_hundred_are_the_exact_ones(backend: Backend, store: VectorStore) -> None:
    vectors = unit_vectors(500)
    await store.upsert([entry(f"d{n}.1.0", vector=vector) for n, vector in enumerate(vectors)])
    right = 0
    for question in unit_vectors(20, seed=1):
        exact = {f"d{n}.1.0" for n in np.argsort(-(vectors @ question))[:10]}
        right += len(exact & set(await found(store, question, limit=10)))
    assert right / 200 >= backend.recall


async def test_only_a_shared_principal_makes_a_chunk_visible(store: VectorStore) -> None:
    await store.upsert(
        [
            entry("ann.1.0", access=ANN),
            entry("ben.1.0", access=BEN),
            entry("both.1.0", access=ANN | BEN),
            entry("nobody.1.0", access=()),
        ]
    )
    assert sorted(await found(store, axis(0), principals=ANN)) == ["ann.1.0", "both.1.0"]
    assert sorted(await found(store, axis(0), principals=BEN)) == ["ben.1.0", "both.1.0"]
    assert await found(store, axis(0), principals=frozenset({"user:eve"})) == []
    assert await found(store, axis(0), principals=frozenset()) == []


async def test_nearer_but_invisible_chunks_do_not_crowd_out_visible_ones(store: VectorStore) -> None:
    far = (axis(0) * np.float32(0.2) + axis(1) * np.sqrt(np.float32(0.96))).astype(np.float32)
    await store.upsert([entry(f"ben{n}.1.0", vector=axis(0), access=BEN) for n in range(600)])
    await store.upsert([entry("ann.1.0", vector=far, access=ANN)])
    assert await found(store, axis(0), principals=ANN, limit=5) == ["ann.1.0"]


async def test_access_is_replaced_for_every_chunk_of_the_document_and_no_other(store: VectorStore) -> None:
    await store.upsert([entry(f"d1.1.{n}") for n in range(3)] + [entry("d2.1.0")])
    await store.set_access_many({"d1": BEN})
    assert await found(store, axis(0), principals=ANN) == ["d2.1.0"]
    assert sorted(await found(store, axis(0), principals=BEN)) == ["d1.1.0", "d1.1.1", "d1.1.2"]
    await store.set_access_many({"d1": frozenset()})
    assert await found(store, axis(0), principals=BEN) == []
    await store.set_access_many({"unknown": BEN})
    assert await store.count() == 4


async def test_access_of_many_documents_changes_in_one_call_each_to_its_own_list(store: VectorStore) -> None:
    vectors = unit_vectors(520)
    await store.upsert([entry(f"d{n}.1.{c}", vector=vectors[2 * n + c]) for n in range(260) for c in range(2)])
    await store.set_access_many(
        {f"d{n}": BEN if n % 2 else frozenset({"group:even", f"group:{n}"}) for n in range(258)}
    )
    assert sorted(await found(store, axis(0), principals=ANN)) == ["d258.1.0", "d258.1.1", "d259.1.0", "d259.1.1"]
    assert sorted(await found(store, axis(0), principals=frozenset({"group:6"}))) == ["d6.1.0", "d6.1.1"]
    assert len(await found(store, axis(0), principals=BEN, limit=300)) == 258


async def test_a_caller_with_five_hundred_principals_sees_what_these_open(store: VectorStore) -> None:
    await store.upsert(
        [
            entry(f"d{n}.1.0", access={f"source:c1:g{n}", "source:c1:other"}, vector=vector)
            for n, vector in enumerate(unit_vectors(600))
        ]
        + [entry("mine.1.0", access=ANN)]
    )
    held = ANN | {f"source:c1:g{n}" for n in range(0, 998, 2)}
    assert len(held) == 500
    assert sorted(await found(store, axis(0), principals=held, limit=400)) == sorted(
        ["mine.1.0", *(f"d{n}.1.0" for n in range(0, 600, 2))]
    )
    assert await found(
        store, axis(0), principals=held - ANN, filters=Filters(document_ids=frozenset({"d8", "d9"}))
    ) == ["d8.1.0"]


async def test_many_principals_on_both_sides_are_matched(store: VectorStore) -> None:
    groups = frozenset(f"group:{n}" for n in range(60))
    await store.upsert([entry("d1.1.0", access=groups), entry("d2.1.0", access={"group:x"})])
    mine = frozenset({"user:ann", "workspace", *(f"group:{n}" for n in range(59, 200))})
    assert await found(store, axis(0), principals=mine) == ["d1.1.0"]


FILTERED: dict[str, tuple[Filters, dict[str, Any], dict[str, Any]]] = {
    "sources": (Filters(sources=frozenset({"gmail"})), {"source": "gmail"}, {"source": "files"}),
    "connections": (Filters(connections=frozenset({"c1"})), {"connection_id": "c1"}, {"connection_id": None}),
    "authors": (Filters(authors=frozenset({"Åsa Öst"})), {"author": "Åsa Öst"}, {"author": None}),
    "kinds": (Filters(kinds=frozenset({"pdf", "docx"})), {"kind": "pdf"}, {"kind": "text"}),
    "languages": (Filters(languages=frozenset({"de"})), {"language": "de"}, {"language": "en"}),
    "tags": (Filters(tags=frozenset({"x", "y"})), {"tags": {"y", "z"}}, {"tags": {"z"}}),
    "after": (
        Filters(after=datetime(2024, 5, 1, tzinfo=UTC)),
        {"modified_at": datetime(2024, 5, 1, tzinfo=UTC).timestamp()},
        {"modified_at": datetime(2024, 4, 30, 23, 59, 59, tzinfo=UTC).timestamp()},
    ),
    "before": (
        Filters(before=datetime(2024, 5, 1, tzinfo=UTC)),
        {"modified_at": datetime(2024, 4, 30, 23, 59, 59, tzinfo=UTC).timestamp()},
        {"modified_at": datetime(2024, 5, 1, tzinfo=UTC).timestamp()},
    ),
}


@pytest.mark.parametrize("name", FILTERED)
async def test_a_filter_keeps_what_matches_and_only_that(store: VectorStore, name: str) -> None:
    filters, inside, outside = FILTERED[name]
    await store.upsert([entry("in.1.0", **inside), entry("out.1.0", **outside)])
    assert await found(store, axis(0), filters=filters) == ["in.1.0"]
    assert sorted(await found(store, axis(0))) == ["in.1.0", "out.1.0"]


async def test_a_filter_on_document_ids_takes_a_thousand_of_them(store: VectorStore) -> None:
    vectors = unit_vectors(1_000)
    await store.upsert([entry(f"d{n}.1.0", vector=vector) for n, vector in enumerate(vectors)])
    wanted = frozenset(f"d{n}" for n in range(0, 2_000, 2))
    hits = await found(store, vectors[1], filters=Filters(document_ids=wanted), limit=50)
    assert len(hits) == 50
    assert all(int(hit[1:].partition(".")[0]) % 2 == 0 for hit in hits)


async def test_filters_combine_with_each_other_and_with_access(store: VectorStore) -> None:
    await store.upsert(
        [
            entry("a.1.0", kind="pdf", source="files"),
            entry("b.1.0", kind="pdf", source="gmail"),
            entry("c.1.0", kind="text", source="gmail"),
            entry("d.1.0", kind="pdf", source="gmail", access=BEN),
        ]
    )
    filters = Filters(kinds=frozenset({"pdf"}), sources=frozenset({"gmail"}))
    assert await found(store, axis(0), filters=filters) == ["b.1.0"]


async def test_a_filter_that_few_pass_still_fills_the_limit(store: VectorStore) -> None:
    near, far = axis(0), ((axis(0) + axis(1) * 3) / np.sqrt(10, dtype=np.float32)).astype(np.float32)
    await store.upsert([entry(f"near{n}.1.0", vector=near, kind="text") for n in range(400)])
    await store.upsert([entry(f"far{n}.1.0", vector=far, kind="pdf") for n in range(8)])
    hits = await found(store, axis(0), filters=Filters(kinds=frozenset({"pdf"})), limit=8)
    assert sorted(hits) == [f"far{n}.1.0" for n in range(8)]


@pytest.mark.parametrize("folder", FOLDERS)
async def test_a_path_keeps_what_lies_in_the_folder_and_nothing_beside_it(store: VectorStore, folder: str) -> None:
    inside, outside = FOLDERS[folder]
    paths = [*inside, *outside]
    await store.upsert([entry(f"d{n}.1.0", path=path) for n, path in enumerate(paths)])
    hits = await found(store, axis(0), filters=Filters(paths=frozenset({folder})))
    assert sorted(hits) == [f"d{n}.1.0" for n in range(len(inside))]
    several = Filters(paths=frozenset({folder, "elsewhere"}))
    assert sorted(await found(store, axis(0), filters=several)) == sorted(hits)


async def test_a_path_that_few_pass_still_fills_the_limit(store: VectorStore) -> None:
    near, far = axis(0), ((axis(0) + axis(1) * 3) / np.sqrt(10, dtype=np.float32)).astype(np.float32)
    await store.upsert([entry(f"near{n}.1.0", vector=near, path=f"Team/{n}") for n in range(400)])
    await store.upsert([entry(f"far{n}.1.0", vector=far, path="Team/Few/x") for n in range(8)])
    hits = await found(store, axis(0), filters=Filters(paths=frozenset({"Team/Few"})), limit=8)
    assert sorted(hits) == [f"far{n}.1.0" for n in range(8)]


async def test_a_document_that_moves_is_found_where_it_lies_now(store: VectorStore) -> None:
    await store.upsert([entry(f"d{n}.1.{c}", path="Team/Plans") for n in range(2) for c in range(2)])
    await store.set_access_many({"d0": ANN | BEN, "d1": ANN}, {"d0": "Team/Archive/2025", "unknown": "Team"})
    in_plans, in_archive = (Filters(paths=frozenset({name})) for name in ("Team/Plans", "Team/Archive"))
    assert sorted(await found(store, axis(0), filters=in_archive, principals=BEN)) == ["d0.1.0", "d0.1.1"]
    assert sorted(await found(store, axis(0), filters=in_plans)) == ["d1.1.0", "d1.1.1"]
    await store.set_access_many({"d0": ANN}, {"d0": None})
    assert await found(store, axis(0), filters=in_archive) == []
    assert len(await found(store, axis(0))) == 4


async def test_deleted_documents_and_chunks_stop_answering(store: VectorStore) -> None:
    await store.upsert([entry(f"d{d}.1.{c}") for d in range(3) for c in range(2)])
    await store.delete_documents(["d0", "unknown"])
    await store.delete_chunks(["d1.1.0", "unknown"])
    assert sorted(await found(store, axis(0))) == ["d1.1.1", "d2.1.0", "d2.1.1"]
    assert await store.count() == 3


async def test_a_thousand_documents_are_deleted_in_one_call(store: VectorStore) -> None:
    vectors = unit_vectors(1_001)
    await store.upsert([entry(f"d{n}.1.0", vector=vector) for n, vector in enumerate(vectors)])
    await store.delete_documents([f"d{n}" for n in range(1_000)])
    assert await found(store, vectors[0]) == ["d1000.1.0"]
    assert await store.count() == 1


async def test_a_deleted_place_that_is_used_again_belongs_to_the_new_chunk_only(store: VectorStore) -> None:
    await store.upsert([entry("old.1.0", vector=axis(0), access=ANN)])
    await store.delete_documents(["old"])
    await store.upsert([entry("new.1.0", vector=axis(1), access=BEN)])
    assert await found(store, axis(0), principals=ANN) == []
    assert await found(store, axis(1), principals=BEN) == ["new.1.0"]


async def test_an_upsert_replaces_vector_access_and_fields_and_is_idempotent(store: VectorStore) -> None:
    await store.upsert([entry("d1.1.0", vector=axis(0), access=ANN, tags={"old"})])
    for _ in range(2):
        await store.upsert([entry("d1.1.0", vector=axis(1), access=BEN, tags={"new"})])
    assert await found(store, axis(0), principals=ANN) == []
    hits = await store.search(axis(1), limit=5, principals=BEN, filters=Filters(tags=frozenset({"new"})))
    assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
    assert hits[0].score == pytest.approx(1.0, abs=0.01)
    assert await found(store, axis(1), principals=BEN, filters=Filters(tags=frozenset({"old"}))) == []
    assert await store.count() == 1


async def test_the_last_of_two_entries_of_one_chunk_in_a_batch_wins(store: VectorStore) -> None:
    await store.upsert([entry("d1.1.0", vector=axis(0)), entry("d1.1.0", vector=axis(1))])
    hits = await store.search(axis(1), limit=5, principals=ANN, filters=NONE)
    assert [hit.chunk_id for hit in hits] == ["d1.1.0"]
    assert hits[0].score == pytest.approx(1.0, abs=0.01)
    assert await store.count() == 1


async def test_clear_empties_the_store_and_it_can_be_filled_again(store: VectorStore) -> None:
    await store.upsert([entry("d1.1.0")])
    await store.clear()
    assert await found(store, axis(0)) == []
    assert await store.count() == 0
    await store.upsert([entry("d2.1.0")])
    assert await found(store, axis(0)) == ["d2.1.0"]


@pytest.mark.parametrize("text", ["'; DROP TABLE x; --", '{"$ne": null}', "a\x00b", "Ω≈ç√∫ 🙂", "x" * 2_000])
async def test_hostile_values_are_only_values(store: VectorStore, text: str) -> None:
    await store.upsert([entry("d1.1.0", author=text, tags={text}), entry("d2.1.0", author="other")])
    assert await found(store, axis(0), filters=Filters(authors=frozenset({text}))) == ["d1.1.0"]
    assert await found(store, axis(0), filters=Filters(tags=frozenset({text}))) == ["d1.1.0"]
    assert await found(store, axis(0), principals=frozenset({text})) == []


async def test_what_a_store_on_its_own_keeps_is_there_after_a_restart(backend: Backend, opener: Opener) -> None:
    first = await opener()
    await first.upsert([entry("d1.1.0", access=ANN, tags={"t"}), entry("d2.1.0", access=BEN)])
    await first.set_access_many({"d2": ANN | BEN})
    await first.delete_chunks(["gone"])
    await first.close()
    second = await opener()
    expected = ["d1.1.0", "d2.1.0"] if backend.durable else []
    assert sorted(await found(second, axis(0))) == expected
    await second.close()


async def test_another_model_or_dimension_starts_empty(opener: Opener) -> None:
    first = await opener()
    await first.upsert([entry("d1.1.0")])
    await first.close()
    other_model = await opener(model_id="model-b")
    assert await found(other_model, axis(0)) == []
    await other_model.close()
    wider = await opener(model_id="model-c", dimension=48)
    await wider.upsert([entry("d2.1.0", vector=axis(0, dimension=48))])
    assert await found(wider, axis(0, dimension=48)) == ["d2.1.0"]
    await wider.close()
