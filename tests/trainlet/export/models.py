"""A model of every layer and activation, with numbers in it that no array has by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np

from tests.golden.layer_cases import LAYER_CASES
from trainlet.config import from_json
from trainlet.datasets import Column, Encoding, FittedPreparation
from trainlet.datasets.columns import encoded_names
from trainlet.network import Layer, Network, predictor
from trainlet.network.arrays import Array, Shape
from trainlet.store import Model

ROWS: Shape = (3,)
IMAGES: Shape = (6, 5, 2)

CASES = {name.replace("/", "-"): case for name, case in LAYER_CASES.items()}


def model_of(layers: Any, shape: Shape, dtype: Literal["float32", "float64"] = "float32") -> Model:
    network = Network(tuple(from_json(Layer, layer) for layer in layers), shape, dtype)
    generator = np.random.default_rng(7)
    parameters = generator.uniform(0.1, 0.7, network.parameter_count).astype(dtype)
    columns = tuple(f"x{place}" for place in range(int(np.prod(shape))))
    preparation = FittedPreparation(
        columns=columns,
        features=columns,
        encoding=Encoding(),
        mean=tuple(generator.normal(size=len(columns)).tolist()),
        scale=tuple(generator.uniform(0.5, 2, len(columns)).tolist()),
        shape=None if len(shape) == 1 else shape,
    )
    nothing = cast("Any", None)
    return Model("0" * 32, nothing, network, parameters, preparation, {}, {}, {})


def with_features(model: Model, *features: str) -> Model:
    """The model over other features, as many as there were."""
    return replace(model, preparation=replace(model.preparation, features=features))


def filling(model: Model) -> Model:
    """The model, where values may be missing and targets were standardized."""
    units = model.network.output_shape[-1]
    preparation = replace(
        model.preparation,
        fill=tuple(float(place) for place in range(len(model.preparation.columns))),
        target_mean=(3.0,) * units,
        target_scale=(2.0,) * units,
    )
    return replace(model, preparation=preparation)


FORMS = (
    Column("size"),
    Column("colour", "category", ("blue", "green", "red")),
    Column("ripe", "boolean"),
    Column("kind", "category", ("a", "b")),
    Column("day", "date"),
)


def with_categories(*, fills: bool = False) -> Model:
    """A model over columns of every type, among them features over encoded ones."""
    layers = [{"type": "dense", "units": 2, "activation": "tanh"}]
    model = model_of(layers, (6,), "float64")
    encoded = encoded_names(FORMS)
    features = ("size", "colour=blue", "colour=red", "size*kind=b", "ripe", "day")
    preparation = replace(
        model.preparation,
        columns=tuple(form.name for form in FORMS),
        forms=FORMS,
        features=features,
        mean=(0.0, 0.25, 0.5, 0.0, 0.5, 19_000.0),
        scale=(1.0, 0.5, 0.5, 1.0, 0.5, 1000.0),
        fill=tuple(0.25 for _ in encoded) if fills else None,
    )
    return replace(model, preparation=preparation)


ROWS_OF_ALL_TYPES: list[list[Any]] = [
    [1.5, "red", True, "b", "2024-05-31"],
    [-0.5, "green", False, "a", "1999-12-31T12:00:00"],
    [0.25, "blue", True, "b", "2020-02-29"],
]


def coded(rows: list[list[Any]]) -> Array:
    """Such rows as the service holds them."""
    numbers = [[form.number(v) for form, v in zip(FORMS, row, strict=True)] for row in rows]
    return np.array(numbers, np.float64)


def points_for(model: Model, count: int = 20) -> Array:
    generator = np.random.default_rng(count)
    return np.asarray(generator.normal(size=(count, len(model.preparation.columns))))


def outputs_of(model: Model, points: Array) -> Array:
    """What the service answers."""
    network = model.network
    inputs = model.preparation.inputs(points, network.dtype)
    return predictor(network, model.parameters)(inputs.reshape(-1, *network.input_shape))
