"""Spec of a single training step, and its checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Annotated, Any

import numpy as np

from trainlet.datasets.sources.rows import TargetsBound, all_errors
from trainlet.errors import FieldError, ValidationError
from trainlet.network import Network, Training
from trainlet.network.arrays import Array
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Adam, Optimizer
from trainlet.network.regularizers import Regularizer
from trainlet.spec.untrained_spec import NOT_EMPTY, UntrainedSpec, beyond_dtype


@dataclass(frozen=True, kw_only=True)
class StepSpec(UntrainedSpec):
    """A single training step with the points as one mini-batch, without preprocessing.

    `values` initializers set the initial weights.
    """

    targets: Annotated[tuple[Any, ...], TargetsBound(), NOT_EMPTY, "One number or row per point."]
    loss: Annotated[Loss, "Loss to minimize."]
    optimizer: Annotated[Optimizer, "Optimizer."] = Adam()
    regularization: Annotated[Regularizer | None, "Weight penalty; null: none."] = None

    @property
    def training(self) -> Training:
        """Training configuration of the step."""
        return Training(
            epochs=1,
            loss=self.loss,
            optimizer=self.optimizer,
            regularization=self.regularization,
            seed=self.seed,
        )

    def network(self) -> Network:
        """Return the network for the points.

        Raises ValidationError with all errors.
        """
        network = super().network()
        results = list(self._misfits(network))
        if results:
            raise ValidationError(results)
        return network

    def arrays(self, network: Network) -> tuple[Array, Array]:
        """Return inputs (n, *input_shape) and targets (n, *output_shape) in the network's dtype."""
        targets = np.array(self.targets, network.dtype)
        return self.inputs(network), targets.reshape(-1, *network.output_shape)

    def _beyond_dtype(self) -> Iterator[FieldError]:
        yield from super()._beyond_dtype()
        first = self.targets[0]
        if not isinstance(first[0] if isinstance(first, tuple) else first, (str, bool)):
            yield from beyond_dtype("targets", self.targets, self.architecture.dtype)

    def _ill_formed(self) -> list[FieldError]:
        return [_renamed(error) for error in all_errors(self.points, self.targets)]

    def _misfits(self, network: Network) -> Iterator[FieldError]:
        activation, needed = network.output_activation, self.loss.takes_over
        if needed is not None and not isinstance(activation, needed):
            expected = f"a loss other than {self.loss.kind}, or {needed.kind} in the last layer"
            detail = f"{self.loss.kind} needs {needed.kind} as the activation of the last layer"
            yield FieldError(("loss",), self.loss.kind, expected, detail)
        refused = network.batch_error("points", len(self.points))
        if refused is not None:
            yield refused
        yield from self.training.dtype_errors(network.dtype)
        units, first = prod(network.output_shape), self.targets[0]
        width = len(first) if isinstance(first, tuple) else 1
        if isinstance(first, (str, bool)) or width != units:
            expected = "numbers" if units == 1 else f"rows of {units} numbers"
            yield FieldError(("targets",), first, expected, f"must be {expected}, one per output")
            return
        refused = self.loss.target_error(np.array(self.targets, np.float64))
        if refused is not None:
            yield refused


def _renamed(error: FieldError) -> FieldError:
    """Return the error with this spec's name for inputs."""
    name = "points" if error.path[0] == "inputs" else "targets"
    return replace(error, path=(name, *error.path[1:]))
