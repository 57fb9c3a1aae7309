"""Checks of the blob store: access, latency and free space."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

from trainlet.doctor.finding import Finding
from trainlet.errors import TrainletError
from trainlet.settings import Settings
from trainlet.store import Store

MIN_FREE_BYTES = 2**30
"""Minimum free space in bytes."""

SLOW_SECONDS = 0.05
"""Maximum seconds to create a durable record. Accepting a job creates about ten."""


def check_store(settings: Settings) -> Iterator[Finding]:
    """Create, read and delete a record, and check the free space."""
    what = f"blob store {settings.blob_url}"
    try:
        store = Store(settings.blob_url, settings.kept_dir)
        seconds = _written(store)
    except TrainletError as error:
        advice = "check that TRAINLET_BLOB_URL exists, is writable by this user and has free space"
        yield Finding("wrong", what, str(error), advice)
        return
    jobs, open_jobs = len(store.blobs.names("jobs")), len(store.attempts.unsettled())
    detail = f"{jobs} jobs, {open_jobs} unfinished; {seconds * 1000:.1f} ms per record"
    if seconds > SLOW_SECONDS:
        advice = "use a faster disk: each job needs several durable records"
        yield Finding("warning", what, detail, advice)
    else:
        yield Finding("well", what, detail)
    room = store.blobs.room()
    if room is not None and room < MIN_FREE_BYTES:
        advice = "free disk space, lower TRAINLET_RETAINED_JOBS, or run `trainlet store prune`"
        yield Finding("warning", what, f"only {room / 2**20:.0f} MiB free", advice)


def _written(store: Store) -> float:
    """Return the seconds to create a record. Raises TrainletError if it is read back wrong."""
    key, content = f"keys/doctor-{secrets.token_hex(8)}", secrets.token_bytes(32)
    began = time.perf_counter()
    try:
        store.blobs.create(key, content)
        seconds = time.perf_counter() - began
        if store.blobs.read(key) != content:
            raise TrainletError("a record was read back with other content")
    finally:
        store.blobs.delete(key)
    return seconds
