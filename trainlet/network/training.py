"""Training configuration: epochs, loss, optimizer, metrics and stopping."""

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
    """Diagnostics and snapshots to record in addition to losses and metrics."""

    diagnostics: Annotated[
        bool,
        "Whether the history contains, per layer and epoch, the norms of the weights, the last"
        " gradient and the last update, and the fractions of dead units and saturated activations.",
    ] = False
    snapshots: Annotated[
        int, Range(min=0, max=1000), "Number of snapshots, evenly spread over the epochs."
    ] = 0
    every: Annotated[
        int | None, Range(min=1, max=1_000_000), "Number of epochs between snapshots."
    ] = None

    @property
    def keeps(self) -> bool:
        """Whether there are snapshots."""
        return self.snapshots > 0 or self.every is not None

    def next_kept(self, epoch: int, epochs: int) -> int | None:
        """Return the next epoch with a snapshot after `epoch` of `epochs`, or None."""
        candidates = []
        if self.snapshots:
            number = epoch * self.snapshots // epochs + 1
            candidates.append(ceil(number * epochs / self.snapshots))
        if self.every is not None:
            candidates.append((epoch // self.every + 1) * self.every)
        return min((number for number in candidates if number <= epochs), default=None)


@dataclass(frozen=True)
class Training(Configuration):
    """Number of epochs, mini-batches, loss, optimizer, metrics and stopping rules."""

    epochs: Annotated[int, Range(min=1, max=1_000_000), "Number of passes over the training set."]
    batch_size: Annotated[int, Range(min=1, max=65_536), "Number of samples per mini-batch."] = 32
    loss: Annotated[
        Loss | Literal["auto"], "Loss to minimize; auto: by task and output activation."
    ] = "auto"
    optimizer: Annotated[Optimizer, "Optimizer."] = Adam()
    regularization: Annotated[Regularizer | None, "Weight penalty; null: none."] = None
    clip_norm: Annotated[
        float | None, Range(above=0, max=1e9), "Maximum norm of the whole gradient; null: no limit."
    ] = None
    clip_value: Annotated[
        float | None,
        Range(above=0, max=1e9),
        "Maximum absolute value in the gradient; null: no limit.",
    ] = None
    max_norm: Annotated[
        float | None,
        Range(above=0, max=1e9),
        "Maximum norm of the weights into a unit; null: no limit.",
    ] = None
    class_weights: Annotated[
        tuple[ClassWeight, ...] | Literal["balanced"] | None,
        Length(min=2, max=65_536),
        "Weight of each label, in the order of the labels; balanced: inverse to frequency.",
    ] = None
    shuffle: Annotated[bool, "Whether to shuffle the samples before each epoch."] = True
    seed: Annotated[
        int, Range(min=0, max=2**32 - 1), "Seed of initial weights, sample order and dropout."
    ] = 0
    metrics: Annotated[
        tuple[Metric, ...] | Literal["auto"],
        Length(max=10),
        "Metrics to report in addition to the loss; auto: accuracy, for multilabel also f1, for"
        " regression mae and r2.",
    ] = "auto"
    early_stopping: Annotated[EarlyStopping | None, "Early stopping; null: none."] = None
    stop_at: Annotated[StopAt | None, "Metric value that ends training; null: none."] = None
    record: Annotated[Recording, "Diagnostics and snapshots to record."] = Recording()

    def steps(self, samples: int) -> int:
        """Return the number of mini-batches of the whole run."""
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
        """Yield an error for each layer that needs larger mini-batches.

        `shapes` are each layer's input shape.
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
        """Series of the history that can end the run, by the path of the field that names it."""
        results = {}
        if self.early_stopping is not None:
            results["early_stopping", "monitor"] = self.early_stopping.monitor
        if self.stop_at is not None:
            results["stop_at", "metric"] = self.stop_at.metric
        return results

    def misfits(self, validation: bool, metrics: tuple[Metric, ...]) -> Iterator[FieldError]:
        """Yield an error for each monitored series that the history will not contain."""
        names = ("loss", *(metric.name for metric in metrics))
        known = ("loss", *(f"validation_{name}" for name in names if validation))
        for path, name in self.monitors.items():
            if name not in known:
                allowed = f"one of {', '.join(known)}"
                detail = f"must be {allowed}; a validation set adds more"
                yield FieldError(path, name, allowed, detail)
