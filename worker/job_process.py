"""The child: a process for one attempt, which dies with its parent."""

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
    """Make one attempt; `parent` is the id of the process that started this one.

    A store of files may be the parent's; one without threads and connections is as good as new.
    """
    die_with_parent(parent)
    counters.take()  # the parent's, who tells it
    logs.begin(settings.log_format)
    memory.limit(settings.job_memory_bytes)
    # Connections must not be shared with the parent.
    queue = Queue(connect(settings.queue_url))
    store = store or Store(settings.blob_url, settings.kept_dir)
    if isinstance(delivery, BackgroundTask):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        TaskRunner(store, queue, settings).run(delivery)
        return
    tracing.begin("trainlet-worker")
    attempt = Attempt(delivery, worker, store, queue, settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; parents decide
    signal.signal(signal.SIGTERM, lambda number, frame: attempt.stop())
    attempt.run()
