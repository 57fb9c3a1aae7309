"""Predictions of a model, as lists and NumPy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trainlet.client.results import Document, ModelReference

MAX_POINTS_SHOWN = 20


@dataclass(frozen=True, eq=False)
class PredictionArrays:
    """Prediction as NumPy arrays, points first.

    `labels` have the dtype of the labels if these have one type, otherwise the dtype object; for
    multilabel each is a list.
    """

    outputs: NDArray[np.float64]
    labels: NDArray[Any] | None
    values: NDArray[np.float64] | None


@dataclass(frozen=True)
class Prediction:
    """Prediction for points, in their order.

    `outputs` are those of the network, one list per point. `labels` are set for classification.
    `values` are set for regression, one list per point with one number per target column. `top`
    has the most probable labels of each point, if requested; `epoch` is set for a job.
    """

    name: str
    version: int
    outputs: list[list[float]] = field(repr=False)
    labels: list[Any] | None
    values: list[list[float]] | None
    top: list[list[Document]] | None = field(default=None, repr=False)
    epoch: int | None = None

    @classmethod
    def of(cls, document: Document, model: ModelReference | None = None) -> Self:
        """Return the value for a document; `model` is the model of a job, which it lacks."""
        if model is None:
            model = ModelReference(**document["model"], ready=True)
        return cls(
            model.name,
            model.version,
            document["outputs"],
            document.get("labels"),
            document.get("values"),
            document.get("top"),
            document["job"]["epoch"] if "job" in document else None,
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Concatenate predictions of the same model."""
        first = parts[0]
        return cls(
            first.name,
            first.version,
            [output for part in parts for output in part.outputs],
            first.labels and [label for part in parts for label in part.labels or ()],
            first.values and [value for part in parts for value in part.values or ()],
            first.top and [best for part in parts for best in part.top or ()],
            first.epoch,
        )

    def to_numpy(self) -> PredictionArrays:
        """Return outputs (n, units), labels (n,) and values (n, target columns) as arrays."""
        return PredictionArrays(
            np.array(self.outputs, np.float64),
            None if self.labels is None else _label_array(self.labels),
            None if self.values is None else np.array(self.values, np.float64),
        )

    @property
    def document(self) -> Document:
        """The prediction as a document of the API."""
        optional = {"labels": self.labels, "values": self.values, "top": self.top}
        return {
            "model": {"name": self.name, "version": self.version},
            "outputs": self.outputs,
        } | {name: value for name, value in optional.items() if value is not None}

    def _repr_html_(self) -> str:
        predictions = self.values if self.labels is None else self.labels
        rows = "".join(
            f"<tr><td>{escape(str(prediction))}</td>"
            f"<td>{', '.join(f'{unit:.4g}' for unit in output)}</td></tr>"
            for prediction, output in zip(
                (predictions or [])[:MAX_POINTS_SHOWN], self.outputs, strict=False
            )
        )
        left = max(len(self.outputs) - MAX_POINTS_SHOWN, 0)
        more = f"<p>and {left} more</p>" if left else ""
        return (
            f"<div><strong>{escape(self.name)} {self.version}</strong>"
            f"<table><tr><th>prediction</th><th>outputs</th></tr>{rows}</table>{more}</div>"
        )


def _label_array(labels: list[Any]) -> NDArray[Any]:
    if len({type(label) for label in labels}) == 1 and not isinstance(labels[0], list):
        return np.array(labels)
    array = np.empty(len(labels), object)
    array[:] = labels
    return array
