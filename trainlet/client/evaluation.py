"""Evaluation of a model on labeled samples."""

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
    """Metrics of a model on the samples of a source.

    `confusion_matrix` has a row per true label and a column per predicted label, in the order of
    `labels`; for multilabel its shape is (labels, 2, 2), absent before present. Both are None for
    regression. `per_label`, `calibration` and `worst` are as in the response of the API.
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
        """Return the value for a document; `model` is the model of a job, which it lacks."""
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
        return f"{summary}<table><tr><th>true, predicted</th>{header}</tr>{lines}</table>"

    def _scores_html(self) -> str:
        names = ("label", *SCORES)
        header = "".join(f"<th>{name}</th>" for name in names)
        lines = "".join(
            f"<tr>{''.join(f'<td>{escape(_text(row[name]))}</td>' for name in names)}</tr>"
            for row in self.per_label or ()
        )
        return f"<table><tr>{header}</tr>{lines}</table>"


def _text(value: Any) -> str:
    """Return a label or a score as text."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
