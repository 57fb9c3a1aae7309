"""A model of every layer and activation, with numbers in it that no array has by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np

from tests.golden.layer_cases import LAYER_CASES
from trainlet.config import from_json
from trainlet.datasets import Encoding, FittedPreparation
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


def points_for(model: Model, count: int = 20) -> Array:
    generator = np.random.default_rng(count)
    return np.asarray(generator.normal(size=(count, len(model.preparation.columns))))


def outputs_of(model: Model, points: Array) -> Array:
    """What the service answers."""
    network = model.network
    inputs = model.preparation.inputs(points, network.dtype)
    return predictor(network, model.parameters)(inputs.reshape(-1, *network.input_shape))
