"""Kept epochs: what is told of a snapshot, in the list of them and as an event."""

from __future__ import annotations

from typing import Any

from service.numbers import numbers
from trainlet.store import Snapshots
from trainlet.store.records import from_text


def snapshot_document(kept: Snapshots, job_id: str, epoch: int) -> dict[str, Any]:
    """Write what a snapshot says of itself. Raises NotFound, or Corrupt."""
    return {
        "epoch": epoch,
        "bytes": kept.size(job_id, epoch),
        "metrics": numbers(from_text(kept.about(job_id, epoch)["metrics"])),
    }
