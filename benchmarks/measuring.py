"""Comparison of peers: equality of the results, then time per step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks.peers import Peer, closest, find
from benchmarks.workloads import Workload

ROUNDS = 7
"""Number of rounds in which the peers alternate; the median is reported."""

MANY = 100_000
"""Number of epochs of a timed training, so that it never ends."""

TOLERANCE = {"sgd": 1e-4, "adam": 5e-2}
"""Maximum relative difference in float32 after two short epochs.

Adam amplifies gradients near 0, where rounding and the position of ε matter: scikit-learn adds ε
before the bias correction of the second moment.
"""


@dataclass
class Row:
    """Result of a workload: microseconds per step of each round, by peer.

    The clock is wall time, or the processor time of all threads, which other programs disturb less.
    """

    workload: Workload
    clock: str = "wall"
    differences: dict[str, float] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    @property
    def times(self) -> dict[str, list[float]]:
        return self.wall if self.clock == "wall" else self.processor

    def microseconds(self, name: str) -> float:
        """Return the median microseconds per step."""
        return median(self.times[name])

    def formatted(self, name: str) -> str:
        """Return the median time per step with a unit."""
        time = self.microseconds(name)
        return f"{time:.4g} µs" if time < 1000 else f"{time / 1000:.4g} ms"

    def ratio(self, name: str) -> float:
        """Return the peer's time divided by trainlet's, the median over the rounds."""
        pairs = zip(self.times[name], self.times["trainlet"], strict=True)
        return median(theirs / ours for theirs, ours in pairs)

    @property
    def peers(self) -> list[str]:
        return [name for name in self.wall if name != "trainlet"]


def difference(name: str, workload: Workload) -> float:
    """Return the relative difference of a peer from trainlet after two epochs of 20.5 batches.

    It is the maximum over the epochs' losses and the norms of all arrays.
    """
    short = replace(workload, samples=20 * workload.batch + workload.batch // 2)
    ours, theirs = (find(peer)(short, 2, shuffle=False) for peer in ("trainlet", name))
    losses = [(ours.epoch(), theirs.epoch()) for _ in range(2)]
    results = [abs(one - other) / abs(one) for one, other in losses]
    for pair, others in zip(ours.weights(), theirs.weights(), strict=True):
        for one, other in zip(pair, others, strict=True):
            results.append(float(np.linalg.norm(one - other) / np.linalg.norm(one)))
    return max(results)


def compare(workload: Workload, names: list[str]) -> dict[str, float]:
    """Return each peer's difference on the nearest workload that it can train."""
    nearest = {name: closest(name, workload) for name in names if name != "trainlet"}
    return {name: difference(name, near) for name, near in nearest.items() if near is not None}


def measure(row: Row, names: list[str], seconds: float) -> None:
    """Time all peers in turn, each for about `seconds` and at least one epoch per round."""
    peers = {name: _warm(name, row.workload) for name in names}
    for turn in range(ROUNDS):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            wall, processor = _time(peers[name], row.workload.steps, seconds / ROUNDS)
            row.wall.setdefault(name, []).append(wall)
            row.processor.setdefault(name, []).append(processor)


def _warm(name: str, workload: Workload) -> Peer:
    peer = find(name)(closest(name, workload) or workload, MANY, shuffle=True)
    peer.epoch()
    return peer


def _time(peer: Peer, steps: int, seconds: float) -> tuple[float, float]:
    """Return the microseconds per step: wall time, and processor time of all threads."""
    done, start, start_processor = 0, perf_counter(), process_time()
    while True:
        peer.epoch()
        done += steps
        passed = perf_counter() - start
        if passed >= seconds:
            return 1e6 * passed / done, 1e6 * (process_time() - start_processor) / done
