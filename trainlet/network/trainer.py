"""Training steps and the work after each epoch."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from trainlet.errors import DivergenceError, FieldError, ValidationError
from trainlet.network.arrays import Allocate, Array
from trainlet.network.batches import Batch, Batches, Data
from trainlet.network.diagnostics import PATIENCE_EPOCHS, Probe, findings, norms
from trainlet.network.evaluation import evaluator
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.network.monitors import unmeasured
from trainlet.network.network import Network
from trainlet.network.operations import copy
from trainlet.network.planning import Plan
from trainlet.network.state import State
from trainlet.network.tape import replay
from trainlet.network.training import Training
from trainlet.network.updates import SETTLING, Learning, settle


class Trainer:
    """One training in progress: changes its state step by step and epoch by epoch."""

    def __init__(
        self,
        network: Network,
        data: Data,
        training: Training,
        state: State,
        validation: Data | None,
        allocate: Allocate = np.zeros,
    ) -> None:
        self.loss = _fitting(training, network)
        misfits = [*training.misfits(validation is not None, _metrics(training))]
        misfits += data.misfits(network, self.loss)
        misfits += training.dtype_errors(network.dtype)
        misfits += training.batch_errors(len(data.inputs), network.layers, network.entering)
        if validation is not None:
            misfits += [
                error.under("validation") for error in validation.misfits(network, self.loss)
            ]
        if misfits:
            raise ValidationError(misfits)
        self.network, self.data, self.training, self.state = network, data, training, state
        self._validation = validation
        self._evaluate = evaluator(
            network, state.parameters, self.loss, _metrics(training), data.scale, data.decision
        )
        self._learning = _learning(network, training, state, len(data.inputs), allocate)
        self.batches = Batches(
            network, state.parameters, data, training, self.loss, self._learning, allocate
        )
        self.steps = training.steps(self.batches.samples)
        self._scale = training.optimizer.schedule.scale(state.losses)
        self._probe = Probe(network, state.parameters, data.inputs, data.targets, data.decision)
        self._norms: dict[str, float] = {}

    @property
    def batch_bytes(self) -> int:
        """Size in bytes of the buffers for the mini-batch sizes so far."""
        return sum(own.tape.bytes for own in self.batches.plans.values())

    @property
    def constant_bytes(self) -> int:
        """Size in bytes of the buffers for gathered samples and the probe."""
        return self.batches.bytes + self._probe.bytes

    @property
    def coefficients(self) -> tuple[float, ...]:
        """Coefficients of the optimizer in the next step."""
        return self.training.optimizer.coefficients(self.state.step, self.steps, self._scale)

    def step(self, batch: Batch) -> None:
        """Train one mini-batch. Raises DivergenceError if its loss is not finite."""
        blocks, loss, coefficients = batch.blocks, 0.0, self.coefficients
        if len(blocks) > 1:
            self._learning.gradient.fill(0)
        for own, copies in blocks:
            for target, source in copies:
                copy(target, source)
            for cell, value in zip(own.coefficients, coefficients, strict=True):
                cell[...] = value
            replay(own.forward)
            block_loss = own.loss.item()
            if not isfinite(block_loss):
                raise self.diverged(own)
            loss += block_loss
            replay(own.backward)
        if self.measures(batch.samples):
            self._update_and_measure(own)
        else:
            replay(own.update)
        self.count(batch.samples, loss)
        self.settle()

    def measures(self, samples: int) -> bool:
        """Return whether the next step, of `samples` samples, records norms."""
        last = self.state.position + samples == self.batches.samples
        return last and self.training.record.diagnostics

    def count(self, samples: int, loss: float) -> None:
        """Count a step of `samples` samples with their mean loss."""
        state = self.state
        state.loss_sum += loss * samples
        state.position += samples
        state.step += 1

    def settle(self) -> None:
        """Set tiny numbers of the optimizer's state to 0, every SETTLING steps."""
        if self.state.step % SETTLING == 0:
            settle(self.state.slots)

    def _update_and_measure(self, own: Plan) -> None:
        trained = self.state.parameters[: self.network.trainable_count]
        before = trained.copy()
        # The gradient may include the learning rate; dividing by a tiny rate would overflow.
        rate = own.coefficients[0].item() if self._learning.folds else 1.0
        replay(own.grads)
        gradient = self._learning.gradient / rate if rate else self._learning.gradient
        self._norms = norms(self.network, "gradient", gradient)
        replay(own.update)
        self._norms |= norms(self.network, "update", trained - before)
        self._norms |= norms(self.network, "weight", trained)

    def finish_epoch(self) -> None:
        """Append the epoch to the history and decide whether it was the last one.

        Raises:
            DivergenceError: a parameter is not finite.

        """
        state, training = self.state, self.training
        if not np.isfinite(state.parameters).all():
            raise self.diverged(next(iter(self.batches.plans.values())))
        entries = {"loss": state.loss_sum / self.batches.samples}
        if self._validation is not None:
            result = self._evaluate(self._validation.inputs, self._validation.targets)
            entries |= {f"validation_{name}": value for name, value in result.items()}
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
        if state.end is not None or state.epoch % max(PATIENCE_EPOCHS, training.epochs // 10) == 0:
            self._find()

    def _find(self) -> None:
        """Append new findings to the state, each once."""
        known = {(finding.kind, finding.layer) for finding in self.state.findings}
        classification = any("regression" not in metric.tasks for metric in _metrics(self.training))
        result = [*findings(self.state.history, self._probe, classification)]
        result += unmeasured(self.training, self.state.history)
        self.state.findings += [
            finding for finding in result if (finding.kind, finding.layer) not in known
        ]

    def _see_end(self) -> None:
        state, training = self.state, self.training
        if state.epoch == training.epochs:
            state.end = "completed"
        if training.stop_at is not None and training.stop_at.reached(state.history):
            state.end = "target"
        early = training.early_stopping
        if early is None:
            return
        cost = early.cost(state.history)
        if early.restore_best_weights and cost < state.stopping.lowest - early.min_delta:
            state.best[...] = state.parameters
        state.stopping = state.stopping.see(cost, early.patience, early.min_delta)
        if state.stopping.times and state.end is None:
            state.end = "early_stopped"
        # With "target" the parameters that reached it stay.
        if state.end in ("completed", "early_stopped"):
            state.take_best()

    def diverged(self, own: Plan) -> DivergenceError:
        """Return the error that names the first layer with a number that is not finite."""
        layer = _first_not_finite(self.network, self.state.parameters, own)
        rate = self.training.optimizer.learning_rate
        hint = f"lower training/optimizer/learning_rate, now {rate:g}, or standardize the inputs"
        return DivergenceError(epoch=self.state.epoch, step=self.state.step, layer=layer, hint=hint)


def _fitting(training: Training, network: Network) -> Loss:
    """Return the loss.

    Raises:
        ValidationError: the loss is "auto" or requires another output activation.

    """
    loss = training.loss
    allowed = " or ".join(
        kind
        for kind, other in Loss.kinds.items()
        if other.takes_over in (None, type(network.output_activation))
    )
    if isinstance(loss, str):
        raise ValidationError([FieldError(("loss",), loss, allowed, f"must be {allowed}")])
    if loss.takes_over not in (None, type(network.output_activation)):
        detail = f"must be {allowed}; {loss.kind} needs {loss.takes_over.kind} at the output"
        raise ValidationError([FieldError(("loss",), loss.kind, allowed, detail)])
    return loss


def _metrics(training: Training) -> tuple[Metric, ...]:
    return () if isinstance(training.metrics, str) else training.metrics


def _learning(
    network: Network, training: Training, state: State, samples: int, allocate: Allocate
) -> Learning:
    return Learning(
        optimizer=training.optimizer,
        gradient=allocate((network.trainable_count,), network.dtype),
        slots=state.slots,
        generator=state.generator,
        regularizer=training.regularization,
        samples=samples,
        clip_value=training.clip_value,
        clip_norm=training.clip_norm,
        max_norm=training.max_norm,
    )


def _first_not_finite(network: Network, parameters: Array, own: Plan) -> int | None:
    """Return the first layer, in the order of computation, with a number that is not finite."""
    arrays = {**network.views(parameters), **own.tape.buffers}
    results = {name.split(".")[0] for name, array in arrays.items() if not np.isfinite(array).all()}
    return min((int(scope) for scope in results if scope.isdecimal()), default=None)
