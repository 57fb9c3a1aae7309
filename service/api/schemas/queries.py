"""Query strings and small bodies, declared as configurations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from trainlet.config import Configuration, Length, Names, Pattern, Range, fields
from trainlet.datasets import ReadingOptions
from trainlet.datasets.reading_options import MAX_COLUMNS, ColumnType


@dataclass(frozen=True)
class JobQuery(Configuration):
    """Query for a single job."""

    wait: Annotated[
        int, Range(min=0, max=30), "Seconds to wait until the job finishes; 0 returns at once."
    ] = 0


@dataclass(frozen=True)
class SubmitQuery(Configuration):
    """Query for job creation."""

    dry_run: Annotated[
        bool, "Whether to validate the job and estimate its cost without queueing or storing it."
    ] = False


@dataclass(frozen=True)
class LayersQuery(Configuration):
    """Range of layers; a page is shorter if its response would exceed the number limit."""

    first: Annotated[int, Range(min=0, max=63), "Index of the first layer, from 0."] = 0
    limit: Annotated[int, Range(min=1, max=64), "Maximum number of layers."] = 64


Epoch = Annotated[int | None, Range(min=0, max=1_000_000), "Epoch of a snapshot; null: the newest."]


@dataclass(frozen=True)
class EpochQuery(Configuration):
    """Snapshot of a job."""

    epoch: Epoch = None


@dataclass(frozen=True)
class PageQuery(Configuration):
    """Page of a list."""

    limit: Annotated[int, Range(min=1, max=100), "Maximum number of items."] = 20
    cursor: Annotated[
        str,
        Pattern("([0-9a-f]{32})?"),
        "Cursor from `next` of the previous page; empty for the first page.",
    ] = ""


@dataclass(frozen=True)
class JobsQuery(PageQuery):
    """Filters for jobs."""

    status: Annotated[
        Literal["", "queued", "running", "paused", "succeeded", "failed", "cancelled"],
        "Status of the jobs; empty for all.",
    ] = ""
    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Model name of the jobs; empty for all."
    ] = ""
    metadata: Annotated[
        dict[str, Annotated[str, Pattern(r"[^\x00]{0,256}")]],
        Names(r"metadata\.[A-Za-z0-9_-]{1,64}", most=16),
        "Metadata entries of the jobs, such as `metadata.team=blue`.",
    ] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, str]:
        """Metadata entries, as in a spec."""
        return {name.removeprefix("metadata."): text for name, text in self.metadata.items()}


@dataclass(frozen=True)
class ModelsQuery(PageQuery):
    """Filters for models."""

    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Prefix of the model name; empty for all."
    ] = ""
    task: Annotated[
        Literal["", "classification", "multilabel", "regression"],
        "Task of the models; empty for all.",
    ] = ""


@dataclass(frozen=True)
class AliasTarget(Configuration):
    """Target of an alias."""

    version: Annotated[int, Range(min=1, max=10**18 - 1), "Version of the model; it must be ready."]


@dataclass(frozen=True)
class ImportQuery(Configuration):
    """Query for a model import."""

    name: Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,62}"), "Name of the model."]


@dataclass(frozen=True)
class Explanation(Configuration):
    """Request for permutation feature importance, or for feature attributions of points."""

    point: Annotated[
        tuple[float | str | bool | None, ...] | dict[str, float | str | bool | None] | None,
        Length(min=1, max=20_000),
        (
            "Raw point to explain, as a list or an object by column; null: feature importance "
            "over the job's held-out samples."
        ),
    ] = None
    points: Annotated[
        tuple[tuple[Any, ...] | dict[str, Any], ...] | None,
        Length(min=1, max=10_000),
        "Several raw points; use instead of `point`.",
    ] = None
    repeats: Annotated[int, Range(min=1, max=100), "Number of shuffles per column."] = 5
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the shuffles."] = 0


@dataclass(frozen=True)
class UploadQuery(ReadingOptions):
    """Name and reading options of an uploaded file."""

    name: Annotated[str, Pattern(r"[^\x00-\x1f]{0,100}"), "Display name."] = ""

    columns: Annotated[
        dict[str, ColumnType],
        Names(r"columns\.[^\x00]{1,1000}", most=MAX_COLUMNS),
        "Type per column name, such as `columns.zip=category`; other types are inferred.",
    ] = field(default_factory=dict)

    @property
    def options(self) -> ReadingOptions:
        """Reading options among the parameters."""
        values = {option.name: getattr(self, option.name) for option in fields(ReadingOptions)}
        columns = {name.removeprefix("columns."): kind for name, kind in self.columns.items()}
        return ReadingOptions(**values | {"columns": columns})


@dataclass(frozen=True)
class DatasetsQuery(Configuration):
    """Page of uploaded files."""

    limit: Annotated[int, Range(min=1, max=100), "Maximum number of items."] = 20
    cursor: Annotated[
        str,
        Pattern("([0-9a-f]{64})?"),
        "Cursor from `next` of the previous page; empty for the first page.",
    ] = ""


@dataclass(frozen=True)
class PreviewQuery(Configuration):
    """Samples to preview."""

    limit: Annotated[int, Range(min=1, max=1000), "Maximum number of samples."] = 100
    part: Annotated[
        Literal["training", "validation", "test"],
        "Set that the samples come from: training, validation or test.",
    ] = "training"
