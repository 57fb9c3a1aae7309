"""Job spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from trainlet.config import Configuration, Length, Names, Pattern, Range
from trainlet.datasets import Preprocessing, Source, Split
from trainlet.network import Training
from trainlet.network.layers import Layer


@dataclass(frozen=True)
class Architecture(Configuration):
    """A sequential network: its layers and its dtype."""

    layers: Annotated[tuple[Layer, ...], Length(min=1, max=64), "Layers, from input to output."]
    dtype: Annotated[Literal["float32", "float64"], "Data type of the network's numbers."] = (
        "float32"
    )


@dataclass(frozen=True)
class Dataset(Configuration):
    """Source of the samples, task, preprocessing and split."""

    source: Annotated[Source, "Source of the samples."]
    task: Annotated[
        Literal["auto", "classification", "multilabel", "regression"],
        "Task; auto: the source's, else classification if targets are strings or booleans or the"
        " loss is a cross-entropy, else regression. Several columns are multilabel if all are"
        " booleans, or all are 0 and 1 and the loss is binary_cross_entropy.",
    ] = "auto"
    preprocessing: Annotated[Preprocessing, "Preprocessing of the samples."] = Preprocessing()
    split: Annotated[Split, "Held-out samples."] = Split()


Metadata = Annotated[
    dict[str, Annotated[str, Pattern(r"[^\x00]{0,256}")]],
    Names(r"[A-Za-z0-9_-]{1,64}", most=16),
    "Labels for filtering jobs, such as a team.",
]


@dataclass(frozen=True, kw_only=True)
class StartFrom(Configuration):
    """A job whose state is the initial state."""

    job: Annotated[str, Pattern("[0-9a-f]{32}"), "Job id."]
    epoch: Annotated[
        int | None, Range(min=1, max=1_000_000), "Epoch of a snapshot; null: the newest one."
    ] = None
    state: Annotated[
        Literal["all", "weights"],
        "all: parameters, optimizer, random state and history; weights: only the parameters.",
    ] = "all"


@dataclass(frozen=True, kw_only=True)
class JobSpec(Configuration):
    """A training job: model name, architecture, dataset and training configuration."""

    name: Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,62}"), "Name of the model."] = "model"
    architecture: Annotated[Architecture, "Network."]
    dataset: Annotated[Dataset, "Samples."]
    training: Annotated[Training, "Training configuration."]
    metadata: Metadata = field(default_factory=dict)
    priority: Annotated[
        Literal["low", "normal", "high"],
        "Priority; workers take jobs with a higher priority first.",
    ] = "normal"
    max_seconds: Annotated[
        float | None,
        Range(above=0, max=1e9),
        "Seconds of training over all attempts after which training stops and publishes the model;"
        " null: no limit.",
    ] = None
    start_from: Annotated[
        StartFrom | None, "Job whose state is the initial state; null: initial weights."
    ] = None
    repeats: Annotated[
        int,
        Range(min=1, max=32),
        "Number of runs with consecutive seeds; the best one is published.",
    ] = 1
