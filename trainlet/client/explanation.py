"""Explanations: what columns are worth to a model, and what an answer rests on, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

from trainlet.client.results import Document, Metrics, metrics


@dataclass(frozen=True)
class ColumnImportance:
    """By how much the loss rises once a column is shuffled: mean and deviation of the repeats.

    `metrics` has the mean change of each metric.
    """

    column: str
    importance: float
    std: float
    metrics: Metrics = field(repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read what the service says."""
        worth, std = float(document["importance"]), float(document["std"])
        return cls(document["column"], worth, std, metrics(document["metrics"]))


@dataclass(frozen=True, eq=False)
class Importance:
    """What each column is worth, on `rows` samples of a part of the job's data.

    `metrics` are those with no column shuffled.
    """

    part: str
    rows: int
    repeats: int
    metrics: Metrics
    columns: tuple[ColumnImportance, ...]
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read what the service says."""
        return cls(
            document["part"],
            document["rows"],
            document["repeats"],
            metrics(document["metrics"]),
            tuple(map(ColumnImportance.of, document["columns"])),
            document,
        )

    def _repr_html_(self) -> str:
        rows = [(one.column, f"{one.importance:.4g}", f"{one.std:.2g}") for one in self.columns]
        return _table(("column", "rise of the loss", "std"), rows)


@dataclass(frozen=True)
class FeatureShare:
    """What a feature has to do with an answer: ∂output/∂input, and that times the input."""

    feature: str
    input: float
    gradient: float
    product: float

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read what the service says."""
        numbers = (float(document[name]) for name in ("input", "gradient", "product"))
        return cls(document["feature"], *numbers)


@dataclass(frozen=True, eq=False)
class Attribution:
    """What the answer for a point rests on: gradient × input of its largest output, by feature.

    `unit` gave that output, and `label` is what it speaks for; None for values.
    """

    output: float
    unit: int
    label: Any
    features: tuple[FeatureShare, ...]
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read what the service says."""
        point = document["point"]
        features = tuple(map(FeatureShare.of, point["features"]))
        return cls(float(point["output"]), point["unit"], point["label"], features, document)

    @classmethod
    def each(cls, document: Document) -> tuple[Self, ...]:
        """Read a response to several points."""
        head = {name: value for name, value in document.items() if name != "points"}
        return tuple(cls.of(head | {"point": one}) for one in document["points"])

    def _repr_html_(self) -> str:
        rows = [
            (one.feature, f"{one.input:.4g}", f"{one.gradient:.4g}", f"{one.product:.4g}")
            for one in self.features
        ]
        return _table(("feature", "input", "gradient", "gradient × input"), rows)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    lines = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for name, *cells in rows
    )
    return f"<table><tr>{head}</tr>{lines}</table>"
