"""Everything that depends on the library's size: search latency by access, throughput, start, memory, listing."""

import time
from dataclasses import dataclass
from pathlib import Path

from scripts.bench import session
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure
from scripts.bench.large_library import prefill_vectors, sentence_pool
from scripts.bench.machine import tree_rss_bytes
from scripts.bench.measure_listing import listing
from scripts.bench.measure_search import during_ingest, latency, throughput
from scripts.bench.measure_streams import first_token
from scripts.bench.server import Server, serve

_CHUNKS_PER_DOCUMENT = 2.6
_MEGABYTE = 1_000_000
_SETTLE_SECONDS = 35  # an extraction process with nothing to do has ended by then
_READERS = {"all": 1, "half": 2, "1%": 100}


@dataclass(frozen=True, slots=True)
class Library:
    """A stopped server's folder holding about `thousands` × 1,000 chunks, readable by three accounts."""

    data_dir: Path
    chunks: int

    def sign_in(self, server: Server) -> dict[str, str]:
        """Tokens of the accounts that may see all, half and 1% of it."""
        return {who: session.login(server.url, _account(who)) for who in _READERS}


def build(workdir: Path, thousands: int, **environment: str) -> Library:
    """Fills a fresh folder through the HTTP API; `environment` chooses another vector store."""
    data_dir = workdir / f"library-{thousands}k-{environment.get('BIBLIOS_VECTOR_BACKEND', 'faiss')}"
    documents = make_documents(int(thousands * 1000 / _CHUNKS_PER_DOCUMENT), seed=thousands, pool=sentence_pool())
    prefill_vectors(data_dir, documents)
    with serve(data_dir, **environment) as server:
        accounts = {who: session.register(server.url, _account(who)) for who in _READERS}
        owner_token = accounts["all"][0]

        def access_of(number: int) -> list[str]:
            return [
                f"user:{user_id}"
                for who, (_, user_id) in accounts.items()
                if who != "all" and number % _READERS[who] == 0
            ]

        session.add_documents(server.url, owner_token, documents, access_of=access_of)
        chunks = session.count_chunks(server.url, owner_token)
    return Library(data_dir, chunks)


def small(workdir: Path) -> list[Figure]:
    """At 10k chunks: start, memory, throughput, latency, listing, first token, search during ingest."""
    figures = idle_memory(workdir)
    library = build(workdir, 10)
    with serve(library.data_dir) as server:
        figures.append(Figure("start to /readyz, 10k chunks", server.ready_seconds, "s", 3, "at_most"))
        tokens = library.sign_in(server)
        figures += latency(server, tokens, thousands=10)
        figures += throughput(server, tokens["all"])
        figures += listing(server, tokens["all"], workdir)
        figures += first_token(server, tokens["all"])
        time.sleep(_SETTLE_SECONDS)
        memory = tree_rss_bytes(server.pid) / _MEGABYTE
        figures.append(Figure("resident memory, 10k chunks", memory, "MB", 700, "at_most", "all processes"))
        figures += during_ingest(server, tokens["all"])
    return figures


def idle_memory(workdir: Path) -> list[Figure]:
    """An empty library: first and second start, memory at rest."""
    data_dir = workdir / "idle"
    with serve(data_dir) as server:
        first = server.ready_seconds
    with serve(data_dir) as server:
        time.sleep(2)
        memory = tree_rss_bytes(server.pid) / _MEGABYTE
        return [
            Figure("first start to /readyz (builds the model)", first, "s"),
            Figure("second start to /readyz", server.ready_seconds, "s", 3, "at_most"),
            Figure("resident memory, idle, all processes", memory, "MB", 350, "at_most"),
        ]


def at_size(workdir: Path, thousands: int) -> list[Figure]:
    """At another size: latency, start, memory, for the growth of cost."""
    library = build(workdir, thousands)
    with serve(library.data_dir) as server:
        figures = latency(server, library.sign_in(server), thousands=thousands)
        memory = tree_rss_bytes(server.pid) / _MEGABYTE
        figures.append(Figure(f"start to /readyz, {thousands}k chunks", server.ready_seconds, "s"))
        figures.append(Figure(f"resident memory, {thousands}k chunks", memory, "MB"))
    return figures


def chroma(workdir: Path, thousands: int) -> list[Figure]:
    """The same latency table with Chroma in process, for comparison."""
    environment = {"BIBLIOS_VECTOR_BACKEND": "chroma"}
    library = build(workdir, thousands, **environment)
    with serve(library.data_dir, **environment) as server:
        return latency(server, library.sign_in(server), thousands=thousands, store="chroma")


def _account(who: str) -> str:
    return f"reader-{who.strip('%')}"
