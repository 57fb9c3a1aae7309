"""Rolling replacement of all workers while they train."""

from __future__ import annotations

from tests.durability.hall import hall
from tests.eventually import eventually
from tests.worker import dawdling
from tests.worker.outcome import weights
from tests.worker.specs import job


def test_twenty_jobs_do_not_mind_that_every_worker_is_replaced() -> None:
    with hall(workers=2, worker=dawdling.main) as service:
        jobs = [service.submit(job(epochs=3), f"job-{number}") for number in range(20)]
        for process in list(service.workers.started):
            service.start_worker()
            eventually(lambda: service.queue.workers() > 2, 60, "the new worker is there")
            process.terminate()
            assert process.wait(10) == 0
            service.workers.started.remove(process)
        eventually(service.are_settled, 120, "all jobs end", 0.05)
        for each in jobs:
            state = service.store.attempts.state(each.id)
            assert service.store.jobs.get(each.id).status == "succeeded"
            assert not any(state.crashed(number) for number in range(1, state.attempt))
        assert len({weights(service.store, each).tobytes() for each in jobs}) == 1
        service.nothing_is_left()
