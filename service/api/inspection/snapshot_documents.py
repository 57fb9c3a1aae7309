"""JSON documents of snapshots, for their list and for events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from service.http.bodies import numbers
from trainlet.errors import NotFoundError
from trainlet.store import Snapshots
from trainlet.store.records import from_text


def snapshot_documents(
    kept: Snapshots, job_id: str, epochs: Iterable[int]
) -> Iterator[dict[str, Any]]:
    """Yield the documents of snapshots; skip snapshots that were deleted meanwhile."""
    for epoch in epochs:
        with suppress(NotFoundError):
            yield {
                "epoch": epoch,
                "bytes": kept.size(job_id, epoch),
                "metrics": numbers(from_text(kept.about(job_id, epoch)["metrics"])),
            }
