"""The kill matrix, who × when: every kill lands at its place, every job ends as if undisturbed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.durability.barriers import PLACES, VICTIMS
from tests.durability.hall import Hall, hall, table
from tests.worker.outcome import weights
from tests.worker.specs import job
from trainlet.store import Job

CELLS = [
    f"{victim}-{place}"
    for place in PLACES
    for victim in VICTIMS
    if (victim, place) != ("child", "delivered")  # there is no child yet
]
EPOCHS = 150
"""Long enough for several checkpoints, however quick the machine is."""

QUEUED = ("submitter", "valkey", "redis")
"""Who is lost while jobs wait, before there is a worker."""


def submit(house: Hall, name: str, deliver: bool = True) -> Job:
    accepted = house.store.jobs.accept(replace(job(epochs=EPOCHS), name=name))
    if deliver:
        house.queue.submit(accepted.id)
    return accepted


def test_whoever_is_killed_wherever(record_property: Callable[[str, object], None]) -> None:
    with hall(workers=0, module="tests.durability.barriers") as house:
        waiting = [submit(house, f"{name}-queued", name != "submitter") for name in QUEUED]
        house.valkey.redis.flushall()
        waiting.append(submit(house, "after-queued"))
        house.valkey.kill()
        house.valkey.start()
        jobs = [submit(house, name) for name in CELLS]
        undisturbed = submit(house, "undisturbed")
        house.start_worker()
        house.start_worker()
        house.all_end([*waiting, *jobs, undisturbed], 180)
        expected = weights(house.store, undisturbed).tobytes()
        rows: list[tuple[object, ...]] = [("who", "when", "hits", "attempts", "seconds")]
        for each in (*waiting, *jobs):
            done = house.store.jobs.get(each.id)
            victim, place = done.name.split("-")
            rows.append((victim, place, *hit(house, done), seconds(house, done)))
            assert (done.status, done.reproducible) == ("succeeded", True), done
            assert weights(house.store, done).tobytes() == expected, done.name
            assert list(house.store.models.versions(done.name)) == [1]
            assert len(house.store.jobs.history(done.id)["loss"]) == EPOCHS
        record_property("kill matrix: seconds to the next attempt's claim", table(rows))
        assert all(row[2] for row in rows), table(rows)
        assert {(row[0], row[1]): row[3] for row in rows[1:]} == {
            (victim, place): 2 if place in PLACES[1:] and victim in VICTIMS[:2] else 1
            for victim, place in (row[:2] for row in rows[1:])
        }, table(rows)
        house.nothing_is_left()


def hit(house: Hall, done: Job) -> tuple[int, int]:
    """How often its kill has landed, and how many attempts it took."""
    if done.name.endswith("queued"):
        return 1, done.attempt
    return int((house.folder / done.name).exists()), done.attempt


def seconds(house: Hall, done: Job) -> float | None:
    """From the kill to the claim of the attempt that followed it, if one did."""
    if done.name.endswith("queued"):
        return None
    killed = float((house.folder / done.name).read_text())
    claims = [moment.at for moment in house.store.attempts.moments(done.id)]
    later = [at for at in map(_seconds, claims) if at >= killed - 0.001]
    return round(later[0] - killed, 2) if later else None


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
