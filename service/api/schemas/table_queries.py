"""Query parameters of operations that take tables: reading options, layers and snapshots."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Literal

from service.api.schemas.queries import Epoch, LayersQuery
from trainlet.config import Configuration, Length, Pattern, Range


@dataclass(frozen=True)
class TableQuery(Configuration):
    """Reading options for a table in the body; the defaults come from the training table."""

    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab", "pipe", "space"] | None,
        "Separator of values; null: as in training.",
    ] = None
    header: Annotated[
        Literal["auto", "true", "false"] | None,
        "Whether the first line contains the column names; null: as in training.",
    ] = None
    decimal: Annotated[
        Literal["point", "comma"] | None, "Decimal separator of numbers; null: as in training."
    ] = None
    thousands: Annotated[
        Literal["none", "comma", "point", "space", "apostrophe"] | None,
        "Thousands separator of numbers; null: as in training.",
    ] = None
    comment: Annotated[str | None, Pattern("[!-~]"), "Character that starts a comment line."] = None
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1", "cp1252"] | None,
        "Text encoding; null: as in training.",
    ] = None
    missing: Annotated[
        tuple[Annotated[str, Pattern(r"[^\x00]{0,100}")], ...] | None,
        Length(max=100),
        "Strings that represent a missing value, one per parameter; null: as in training.",
    ] = None
    sheet: Annotated[
        str | None, Pattern(r"[^\x00-\x1f]{1,100}"), "Sheet of an Excel file; null: the first."
    ] = None

    @staticmethod
    def names() -> tuple[str, ...]:
        """Return the names of the options."""
        return tuple(field.name for field in fields(TableQuery))


@dataclass(frozen=True)
class TableLayersQuery(LayersQuery, TableQuery):
    """Range of layers, and reading options for a table in the body."""


@dataclass(frozen=True)
class TableLayersEpochQuery(TableLayersQuery):
    """Snapshot, range of layers, and reading options for a table in the body."""

    epoch: Epoch = None


@dataclass(frozen=True)
class SamplesQuery(TableLayersQuery):
    """Range of layers, and reading options for a table of samples."""

    target: Annotated[
        tuple[Annotated[str, Pattern(r"[^\x00]{1,1000}")], ...] | None,
        Length(min=1, max=1000),
        (
            "Target columns of a table, one per parameter; null: those of the training data, "
            "or all columns that are not inputs of the model."
        ),
    ] = None
    mode: Annotated[
        Literal["predict", "train"], "Mode for samples in a table; JSON bodies contain `mode`."
    ] = "predict"


@dataclass(frozen=True)
class SamplesEpochQuery(SamplesQuery):
    """Snapshot, range of layers, and reading options for a table of samples."""

    epoch: Epoch = None


@dataclass(frozen=True)
class TableEpochQuery(TableQuery):
    """Snapshot, and reading options for a table in the body."""

    epoch: Epoch = None


@dataclass(frozen=True)
class PredictQuery(TableQuery):
    """Reading options for a table, and the number of top labels per point."""

    top: Annotated[
        int,
        Range(min=0, max=1000),
        "Number of labels to list per point with their outputs, highest first; 0: none.",
    ] = 0
