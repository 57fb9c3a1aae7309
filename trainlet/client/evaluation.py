"""Evaluations: how good a model is, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trainlet.client.report import report
from trainlet.client.results import Document, Metrics, ModelReference, metrics

SCORES = ("precision", "recall", "f1", "support", "auc")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A model judged by the samples of a source.

    `confusion_matrix` counts, a row for each true label, a column for each predicted one, in the
    order of `labels`; for multilabel it is (labels, 2, 2), absent before present. Both are None for
    regression. `per_label`, `calibration` and `worst` are as the service has them.
    """

    name: str
    version: int
    rows: int
    metrics: Metrics
    labels: tuple[Any, ...] | None
    confusion_matrix: NDArray[np.int64] | None
    per_label: tuple[Document, ...] | None
    calibration: Document | None
    worst: tuple[Document, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document, model: ModelReference | None = None) -> Self:
        """Read what the service says; of a job's network it does not say which model it is."""
        if model is None:
            model = ModelReference(**document["model"], ready=True)
        labels, confusion_matrix = document["labels"], document["confusion_matrix"]
        per_label = document["per_label"]
        return cls(
            name=model.name,
            version=model.version,
            rows=document["rows"],
            metrics=metrics(document["metrics"]),
            labels=None if labels is None else tuple(labels),
            confusion_matrix=None
            if confusion_matrix is None
            else np.array(confusion_matrix, np.int64),
            per_label=None if per_label is None else tuple(per_label),
            calibration=document["calibration"],
            worst=tuple(document["worst"]),
            warnings=tuple(document["warnings"]),
            document=document,
        )

    def _repr_html_(self) -> str:
        summary = report(f"{self.name} {self.version}", f"{self.rows} rows", self.metrics, None)
        if self.labels is None or self.confusion_matrix is None:
            return summary
        if self.confusion_matrix.ndim == 3:
            return summary + self._scores_html()
        names = [escape(str(label)) for label in self.labels]
        header = "".join(f"<th>{name}</th>" for name in names)
        lines = "".join(
            f"<tr><th>{name}</th>{''.join(f'<td>{count}</td>' for count in counts)}</tr>"
            for name, counts in zip(names, self.confusion_matrix.tolist(), strict=True)
        )
        return f"{summary}<table><tr><th>true, answered</th>{header}</tr>{lines}</table>"

    def _scores_html(self) -> str:
        names = ("label", *SCORES)
        header = "".join(f"<th>{name}</th>" for name in names)
        lines = "".join(
            f"<tr>{''.join(f'<td>{escape(_shown(row[name]))}</td>' for name in names)}</tr>"
            for row in self.per_label or ()
        )
        return f"<table><tr>{header}</tr>{lines}</table>"


def _shown(value: Any) -> str:
    """Write a label or a score."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
