"""The persistent cache of chunk vectors, by model and chunk hash: a chunk is never embedded twice.

It is also the truth from which a derived vector index is rebuilt. A vector is kept as int8 with one scale (4 +
dimension bytes, a quarter of float32): recall@10 against exact 0.998, cosine to the original at least 0.9999
(docs/adr/0022).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched

import numpy as np

from backend.db.collection import CollectionSpec, Database, Index
from backend.embedding.models.base import Vectors

EMBEDDINGS = CollectionSpec(
    "embeddings",
    (Index((("hash", 1),)),),  # the vectors of a chunk that nothing uses any more, for every model
)

_SLICE = 500


class EmbeddingCache:
    """Vectors by chunk hash for any model. Errors: `Unavailable` from the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = database.collection(EMBEDDINGS)

    async def prepare(self) -> None:
        """Creates the collection and its index. Idempotent."""
        await self._database.prepare([EMBEDDINGS])

    async def get(self, model_id: str, hashes: Iterable[str]) -> dict[str, Vectors]:
        """The known vectors by hash, each of unit length, shape (dimension,); unknown hashes are left out."""
        found: dict[str, Vectors] = {}
        for part in _slices(hashes):
            keys = [_key(model_id, chunk_hash) for chunk_hash in part]
            for record in await self._records.find({"_id": {"$in": keys}}, fields=("hash", "vector")):
                found[record["hash"]] = unpack(record["vector"])
        return found

    async def put(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
        """Stores vectors by hash; one that is there is replaced."""
        for part in batched(vectors.items(), _SLICE, strict=False):
            await self._records.bulk_upsert(
                [
                    {"_id": _key(model_id, chunk_hash), "hash": chunk_hash, "vector": pack(vector)}
                    for chunk_hash, vector in part
                ]
            )

    async def delete_unused(self, hashes: Iterable[str]) -> int:
        """Forgets the vectors of these hashes for every model. The caller knows that no chunk has them any more."""
        deleted = 0
        for part in _slices(hashes):
            deleted += await self._records.delete_many({"hash": {"$in": list(part)}})
        return deleted


def pack(vector: Vectors) -> bytes:
    """A vector as its scale (float32, little endian) and int8 values: ``value * scale`` is the component."""
    peak = float(np.abs(vector).max(initial=0.0))
    # In double precision: what is nearly nothing has no share of it left in single.
    share = peak / 127 if peak else 1.0
    scale = np.float32(share)
    values = np.rint(vector.astype(np.float64) / share).astype(np.int8)
    return b"".join((scale.astype("<f4").tobytes(), values.tobytes()))


def unpack(data: bytes) -> Vectors:
    """The vector of `pack`, brought to unit length again."""
    values = np.frombuffer(data, dtype=np.int8, offset=4).astype(np.float32)
    length = float(np.linalg.norm(values))
    # The scale does not matter for a unit vector; it is kept for a reader that wants the components as they were.
    return values / np.float32(length) if length else values


def _key(model_id: str, chunk_hash: str) -> str:
    return f"{model_id}:{chunk_hash}"


def _slices(hashes: Iterable[str]) -> Iterator[Sequence[str]]:
    return batched(dict.fromkeys(hashes), _SLICE, strict=False)
