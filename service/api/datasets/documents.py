"""JSON documents of uploaded files."""

from __future__ import annotations

from typing import Any

from service.api.paths import dataset_path
from trainlet.config import to_json
from trainlet.datasets import Detail
from trainlet.store import Upload

NOTHING_READ: dict[str, Any] = {
    "rows": None,
    "read_as": [],
    "renamed": {},
    "warnings": [],
    "columns": [],
    "first_rows": [],
}


def dataset_summary(kept: Upload) -> dict[str, Any]:
    """Return an uploaded file without its columns."""
    return {
        "id": kept.id,
        "name": kept.name,
        "media_type": kept.media_type,
        "bytes": kept.bytes,
        "sha256": kept.sha256,
        "created_at": kept.created_at,
        "status": kept.status,
        "error": None if kept.error is None else _error(kept),
        "links": {"self": dataset_path(kept.id), "read": f"{dataset_path(kept.id)}/read"},
    }


def dataset_document(kept: Upload) -> dict[str, Any]:
    """Return an uploaded file with its columns."""
    document = dataset_summary(kept) | {"options": to_json(kept.options)}
    if kept.status != "ready":
        return document | NOTHING_READ
    profile = kept.profile
    return document | {
        "rows": profile.rows,
        "read_as": list(profile.read_as),
        "renamed": profile.renamed,
        "warnings": list(profile.warnings),
        "columns": [_column(detail) for detail in profile.details],
        "first_rows": list(profile.first),
    }


def _error(kept: Upload) -> str:
    return f"{kept.error}; read with {kept.described_options}"


def _column(detail: Detail) -> dict[str, Any]:
    labels = detail.labels if detail.column.type == "category" else None
    return {
        "name": detail.column.name,
        "type": detail.column.type,
        "categories": None if labels is None else list(labels),
        "distinct": None if detail.labels is None else len(detail.labels),
        "reason": detail.reason,
        "missing": detail.missing,
        "markers": detail.markers,
        "minimum": detail.minimum,
        "maximum": detail.maximum,
        "mean": detail.mean,
        "std": detail.std,
    }
