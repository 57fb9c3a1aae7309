"""Rates: how many requests a second each caller may make."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import blake2b
from mmap import mmap
from multiprocessing import Lock

import numpy as np

BUCKETS, KNOWN = 4096, 8
"""Subjects are kept in so many buckets, and so many in each."""

SUBJECT = np.dtype([("digest", "u8"), ("paid", "f8")])


class RateLimits:
    """At most so many requests a second for each subject, after a burst of two seconds' worth.

    It is the generic cell rate algorithm (ITU-T I.371, annex A): of a subject only the time is
    kept until which its requests are paid for. This process and those forked from it count
    together. Where a bucket is full, the one is forgotten that may ask again the soonest.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._ahead = max(2.0, self._interval)
        self._clock = clock
        memory = mmap(-1, BUCKETS * KNOWN * SUBJECT.itemsize)
        self._buckets = np.frombuffer(memory, SUBJECT).reshape(BUCKETS, KNOWN)
        self._key = os.urandom(16)  # so that nobody can choose whom to be taken for
        self._lock = Lock()

    def wait(self, subject: str) -> float:
        """Count a request; or answer the seconds after which it would be one too many no more."""
        if not self._interval:
            return 0.0
        hashed = blake2b(subject.encode(), digest_size=SUBJECT["digest"].itemsize, key=self._key)
        digest = int.from_bytes(hashed.digest(), "big")
        bucket = self._buckets[digest % BUCKETS]
        with self._lock:
            now = self._clock()
            known = bucket["digest"] == digest
            place = known.argmax() if known.any() else bucket["paid"].argmin()
            before = float(bucket["paid"][place]) if known[place] else now
            paid = max(before, now) + self._interval
            if paid - now > self._ahead + self._interval / 2:
                return paid - now - self._ahead
            bucket[place] = digest, paid
            return 0.0
