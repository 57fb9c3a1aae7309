"""Speedup of training 8 seeds at once over 8 separate runs.

    python -m benchmarks.repeats

Prints the processor time of 8 runs divided by that of one run with 8 repeats, the median of the
rounds. All weights must be equal bit for bit.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from contextlib import suppress
from statistics import median
from time import process_time

from benchmarks.workloads import WORKLOADS, Workload
from trainlet.config import from_json
from trainlet.network import Data, Network, Training, first_repeats, fit, train_repeats
from trainlet.network.layers import Dense
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Sgd
from trainlet.network.repeats import seeded
from trainlet.network.team import gains

SEEDS, ROUNDS, STEPS = 8, 5, 8_000
SMALL = Workload(
    "tiny",
    "2-8-8-1 tanh, batch 10, as in TensorFlow Playground",
    units=(2, 8, 8, 1),
    hidden="tanh",
    output="sigmoid",
    loss="mse",
    batch=10,
    samples=250,
    rate=0.03,
)


def main() -> None:
    for workload in (SMALL, *(one for one in WORKLOADS if one.name in ("W1", "W2", "W3", "W4"))):
        inputs, targets = workload.data()
        data = Data(inputs[: 50 * workload.batch], targets[: 50 * workload.batch])
        layers = [
            from_json(Dense, {"units": units, "activation": activation})
            for units, activation in zip(workload.units[1:], _activations(workload), strict=True)
        ]
        network = Network(tuple(layers), inputs.shape[1:])
        training = Training(
            max(1, STEPS // 50 // SEEDS),
            batch_size=workload.batch,
            loss=from_json(Loss, workload.loss),
            optimizer=Sgd(workload.rate),
        )
        ratios = [
            _alone(network, data, training) / _together(network, data, training)
            for _ in range(ROUNDS)
        ]
        way = "a team" if gains(network, training, len(data.inputs)) else "in turn"
        print(f"{workload.name} {workload.title}: {median(ratios):.2f}× faster, {way}")


def _activations(workload: Workload) -> list[str]:
    return [workload.hidden] * (len(workload.units) - 2) + [workload.output]


def _alone(network: Network, data: Data, training: Training) -> float:
    began = process_time()
    for index in range(SEEDS):
        fit(network, data, seeded(training, index))
    return process_time() - began


def _together(network: Network, data: Data, training: Training) -> float:
    began = process_time()
    result = first_repeats(network, training, SEEDS)
    run = train_repeats(network, data, training, result)
    next(run)
    with suppress(StopIteration):
        run.send(SEEDS * STEPS)
    took = process_time() - began
    for index, state in enumerate(result.runs):
        alone = fit(network, data, seeded(training, index))
        if alone.parameters.tobytes() != state.parameters.tobytes():
            raise ValueError(f"the weights of run {index} differ from those of a separate run")
    return took


if __name__ == "__main__":
    main()
