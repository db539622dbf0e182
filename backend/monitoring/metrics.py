"""Prometheus metrics of the process, exposed on `/metrics`. Units are in the names; labels have few values."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_SECONDS = Histogram("biblios_http_request_seconds", "HTTP requests", ["method", "route", "status"], buckets=_FAST)
SEARCH_SECONDS = Histogram("biblios_search_seconds", "Search stages", ["stage"], buckets=_FAST)
SEARCH_DEGRADED = Counter("biblios_search_degraded_total", "Searches in which a leg failed", ["leg"])
FIRST_TOKEN_SECONDS = Histogram("biblios_first_token_seconds", "From question to first token", ["mode"], buckets=_FAST)
DOCUMENTS_INDEXED = Counter("biblios_documents_indexed_total", "Documents indexed")
DOCUMENTS_FAILED = Counter("biblios_documents_failed_total", "Documents that failed", ["code"])
CHUNKS_EMBEDDED = Counter("biblios_chunks_embedded_total", "Chunks embedded", ["result"])
EMBEDDING_TOKENS = Counter("biblios_embedding_tokens_total", "Tokens sent to an embeddings API", ["model"])
EMBEDDING_COST_USD = Counter("biblios_embedding_cost_usd_total", "Cost of the embeddings API in USD", ["model"])
LLM_TOKENS = Counter("biblios_llm_tokens_total", "Tokens of the chat model", ["model", "kind"])
JOBS = Counter("biblios_jobs_total", "Jobs run", ["name", "outcome"])
JOBS_WAITING = Gauge("biblios_jobs_waiting", "Work that is due and waits", ["queue"])
JOBS_OLDEST_SECONDS = Gauge("biblios_jobs_oldest_seconds", "How long the oldest work that is due waits", ["queue"])
ANSWERS = Counter("biblios_answers_total", "Answers given", ["mode", "outcome"])
ACTIVE_RUNS = Gauge("biblios_active_runs", "Answers being written")
LOGINS = Counter("biblios_logins_total", "Sign-ins", ["outcome"])


def render(registry: CollectorRegistry = REGISTRY) -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)
