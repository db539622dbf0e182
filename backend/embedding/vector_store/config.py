"""Tuning of each vector backend: what settings do not ask a person for. Figures: ADR 0032."""

from dataclasses import dataclass

from backend.retry import Backoff


@dataclass(frozen=True, slots=True)
class ChromaTuning:
    """Chroma's HNSW graph and its calls.

    Chroma's own defaults (ef 100, 16 neighbours) gave recall@10 0.55 at 100,000 chunks.
    """

    ef_construction: int = 200
    max_neighbors: int = 32
    ef_search: int = 200
    # ef_search is doubled up to here while a restricted query gives less than there is.
    most_ef_search: int = 3_200
    batch: int = 1_000
    # A scan past the graph reads at most so many chunks.
    most_scanned: int = 20_000
    overfetch: int = 3


@dataclass(frozen=True, slots=True)
class PineconeTuning:
    """Pinecone's limits for one request, from its API reference."""

    api_version: str = "2025-04"
    upsert_batch: int = 100
    fetch_batch: int = 100
    delete_batch: int = 1_000
    list_page: int = 100
    most_results: int = 1_000
    overfetch: int = 3


CHROMA = ChromaTuning()
PINECONE = PineconeTuning()
#: Calls to a server: all are idempotent, so a lost answer is asked for again.
RETRIES = Backoff(0.2, attempts=3)
