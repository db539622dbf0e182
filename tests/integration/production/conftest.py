"""One installation for all tests here: two servers that leave jobs to a worker, over real or faithful servers."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.production.cluster import WorkerProcess, server_process
from tests.support.chroma_server import chroma_server
from tests.support.local_model import lend_model
from tests.support.mongo_server import mongo_server
from tests.support.openai_server import OpenAIServer
from tests.support.redis_server import redis_server
from tests.support.server import ServerProcess


@dataclass(slots=True)
class Installation:
    """`a` and `b` serve, workers are started by tests; `model` is the scripted chat model."""

    data_dir: Path
    environment: dict[str, str]
    model: OpenAIServer
    a: ServerProcess
    b: ServerProcess
    workers: list[WorkerProcess]

    def start_worker(self, **more: str) -> WorkerProcess:
        """Returns when it takes jobs."""
        log = self.data_dir.parent / f"worker-{len(self.workers)}.log"
        worker = WorkerProcess(self.data_dir, log, {**self.environment, **more})
        self.workers.append(worker)
        worker.wait_until_started()
        return worker


def shared_settings(mongo: str, redis: str, chroma: str, model: str) -> dict[str, str]:
    """The environment of a production process, over names of its own on these servers."""
    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    return {
        "BIBLIOS_DATABASE_URL": mongo,
        "BIBLIOS_DATABASE_NAME": name,
        "BIBLIOS_REDIS_URL": redis,
        "BIBLIOS_VECTOR_BACKEND": "chroma_server",
        "BIBLIOS_VECTOR_URL": chroma,
        "BIBLIOS_VECTOR_COLLECTION": name,
        "BIBLIOS_LLM_BASE_URL": model,
        "BIBLIOS_LLM_API_KEY": "test",
        "BIBLIOS_LLM_MODEL": "scripted",
        "BIBLIOS_JOBS_IN_SERVER": "false",
        "BIBLIOS_JOBS_LEASE_SECONDS": "3",
        "BIBLIOS_JOBS_RECOVERY_SECONDS": "0.5",
        "BIBLIOS_DELETION_SWEEP_SECONDS": "0.3",
        "BIBLIOS_DELETION_TRASH_SECONDS": "2",
        "BIBLIOS_LOG_FORMAT": "json",
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("production")
    data_dir = folder / "data"
    lend_model(data_dir)
    chroma = await asyncio.to_thread(chroma_server)
    with mongo_server() as mongo, redis_server() as redis:
        async with OpenAIServer() as model:
            environment = shared_settings(mongo, redis.url, chroma, model.base_url)
            a, b = (server_process(data_dir, name, environment) for name in ("a", "b"))
            made = Installation(data_dir, environment, model, a, b, [])
            try:
                await asyncio.gather(*(asyncio.to_thread(server.start) for server in (a, b)))
                yield made
            finally:
                for worker in made.workers:
                    await asyncio.to_thread(worker.stop)
                for server in (a, b):
                    await asyncio.to_thread(server.stop)
