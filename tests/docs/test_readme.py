"""The README lists the declared components and names paths that exist."""

from __future__ import annotations

import re
from pathlib import Path

from trainlet.config import Configuration
from trainlet.datasets import Source
from trainlet.network.activations import Activation
from trainlet.network.initializers import Initializer
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.network.optimizers import Optimizer
from trainlet.network.regularizers import Regularizer
from trainlet.network.schedules import Schedule

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

FAMILIES: dict[str, type[Configuration]] = {
    "layers": Layer,
    "activations": Activation,
    "initializers": Initializer,
    "losses": Loss,
    "optimizers": Optimizer,
    "schedules": Schedule,
    "regularization": Regularizer,
    "metrics": Metric,
    "sources": Source,
}


def families() -> str:
    rows = [
        f"| {name} | {', '.join(f'`{kind}`' for kind in family.kinds)} |"
        for name, family in FAMILIES.items()
    ]
    return "\n".join(["| Component | Types |", "|---|---|", *rows])


def test_component_table_matches_declarations() -> None:
    table = families()
    assert table in README, f"paste into README.md:\n\n{table}\n"


def test_layout_names_paths_that_exist() -> None:
    _, layout = README.split("## Layout\n")
    for name in re.findall(r"`([\w./]+)`", layout):
        assert (ROOT / name).exists() or (ROOT / "trainlet" / name).exists(), name
