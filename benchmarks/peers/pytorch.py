"""PyTorch on one thread: eager as in its tutorials, and with the whole step compiled."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
import torch._inductor.config
from torch import nn
from torch.nn import functional

from benchmarks.workloads import Floats, Weights, Workload

Tensor = Any


class Eager:
    """Model of torch.nn with a criterion and an optimizer of torch.optim, with defaults."""

    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        torch.set_num_threads(1)
        self.workload, self.epochs, self.shuffle = workload, epochs, shuffle
        self.inputs, self.targets = _tensors(workload)
        self.generator = torch.Generator().manual_seed(0)
        self.step = 0
        self.start()

    def start(self) -> None:
        workload = self.workload
        self._model = _model(workload)
        with torch.no_grad():
            for pair, (weight, bias) in zip(_pairs(self._model), _first(workload), strict=True):
                pair[0].copy_(weight)
                pair[1].copy_(bias)
        rules = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
        self._optimizer = rules[workload.optimizer](self._model.parameters(), lr=workload.rate)
        self._criterion = {"mse": nn.MSELoss, "categorical_cross_entropy": nn.CrossEntropyLoss}[
            workload.loss
        ]()

    def epoch(self) -> float:
        samples, batch, total = len(self.inputs), self.workload.batch, 0.0
        inputs, targets = self.inputs, self.targets
        if self.shuffle:
            rows = torch.randperm(samples, generator=self.generator)
            inputs, targets = inputs[rows], targets[rows]
        for start in range(0, samples, batch):
            x, target = inputs[start : start + batch], targets[start : start + batch]
            rate = self.workload.rate_at(self.step, self.epochs)
            self.step += 1
            total += self.learn(x, target, rate) * len(x)
        return total / samples

    def learn(self, x: Tensor, target: Tensor, rate: float) -> float:
        if self.workload.falls:
            self._optimizer.param_groups[0]["lr"] = rate
        self._optimizer.zero_grad()
        loss = self._criterion(self._model(x), target)
        loss.backward()
        self._optimizer.step()
        return float(loss.item())

    def weights(self) -> Weights:
        return _users(self.workload, _pairs(self._model))


class Compiled(Eager):
    """Loss, gradients and update as one function, compiled for each batch size.

    Earlier compiled functions are dropped, because PyTorch would check all of them at each call.
    The call itself is compiled too (`cpp_wrapper`), which is a fifth faster for small steps.
    """

    def start(self) -> None:
        torch._dynamo.reset()
        torch._inductor.config.cpp_wrapper = True
        first = _first(self.workload)
        self._parameters = [tensor.clone() for pair in first for tensor in pair]
        moments = 2 if self.workload.optimizer == "adam" else 0
        self._moments = [torch.zeros_like(p) for p in self._parameters * moments]
        self._learn = torch.compile(self._whole_step(), fullgraph=True, dynamic=False)

    def learn(self, x: Tensor, target: Tensor, rate: float) -> float:
        numbers = [rate, 1 - 0.9**self.step, 1 - 0.999**self.step]
        scale = torch.tensor(numbers, dtype=torch.float32)
        return float(self._learn(self._parameters, self._moments, x, target, scale).item())

    def weights(self) -> Weights:
        pairs = zip(self._parameters[::2], self._parameters[1::2], strict=True)
        return _users(self.workload, list(pairs))

    def _whole_step(self) -> Any:
        workload = self.workload

        def cost(parameters: list[Tensor], x: Tensor, target: Tensor) -> Tensor:
            z = _forward(workload, parameters, x)
            if workload.loss == "mse":
                return functional.mse_loss(torch.sigmoid(z), target)
            return functional.cross_entropy(z, target)

        def step(
            parameters: list[Tensor],
            moments: list[Tensor],
            x: Tensor,
            target: Tensor,
            scale: Tensor,
        ) -> Tensor:
            gradients, loss = torch.func.grad_and_value(cost)(parameters, x, target)
            if workload.optimizer == "sgd":
                for p, g in zip(parameters, gradients, strict=True):
                    p.sub_(scale[0] * g)
                return loss
            means, squares = moments[: len(parameters)], moments[len(parameters) :]
            for p, g, m, v in zip(parameters, gradients, means, squares, strict=True):
                m.mul_(0.9).add_(0.1 * g)
                v.mul_(0.999).add_(0.001 * g * g)
                p.sub_(scale[0] * (m / scale[1]) / ((v / scale[2]).sqrt() + 1e-8))
            return loss

        return step


def _tensors(workload: Workload) -> tuple[Tensor, Tensor]:
    """Return the data with channels second, and class indices if there are several classes."""
    inputs, targets = workload.data()
    images = np.ascontiguousarray(np.moveaxis(inputs, -1, 1)) if workload.filters else inputs
    wanted = targets.argmax(axis=1) if targets.shape[1] > 1 else targets
    return torch.from_numpy(images), torch.from_numpy(wanted)


def _model(workload: Workload) -> Any:
    activation = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}[workload.hidden]
    layers: list[Any] = []
    channels = (*workload.image[-1:], *workload.filters)
    for entering, leaving in pairwise(channels):
        layers += [nn.Conv2d(entering, leaving, 3), activation(), nn.MaxPool2d(2)]
    layers += [nn.Flatten()] if workload.filters else []
    for entering, leaving in pairwise(workload.units):
        layers += [nn.Linear(entering, leaving), activation()]
    layers.pop()
    layers += [nn.Sigmoid()] if workload.loss == "mse" else []
    return nn.Sequential(*layers)


def _forward(workload: Workload, parameters: list[Tensor], x: Tensor) -> Tensor:
    activate = {"sigmoid": torch.sigmoid, "relu": functional.relu}[workload.hidden]
    pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
    for kernel, bias in pairs[: len(workload.filters)]:
        x = functional.max_pool2d(activate(functional.conv2d(x, kernel, bias)), 2)
    x = x.flatten(1)
    for weight, bias in pairs[len(workload.filters) : -1]:
        x = activate(functional.linear(x, weight, bias))
    weight, bias = pairs[-1]
    return functional.linear(x, weight, bias)


def _pairs(model: Any) -> list[tuple[Tensor, Tensor]]:
    return [(layer.weight, layer.bias) for layer in model if hasattr(layer, "weight")]


def _first(workload: Workload) -> list[tuple[Tensor, Tensor]]:
    """Return the initial weights in PyTorch's layout: filters and units first."""
    turned = []
    for weight, bias in workload.first_weights():
        own = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else _reordered(workload, weight).T
        turned.append((torch.from_numpy(np.array(own, order="C")), torch.from_numpy(bias)))
    return turned


def _users(workload: Workload, pairs: list[tuple[Tensor, Tensor]]) -> Weights:
    results = []
    for tensor, bias in pairs:
        own = tensor.detach().numpy()
        weight = own.transpose(2, 3, 1, 0) if own.ndim == 4 else _reordered(workload, own.T, -1)
        results.append((weight.copy(), bias.detach().numpy().copy()))
    return results


def _reordered(workload: Workload, weight: Floats, back: int = 1) -> Floats:
    """Reorder a weight after images: PyTorch flattens channels first, trainlet channels last."""
    if not workload.filters or len(weight) != workload.units[0]:
        return weight
    channels = workload.filters[-1]
    side = round((len(weight) / channels) ** 0.5)
    if back == 1:
        return weight.reshape(side, side, channels, -1).transpose(2, 0, 1, 3).reshape(weight.shape)
    return weight.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(weight.shape)
