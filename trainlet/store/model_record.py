"""Metadata of a model, without its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trainlet.datasets import FittedPreprocessing
from trainlet.spec import Architecture, JobSpec


@dataclass(frozen=True)
class ModelRecord:
    """Metadata of a ready model; `bytes` is the size of its file.

    `job` and `spec` are None for an imported model without them.
    """

    name: str
    version: int
    job: str | None
    created_at: str
    spec: JobSpec | None
    architecture: Architecture
    task: str
    input_shape: tuple[int, ...]
    preprocessing: FittedPreprocessing
    metrics: dict[str, float]
    provenance: dict[str, Any]
    bytes: int
    sha256: str
    aliases: tuple[str, ...]
