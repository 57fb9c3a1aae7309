"""Create layers.npz with PyTorch. Run it when layer cases change; see README.md.

python -m tests.golden.make_layers
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
import torch

from tests.golden.cases import Case
from tests.golden.layer_cases import LAYER_CASES
from tests.golden.layers import FILE, SEEN
from tests.golden.make_trajectories import data
from tests.golden.torch_activations import Tensor
from tests.golden.torch_layers import Arrays, Masks, forward
from tests.golden.torch_learning import cost


def layers(case: Case, inputs: Tensor, targets: Tensor, seed: int) -> dict[str, Any]:
    """Go forward and back once: z and δ of every layer, and the gradient of every array."""
    arrays = Arrays(seed)
    forward(case.layers, arrays, Masks(0), inputs)
    arrays.start_again()
    outputs: list[Tensor] = []

    def keep(z: Tensor) -> None:
        z.retain_grad()
        outputs.append(z)

    requested = inputs.clone().requires_grad_()  # so that a layer without parameters has its δ, too
    z, last = forward(case.layers, arrays, Masks(case.masks), requested, keep)
    cost(case.loss, last, z, targets, torch.ones(len(inputs))).backward()
    results = {f"{index}.z": z.detach() for index, z in enumerate(outputs)}
    results |= {f"{index}.delta": z.grad for index, z in enumerate(outputs)}
    for name, array in arrays.named.items():
        if array.grad is not None:
            results[f"{name}.gradient"] = array.grad
    return {name: array.numpy() for name, array in results.items()}


def main() -> None:
    torch.set_num_threads(1)
    known = {name: array[:SEEN] for name, array in data().items()}
    kept: dict[str, Any] = {}
    for name, case in LAYER_CASES.items():
        result = layers(case, known[case.inputs], known[case.targets], crc32(name.encode()))
        kept |= {f"{name}/{part}": array for part, array in result.items()}
    np.savez_compressed(FILE, allow_pickle=False, **kept)
    size = FILE.stat().st_size // 1000
    print(f"{len(LAYER_CASES)} cases, {size} kB: PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
