"""Replacing all workers one by one while they work."""

from __future__ import annotations

from tests.durability.hall import hall
from tests.eventually import eventually
from tests.worker import dawdling
from tests.worker.outcome import weights
from tests.worker.specs import job


def test_twenty_jobs_do_not_mind_that_every_worker_is_replaced() -> None:
    with hall(workers=2, worker=dawdling.main) as house:
        jobs = [house.submit(job(epochs=3), f"job-{number}") for number in range(20)]
        for process in list(house.workers.started):
            house.start_worker()
            eventually(lambda: house.queue.workers() > 2, 60, "the new worker is there")
            process.terminate()
            assert process.wait(10) == 0
            house.workers.started.remove(process)
        eventually(house.are_settled, 120, "all jobs end", 0.05)
        for each in jobs:
            standing = house.store.attempts.standing(each.id)
            assert house.store.jobs.get(each.id).status == "succeeded"
            assert not any(standing.crashed(number) for number in range(1, standing.attempt))
        assert len({weights(house.store, each).tobytes() for each in jobs}) == 1
        house.nothing_is_left()
