"""Those who train the same workloads: each knows one way to do it, and is imported when asked."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from benchmarks.workloads import Weights, Workload


class Peer(Protocol):
    """One way to train a workload, from its first weights on its data."""

    def epoch(self) -> float:
        """Train one epoch more and tell the mean loss over its samples."""

    def weights(self) -> Weights:
        """Copy the weights and biases out."""


class Make(Protocol):
    """Sets a peer up for a workload, for so many epochs, to shuffle the samples or not."""

    def __call__(self, workload: Workload, epochs: int, *, shuffle: bool) -> Peer: ...


PLACES = {
    "trainlet": ("trainlet_peer", "Trainlet"),
    "tutorial": ("tutorial_images", "tutorial_of"),
    "sklearn": ("scikit_learn", "ScikitLearn"),
    "torch": ("pytorch", "Eager"),
    "torch.compile": ("pytorch", "Compiled"),
    "jax": ("jax_scan", "JaxScan"),
}


def find(name: str) -> Make:
    """Import a peer. Raises ImportError if what it needs is not installed."""
    module, made = PLACES[name]
    make: Make = getattr(import_module(f"benchmarks.peers.{module}"), made)
    return make


def closest(name: str, workload: Workload) -> Workload | None:
    """What the peer can train that is nearest to the workload, if there is anything."""
    if name != "sklearn":
        return workload
    nearest = import_module("benchmarks.peers.scikit_learn").nearest
    result: Workload | None = nearest(workload)
    return result
