"""Uploaded files as the documents that are answered."""

from __future__ import annotations

from typing import Any

from service.paths import dataset_path
from trainlet.datasets import Detail
from trainlet.store import Upload


def dataset_summary(kept: Upload) -> dict[str, Any]:
    """Write an uploaded file without its columns."""
    return {
        "id": kept.id,
        "name": kept.name,
        "media_type": kept.media_type,
        "bytes": kept.bytes,
        "created_at": kept.created_at,
        "status": kept.status,
        "error": kept.error,
        "links": {"self": dataset_path(kept.id)},
    }


def dataset_document(kept: Upload) -> dict[str, Any]:
    """Write an uploaded file."""
    document = dataset_summary(kept) | {"form": kept.form}
    if kept.status != "ready":
        return document | {"rows": None, "read_as": [], "columns": [], "first_rows": []}
    profile = kept.profile
    return document | {
        "rows": profile.rows,
        "read_as": list(profile.read_as),
        "columns": [_column(detail) for detail in profile.details],
        "first_rows": list(profile.first),
    }


def _column(detail: Detail) -> dict[str, Any]:
    labels = detail.labels if detail.column.type == "category" else None
    return {
        "name": detail.column.name,
        "type": detail.column.type,
        "categories": None if labels is None else list(labels),
        "distinct": None if detail.labels is None else len(detail.labels),
        "missing": detail.missing,
        "minimum": detail.minimum,
        "maximum": detail.maximum,
        "mean": detail.mean,
        "deviation": detail.deviation,
    }
