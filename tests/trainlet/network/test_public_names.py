from __future__ import annotations

import pydoc
import re
import zipfile
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from flit_core.wheel import make_wheel_in

from trainlet.network.activations import LeakyRelu
from trainlet.network.layers import Dense
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Adam

ROOT = Path(__file__).parents[3]
COMPONENTS = (
    "activations",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "schedules",
)


def public(module: str) -> list[str]:
    names: list[str] = import_module(module).__all__
    return names


def test_every_public_name_is_in_one_location() -> None:
    modules = ["trainlet.network", *(f"trainlet.network.{name}" for name in COMPONENTS)]
    counts = Counter(name for module in modules for name in public(module))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_public_names_of_a_component_are_importable(component: str) -> None:
    module = import_module(f"trainlet.network.{component}")
    assert all(getattr(module, name).__doc__ for name in module.__all__)


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("activations", "Relu"),
        ("initializers", "GlorotUniform"),
        ("layers", "Dense"),
        ("losses", "MeanSquaredError"),
        ("metrics", "Accuracy"),
        ("optimizers", "Adam"),
        ("regularizers", "L2"),
        ("schedules", "CosineSchedule"),
    ],
)
def test_a_component_is_found_where_keras_users_look(component: str, name: str) -> None:
    assert name in public(f"trainlet.network.{component}")
    assert not hasattr(import_module("trainlet.network"), name)


def test_every_member_of_a_family_is_public() -> None:
    assert {cls.__name__ for cls in Loss.kinds.values()} < set(public("trainlet.network.losses"))


def test_a_repr_omits_defaults_and_can_be_evaluated() -> None:
    assert repr(Adam()) == "Adam()"
    layer = Dense(16, LeakyRelu(0.25), use_bias=False)
    assert (
        repr(layer) == "Dense(units=16, activation=LeakyRelu(negative_slope=0.25), use_bias=False)"
    )
    names = {"Dense": Dense, "LeakyRelu": LeakyRelu}
    assert eval(repr(layer), names) == layer


def test_help_shows_the_signature_the_formula_and_the_fields() -> None:
    text = pydoc.render_doc(Dense, renderer=pydoc.plaintext)  # type: ignore[attr-defined]
    assert re.search(r"Dense\(\s*units: ", text)  # Python 3.13 wraps long signatures
    assert "z = Wᵀx + b" in text
    assert "Number of units." in text
    assert "activation = Linear()" in text


def test_the_wheel_contains_py_typed(tmp_path: Path) -> None:
    wheel = make_wheel_in(ROOT / "pyproject.toml", tmp_path).file
    with zipfile.ZipFile(wheel) as archive:
        assert "trainlet/py.typed" in archive.namelist()
