"""A run: what the steps of one training have in common."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, nan, prod

import numpy as np

from trainlet.errors import Diverged, Invalid
from trainlet.frozen import frozen
from trainlet.network.arrays import Array
from trainlet.network.diagnostics import PATIENCE, Probe, findings, norms
from trainlet.network.evaluation import evaluator
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.rows import Rows, gather
from trainlet.network.state import State
from trainlet.network.tape import replay, turn
from trainlet.network.training import Training
from trainlet.network.updates import Learning

CHUNK_BYTES = 1 << 17
"""Samples are gathered in chunks of about this many bytes, not one mini-batch at a time."""

MANY = 1 << 20
"""The order of so many samples is kept in numbers of 4 bytes; it is the same order."""


@frozen
class Data:
    """Prepared samples: inputs (samples, *input_shape), targets (samples, *output_shape).

    Inputs may be rows that are only brought into memory when they are gathered. Targets times
    `scale` (units,) have the units in which metrics are to be told, None: they have them already.
    """

    inputs: Array | Rows
    targets: Array
    scale: Array | None = None


Batch = tuple[Plan, tuple[tuple[Array, Array], ...]]
"""A mini-batch: the plan for its size, and what is to be copied from where into it."""


class Run:
    """Plans for the full and the last batch, and room for a chunk of shuffled samples."""

    def __init__(
        self,
        network: Network,
        data: Data,
        training: Training,
        state: State,
        validation: Data | None,
    ) -> None:
        misfits = list(training.misfits(validation is not None, _metrics(training)))
        if misfits:
            raise Invalid(misfits)
        self.network, self.data, self.training, self.state = network, data, training, state
        self.samples = len(data.inputs)
        self.steps = training.steps(self.samples)
        self.loss = _resolved(training)
        self._validation = validation
        self._evaluate = evaluator(
            network, state.parameters, self.loss, _metrics(training), data.scale
        )
        self._sources: list[Array | Rows] = [data.inputs, data.targets]
        if training.class_weights is not None:
            weights = sample_weights(training.class_weights, data.targets, network.threshold)
            self._sources.append(weights.astype(network.dtype)[:, None])
        self.chunk = _chunk(self._sources, min(training.batch_size, self.samples))
        self._room = [np.empty((self.chunk, *s.shape[1:]), network.dtype) for s in self._sources]
        self._learning = _learning(network, training, state, self.samples)
        self._scale = training.optimizer.schedule.scale(state.losses)
        self._probe = Probe(network, state.parameters, data.inputs, data.targets)
        self._norms: dict[str, float] = {}
        self._plans: dict[int, Plan] = {}
        self._cut: dict[int, list[Batch]] = {}

    def batches(self) -> Iterator[Batch]:
        """Gather the rest of the epoch, chunk by chunk, and hand out its batches."""
        rows = order(self.training, self.state.epoch, self.samples)
        for start in range(self.state.position, self.samples, self.chunk):
            chosen = rows[start : start + self.chunk]
            for source, room in zip(self._sources, self._room, strict=True):
                gather(source, chosen, room[: len(chosen)])
            yield from self._batches_of(len(chosen))

    def _batches_of(self, length: int) -> list[Batch]:
        """Cut the chunk's first `length` samples into batches, once for all epochs."""
        if length not in self._cut:
            size = self.training.batch_size
            self._cut[length] = [
                self._batch(slice(first, min(first + size, length)))
                for first in range(0, length, size)
            ]
        return self._cut[length]

    def _batch(self, batch: slice) -> Batch:
        own = self._plan(batch.stop - batch.start)
        targets = (own.inputs, own.targets, own.weights)
        views = [turn(room[batch]) for room in self._room]
        wanted = [target for target in targets if target is not None]
        return own, tuple(zip(wanted, views, strict=True))

    def _plan(self, samples: int) -> Plan:
        if samples not in self._plans:
            weighted = self.training.class_weights is not None
            self._plans[samples] = plan(
                self.network, self.state.parameters, samples, self.loss, self._learning, weighted
            )
        return self._plans[samples]

    @property
    def batch_bytes(self) -> int:
        """Bytes of the buffers for the sizes of mini-batches met so far."""
        return sum(own.tape.bytes for own in self._plans.values())

    @property
    def constant_bytes(self) -> int:
        """Bytes of what does not grow with the mini-batch: gathered samples and the probe."""
        return sum(room.nbytes for room in self._room) + self._probe.bytes

    def step(self, own: Plan, copies: tuple[tuple[Array, Array], ...]) -> None:
        """Train one mini-batch. Raises Diverged if its loss is not finite."""
        state = self.state
        for target, source in copies:
            np.copyto(target, source)
        optimizer = self.training.optimizer
        coefficients = optimizer.coefficients(state.step, self.steps, self._scale)
        for cell, value in zip(own.coefficients, coefficients, strict=True):
            cell[...] = value
        replay(own.forward)
        loss = own.loss.item()
        if not isfinite(loss):
            raise self._diverged(own)
        samples = own.inputs.shape[-1]
        if self.training.record.diagnostics and state.position + samples == self.samples:
            self._learn_and_measure(own)
        else:
            replay(own.learn)
        state.loss_sum += loss * samples
        state.position += samples
        state.step += 1

    def _learn_and_measure(self, own: Plan) -> None:
        trained = self.state.parameters[: self.network.trainable_count]
        before = trained.copy()
        replay(own.backward)
        # Where the rate is folded into the gradient, it comes out again; too small a one is lost.
        rate = own.coefficients[0].item() if self._learning.folds else 1.0
        gradient = self._learning.gradient / rate if rate else self._learning.gradient
        self._norms = norms(self.network, "gradient", gradient)
        replay(own.update)
        self._norms |= norms(self.network, "update", trained - before)
        self._norms |= norms(self.network, "weight", trained)

    def finish_epoch(self) -> None:
        """Write the epoch into the history and see whether it was the last.

        Raises Diverged if a parameter is not finite.
        """
        state, training = self.state, self.training
        if not np.isfinite(state.parameters).all():
            raise self._diverged(next(iter(self._plans.values())))
        entries = {"loss": state.loss_sum / self.samples}
        if self._validation is not None:
            found = self._evaluate(self._validation.inputs, self._validation.targets)
            entries |= {f"validation_{name}": value for name, value in found.items()}
        if training.record.diagnostics:
            entries |= self._norms | self._probe.look()
        for name, value in entries.items():
            state.history.setdefault(name, [nan] * state.epoch).append(value)
        state.epoch, state.position, state.loss_sum = state.epoch + 1, 0, 0.0
        schedule = training.optimizer.schedule
        cost = entries.get("validation_loss", entries["loss"])
        state.losses = state.losses.see(cost, schedule.patience)
        self._scale = schedule.scale(state.losses)
        self._see_end()
        if state.end is not None or state.epoch % max(PATIENCE, training.epochs // 10) == 0:
            self._find()

    def _find(self) -> None:
        """Note what keeps the network from learning, each thing once."""
        known = {(finding.kind, finding.layer) for finding in self.state.findings}
        classification = any(metric.classifies for metric in _metrics(self.training))
        self.state.findings += [
            finding
            for finding in findings(self.state.history, self._probe, classification)
            if (finding.kind, finding.layer) not in known
        ]

    def _see_end(self) -> None:
        state, training = self.state, self.training
        if state.epoch == training.epochs:
            state.end = "epochs"
        if training.stop_at is not None and training.stop_at.reached(state.history):
            state.end = "target"
        early = training.early_stopping
        if early is None:
            return
        cost = early.cost(state.history)
        if cost < state.stopping.lowest - early.min_delta and early.restore_best:
            state.best[...] = state.parameters
        state.stopping = state.stopping.see(cost, early.patience, early.min_delta)
        if state.stopping.times and state.end is None:
            state.end = "early_stopped"
        if state.end is not None and early.restore_best:
            state.parameters[...] = state.best

    def _diverged(self, own: Plan) -> Diverged:
        layer = _first_not_finite(self.network, self.state.parameters, own)
        rate = self.training.optimizer.learning_rate
        hint = f"lower training/optimizer/learning_rate, now {rate:g}, or standardize the inputs"
        return Diverged(epoch=self.state.epoch, step=self.state.step, layer=layer, hint=hint)


def order(training: Training, epoch: int, samples: int) -> Array:
    """Tell the order of an epoch's samples: from the seed and the number of the epoch alone."""
    if not training.shuffle:
        return np.arange(samples)
    rows = samples if samples < MANY else np.arange(samples, dtype=np.uint32)
    return np.random.default_rng([training.seed, epoch]).permutation(rows)


def sample_weights(
    class_weights: tuple[float, ...] | str, targets: Array, threshold: float
) -> Array:
    """Weigh each sample by its label; targets are (samples, units), one-hot or of one unit.

    Balanced weights are n / (k nⱼ) for n samples, k labels and the nⱼ samples of label j
    (King and Zeng 2001).
    """
    one = targets.shape[1] == 1
    labels = (targets[:, 0] > threshold if one else targets.argmax(axis=1)).astype(int)
    if isinstance(class_weights, tuple):
        by_label = np.array(class_weights)
    else:
        seen = np.bincount(labels, minlength=2 if one else targets.shape[1])
        by_label = len(labels) / (len(seen) * np.maximum(seen, 1))
    return np.asarray(by_label[labels])


def _resolved(training: Training) -> Loss:
    if isinstance(training.loss, str):
        raise TypeError("the loss must be resolved before training")
    return training.loss


def _metrics(training: Training) -> tuple[Metric, ...]:
    return () if isinstance(training.metrics, str) else training.metrics


def _chunk(sources: list[Array | Rows], size: int) -> int:
    """Samples of a chunk: a whole number of batches of `size`, of about CHUNK_BYTES."""
    row_bytes = sum(prod(source.shape[1:]) * source.dtype.itemsize for source in sources)
    return size * max(1, min(CHUNK_BYTES // (row_bytes * size), len(sources[0]) // size))


def _learning(network: Network, training: Training, state: State, samples: int) -> Learning:
    return Learning(
        optimizer=training.optimizer,
        gradient=np.zeros(network.trainable_count, network.dtype),
        slots=state.slots,
        generator=state.generator,
        regularizer=training.regularization,
        samples=samples,
        clip_value=training.clip_value,
        clip_norm=training.clip_norm,
        max_norm=training.max_norm,
    )


def _first_not_finite(network: Network, parameters: Array, own: Plan) -> int | None:
    """Find the first layer, in the order of computing, that holds a number that is not finite."""
    arrays = {**network.views(parameters), **own.tape.buffers}
    found = {name.split(".")[0] for name, array in arrays.items() if not np.isfinite(array).all()}
    return min((int(scope) for scope in found if scope.isdecimal()), default=None)
