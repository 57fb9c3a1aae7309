"""Models with every layer and activation and with distinctive numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np

from tests.golden.layer_cases import LAYER_CASES
from trainlet.config import from_json
from trainlet.datasets import Column, FittedPreprocessing, Label, TargetEncoding
from trainlet.datasets.columns import encoded_names
from trainlet.datasets.target_encoding import EncodingName
from trainlet.network import Network, predictor
from trainlet.network.activations import Activation
from trainlet.network.arrays import Array, Shape
from trainlet.network.layers import Layer
from trainlet.store import Model

Dtype = Literal["float32", "float64"]
DTYPES: tuple[Dtype, ...] = ("float32", "float64")
ROWS: Shape = (3,)
IMAGES: Shape = (6, 5, 2)

CASES = {name.replace("/", "-"): case for name, case in LAYER_CASES.items()}


def model_of(layers: Any, shape: Shape, dtype: Dtype = "float32") -> Model:
    network = Network(tuple(from_json(Layer, layer) for layer in layers), shape, dtype)
    generator = np.random.default_rng(7)
    parameters = generator.uniform(0.1, 0.7, network.parameter_count).astype(dtype)
    columns = tuple(f"x{place}" for place in range(int(np.prod(shape))))
    preprocessing = FittedPreprocessing(
        columns=columns,
        features=columns,
        encoding=TargetEncoding(),
        mean=tuple(generator.normal(size=len(columns)).tolist()),
        scale=tuple(generator.uniform(0.5, 2, len(columns)).tolist()),
        shape=None if len(shape) == 1 else shape,
    )
    nothing = cast("Any", None)
    return Model("0" * 32, nothing, network, parameters, preprocessing, {}, {}, {})


def random_layers(seed: int) -> list[dict[str, Any]]:
    """Draw random layers for an image, of every kind, that end in a row of 3 units."""
    draw = np.random.default_rng(seed)
    kinds = list(Activation.kinds)

    def one_of(choices: list[dict[str, Any]]) -> dict[str, Any]:
        return choices[draw.integers(len(choices))]

    def activation() -> dict[str, Any]:
        return {"type": str(draw.choice(kinds))}

    def any_shape() -> list[dict[str, Any]]:
        return [
            {"type": "batch_normalization", "epsilon": 1e-3},
            {"type": "layer_normalization"},
            {"type": "dropout"},
            {"type": "activation", "activation": activation()},
        ]

    def of_images() -> list[dict[str, Any]]:
        size, stride = int(draw.integers(1, 3)), int(draw.integers(1, 3))
        kernel = {
            "kernel_size": size,
            "stride": stride,
            "padding": "same",
            "activation": activation(),
        }
        return [
            {"type": "conv2d", "filters": int(draw.integers(1, 4)), "stride": stride, **kernel},
            {"type": "conv2d", "filters": 2, "kernel_size": 1, "dilation": 2, "use_bias": False},
            {"type": "max_pool2d", "pool_size": 1, "stride": stride},
            {"type": "average_pool2d", "pool_size": 1, "stride": stride},
        ]

    layers: list[dict[str, Any]] = []
    if draw.integers(2):
        layers.append({"type": str(draw.choice(["max_pool2d", "average_pool2d"])), "stride": 1})
    layers += (one_of(of_images() + any_shape()) for _ in range(draw.integers(1, 5)))
    layers.append({"type": str(draw.choice(["flatten", "global_average_pool2d"]))})
    hidden = {"type": "dense", "units": 4, "activation": activation()}
    layers += (one_of([*any_shape(), hidden]) for _ in range(draw.integers(0, 3)))
    return [*layers, {"type": "dense", "units": 3, "activation": activation()}]


def with_equal_names() -> Model:
    """Return a model of a category with the encoded name of another column, and its columns."""
    forms = (Column("a", "category", ("b", "c")), Column("a=b"), Column("d"))
    model = model_of([{"type": "dense", "units": 2, "activation": "tanh"}], (4,), "float64")
    features = (encoded_names(forms)[0], "a=c", "a=b", "a=b*d")
    columns = tuple(form.name for form in forms)
    preprocessing = replace(model.preprocessing, columns=columns, forms=forms, features=features)
    return replace(model, preprocessing=preprocessing)


def undecided(form: EncodingName, labels: tuple[Label, ...]) -> Model:
    """Return a model of one column with equal outputs for two labels at 0."""
    units, kind = {
        "zero_one": (1, "sigmoid"),
        "plus_minus_one": (1, "tanh"),
    }.get(form, (2, "softmax"))
    model = model_of([{"type": "dense", "units": units, "activation": kind}], (1,))
    named = {"0.weight": np.array([[-1.0, 1.0][-units:]]), "0.bias": np.zeros(units)}
    parameters = model.network.flat({name: a.astype(np.float32) for name, a in named.items()})
    encoding = TargetEncoding(form, labels)
    preprocessing = replace(model.preprocessing, encoding=encoding, mean=None, scale=None)
    return replace(model, parameters=parameters, preprocessing=preprocessing)


def with_features(model: Model, *features: str) -> Model:
    """The model over other features, as many as there were."""
    return replace(model, preprocessing=replace(model.preprocessing, features=features))


def filling(model: Model) -> Model:
    """The model, where values may be missing and targets were standardized."""
    units = model.network.output_shape[-1]
    preprocessing = replace(
        model.preprocessing,
        fill=tuple(float(place) for place in range(len(model.preprocessing.columns))),
        target_mean=(3.0,) * units,
        target_scale=(2.0,) * units,
    )
    return replace(model, preprocessing=preprocessing)


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
    preprocessing = replace(
        model.preprocessing,
        columns=tuple(form.name for form in FORMS),
        forms=FORMS,
        features=features,
        mean=(0.0, 0.25, 0.5, 0.0, 0.5, 19_000.0),
        scale=(1.0, 0.5, 0.5, 1.0, 0.5, 1000.0),
        fill=tuple(0.25 for _ in encoded) if fills else None,
    )
    return replace(model, preprocessing=preprocessing)


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
    return np.asarray(generator.normal(size=(count, len(model.preprocessing.columns))))


def outputs_of(model: Model, points: Array) -> Array:
    """Return the service's response."""
    network = model.network
    inputs = model.preprocessing.inputs(points, network.dtype)
    return predictor(network, model.parameters)(inputs.reshape(-1, *network.input_shape))
