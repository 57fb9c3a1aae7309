"""Golden trajectories computed by PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.golden.cases import Case

FILE = Path(__file__).with_name("trajectories.npz")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Trajectory:
    """Training run and its trajectory.

    `losses` has one number per step. `parameters` is (1 + recorded steps, all parameters): before
    the first step and after each of STEPS, the arrays concatenated in the order of their names.
    """

    inputs: Numbers
    targets: Numbers
    losses: Numbers
    parameters: Numbers


def read(name: str, case: Case) -> Trajectory:
    """Look up the trajectory of the case that goes by `name`."""
    arrays = _arrays()
    return Trajectory(
        arrays[f"data/{case.inputs}"],
        arrays[f"data/{case.targets}"],
        arrays[f"{name}/losses"],
        arrays[f"{name}/parameters"],
    )


@cache
def _arrays() -> dict[str, Any]:
    with np.load(FILE, allow_pickle=False) as file:
        return dict(file)
