"""Progress and live history of running jobs in Redis, kept for an hour."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass

from redis import Redis

History = dict[str, list[float]]

TTL_SECONDS = 3600
MAX_NUMBERS = 20_000
"""Approximate maximum of numbers in one report; the remaining ones follow in the next reports."""

REPORT = """
local reported = tonumber(redis.call('HGET', KEYS[1], 'attempt') or 0) or 0
if reported > tonumber(ARGV[1]) then return -1 end
local held = 0
if reported == tonumber(ARGV[1]) then
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
    """Progress of a job. `epoch` and `step` count finished ones; `metrics` are the last epoch's.

    `warnings` only grow, and are equal in all attempts.
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
    """Progress and live history of running jobs."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._report = redis.register_script(REPORT)

    def report(self, job: str, progress: Progress, history: History, held: int) -> int:
        """Report a job's progress, and the history that Redis lacks.

        `held` is the number of this attempt's epochs in Redis, as the last report returned it,
        initially 0. Returns the new number, or -1 without a change if a higher attempt has
        reported.
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
        """Return the last report of a job, or None."""
        document = self._redis.hget(_progress_key(job), "progress")
        # Anything else under this key is not a report.
        with suppress(ValueError, TypeError, LookupError):
            fields = json.loads(document or b"")
            return Progress(**fields | {"warnings": tuple(fields["warnings"])})
        return None

    def history(self, job: str) -> History:
        """Return the reported epochs; empty if there are none."""
        return self.later(job, 0, 0)[1]

    def later(self, job: str, parts: int, epochs: int) -> tuple[int, History]:
        """Return the history after `epochs` epochs, for a reader that has read `parts` parts.

        The first element is the number of parts read now. The result is correct even if another
        attempt or a loss of data restarted the list meanwhile.
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
    """Return the valid leading parts: the epochs before each, and its history."""
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
