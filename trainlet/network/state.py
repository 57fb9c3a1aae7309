"""State of a training run: arrays and counters, which checkpoints store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import inf
from typing import Any, Literal

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.diagnostics import Finding
from trainlet.network.network import Network
from trainlet.network.patience import Patience
from trainlet.network.training import Training

End = Literal["completed", "early_stopped", "target"]


@dataclass
class State:
    """Everything that the next step depends on.

    `parameters` is flat, `slots` is the state of the optimizer, `generator` provides the random
    numbers of layers. `epoch` counts finished epochs, `step` all mini-batches, and `position` the
    samples of the current epoch, whose losses sum to `loss_sum`. `losses` is the patience of a
    schedule, `stopping` that of early stopping, and `best` the best parameters, if early stopping
    restores them. `end` is the reason why the run finished, or None. `history` has one entry per
    series and finished epoch. `findings` are problems that keep the network from learning.
    """

    parameters: Array
    slots: Array
    generator: np.random.Generator
    best: Array
    losses: Patience = Patience()
    stopping: Patience = Patience()
    epoch: int = 0
    step: int = 0
    position: int = 0
    loss_sum: float = 0.0
    end: End | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def arrays(self) -> dict[str, Array]:
        """Return the arrays, including the history as float64, without copies."""
        history = {f"history.{name}": np.array(values) for name, values in self.history.items()}
        return {
            "parameters": self.parameters,
            "slots": self.slots,
            "best": self.best,
            "losses": _array(self.losses),
            "stopping": _array(self.stopping),
            **history,
        }

    def counters(self) -> dict[str, Any]:
        """Return everything except arrays in JSON form, which represents float64 exactly."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "position": self.position,
            "loss_sum": self.loss_sum,
            "end": self.end,
            "findings": [asdict(finding) for finding in self.findings],
            "generator": _generator_to_json(self.generator),
        }

    def copy(self) -> State:
        """Return an independent copy."""
        return replace(
            self,
            parameters=self.parameters.copy(),
            slots=self.slots.copy(),
            generator=_generator_from_json(_generator_to_json(self.generator)),
            best=self.best.copy(),
            history={name: values.copy() for name, values in self.history.items()},
            findings=self.findings.copy(),
        )

    def take_best(self) -> None:
        """Restore the best parameters so far, if early stopping stores them.

        Without any improvement, as with a monitor that is always nan, the parameters stay.
        """
        if self.best.size and self.stopping.lowest < inf:
            self.parameters[...] = self.best

    @classmethod
    def restore(cls, arrays: Mapping[str, Array], counters: Mapping[str, Any]) -> State:
        """Restore the state of `arrays` and `counters`, bit for bit."""
        history = {
            name.removeprefix("history."): values.tolist()
            for name, values in arrays.items()
            if name.startswith("history.")
        }
        counters = dict(counters)
        return cls(
            np.array(arrays["parameters"]),
            np.array(arrays["slots"]),
            _generator_from_json(counters.pop("generator")),
            np.array(arrays["best"]),
            _watch(arrays["losses"]),
            _watch(arrays["stopping"]),
            findings=[Finding(**finding) for finding in counters.pop("findings")],
            **counters,
            history=history,
        )


def first_state(network: Network, training: Training) -> State:
    """Return the state before the first step."""
    parameters = network.initial(training.seed)
    slots = np.zeros((training.optimizer.slots, network.trainable_count), network.dtype)
    generator = np.random.Generator(np.random.PCG64([training.seed, *b"layers"]))
    keeps = training.early_stopping is not None and training.early_stopping.restore_best_weights
    return State(parameters, slots, generator, parameters.copy() if keeps else parameters[:0])


def _array(watch: Patience) -> Array:
    return np.array([watch.lowest, watch.waited, watch.times])


def _watch(values: Array) -> Patience:
    lowest, waited, times = values.tolist()
    return Patience(lowest, int(waited), int(times))


def _generator_to_json(generator: np.random.Generator) -> dict[str, Any]:
    """Return the whole state, including a pending 32-bit word; 128-bit integers as strings."""
    whole = generator.bit_generator.state
    return {
        "state": str(whole["state"]["state"]),
        "increment": str(whole["state"]["inc"]),
        "pending": [whole["has_uint32"], whole["uinteger"]],
    }


def _generator_from_json(document: Mapping[str, Any]) -> np.random.Generator:
    bits = np.random.PCG64(0)  # any seed; entropy of the system would take longer
    has_word, word = document["pending"]
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": int(document["state"]), "inc": int(document["increment"])},
        "has_uint32": has_word,
        "uinteger": word,
    }
    return np.random.Generator(bits)
