"""Samples in memory or in a source from which they are gathered on demand."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from trainlet.network.arrays import Array


class RowSource(Protocol):
    """Samples of `shape` (samples, ...) that are not in memory."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __len__(self) -> int: ...

    def gather(self, rows: Array, out: Array) -> None:
        """Write the selected samples into `out` (len(rows), ...)."""


def gather(source: Array | RowSource, rows: Array, out: Array) -> None:
    """Write the selected samples into `out` (len(rows), ...)."""
    if isinstance(source, np.ndarray):
        # With mode="raise" NumPy would gather into a copy of `out` first.
        np.take(source, rows, 0, out, "clip")
    else:
        source.gather(rows, out)


def block(source: Array | RowSource, start: int, stop: int) -> Array:
    """Return the samples from `start` to `stop`."""
    if isinstance(source, np.ndarray):
        return source[start:stop]
    return chosen(source, np.arange(start, stop))


def chosen(source: Array | RowSource, rows: Array) -> Array:
    """Return the samples at some indices."""
    if isinstance(source, np.ndarray):
        return source[rows]
    out = np.empty((len(rows), *source.shape[1:]), source.dtype)
    source.gather(rows, out)
    return out
