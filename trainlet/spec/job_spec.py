"""The declaration of a job: what can be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from trainlet.config import Configuration, Length, Names, Pattern, Range
from trainlet.datasets import Preprocessing, Source, Split
from trainlet.network import Training
from trainlet.network.layers import Layer


@dataclass(frozen=True)
class Architecture(Configuration):
    """The network: layers in a row, and the numbers it computes in."""

    layers: Annotated[tuple[Layer, ...], Length(min=1, max=64), "Layers, from input to output."]
    dtype: Annotated[Literal["float32", "float64"], "Numbers the network computes in."] = "float32"


@dataclass(frozen=True)
class Dataset(Configuration):
    """The samples: where they come from and what becomes of them."""

    source: Annotated[Source, "Where samples come from."]
    task: Annotated[
        Literal["auto", "classification", "multilabel", "regression"],
        "What targets are; auto: the source's own, else classification where targets are text or"
        " booleans or the loss is a cross-entropy, else regression. Several columns are multilabel"
        " if all are booleans, or all are 0 and 1 and the loss is binary_cross_entropy.",
    ] = "auto"
    preprocessing: Annotated[Preprocessing, "What becomes of a sample first."] = Preprocessing()
    split: Annotated[Split, "Samples kept from training."] = Split()


Metadata = Annotated[
    dict[str, Annotated[str, Pattern(r"[^\x00]{0,256}")]],
    Names(r"[A-Za-z0-9_-]{1,64}", most=16),
    "Short texts to find jobs by, such as a team.",
]


@dataclass(frozen=True, kw_only=True)
class StartFrom(Configuration):
    """The job whose state a job starts from."""

    job: Annotated[str, Pattern("[0-9a-f]{32}"), "Its id."]
    epoch: Annotated[
        int | None, Range(min=1, max=1_000_000), "One of its kept epochs; null: the newest."
    ] = None
    state: Annotated[
        Literal["all", "weights"],
        "all: optimizer, random numbers and history too; weights: the parameters alone.",
    ] = "all"


@dataclass(frozen=True, kw_only=True)
class JobSpec(Configuration):
    """A job: train this architecture on this dataset in this way, as a model of this name."""

    name: Annotated[str, Pattern("[a-z0-9][a-z0-9-]{0,62}"), "Name of the model."] = "model"
    architecture: Annotated[Architecture, "The network."]
    dataset: Annotated[Dataset, "The samples."]
    training: Annotated[Training, "How to train."]
    metadata: Metadata = field(default_factory=dict)
    priority: Annotated[
        Literal["low", "normal", "high"], "Jobs of a higher priority are taken first."
    ] = "normal"
    max_seconds: Annotated[
        float | None,
        Range(above=0, max=1e9),
        "Seconds of training, all attempts together, after which it ends with what it has learned.",
    ] = None
    start_from: Annotated[StartFrom | None, "The state of another job to start from."] = None
    repeats: Annotated[
        int,
        Range(min=1, max=32),
        "How many times to train, from seeds that follow each other; the best is published.",
    ] = 1
