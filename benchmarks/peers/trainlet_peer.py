"""Trainlet itself, called as its worker does: shuffled, with a check of every batch's loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads import Weights, Workload
from trainlet.config import from_json
from trainlet.network import Data, Network, Training, first_state, train
from trainlet.network.activations import Activation
from trainlet.network.layers import Convolution, Dense, Flatten, Layer, MaxPooling
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Adam, Sgd
from trainlet.network.schedules import ConstantSchedule, LinearSchedule


class Trainlet:
    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        inputs, targets = workload.data()
        self._steps = workload.steps
        self.network = network_of(workload)
        self.training = training_of(workload, epochs, shuffle=shuffle)
        self._state = first_state(self.network, self.training)
        self._state.parameters[...] = self.network.flat(_named(workload))
        self._run = train(self.network, Data(inputs, targets), self.training, self._state)
        next(self._run)

    def epoch(self) -> float:
        try:
            self._run.send(self._steps)
        except StopIteration:
            self._run.close()
        return self._state.history["loss"][-1]

    def weights(self) -> Weights:
        arrays = self.network.arrays(self._state.parameters)
        return [(arrays[f"{scope}.weight"], arrays[f"{scope}.bias"]) for scope in _scopes(arrays)]


def network_of(workload: Workload) -> Network:
    hidden = from_json(Activation, workload.hidden)
    *inner, last = workload.units[1:]
    layers: list[Layer] = []
    for filters in workload.filters:
        layers += [Convolution(filters, activation=hidden), MaxPooling()]
    layers += [Flatten()] if workload.filters else []
    layers += [Dense(units, hidden) for units in inner]
    layers.append(Dense(last, from_json(Activation, workload.output)))
    return Network(tuple(layers), workload.image or workload.units[:1])


def training_of(workload: Workload, epochs: int, *, shuffle: bool) -> Training:
    schedule = LinearSchedule() if workload.falls else ConstantSchedule()
    rules: dict[str, type[Sgd] | type[Adam]] = {"sgd": Sgd, "adam": Adam}
    return Training(
        epochs,
        workload.batch,
        from_json(Loss, workload.loss),
        rules[workload.optimizer](workload.rate, schedule),
        shuffle=shuffle,
    )


def _named(workload: Workload) -> dict[str, NDArray[np.float32]]:
    """Return the initial weights under the network's array names."""
    network = network_of(workload)
    scopes = _scopes(network.arrays(network.initial(0)))
    first = zip(scopes, workload.first_weights(), strict=True)
    return {
        f"{scope}.{name}": array
        for scope, pair in first
        for name, array in zip(("weight", "bias"), pair, strict=True)
    }


def _scopes(arrays: dict[str, NDArray[np.float32]]) -> list[str]:
    return sorted({name.split(".")[0] for name in arrays}, key=int)
