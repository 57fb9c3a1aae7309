"""Model records: what is to be said of a model without its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trainlet.datasets import FittedPreprocessing
from trainlet.spec import Architecture, JobSpec


@dataclass(frozen=True)
class ModelRecord:
    """What is to be said of a ready model without its weights; `bytes` is the file's size.

    `job` is None for one that was not trained here, and `spec` for one that came without.
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
