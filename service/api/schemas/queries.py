"""What query strings and small bodies say: configurations, so that one rule checks and tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from trainlet.config import Configuration, Length, Names, Pattern, Range, fields
from trainlet.datasets import ReadingOptions
from trainlet.datasets.reading_options import MAX_COLUMNS, ColumnType


@dataclass(frozen=True)
class JobQuery(Configuration):
    """How to look at one job."""

    wait: Annotated[
        int, Range(min=0, max=30), "Seconds to wait for the job's end before the answer comes."
    ] = 0


@dataclass(frozen=True)
class SubmitQuery(Configuration):
    """Whether a job is meant."""

    dry_run: Annotated[
        bool, "Tell what the job would be and take; nothing is queued and nothing stored."
    ] = False


@dataclass(frozen=True)
class LayersQuery(Configuration):
    """Which layers; fewer come where more would be too many numbers for one answer."""

    first: Annotated[int, Range(min=0, max=63), "The first layer, counted from 0."] = 0
    limit: Annotated[int, Range(min=1, max=64), "How many layers at most."] = 64


Epoch = Annotated[
    int | None, Range(min=0, max=1_000_000), "One of the kept epochs; by default the newest."
]


@dataclass(frozen=True)
class EpochQuery(Configuration):
    """Which of a job's kept states."""

    epoch: Epoch = None


@dataclass(frozen=True)
class PageQuery(Configuration):
    """Which part of a list."""

    limit: Annotated[int, Range(min=1, max=100), "How many at most."] = 20
    cursor: Annotated[
        str, Pattern("([0-9a-f]{32})?"), "The `next` of the page before; empty for the first."
    ] = ""


@dataclass(frozen=True)
class JobsQuery(PageQuery):
    """Which jobs."""

    status: Annotated[
        Literal["", "queued", "running", "paused", "succeeded", "failed", "cancelled"],
        "Only jobs that stand there; empty for all.",
    ] = ""
    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Only jobs of this name; empty for all."
    ] = ""
    metadata: Annotated[
        dict[str, Annotated[str, Pattern(r"[^\x00]{0,256}")]],
        Names(r"metadata\.[A-Za-z0-9_-]{1,64}", most=16),
        "Only jobs with these entries in their metadata, such as `metadata.team=blue`.",
    ] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, str]:
        """The entries as a spec has them."""
        return {name.removeprefix("metadata."): text for name, text in self.metadata.items()}


@dataclass(frozen=True)
class ModelsQuery(PageQuery):
    """Which models."""

    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Only models whose name begins so; empty: all."
    ] = ""
    task: Annotated[
        Literal["", "classification", "multilabel", "regression"],
        "Only models for this task; empty: all.",
    ] = ""


@dataclass(frozen=True)
class TableQuery(Configuration):
    """How a table in the body is read; by default like the table the model was trained on."""

    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab", "pipe", "space"] | None,
        "Separator of values; null: as in training.",
    ] = None
    header: Annotated[
        Literal["auto", "true", "false"] | None,
        "Whether the first line names the columns; null: as in training.",
    ] = None
    decimal: Annotated[
        Literal["point", "comma"] | None, "Decimal separator of numbers; null: as in training."
    ] = None
    thousands: Annotated[
        Literal["none", "comma", "point", "space", "apostrophe"] | None,
        "Thousands separator of numbers; null: as in training.",
    ] = None
    comment: Annotated[
        str | None, Pattern("[!-~]"), "Character at the start of lines that are skipped."
    ] = None
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1", "cp1252"] | None,
        "Encoding of text; null: as in training.",
    ] = None
    missing: Annotated[
        tuple[Annotated[str, Pattern(r"[^\x00]{0,100}")], ...] | None,
        Length(max=100),
        "Texts that stand for a missing value, one per parameter; null: as in training.",
    ] = None
    sheet: Annotated[
        str | None, Pattern(r"[^\x00-\x1f]{1,100}"), "Sheet of an Excel file; null: the first."
    ] = None

    @staticmethod
    def names() -> tuple[str, ...]:
        """The names of the options."""
        return tuple(field.name for field in fields(TableQuery))


@dataclass(frozen=True)
class TableLayersQuery(LayersQuery, TableQuery):
    """Which layers, and how a table in the body is read."""


@dataclass(frozen=True)
class TableLayersEpochQuery(TableLayersQuery):
    """Which of a job's kept states, which layers, and how a table in the body is read."""

    epoch: Epoch = None


@dataclass(frozen=True)
class SamplesQuery(TableLayersQuery):
    """Which layers, and how samples in a table are read."""

    target: Annotated[
        tuple[Annotated[str, Pattern(r"[^\x00]{1,1000}")], ...] | None,
        Length(min=1, max=1000),
        "Target columns of a table, one per parameter; null: those of the training, or the columns"
        " that are not the model's.",
    ] = None
    mode: Annotated[
        Literal["predict", "train"], "Mode of samples in a table; JSON has a mode of its own."
    ] = "predict"


@dataclass(frozen=True)
class SamplesEpochQuery(SamplesQuery):
    """Which of a job's kept states, which layers, and how samples in a table are read."""

    epoch: Epoch = None


@dataclass(frozen=True)
class TableEpochQuery(TableQuery):
    """Which of a job's kept states, and how a table in the body is read."""

    epoch: Epoch = None


@dataclass(frozen=True)
class PredictQuery(TableQuery):
    """How to read a table, and what else to return for each point."""

    top: Annotated[
        int, Range(min=0, max=1000), "How many of the best labels to list with their outputs."
    ] = 0


@dataclass(frozen=True)
class AliasTarget(Configuration):
    """Where an alias points."""

    version: Annotated[int, Range(min=1, max=10**18 - 1), "A version that is ready."]


@dataclass(frozen=True)
class ImportQuery(Configuration):
    """What an imported model is called."""

    name: Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,62}"), "The name of the model."]


@dataclass(frozen=True)
class Explanation(Configuration):
    """What is to be explained: what each column is worth, or the answer for one point."""

    point: Annotated[
        tuple[float | str | bool | None, ...] | dict[str, float | str | bool | None] | None,
        Length(min=1, max=20_000),
        "A raw point, a value for each column or an object by column, whose answer is explained;"
        " null: all of the job's held-out samples, column by column.",
    ] = None
    points: Annotated[
        tuple[tuple[Any, ...] | dict[str, Any], ...] | None,
        Length(min=1, max=10_000),
        "Several raw points in place of one.",
    ] = None
    repeats: Annotated[int, Range(min=1, max=100), "How often each column is shuffled."] = 5
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the shuffling."] = 0


@dataclass(frozen=True)
class UploadQuery(ReadingOptions):
    """What an uploaded file is, and how it is written."""

    name: Annotated[str, Pattern(r"[^\x00-\x1f]{0,100}"), "A name for people."] = ""

    columns: Annotated[
        dict[str, ColumnType],
        Names(r"columns\.[^\x00]{1,1000}", most=MAX_COLUMNS),
        "Type per column name, such as `columns.zip=category`; others are typed by their values.",
    ] = field(default_factory=dict)

    @property
    def options(self) -> ReadingOptions:
        """The reading options among the parameters."""
        given = {one.name: getattr(self, one.name) for one in fields(ReadingOptions)}
        columns = {name.removeprefix("columns."): kind for name, kind in self.columns.items()}
        return ReadingOptions(**given | {"columns": columns})


@dataclass(frozen=True)
class DatasetsQuery(Configuration):
    """Which part of the list of uploaded files."""

    limit: Annotated[int, Range(min=1, max=100), "How many at most."] = 20
    cursor: Annotated[
        str, Pattern("([0-9a-f]{64})?"), "The `next` of the page before; empty for the first."
    ] = ""


@dataclass(frozen=True)
class PreviewQuery(Configuration):
    """Which samples to show, and how many."""

    limit: Annotated[int, Range(min=1, max=1000), "How many at most."] = 100
    part: Annotated[
        Literal["training", "validation", "test"], "The part of the data they are of."
    ] = "training"
