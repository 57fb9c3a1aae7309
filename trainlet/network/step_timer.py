"""Timing of training steps on arbitrary samples, for estimates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.batches import Data
from trainlet.network.network import Network
from trainlet.network.state import State
from trainlet.network.trainer import Trainer
from trainlet.network.training import Training

STILL_LEARNING_RATE = 1e-12
"""A learning rate so small that steps take the usual time but hardly change the parameters."""

BLOCK = 4093
"""Number of random numbers drawn; the parameters repeat them."""


class StepTimer:
    """The first steps of a training, with the same calls on arrays of the same shapes.

    `data` contains at least two mini-batches. The caller measures the time of the steps. The
    parameters are small random numbers, because some initializers take long.
    """

    def __init__(
        self, network: Network, data: Data, training: Training, validation: Data | None = None
    ) -> None:
        rule: Any = training.optimizer
        still = replace(training, optimizer=replace(rule, learning_rate=STILL_LEARNING_RATE))
        early = still.early_stopping
        keeps = early is not None and early.restore_best_weights
        parameters = _parameters(network)
        state = State(
            parameters,
            np.zeros((training.optimizer.slots, network.trainable_count), network.dtype),
            np.random.default_rng(0),
            parameters.copy() if keeps else parameters[:0],
        )
        self._run = Trainer(network, data, still, state, validation)

    def steps(self) -> Iterator[None]:
        """Take a training step per iteration, without end."""
        with np.errstate(all="ignore"):
            while True:
                self._run.state.position = 0
                for batch in self._run.batches.of(0, 0):
                    # The last step of an epoch also computes norms; see `finish_epoch`.
                    self._run.state.position = 0
                    self._run.step(batch)
                    yield

    def finish_epoch(self) -> None:
        """Run the work after an epoch: diagnostics and validation, if the training has them."""
        run = self._run
        run.state.position = run.batches.samples - run.training.batch_size
        with np.errstate(all="ignore"):
            run.step(next(run.batches.of(run.state.epoch, run.state.position)))
            run.finish_epoch()

    @property
    def batch_bytes(self) -> int:
        """Size of the buffers of one mini-batch in bytes."""
        return self._run.batch_bytes

    @property
    def constant_bytes(self) -> int:
        """Size of the other buffers in bytes, which does not depend on the mini-batch."""
        return self._run.constant_bytes


def _parameters(network: Network) -> Array:
    """Return random parameters with which activations neither grow nor vanish across layers."""
    block = np.random.default_rng(0).normal(size=BLOCK)
    flat = np.empty(network.parameter_count, network.dtype)
    for slot in network.layout:
        for _, part, array in slot.parts(flat):
            array[...] = np.resize(block / max(part.fan_in, 1) ** 0.5, array.shape)
    return flat
