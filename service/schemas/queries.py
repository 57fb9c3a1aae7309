"""What query strings and small bodies say: configurations, so that one rule checks and tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from trainlet.config import Configuration, Pattern, Range
from trainlet.datasets import Source


@dataclass(frozen=True)
class JobQuery(Configuration):
    """How to look at one job."""

    wait: Annotated[
        int, Range(min=0, max=30), "Seconds to wait for the job's end before the answer comes."
    ] = 0


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
        Literal["", "queued", "running", "succeeded", "failed", "cancelled"],
        "Only jobs that stand there; empty for all.",
    ] = ""
    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Only jobs of this name; empty for all."
    ] = ""


@dataclass(frozen=True)
class ModelsQuery(PageQuery):
    """Which models."""

    name: Annotated[
        str, Pattern("([a-z0-9][a-z0-9-]{0,62})?"), "Only models whose name begins so; empty: all."
    ] = ""
    task: Annotated[
        Literal["", "classification", "regression"], "Only models for this task; empty: all."
    ] = ""


@dataclass(frozen=True)
class PredictQuery(Configuration):
    """What else to tell of each point."""

    top: Annotated[
        int, Range(min=0, max=1000), "How many of the best labels to list with their outputs."
    ] = 0


@dataclass(frozen=True)
class Pointing(Configuration):
    """Where an alias points."""

    version: Annotated[int, Range(min=1, max=10**18 - 1), "A version that is ready."]


@dataclass(frozen=True)
class ImportQuery(Configuration):
    """What an imported model is called."""

    name: Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,62}"), "The name of the model."]


@dataclass(frozen=True)
class Evaluation(Configuration):
    """What to judge a model by."""

    source: Annotated[Source, "Samples with their targets, as in a job's spec."]
    bins: Annotated[int, Range(min=1, max=100), "Bins of the calibration."] = 10
    worst: Annotated[int, Range(min=0, max=100), "How many of the worst rows to list."] = 10
