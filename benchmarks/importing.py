"""Import time of `trainlet.network` relative to NumPy alone, both from bytecode caches."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

BAR = 1.3
"""Maximum ratio of the import times of trainlet.network (with NumPy) and NumPy."""

ROUNDS = 15

CLOCKS = {"wall": "perf_counter", "processor": "process_time"}

TIMED = """
from time import {0}
start = {0}()
import {1}
print({0}() - start)
"""


def seconds(module: str, clock: str) -> float:
    command = [sys.executable, "-c", TIMED.format(CLOCKS[clock], module)]
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    completed = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
    return float(completed.stdout)


def import_times(clock: str) -> dict[str, float]:
    """Return the median import times in seconds, after one round that fills the caches."""
    modules = ("numpy", "trainlet.network")
    rounds = [[seconds(module, clock) for module in modules] for _ in range(ROUNDS + 1)][1:]
    numpy, network = (median(times) for times in zip(*rounds, strict=True))
    ratio = median(network / numpy for numpy, network in rounds)
    return {"numpy": numpy, "trainlet.network": network, "ratio": ratio}
