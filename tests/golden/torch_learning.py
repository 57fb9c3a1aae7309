"""Losses, regularization and clipping in PyTorch, from JSON forms.

Where PyTorch has the same definition, its class is used. Otherwise the formula is written out and
a comment explains how PyTorch differs.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

from tests.golden.torch_activations import Spec, Tensor, activate


def cost(spec: Spec, last: Spec, z: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """The mean over the samples of weight · loss.

    The cross-entropies of PyTorch take z, as trainlet's fused ones do; PyTorch divides weighted
    losses by the sum of the weights, trainlet by the number of samples.
    """
    kind = spec["type"]
    if kind == "binary_cross_entropy":
        each = functional.binary_cross_entropy_with_logits(z, target, reduction="none").sum(dim=1)
    elif kind == "categorical_cross_entropy":
        each = functional.cross_entropy(z, target, reduction="none")
    else:
        each = ERRORS[kind](spec, activate(last, z), target)
    return (each * weights).mean()


ERRORS: dict[str, Callable[[Spec, Tensor, Tensor], Tensor]] = {
    "mse": lambda spec, y, t: functional.mse_loss(y, t, reduction="none").mean(dim=1),
    "half_squared_error": lambda spec, y, t: ((y - t) ** 2).sum(dim=1) / 2,
    "mae": lambda spec, y, t: functional.l1_loss(y, t, reduction="none").mean(dim=1),
    "huber": lambda spec, y, t: functional.huber_loss(
        y, t, reduction="none", delta=spec["delta"]
    ).mean(dim=1),
}


def weights_of(classes: list[float] | str | None, targets: Tensor) -> Tensor:
    """Each sample's weight by its label; balanced: n / (labels · samples of the label)."""
    if classes is None:
        return torch.ones(len(targets), dtype=torch.float64)
    one = targets.shape[1] == 1
    labels = (targets[:, 0] > 0.5).long() if one else targets.argmax(dim=1)
    if isinstance(classes, str):
        counts = torch.bincount(labels, minlength=2 if one else targets.shape[1])
        return (len(labels) / (len(counts) * counts.double()))[labels]
    return torch.tensor(classes, dtype=torch.float64)[labels]


def penalty(spec: Spec, weights: list[Tensor], samples: int) -> Tensor:
    """Return ½ λ Σ w² or λ Σ |w| over the weights, with λ divided by the samples if scaled so."""
    strength = spec["strength"] / (samples if spec["scale"] == "samples" else 1)
    if spec["type"] == "l2":
        return strength / 2 * sum((w**2).sum() for w in weights)
    return strength * {"l1": sum(w.abs().sum() for w in weights)}[spec["type"]]


def clip(trained: list[Tensor], training: Spec) -> None:
    """First each number, then the norm of all.

    PyTorch's clip_grad_norm_ scales by limit / (norm + 1e-6), trainlet by limit / norm.
    """
    if "clip_value" in training:
        torch.nn.utils.clip_grad_value_(trained, training["clip_value"])
    if "clip_norm" in training:
        norm = torch.nn.utils.get_total_norm([w.grad for w in trained])
        for w in trained:
            w.grad.mul_(min(1.0, training["clip_norm"] / norm.item()))


def limit(weights: list[Tensor], before: list[Tensor], training: Spec) -> None:
    """Apply l1 (values that crossed zero become zero) and max-norm per unit after the update.

    PyTorch has neither; its renorm divides by norm + 1e-7.
    """
    with torch.no_grad():
        for w, old in zip(weights, before, strict=True):
            if training.get("regularization", {}).get("type") == "l1":
                w[w * old < 0] = 0
            if "max_norm" in training:
                norm = w.reshape(-1, w.shape[-1]).norm(dim=0)
                w.mul_((training["max_norm"] / norm).clamp(max=1))
