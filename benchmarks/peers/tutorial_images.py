"""Convolutions in NumPy as in better tutorials: windows as views, and tensordot."""

from __future__ import annotations

import numpy as np

from benchmarks.peers import Peer
from benchmarks.peers.tutorial import Tutorial, grad, outputs
from benchmarks.workloads import Floats, Workload


def tutorial_of(workload: Workload, epochs: int, *, shuffle: bool) -> Peer:
    """Return the loop that the workload needs."""
    made = TutorialImages if workload.filters else Tutorial
    return made(workload, epochs, shuffle=shuffle)


class TutorialImages(Tutorial):
    """Convolution, ReLU and pooling by 2, twice, then one dense layer; channels last."""

    def learn(self, x: Floats, target: Floats) -> Floats:
        observed = []
        for kernel, b in zip(self.ws[:-1], self.bs[:-1], strict=True):
            a = np.maximum(convolve(x, kernel) + b, 0)
            pooled = pool(a)
            observed.append((x, a, pooled))
            x = pooled
        flat = x.reshape(len(x), -1)
        output = outputs(self.workload.output, flat @ self.ws[-1] + self.bs[-1])
        delta = grad(self.workload.loss, output, target)
        dws, dbs = [flat.T @ delta], [delta.sum(axis=0)]
        delta = (delta @ self.ws[-1].T).reshape(x.shape)
        for layer in range(len(observed) - 1, -1, -1):
            x, a, pooled = observed[layer]
            delta = unpool(delta, a, pooled) * (a > 0)
            dws.append(kernel_gradient(x, delta))
            dbs.append(delta.sum(axis=(0, 1, 2)))
            if layer:
                delta = input_gradient(delta, self.ws[layer])
        self.update(dws[::-1], dbs[::-1])
        return output


def convolve(x: Floats, kernel: Floats) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.asarray(np.tensordot(windows, kernel, axes=([4, 5, 3], [0, 1, 2])))


def kernel_gradient(x: Floats, delta: Floats) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    gradient = np.tensordot(windows, delta, axes=([0, 1, 2], [0, 1, 2]))
    return np.asarray(gradient.transpose(1, 2, 0, 3))


def input_gradient(delta: Floats, kernel: Floats) -> Floats:
    padded = np.pad(delta, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return convolve(padded, kernel[::-1, ::-1].transpose(0, 1, 3, 2))


def pool(x: Floats) -> Floats:
    return np.asarray(blocks(x).max(axis=(2, 4)))


def unpool(delta: Floats, x: Floats, pooled: Floats) -> Floats:
    gradient = np.zeros_like(x)
    chosen = blocks(x) == pooled[:, :, None, :, None]
    blocks(gradient)[...] = chosen * delta[:, :, None, :, None]
    return gradient


def blocks(x: Floats) -> Floats:
    """Return a view of the image in blocks of 2 × 2, without an odd row or column."""
    height, width = x.shape[1] // 2, x.shape[2] // 2
    windows = np.lib.stride_tricks.sliding_window_view(
        x[:, : 2 * height, : 2 * width], (2, 2), axis=(1, 2), writeable=True
    )
    return np.asarray(windows[:, ::2, ::2].transpose(0, 1, 4, 2, 5, 3))
