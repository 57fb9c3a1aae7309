"""Agreement of the README with the declarations and the layout of the code."""

from __future__ import annotations

import re
from pathlib import Path

from trainlet.config import Configuration
from trainlet.datasets import Source
from trainlet.network import (
    Activation,
    Initializer,
    Layer,
    Loss,
    Metric,
    Optimizer,
    Regularizer,
    Schedule,
)

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
    return "\n".join(["| what | choices |", "|---|---|", *rows])


def test_the_table_of_choices_is_what_the_declarations_state() -> None:
    table = families()
    assert table in README, f"paste into README.md:\n\n{table}\n"


def test_the_map_names_rooms_that_stand() -> None:
    _, map_of_the_house = README.split("## The house\n")
    for name in re.findall(r"`([\w./]+)`", map_of_the_house):
        assert (ROOT / name).exists() or (ROOT / "trainlet" / name).exists(), name
