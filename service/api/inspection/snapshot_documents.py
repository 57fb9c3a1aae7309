"""JSON documents of snapshots, for lists and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from service.http.bodies import numbers
from trainlet.errors import NotFoundError
from trainlet.store import Snapshots
from trainlet.store.records import from_text


def snapshot_documents(
    snapshots: Snapshots, job_id: str, epochs: Iterable[int]
) -> Iterator[dict[str, Any]]:
    """Yield the documents of snapshots, except those that were deleted in the meantime."""
    for epoch in epochs:
        with suppress(NotFoundError):
            yield {
                "epoch": epoch,
                "bytes": snapshots.size(job_id, epoch),
                "metrics": numbers(from_text(snapshots.about(job_id, epoch)["metrics"])),
            }
