"""Predictions: what a network says of points, as a value."""

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
    """A prediction as NumPy arrays, points first.

    `labels` have a dtype of their own if they are all of one type, otherwise they are objects;
    for multilabel each is a list.
    """

    outputs: NDArray[np.float64]
    labels: NDArray[Any] | None
    values: NDArray[np.float64] | None


@dataclass(frozen=True)
class Prediction:
    """What a model says of points, in their order.

    `outputs` are the network's, a list a point; `labels` is there for classification, `values`,
    a list a point with a number a target column, for regression. `top` has the best labels of
    each point with their outputs, if they were asked for; `epoch` is there for a job's network.
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
        """Read what the service says; of a job's network it does not say which model it is."""
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
        """Predictions of one model for one point after the other, as one."""
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
        """The same as the service writes it of a model."""
        responses = {"labels": self.labels, "values": self.values, "top": self.top}
        return {
            "model": {"name": self.name, "version": self.version},
            "outputs": self.outputs,
        } | {name: response for name, response in responses.items() if response is not None}

    def _repr_html_(self) -> str:
        responses = self.values if self.labels is None else self.labels
        rows = "".join(
            f"<tr><td>{escape(str(response))}</td><td>{', '.join(f'{unit:.4g}' for unit in output)}"
            "</td></tr>"
            for response, output in zip(
                (responses or [])[:MAX_POINTS_SHOWN], self.outputs, strict=False
            )
        )
        left = max(len(self.outputs) - MAX_POINTS_SHOWN, 0)
        more = f"<p>and {left} more</p>" if left else ""
        return (
            f"<div><strong>{escape(self.name)} {self.version}</strong>"
            f"<table><tr><th>answer</th><th>outputs</th></tr>{rows}</table>{more}</div>"
        )


def _label_array(labels: list[Any]) -> NDArray[Any]:
    if len({type(label) for label in labels}) == 1 and not isinstance(labels[0], list):
        return np.array(labels)
    array = np.empty(len(labels), object)
    array[:] = labels
    return array
