"""Optimizers and schedules in PyTorch, from JSON forms.

Where PyTorch has the same definition, its class is used. Otherwise the formula is written out.
"""

from __future__ import annotations

from math import cos, pi
from typing import Any

import torch

from tests.golden.torch_activations import Spec, Tensor


class Velocity:
    """v ← μ v − η g, then w ← w + v, with nesterov w ← w + μ v − η g (Sutskever et al. 2013).

    PyTorch's SGD keeps b ← μ b + g and steps by η b: the same while η stays, else not.
    """

    def __init__(self, trained: list[Tensor], rate: float, momentum: float, nesterov: bool) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": trained, "lr": rate}]
        self._momentum, self._nesterov = momentum, nesterov
        self._velocities = [torch.zeros_like(w) for w in trained]

    def zero_grad(self) -> None:
        for w in self.param_groups[0]["params"]:
            w.grad = None

    def step(self) -> None:
        rate = self.param_groups[0]["lr"]
        with torch.no_grad():
            for w, v in zip(self.param_groups[0]["params"], self._velocities, strict=True):
                v.mul_(self._momentum).sub_(rate * w.grad)
                w.add_(self._momentum * v - rate * w.grad if self._nesterov else v)


def optimizer_of(spec: Spec, trained: list[Tensor]) -> Any:
    """Return PyTorch's optimizer: as in trainlet, ε is outside the root and Adagrad starts at 0."""
    kind, rate, optim = spec["type"], spec["learning_rate"], torch.optim
    if kind == "sgd":
        momentum, nesterov = spec["momentum"], spec["nesterov"]
        if momentum and spec["schedule"]["type"] != "constant":
            return Velocity(trained, rate, momentum, nesterov)
        return optim.SGD(trained, rate, momentum, nesterov=nesterov)
    epsilon = spec["epsilon"]
    if kind == "adagrad":
        return optim.Adagrad(trained, rate, eps=epsilon)
    if kind == "rmsprop":
        return optim.RMSprop(trained, rate, alpha=spec["rho"], eps=epsilon)
    betas = (spec["beta_1"], spec["beta_2"])
    if kind == "adam":
        return optim.Adam(trained, rate, betas, epsilon)
    return {"adamw": optim.AdamW}[kind](
        trained, rate, betas, epsilon, weight_decay=spec["weight_decay"]
    )


class Rate:
    """Return the factor of the learning rate; trainlet counts steps from 0 over all epochs.

    PyTorch's StepLR, ExponentialLR, LinearLR and CosineAnnealingLR update the previous rate
    instead, which rounds differently, and have no warmup before another schedule. So the formulas
    are written out. ReduceLROnPlateau is PyTorch's own: its `patience` counts one epoch less.
    """

    def __init__(self, optimizer: Any, spec: Spec, steps: int) -> None:
        self._groups, self._rate, self._steps = optimizer.param_groups, spec["learning_rate"], steps
        self._schedule = spec["schedule"]
        inner = self._schedule.get("then", self._schedule)
        plateau = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        self._plateau, self._watch = plateau, None
        if inner["type"] == "plateau":
            self._watch = torch.optim.lr_scheduler.ReduceLROnPlateau(
                plateau, factor=inner["factor"], patience=inner["patience"] - 1, threshold=0, eps=0
            )

    def before_step(self, step: int) -> None:
        scale = self._plateau.param_groups[0]["lr"]
        for group in self._groups:
            group["lr"] = scale * rate(self._schedule, self._rate, step, self._steps)

    def after_epoch(self, loss: float) -> None:
        if self._watch is not None:
            self._watch.step(loss)


def rate(spec: Spec, first: float, step: int, steps: int) -> float:
    kind = spec["type"]
    if kind == "warmup":
        warmup_steps: int = spec["warmup_steps"]
        if step < warmup_steps:
            return first * (step + 1) / warmup_steps
        return rate(spec["then"], first, step - warmup_steps, steps - warmup_steps)
    if kind in ("step", "exponential"):
        passed = step / spec["every"]
        return float(first * spec["factor"] ** (int(passed) if kind == "step" else passed))
    if kind in ("linear", "cosine"):
        share = step / steps if kind == "linear" else (1 - cos(pi * step / steps)) / 2
        return float(first + (spec["final"] - first) * share)
    return {"constant": first, "plateau": first}[kind]
