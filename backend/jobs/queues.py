"""The queues of the product: actions before synchronisation before indexing."""

from backend.jobs.queue import Queue
from backend.settings import JobSettings

ACTIONS = "actions"
SYNC = "sync"
INDEXING = "indexing"

#: One holder's share of the indexing queue is at most half of it (`embedding.indexing.feed`).
HOLDERS_SHARE = 2


def queues(settings: JobSettings) -> tuple[Queue, ...]:
    return (
        Queue(ACTIONS, 0, settings.actions_concurrency),
        Queue(SYNC, 1, settings.sync_concurrency),
        Queue(INDEXING, 2, HOLDERS_SHARE * settings.concurrency),
    )
