"""NumPy as in good tutorials: plain matrices, samples first, a new array for every result.

This is the strictest comparison of its kind: nothing is computed twice or by slow wrappers. As in
Nielsen's program, the loss is not computed while timed, whereas trainlet's time includes it.
"""

from __future__ import annotations

import numpy as np

from benchmarks.workloads import Floats, Weights, Workload


class Tutorial:
    """Dense layers. Losses are computed only if the samples are not shuffled."""

    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        self.workload, self.epochs, self.shuffle = workload, epochs, shuffle
        self.inputs, self.targets = workload.data()
        first = workload.first_weights()
        self.ws, self.bs = ([pair[part].copy() for pair in first] for part in (0, 1))
        self.moments = [[np.zeros_like(a) for a in (*self.ws, *self.bs)] for _ in range(2)]
        self.generator = np.random.default_rng(0)
        self.step = 0

    def epoch(self) -> float:
        samples, size, total = len(self.inputs), self.workload.batch, 0.0
        rows = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        for start in range(0, samples, size):
            batch = rows[start : start + size]
            target = self.targets[batch]
            output = self.learn(self.inputs[batch], target)
            if not self.shuffle:
                total += cost(self.workload.loss, output, target) * len(batch)
        return total / samples

    def weights(self) -> Weights:
        return [(w.copy(), b.copy()) for w, b in zip(self.ws, self.bs, strict=True)]

    def learn(self, x: Floats, target: Floats) -> Floats:
        sigmoids, last = self.workload.hidden == "sigmoid", len(self.ws) - 1
        activations = [x]
        for w, b in zip(self.ws[:-1], self.bs[:-1], strict=True):
            z = activations[-1] @ w + b
            activations.append(sigmoid(z) if sigmoids else np.maximum(z, 0))
        output = outputs(self.workload.output, activations[-1] @ self.ws[-1] + self.bs[-1])
        delta = grad(self.workload.loss, output, target)
        dws, dbs = [], []
        for layer in range(last, -1, -1):
            a = activations[layer]
            dws.append(a.T @ delta)
            dbs.append(delta.sum(axis=0))
            if layer:
                delta = delta @ self.ws[layer].T * (a * (1 - a) if sigmoids else a > 0)
        self.update(dws[::-1], dbs[::-1])
        return output

    def update(self, dws: list[Floats], dbs: list[Floats]) -> None:
        rate = self.workload.rate_at(self.step, self.epochs)
        self.step += 1
        if self.workload.optimizer == "sgd":
            for w, b, dw, db in zip(self.ws, self.bs, dws, dbs, strict=True):
                w -= rate * dw
                b -= rate * db
            return
        first, second = 1 - 0.9**self.step, 1 - 0.999**self.step
        arrays = zip((*self.ws, *self.bs), (*dws, *dbs), *self.moments, strict=True)
        for w, dw, m, v in arrays:
            m += 0.1 * (dw - m)
            v += 0.001 * (dw * dw - v)
            w -= rate / first * m / (np.sqrt(v / second) + 1e-8)


def sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))


def outputs(activation: str, z: Floats) -> Floats:
    if activation == "sigmoid":
        return sigmoid(z)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def grad(loss: str, output: Floats, target: Floats) -> Floats:
    """Return the gradient of the loss with respect to the last layer's pre-activation."""
    if loss == "mse":
        return np.asarray(2 / output.size * (output - target) * output * (1 - output))
    return np.asarray((output - target) / len(output))


def cost(loss: str, output: Floats, target: Floats) -> float:
    if loss == "mse":
        return float(np.mean((output - target) ** 2))
    return float(-np.sum(target * np.log(output)) / len(output))
