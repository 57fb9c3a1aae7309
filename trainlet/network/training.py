"""How to train: everything about a run but the network and the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

from trainlet.config import Configuration, Length, Range
from trainlet.errors import FieldError
from trainlet.network.arrays import Shape
from trainlet.network.early_stopping import EarlyStopping, StopAt
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.network.optimizers import Adam, Optimizer
from trainlet.network.precision import precision_errors
from trainlet.network.regularizers import Regularizer

ClassWeight = Annotated[float, Range(min=0, max=1e6)]


@dataclass(frozen=True)
class Recording(Configuration):
    """What is written down beside losses and metrics."""

    diagnostics: Annotated[
        bool,
        "Whether the history gets, for each layer, the norms of weights, of the last gradient and"
        " the last update of an epoch, and the shares of dead units and saturated numbers.",
    ] = False
    snapshots: Annotated[
        int, Range(min=0, max=1000), "How many states are kept, evenly spread over the epochs."
    ] = 0
    every: Annotated[
        int | None, Range(min=1, max=1_000_000), "Keep the state after each so many epochs."
    ] = None

    @property
    def keeps(self) -> bool:
        """Whether any state is kept."""
        return self.snapshots > 0 or self.every is not None

    def next_kept(self, epoch: int, epochs: int) -> int | None:
        """Tell the next epoch to be kept after one, in a run of so many; None if there is none."""
        results = []
        if self.snapshots:
            number = epoch * self.snapshots // epochs + 1
            results.append(ceil(number * epochs / self.snapshots))
        if self.every is not None:
            results.append((epoch // self.every + 1) * self.every)
        return min((kept for kept in results if kept <= epochs), default=None)


@dataclass(frozen=True)
class Training(Configuration):
    """How long to train, in which batches, towards what and by which rule."""

    epochs: Annotated[int, Range(min=1, max=1_000_000), "Passes over the training samples."]
    batch_size: Annotated[int, Range(min=1, max=65_536), "Samples per step."] = 32
    loss: Annotated[
        Loss | Literal["auto"], "What to make small; auto: by task and output activation."
    ] = "auto"
    optimizer: Annotated[Optimizer, "How a gradient changes the parameters."] = Adam()
    regularization: Annotated[Regularizer | None, "What keeps weights small."] = None
    clip_norm: Annotated[
        float | None, Range(above=0, max=1e9), "Largest norm of the whole gradient."
    ] = None
    clip_value: Annotated[
        float | None, Range(above=0, max=1e9), "Largest absolute value in the gradient."
    ] = None
    max_norm: Annotated[
        float | None, Range(above=0, max=1e9), "Largest norm of the weights into a unit."
    ] = None
    class_weights: Annotated[
        tuple[ClassWeight, ...] | Literal["balanced"] | None,
        Length(min=2, max=65_536),
        "Weight of each label, in the order of the labels; balanced: by their rarity.",
    ] = None
    shuffle: Annotated[bool, "Whether each epoch has an order of its own."] = True
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of first values and orders."] = 0
    metrics: Annotated[
        tuple[Metric, ...] | Literal["auto"],
        Length(max=10),
        "What is told beside the loss; auto: accuracy, for multilabel also f1, for regression mae"
        " and r2.",
    ] = "auto"
    early_stopping: Annotated[EarlyStopping | None, "When to give up waiting."] = None
    stop_at: Annotated[StopAt | None, "When it is good enough."] = None
    record: Annotated[Recording, "What is written down on the way."] = Recording()

    def steps(self, samples: int) -> int:
        """Count the mini-batches of the whole run."""
        return self.epochs * ceil(samples / self.batch_size)

    def dtype_errors(self, dtype: str) -> Iterator[FieldError]:
        """Yield an error for each setting that is too small for the dtype of the network."""
        error = self.optimizer.error(dtype)
        if error is not None:
            yield error.under("optimizer")
        yield from (
            other
            for other in precision_errors(self, dtype)
            if error is None or other.path != ("optimizer", *error.path)
        )

    def batch_errors(
        self, samples: int, layers: Sequence[Layer], shapes: Sequence[Shape]
    ) -> Iterator[FieldError]:
        """Yield an error for each layer that the smallest mini-batch is too small for.

        `shapes` are those of a sample before each layer.
        """
        if samples < 1:
            return
        smallest = samples % self.batch_size or self.batch_size
        for index, (layer, shape) in enumerate(zip(layers, shapes, strict=False)):
            if smallest < layer.least_batch(shape):
                expected = f"a size that leaves no batch of 1 of the {samples} training samples"
                detail = f"layer {index} cannot normalize a batch of 1 sample: must be {expected}"
                yield FieldError(("batch_size",), self.batch_size, expected, detail)

    @property
    def monitors(self) -> dict[tuple[str, str], str]:
        """The series of the history that end the run, by the field that names them."""
        results = {}
        if self.early_stopping is not None:
            results["early_stopping", "monitor"] = self.early_stopping.monitor
        if self.stop_at is not None:
            results["stop_at", "metric"] = self.stop_at.metric
        return results

    def misfits(self, validation: bool, metrics: tuple[Metric, ...]) -> Iterator[FieldError]:
        """Tell what watches a series that a run with or without a validation part won't write."""
        names = ("loss", *(metric.name for metric in metrics))
        known = ("loss", *(f"validation_{name}" for name in names if validation))
        for path, name in self.monitors.items():
            if name not in known:
                allowed = f"one of {', '.join(known)}"
                detail = f"must be {allowed}; a split with a validation part adds more"
                yield FieldError(path, name, allowed, detail)
