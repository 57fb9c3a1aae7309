"""Removal of old jobs and versions, and of unreferenced data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from trainlet.errors import ConflictError, CorruptFileError, NotFoundError

if TYPE_CHECKING:
    from trainlet.store import Job, Store

MIN_AGE_SECONDS = 3600
"""Minimum age of unreferenced data. A dataset is stored before the job that refers to it."""

PAGE = 100


def prune(
    store: Store, days: float | None = None, versions: int | None = None, *, dry_run: bool = False
) -> dict[str, int]:
    """Remove old and unreferenced records, and return how many of each there were.

    Jobs that ended more than `days` ago are deleted; their models stay. Of each model, the newest
    `versions` are kept, and those with an alias. A `dry_run` only counts. Pruning is safe while
    the service runs.
    """
    jobs = [] if days is None else list(_old_jobs(store, days))
    surplus = [] if versions is None else list(_surplus(store, versions))
    folders, datasets = list(_left_folders(store)), list(_unnamed(store))
    contents = list(store.uploads.left_contents(_oldest()))
    if not dry_run:
        for job in jobs:
            with suppress(NotFoundError, ConflictError):
                store.jobs.delete(job)
        for name, version in surplus:
            with suppress(NotFoundError, ConflictError):
                store.models.delete(name, version)
        for folder in folders:
            store.blobs.delete_folder(folder)
        for dataset in datasets:
            store.blobs.delete(f"datasets/{dataset}")
        for content, references in contents:
            store.uploads.delete_content(content, references)
        store.keys.expire()
    return {
        "jobs": len(jobs),
        "versions": len(surplus),
        "folders": len(folders),
        "datasets": len(datasets) + len(contents),
    }


def _jobs(store: Store) -> Iterator[Job]:
    cursor: str | None = ""
    while cursor is not None:
        page, cursor = store.jobs.list(PAGE, cursor or None)
        yield from page


def _old_jobs(store: Store, days: float) -> Iterator[str]:
    latest = datetime.now(UTC) - timedelta(days=days)
    for job in _jobs(store):
        if job.finished_at and datetime.fromisoformat(job.finished_at) < latest:
            yield job.id


def _surplus(store: Store, kept: int) -> Iterator[tuple[str, int]]:
    for model, _ in _names(store):
        pointed = set(store.models.aliases.of(model).values())
        ready = list(store.models.versions(model))
        yield from ((model, version) for version in ready[kept:] if version not in pointed)


def _names(store: Store) -> Iterator[tuple[str, int]]:
    cursor: str | None = ""
    while cursor is not None:
        page, cursor = store.models.list(PAGE, cursor or None)
        yield from ((record.name, record.version) for record in page)


def _left_folders(store: Store) -> Iterator[str]:
    """Yield checkpoint folders of ended jobs, and snapshot folders of deleted ones."""
    begun = set(store.blobs.names("checkpoints"))  # first, because markers precede folders
    for job in sorted(begun - set(store.attempts.unsettled())):
        if store.attempts.state(job).ended or not store.attempts.state(job).accepted:
            yield f"checkpoints/{job}"
    for job in sorted(set(store.blobs.names("snapshots")) - set(store.blobs.names("jobs"))):
        yield f"snapshots/{job}"


def _oldest() -> float:
    """Return the time in nanoseconds before which unreferenced data can be removed."""
    return (time.time() - MIN_AGE_SECONDS) * 1e9


def _unnamed(store: Store) -> Iterator[str]:
    """Yield samples of specs to which no job, evaluation or model refers."""
    latest = _oldest()
    content = store.blobs.names("datasets")
    old = {name for name in content if store.blobs.written_at(f"datasets/{name}") < latest}
    if not old:
        return
    for job in store.blobs.names("jobs"):
        with suppress(NotFoundError, CorruptFileError):
            old.discard(store.jobs.origin(job).document["dataset"]["source"].get("id"))
    for evaluation in store.evaluations.names():
        with suppress(NotFoundError, CorruptFileError):
            old.discard(store.evaluations.get(evaluation).document["source"].get("id"))
    yield from sorted(old)
