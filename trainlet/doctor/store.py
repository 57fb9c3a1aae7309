"""The blob store: whether it can be read and written, how fast, and whether there is room."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

from trainlet.doctor.finding import Finding
from trainlet.errors import TrainletError
from trainlet.settings import Settings
from trainlet.store import Store

MIN_FREE_BYTES = 2**30
"""Bytes of room below which it is told."""

SLOW_SECONDS = 0.05
"""Seconds to make a record durable that are told: accepting a job takes about ten."""


def check_store(settings: Settings) -> Iterator[Finding]:
    """Write a record, read it, remove it; and see what is there."""
    what = f"blob store {settings.blob_url}"
    try:
        store = Store(settings.blob_url, settings.kept_dir)
        seconds = _written(store)
    except TrainletError as error:
        advice = "see that TRAINLET_BLOB_URL is right, there, writable for this user, and not full"
        yield Finding("wrong", what, str(error), advice)
        return
    jobs, open_jobs = len(store.blobs.names("jobs")), len(store.attempts.unsettled())
    detail = f"{jobs} jobs, of which {open_jobs} have not ended; {seconds * 1000:.1f} ms a record"
    if seconds > SLOW_SECONDS:
        advice = "records are made durable one by one: a faster disk accepts jobs faster"
        yield Finding("warning", what, detail, advice)
    else:
        yield Finding("well", what, detail)
    room = store.blobs.room()
    if room is not None and room < MIN_FREE_BYTES:
        advice = "make room, or keep less: TRAINLET_RETAINED_JOBS, `trainlet prune`"
        yield Finding("warning", what, f"only {room / 2**20:.0f} MiB are free", advice)


def _written(store: Store) -> float:
    """Raises TrainletError if what was written is not read again."""
    key, content = f"keys/doctor-{secrets.token_hex(8)}", secrets.token_bytes(32)
    began = time.perf_counter()
    try:
        store.blobs.create(key, content)
        seconds = time.perf_counter() - began
        if store.blobs.read(key) != content:
            raise TrainletError("what was written is not what is read")
    finally:
        store.blobs.delete(key)
    return seconds
