"""Numpy as tutorials write it: plain matrices, samples first, a new array for every result."""

from __future__ import annotations

import numpy as np

from benchmarks.workloads import Floats, Weights, Workload


class Tutorial:
    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        self.workload, self.epochs, self.shuffle = workload, epochs, shuffle
        self.inputs, self.targets = workload.data()
        self.layers = [(weight.copy(), bias.copy()) for weight, bias in workload.first_weights()]
        self.memory = [(np.zeros_like(a), np.zeros_like(a)) for pair in self.layers for a in pair]
        self.generator = np.random.default_rng(0)
        self.step = 0

    def epoch(self) -> float:
        samples, total = len(self.inputs), 0.0
        rows = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        for start in range(0, samples, self.workload.batch):
            batch = rows[start : start + self.workload.batch]
            loss = self.learn(self.inputs[batch], self.targets[batch])
            total += float(loss) * len(batch)
        return total / samples

    def weights(self) -> Weights:
        return [(weight.copy(), bias.copy()) for weight, bias in self.layers]

    def learn(self, x: Floats, target: Floats) -> float:
        activations = [x]
        for weight, bias in self.layers[:-1]:
            x = self.activate(x @ weight + bias)
            activations.append(x)
        weight, bias = self.layers[-1]
        loss, delta = end(self.workload.loss, x @ weight + bias, target)
        gradients: list[Floats] = []
        for index in reversed(range(len(self.layers))):
            weight, _ = self.layers[index]
            gradients = [activations[index].T @ delta, np.sum(delta, axis=0), *gradients]
            if index:
                delta = (delta @ weight.T) * self.derivative(activations[index])
        self.update(gradients)
        return loss

    def update(self, gradients: list[Floats]) -> None:
        rate = self.workload.rate_at(self.step, self.epochs)
        self.step += 1
        arrays = [array for pair in self.layers for array in pair]
        if self.workload.optimizer == "sgd":
            for array, gradient in zip(arrays, gradients, strict=True):
                array -= rate * gradient
            return
        first, second = 1 - 0.9**self.step, 1 - 0.999**self.step
        for array, gradient, (m, v) in zip(arrays, gradients, self.memory, strict=True):
            m[...] = 0.9 * m + 0.1 * gradient
            v[...] = 0.999 * v + 0.001 * gradient**2
            array -= rate * (m / first) / (np.sqrt(v / second) + 1e-8)

    def activate(self, z: Floats) -> Floats:
        return sigmoid(z) if self.workload.hidden == "sigmoid" else np.maximum(z, 0)

    def derivative(self, a: Floats) -> Floats:
        return a * (1 - a) if self.workload.hidden == "sigmoid" else (a > 0).astype(np.float32)


def sigmoid(z: Floats) -> Floats:
    a: Floats = 1 / (1 + np.exp(-z))
    return a


def end(loss: str, z: Floats, target: Floats) -> tuple[float, Floats]:
    """The loss of what comes out, and its derivative with respect to z."""
    delta: Floats
    if loss == "mse":
        output = sigmoid(z)
        delta = 2 * (output - target) / output.size * output * (1 - output)
        return np.mean((output - target) ** 2), delta
    if loss == "binary_cross_entropy":
        output = sigmoid(z)
        cost = -np.sum(target * np.log(output) + (1 - target) * np.log(1 - output))
    else:
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        output = powers / powers.sum(axis=1, keepdims=True)
        cost = -np.sum(target * np.log(output))
    delta = (output - target) / len(z)
    return cost / len(z), delta
