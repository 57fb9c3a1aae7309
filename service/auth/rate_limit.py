"""Rate limits per API key and per client IP."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import blake2b
from mmap import mmap
from multiprocessing import Lock

import numpy as np

BUCKETS, KNOWN = 4096, 8
"""Number of buckets, and of subjects per bucket."""

SUBJECT = np.dtype([("digest", "u8"), ("paid", "f8")])


class RateLimits:
    """Limit requests per second and subject, with a burst of two seconds.

    This is the generic cell rate algorithm (ITU-T I.371, annex A). It stores one time per subject:
    when the subject's past requests are paid for. Forked processes share the counts. A full
    bucket drops the subject whose time is earliest.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._ahead = max(2.0, self._interval)
        self._clock = clock
        memory = mmap(-1, BUCKETS * KNOWN * SUBJECT.itemsize)
        self._buckets = np.frombuffer(memory, SUBJECT).reshape(BUCKETS, KNOWN)
        self._key = os.urandom(16)  # so that clients cannot choose colliding subjects
        self._lock = Lock()

    def wait(self, subject: str) -> float:
        """Count a request and return 0, or return the seconds until it would be allowed."""
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
