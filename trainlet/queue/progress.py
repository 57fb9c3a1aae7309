"""Progress: what a running job tells of itself, kept in Redis for an hour after its last word."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass

from redis import Redis

History = dict[str, list[float]]

TTL_SECONDS = 3600
MAX_NUMBERS = 20_000
"""About so many numbers of the history go out in one report; the rest follows in the next ones."""

REPORT = """
local told = tonumber(redis.call('HGET', KEYS[1], 'attempt') or 0) or 0
if told > tonumber(ARGV[1]) then return -1 end
local held = 0
if told == tonumber(ARGV[1]) then
  held = tonumber(redis.call('HGET', KEYS[1], 'epochs') or 0) or 0
end
if held == 0 then redis.call('DEL', KEYS[2]) end
if held == tonumber(ARGV[3]) and tonumber(ARGV[4]) > held then
  redis.call('RPUSH', KEYS[2], ARGV[5])
  held = tonumber(ARGV[4])
end
redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'progress', ARGV[2], 'epochs', held)
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
return held
"""


@dataclass(frozen=True)
class Progress:
    """How far a job is. `epoch` and `step` count what is done; `metrics` are the last epoch's.

    `warnings` only grow, and are the same in each attempt.
    """

    attempt: int
    epoch: int
    epochs: int
    step: int
    fraction: float
    metrics: dict[str, float]
    seconds_left: float | None
    warnings: tuple[str, ...] = ()


class Reports:
    """The progress and live history of running jobs."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._report = redis.register_script(REPORT)

    def report(self, job: str, progress: Progress, history: History, held: int) -> int:
        """Tell a job's progress, and the part of its history that Redis lacks.

        `held` is how many epochs Redis is thought to hold of this attempt: what the last report
        answered, at first 0. Answers how many it does hold now, or -1 if a higher attempt has
        reported; nothing is changed then.
        """
        until = min(progress.epoch, held + max(1, MAX_NUMBERS // max(1, len(history))))
        part = {name: values[held:until] for name, values in history.items()}
        keys = [_progress_key(job), _history_key(job)]
        document = json.dumps(asdict(progress))
        arguments: list[str | int] = [
            progress.attempt,
            document,
            held,
            until,
            json.dumps({"after": held, "history": part}),
            TTL_SECONDS,
        ]
        return int(self._report(keys=keys, args=arguments))

    def progress(self, job: str) -> Progress | None:
        """The last report of a job, or None."""
        document = self._redis.hget(_progress_key(job), "progress")
        with suppress(
            ValueError, TypeError, LookupError
        ):  # whatever else lies there is no progress
            fields = json.loads(document or b"")
            return Progress(**fields | {"warnings": tuple(fields["warnings"])})
        return None

    def history(self, job: str) -> History:
        """The epochs reported so far; empty if there are none."""
        return self.later(job, 0, 0)[1]

    def later(self, job: str, parts: int, epochs: int) -> tuple[int, History]:
        """The history after so many epochs, for one who has read so many parts of it before.

        Answers with it the parts that have been read now. It does not matter if the list has
        been begun anew meanwhile, by another attempt or because Redis forgot it.
        """
        key = _history_key(job)
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.llen(key)
            pipeline.lrange(key, parts, -1)
            length, result = pipeline.execute()
        entries = _decoded(result)
        if parts and (length < parts or (entries and entries[0][0] != epochs)):
            return self.later(job, 0, epochs)
        history: History = {}
        for after, part in entries:
            for name, values in part.items():
                history.setdefault(name, []).extend(values[max(epochs - after, 0) :])
        return parts + len(entries), history

    def forget(self, job: str) -> None:
        """Drop what was reported of a job that has ended."""
        self._redis.delete(_progress_key(job), _history_key(job))


def _decoded(parts: list[bytes]) -> list[tuple[int, History]]:
    """The parts up to the first that is none: the epochs before each, and what it holds."""
    documents: list[tuple[int, History]] = []
    with suppress(ValueError, TypeError, LookupError, AttributeError):
        for part in parts:
            document = json.loads(part)
            history = {name: list(values) for name, values in document["history"].items()}
            documents.append((int(document["after"]), history))
    return documents


def _progress_key(job: str) -> str:
    return f"trainlet:progress:{job}"


def _history_key(job: str) -> str:
    return f"trainlet:history:{job}"
