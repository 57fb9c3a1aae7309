"""Permutation feature importance and feature attributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

from trainlet.client.results import Document, Metrics, metrics


@dataclass(frozen=True)
class ColumnImportance:
    """Increase of the loss after a column is shuffled: mean and standard deviation.

    `metrics` has the mean change of each metric.
    """

    column: str
    importance: float
    std: float
    metrics: Metrics = field(repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        importance, std = float(document["importance"]), float(document["std"])
        return cls(document["column"], importance, std, metrics(document["metrics"]))


@dataclass(frozen=True, eq=False)
class Importance:
    """Permutation feature importance on `rows` samples of the set `part`.

    `part` is training, validation or test. `metrics` are those without shuffling.
    """

    part: str
    rows: int
    repeats: int
    metrics: Metrics
    columns: tuple[ColumnImportance, ...]
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
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
        return _table(("column", "loss increase", "std"), rows)


@dataclass(frozen=True)
class FeatureShare:
    """Attribution to one feature: ∂output/∂input, and its product with the input."""

    feature: str
    input: float
    gradient: float
    product: float

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        numbers = (float(document[name]) for name in ("input", "gradient", "product"))
        return cls(document["feature"], *numbers)


@dataclass(frozen=True, eq=False)
class Attribution:
    """Gradient × input of the largest output for a point, by feature.

    `unit` is the index of that output, `label` its label, or None for regression.
    """

    output: float
    unit: int
    label: Any
    features: tuple[FeatureShare, ...]
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        point = document["point"]
        features = tuple(map(FeatureShare.of, point["features"]))
        return cls(float(point["output"]), point["unit"], point["label"], features, document)

    @classmethod
    def each(cls, document: Document) -> tuple[Self, ...]:
        """Return an attribution for each point of a response."""
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
