"""Peak memory of a training run in a new process: `python -m benchmarks.memory W5`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.trainlet_peer import Trainlet
from benchmarks.workloads import WORKLOADS, Workload
from trainlet.config import from_json
from trainlet.network import Learning, first_state, plan
from trainlet.network.losses import Loss

BAR = 3.0
"""Maximum ratio of the peak above the bare interpreter to the memory that training needs.

NumPy alone takes 22 MB, more than a small training run, so the peak above the imports is reported
too.
"""

STATUS = Path("/proc/self/status")
"""Process status on Linux."""

PEAK = f"print(next(line for line in open('{STATUS}') if line.startswith('VmHWM')))"


def peak() -> int:
    """Return the peak resident size of this process in bytes."""
    lines = STATUS.read_text().splitlines()
    return _bytes(next(line for line in lines if line.startswith("VmHWM")))


def bare() -> int:
    """Return the peak resident size of an idle interpreter in bytes."""
    completed = subprocess.run(
        [sys.executable, "-c", PEAK], capture_output=True, text=True, check=True
    )
    return _bytes(completed.stdout)


def _bytes(line: str) -> int:
    return 1024 * int(line.split()[1])


def needed(workload: Workload, trained: Trainlet) -> int:
    """Return the bytes of the data, the parameters and the buffers of one mini-batch."""
    network, training = trained.network, trained.training
    state = first_state(network, training)
    gradient = np.zeros(network.trainable_count, network.dtype)
    learning = Learning(training.optimizer, gradient, state.slots, state.generator)
    loss = from_json(Loss, workload.loss)
    own = plan(network, state.parameters, workload.batch, loss, learning)
    buffers = sum(buffer.nbytes for buffer in own.tape.buffers.values())
    return sum(a.nbytes for a in workload.data()) + state.parameters.nbytes + buffers


def training_peak(name: str) -> dict[str, Any]:
    """Train a workload for one epoch in a new process, and return its memory in bytes."""
    command = [sys.executable, "-m", "benchmarks.memory", name]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    numbers: dict[str, Any] = json.loads(completed.stdout)
    return numbers | {"bare": bare()}


def main() -> None:
    workload = next(workload for workload in WORKLOADS if workload.name == sys.argv[1])
    imported = peak()
    trained = Trainlet(workload, 1, shuffle=True)
    trained.epoch()
    highest = peak()
    numbers = {"imported": imported, "peak": highest, "needed": needed(workload, trained)}
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
