"""Child process that runs one attempt and exits with its parent."""

from __future__ import annotations

import signal

from trainlet import counters, logs, tracing
from trainlet.local.parent_death import die_with_parent
from trainlet.queue import BackgroundTask, Delivery, Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store
from worker import memory
from worker.attempt import Attempt
from worker.background_tasks import TaskRunner


def run_job_process(
    delivery: Delivery | BackgroundTask,
    worker: str,
    parent: int,
    settings: Settings,
    store: Store | None = None,
) -> None:
    """Run one attempt; `parent` is the id of the process that started this one.

    The parent's store of files can be used after a fork, because it has no threads or connections.
    """
    die_with_parent(parent)
    counters.take()  # drop the counts inherited from the parent, which reports them itself
    logs.begin(settings.log_format)
    memory.limit(settings.job_memory_bytes)
    # Processes must not share connections.
    queue = Queue(connect(settings.queue_url))
    store = store or Store(settings.blob_url, settings.kept_dir)
    if isinstance(delivery, BackgroundTask):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        TaskRunner(store, queue, settings).run(delivery)
        return
    tracing.begin("trainlet-worker")
    attempt = Attempt(delivery, worker, store, queue, settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; parents handle it
    signal.signal(signal.SIGTERM, lambda number, frame: attempt.stop())
    attempt.run()
