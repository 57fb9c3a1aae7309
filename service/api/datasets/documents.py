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


def dataset_summary(upload: Upload) -> dict[str, Any]:
    """Return an uploaded file without its columns."""
    return {
        "id": upload.id,
        "name": upload.name,
        "media_type": upload.media_type,
        "bytes": upload.bytes,
        "sha256": upload.sha256,
        "created_at": upload.created_at,
        "status": upload.status,
        "error": None if upload.error is None else _error(upload),
        "links": {"self": dataset_path(upload.id), "read": f"{dataset_path(upload.id)}/read"},
    }


def dataset_document(upload: Upload) -> dict[str, Any]:
    """Return an uploaded file with its columns."""
    document = dataset_summary(upload) | {"options": to_json(upload.options)}
    if upload.status != "ready":
        return document | NOTHING_READ
    profile = upload.profile
    return document | {
        "rows": profile.rows,
        "read_as": list(profile.read_as),
        "renamed": profile.renamed,
        "warnings": list(profile.warnings),
        "columns": [_column(detail) for detail in profile.details],
        "first_rows": list(profile.first),
    }


def _error(upload: Upload) -> str:
    return f"{upload.error}; read with {upload.described_options}"


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
