"""Imported modules compute PyTorch's outputs, which `modules.npz` contains."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from trainlet.network import predictor
from trainlet.spec import Limits
from trainlet.store import read_foreign_model

GOLDEN = Path(__file__).parents[2] / "golden"
LIMITS = Limits(parameters=10**6, work=10**9, inline_values=10**6)
TOLERANCE = {"float32": 2e-5, "float64": 1e-10}
"""Sums of up to some hundred terms are added in another order."""


def compare_all(file: Path, count: int) -> None:
    with np.load(file, allow_pickle=False) as arrays:
        seeds = {name.split("/")[0] for name in arrays}
        assert len(seeds) == count
        for seed in seeds:
            model = read_foreign_model(arrays[f"{seed}/file"].tobytes(), LIMITS)
            network, points = model.network, arrays[f"{seed}/points"].astype(np.float64)
            inputs = model.preprocessing.inputs(points, network.dtype)
            outputs = predictor(network, model.parameters)(inputs)
            limit = TOLERANCE[network.dtype]
            expected = arrays[f"{seed}/outputs"]
            scale = np.abs(expected).max()
            error = f"seed {seed}: {[layer.kind for layer in network.layers]}"
            np.testing.assert_allclose(outputs, expected, limit, limit * scale, err_msg=error)


def test_random_modules_compute_what_pytorch_computed() -> None:
    compare_all(GOLDEN / "modules.npz", 40)


def test_many_random_modules_agree_with_an_installed_pytorch(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    python = pytestconfig.getoption("--pytorch")
    if python is None:
        pytest.skip("needs an interpreter with PyTorch; run by scripts/test --pytorch PYTHON")
    file = tmp_path / "modules.npz"
    command = [python, "-m", "tests.golden.make_modules", file, "1000", "200"]
    subprocess.run(command, check=True, cwd=GOLDEN.parents[1])
    compare_all(file, 200)
