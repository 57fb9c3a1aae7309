"""Data of a job's plots: points, decision boundaries and colors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from service.api.inspection.passes import Subject
from service.api.inspection.samples import OwnSamples, Part
from service.api.plots.drawing import PALETTE, Plane, Scatter
from trainlet.datasets import TargetEncoding
from trainlet.errors import ConflictError
from trainlet.network import predictor

Array = NDArray[Any]

MAX_POINTS = 2000
"""Maximum number of points in one plot."""

PIXELS = 120
"""Pixels per axis of a decision boundary."""

MARGIN = 0.08


@dataclass(frozen=True)
class Scene:
    """Samples of a job with two columns, and the range of their targets if these are numeric."""

    samples: OwnSamples
    low: float
    high: float

    @classmethod
    def of(cls, samples: OwnSamples) -> Scene:
        """Return the scene of samples.

        Raises ConflictError if they do not have two columns, or several labels per sample.
        """
        columns = samples.model.preprocessing.columns
        if len(columns) != 2:
            raise ConflictError(f"A plot needs points with 2 columns; these have {len(columns)}.")
        if samples.model.preprocessing.encoding.task == "multilabel":
            raise ConflictError(
                "A plot has one color per point, but multilabel targets have several labels."
            )
        targets = samples.whole.targets
        numeric = targets.dtype.kind == "f"
        low, high = (float(targets.min()), float(targets.max())) if numeric else (0.0, 1.0)
        return cls(samples, low, high)

    @property
    def encoding(self) -> TargetEncoding:
        """Encoding of targets, which also decodes outputs."""
        return self.samples.model.preprocessing.encoding

    @property
    def legend(self) -> Mapping[str, Any]:
        """Color of each label, as far as the palette suffices; empty for regression."""
        labels = self.encoding.labels or ()
        return {str(label): color for label, color in zip(labels, PALETTE, strict=False)}

    def given(self, part: Part, limit: int = MAX_POINTS) -> Scatter:
        """Return at most `limit` samples of a set, colored by target."""
        table = self.samples.table(part, limit)
        targets = self.samples.model.preprocessing.targets(table.targets)
        title = f"{part} samples, by target"
        return Scatter(title, table.inputs, self._colors(targets, fade=False))

    def answered(self, subject: Subject, title: str) -> Scatter:
        """Return held-out samples, colored by prediction; uncertain ones are transparent.

        With two labels, opacity is |2v − 1| for output v. With more, it is the distance of the
        largest output from the uniform distribution, scaled to [0, 1].
        """
        part = self.samples.held_out
        points = self.samples.table(part, MAX_POINTS).inputs
        colors = self._predicted_colors(subject, points)
        return Scatter(f"{part} samples, by prediction {title}", points, colors)

    def plane(self, subject: Subject, title: str) -> Plane:
        """Return the decision boundary, and the training samples over it."""
        shown = self.given("training")
        low, high = shown.points.min(axis=0), shown.points.max(axis=0)
        margin = MARGIN * (high - low) + 1e-9
        (left, bottom), (right, top) = low - margin, high + margin
        x, y = np.meshgrid(np.linspace(left, right, PIXELS), np.linspace(bottom, top, PIXELS))
        field = self._predicted_colors(subject, np.stack([x.ravel(), y.ravel()], axis=1))
        return Plane(
            title=f"predictions {title}",
            field=field.reshape(PIXELS, PIXELS, 4),
            extent=(float(left), float(right), float(bottom), float(top)),
            names=self.samples.model.preprocessing.columns,
            points=shown,
        )

    def planes(self, subjects: Iterator[tuple[Subject, str]]) -> Iterator[Plane]:
        """Yield the decision boundary of each subject."""
        return (self.plane(subject, title) for subject, title in subjects)

    def _predicted_colors(self, subject: Subject, points: Array) -> Array:
        inputs = subject.preprocessing.inputs(points, subject.network.dtype)
        outputs = predictor(subject.network, subject.parameters)(inputs)
        return self._colors(outputs.reshape(len(points), -1), fade=True)

    def _colors(self, rows: Array, *, fade: bool) -> Array:
        """Return the RGBA color of each row of outputs or encoded targets."""
        if self.encoding.labels is None:
            preprocessing = self.samples.model.preprocessing
            values = preprocessing.values_of(rows)[:, 0]
            fraction = (values - self.low) / (self.high - self.low or 1.0)
            return np.asarray(colormaps["viridis"](np.nan_to_num(fraction)))
        scores = np.nan_to_num(self.encoding.decision.scores(rows).astype(np.float64))
        classes = scores.argmax(axis=1)
        palette = np.array(
            [to_rgb(PALETTE[index % len(PALETTE)]) for index in range(scores.shape[1])]
        )
        uniform = 0.0 if self.encoding.form == "plus_minus_one" else 1 / scores.shape[1]
        confidence = np.clip((scores.max(axis=1) - uniform) / (1 - uniform), 0, 1)
        return np.column_stack([palette[classes], confidence if fade else np.ones(len(rows))])
