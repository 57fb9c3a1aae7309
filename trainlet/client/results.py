"""Jobs, models and snapshots of the API; `document` has the complete response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from trainlet.client.history import History
from trainlet.client.report import report

Document = dict[str, Any]
Metrics = dict[str, float | None]

ENDED = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Progress:
    """Progress of a job: finished and total epochs, fraction of the work, last metrics."""

    epoch: int
    epochs: int
    fraction: float
    metrics: Metrics
    seconds_left: float | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        return cls(
            document["epoch"],
            document["epochs"],
            document["fraction"],
            metrics(document["metrics"]),
            document["seconds_left"],
        )


@dataclass(frozen=True)
class ModelReference:
    """Model that a job trains: its name, version, and whether it is ready to predict."""

    name: str
    version: int
    ready: bool


@dataclass(frozen=True)
class Job:
    """Job at the time of the response.

    `progress` is None while it is unknown; `history` is set by `Client.train`.
    """

    id: str
    name: str
    status: str
    end_reason: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    queue_position: int | None
    progress: Progress | None
    warnings: tuple[str, ...]
    error: Document | None
    model: ModelReference
    history: History | None = field(default=None, repr=False)
    document: Document = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        progress, model = document["progress"], document["model"]
        return cls(
            id=document["id"],
            name=document["name"],
            status=document["status"],
            end_reason=document["end_reason"],
            created_at=document["created_at"],
            started_at=document["started_at"],
            finished_at=document["finished_at"],
            queue_position=document["queue_position"],
            progress=None if progress is None else Progress.of(progress),
            warnings=tuple(document["warnings"]),
            error=document["error"],
            model=ModelReference(model["name"], model["version"], model["ready"]),
            document=document,
        )

    @property
    def ended(self) -> bool:
        """Whether the job has finished: succeeded, failed or cancelled."""
        return self.status in ENDED

    @property
    def metrics(self) -> Metrics:
        """Metrics of the last epoch, or the final ones; empty while they are unknown."""
        return {} if self.progress is None else self.progress.metrics

    def _repr_html_(self) -> str:
        return report(f"{self.name} {self.model.version}", self.status, self.metrics, self.history)


@dataclass(frozen=True)
class Snapshot:
    """Snapshot of a job: its epoch, size and metrics."""

    epoch: int
    bytes: int
    metrics: Metrics

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        return cls(document["epoch"], document["bytes"], metrics(document["metrics"]))


@dataclass(frozen=True)
class Model:
    """Trained model; `labels` is None for regression."""

    name: str
    version: int
    job: str
    created_at: str
    task: str
    columns: tuple[str, ...]
    labels: tuple[Any, ...] | None
    parameters: int
    metrics: Metrics
    bytes: int
    sha256: str
    document: Document = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        labels = document["labels"]
        return cls(
            name=document["name"],
            version=document["version"],
            job=document["job"],
            created_at=document["created_at"],
            task=document["task"],
            columns=tuple(document["columns"]),
            labels=None if labels is None else tuple(labels),
            parameters=document["parameters"],
            metrics=metrics(document["metrics"]),
            bytes=document["bytes"],
            sha256=document["sha256"],
            document=document,
        )

    def _repr_html_(self) -> str:
        return report(f"{self.name} {self.version}", self.task, self.metrics, None)


def metrics(document: Document) -> Metrics:
    """Return metrics as numbers; non-finite numbers are strings in JSON."""
    return {name: None if value is None else float(value) for name, value in document.items()}
