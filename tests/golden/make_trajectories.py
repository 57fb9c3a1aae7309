"""Create trajectories.npz with PyTorch. Run it when cases change; see README.md.

python -m tests.golden.make_trajectories
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
import torch

from tests.golden.cases import BATCH, EPOCHS, SAMPLES, STEPS, Case
from tests.golden.layer_cases import LAYER_CASES
from tests.golden.learning_cases import LEARNING_CASES
from tests.golden.torch_activations import Spec, Tensor
from tests.golden.torch_layers import Arrays, Masks, forward
from tests.golden.torch_learning import clip, cost, limit, penalty, weights_of
from tests.golden.torch_optimizers import Rate, optimizer_of
from tests.golden.trajectories import FILE

CASES = LAYER_CASES | LEARNING_CASES
BATCHES = [slice(start, start + BATCH) for start in range(0, SAMPLES, BATCH)]


def data() -> dict[str, Tensor]:
    """Samples to train on: rows and images of normal numbers, and targets of several kinds.

    Ties are images of −1, 0 and 1 alone, so that neighbours are often equal.
    """
    generator = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    rows, images = normal(SAMPLES, 3), normal(SAMPLES, 6, 5, 2)
    labels = (rows @ normal(3, 3) + 0.5 * normal(SAMPLES, 3)).argmax(dim=1)
    yes_no_twice = (rows[:, :2] + 0.5 * normal(SAMPLES, 2) > 0).double()
    return {
        "rows": rows,
        "images": images,
        "ties": images.sign() * (images.abs() > 0.7),
        "numbers": torch.tanh(rows[:, :2] * rows[:, 1:]) + 0.3 * normal(SAMPLES, 2),
        "labels": torch.nn.functional.one_hot(labels, 3).double(),
        "yes_no_twice": yes_no_twice,
        "yes_no": yes_no_twice[:, :1],
    }


def trajectory(case: Case, inputs: Tensor, targets: Tensor, seed: int) -> dict[str, Any]:
    """Train once: the loss of every step, and the parameters before and after some."""
    training, arrays, masks = case.training, Arrays(seed), Masks(case.masks)
    forward(case.layers, arrays, Masks(0), inputs[:BATCH])
    arrays.start_again()
    optimizer = optimizer_of(case.optimizer, arrays.trained())
    rate = Rate(optimizer, case.optimizer, EPOCHS * len(BATCHES))
    weights = weights_of(training.get("class_weights"), targets)
    losses: list[float] = []
    kept = [arrays.flat()]
    for _ in range(EPOCHS):
        actual = 0.0
        for batch in BATCHES:
            rate.before_step(len(losses))
            z, last = forward(case.layers, arrays, masks, inputs[batch])
            loss = cost(case.loss, last, z, targets[batch], weights[batch])
            learn(optimizer, arrays, loss, training)
            losses.append(loss.item())
            actual += loss.item() * len(z)
            if len(losses) in STEPS:
                kept.append(arrays.flat())
        rate.after_epoch(actual / SAMPLES)
    return {"losses": np.array(losses), "parameters": torch.stack(kept).numpy()}


def learn(optimizer: Any, arrays: Arrays, loss: Tensor, training: Spec) -> None:
    """Take one step down the gradient of loss and penalty; return the loss without the penalty."""
    weights = arrays.trained("weight")
    if "regularization" in training:
        loss = loss + penalty(training["regularization"], weights, SAMPLES)
    optimizer.zero_grad()
    loss.backward()
    clip(arrays.trained(), training)
    before = [w.detach().clone() for w in weights]
    optimizer.step()
    limit(weights, before, training)


def main() -> None:
    torch.set_num_threads(1)
    known = data()
    kept = {f"data/{name}": array.numpy() for name, array in known.items()}
    for name, case in CASES.items():
        result = trajectory(case, known[case.inputs], known[case.targets], crc32(name.encode()))
        kept |= {f"{name}/{part}": array for part, array in result.items()}
        losses = result["losses"]
        print(f"{name}: loss {losses[0]:.4f} to {losses[-1]:.4f}")
    np.savez_compressed(FILE, allow_pickle=False, **kept)
    print(f"{len(CASES)} cases, {FILE.stat().st_size // 1000} kB: PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
