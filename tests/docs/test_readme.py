"""The tables of the README say what the declarations say."""

from __future__ import annotations

import re
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import pytest

from trainlet.config import Configuration, allowed, fields
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
from trainlet.settings import Settings, variable

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


def settings() -> str:
    constant = {field.name: field.default is not MISSING for field in dataclass_fields(Settings)}
    rows = [
        f"| `{variable(field.name)}` | {_default(field.default, constant[field.name])} "
        f"| {field.description} | {_escaped(allowed(field.annotation))} |"
        for field in fields(Settings)
    ]
    return "\n".join(["| variable | default | meaning | allowed |", "|---|---|---|---|", *rows])


def _default(value: Any, constant: bool) -> str:
    return "" if value is None or not constant else f"`{value}`"


def _escaped(words: str) -> str:
    return words.replace("|", "\\|")


@pytest.mark.parametrize("table", [families(), settings()], ids=["families", "settings"])
def test_a_table_is_what_the_declarations_say(table: str) -> None:
    assert table in README, f"paste into README.md:\n\n{table}\n"


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (
            target.startswith(("http://127.0.0.1:8000/", "https://")) or (ROOT / target).exists()
        ), target


def test_the_map_names_rooms_that_stand() -> None:
    _, map_of_the_house = README.split("## The house\n")
    for name in re.findall(r"`([\w./]+)`", map_of_the_house):
        assert (ROOT / name).exists() or (ROOT / "trainlet" / name).exists(), name
