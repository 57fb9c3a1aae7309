"""Frameworks that train the same workloads, each imported when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from benchmarks.workloads import Weights, Workload


class Peer(Protocol):
    """Training run of a workload from its initial weights."""

    def epoch(self) -> float:
        """Train one more epoch and return the mean loss over its samples."""

    def weights(self) -> Weights:
        """Return copies of the weights and biases."""


class Make(Protocol):
    """Constructor of a peer for a workload and a number of epochs, with or without shuffling."""

    def __call__(self, workload: Workload, epochs: int, *, shuffle: bool) -> Peer: ...


PEERS = {
    "trainlet": ("trainlet_peer", "Trainlet"),
    "tutorial": ("tutorial_images", "tutorial_of"),
    "sklearn": ("scikit_learn", "ScikitLearn"),
    "torch": ("pytorch", "Eager"),
    "torch.compile": ("pytorch", "Compiled"),
    "jax": ("jax_scan", "JaxScan"),
}


def find(name: str) -> Make:
    """Import a peer. Raises ImportError if a package is missing."""
    module, made = PEERS[name]
    make: Make = getattr(import_module(f"benchmarks.peers.{module}"), made)
    return make


def closest(name: str, workload: Workload) -> Workload | None:
    """Return the nearest workload that the peer can train; None if there is none."""
    if name != "sklearn":
        return workload
    nearest = import_module("benchmarks.peers.scikit_learn").nearest
    result: Workload | None = nearest(workload)
    return result
