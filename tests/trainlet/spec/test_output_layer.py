"""The output activation is that of the layer that computes the outputs, not of the last layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.trainlet.spec.jobs import LIMITS, dense, description, errors_of, inline, job
from trainlet.config import to_json
from trainlet.network import Data, Network, Training, fit
from trainlet.network.activations import Softmax
from trainlet.network.layers import Dense, Flatten, Reshape
from trainlet.network.losses import CategoricalCrossEntropy
from trainlet.network.optimizers import Sgd
from trainlet.spec import check, encoding_of, network_of, resolve

FLATTEN = {"type": "flatten"}
RESHAPES: list[list[dict[str, Any]]] = [
    [],
    [FLATTEN],
    [{"type": "reshape", "shape": [3]}],
    [{"type": "reshape", "shape": [1, 3, 1]}, FLATTEN],
]


@pytest.mark.parametrize("after", RESHAPES)
def test_auto_looks_through_layers_that_only_reshape(after: list[dict[str, Any]]) -> None:
    spec = job(dense(3, "softmax"), *after, source="iris")
    assert errors_of(spec) == {}
    resolved = to_json(resolve(spec, description(spec)))["training"]
    assert resolved["loss"] == {"type": "categorical_cross_entropy"}


IMAGE = {"columns": None, "reshape": [2, 2, 1]}
CONV = {"type": "conv2d", "filters": 3, "kernel_size": 1}
GLOBAL = {"type": "global_average_pool2d"}
TRAILING: list[tuple[list[dict[str, Any]], str, str]] = [
    ([dense(3, "softmax"), {"type": "dropout"}], "softmax", "dropout follows it (layer 1)"),
    (
        [dense(3, "softmax"), {"type": "dropout"}, FLATTEN],
        "softmax",
        "dropout follows it (layer 1)",
    ),
    ([CONV | {"activation": "softmax"}, GLOBAL], "softmax", "pool2d follows it (layer 1)"),
    ([CONV | {"activation": "sigmoid"}, GLOBAL], "sigmoid", "pool2d follows it (layer 1)"),
    (
        [CONV | {"activation": "sigmoid"}, {"type": "max_pool2d", "pool_size": 2}, FLATTEN],
        "sigmoid",
        "pool2d follows it (layer 1)",
    ),
]


@pytest.mark.parametrize(("layers", "needed", "detail"), TRAILING)
def test_auto_looks_through_dropout_and_pooling(
    layers: list[dict[str, Any]], needed: str, detail: str
) -> None:
    """No loss but the cross-entropy is taken silently, and that one needs z of the last layer."""
    is_image = layers[0]["type"] == "conv2d"
    dataset: dict[str, Any] = {"preprocessing": IMAGE if is_image else {}}
    spec = job(*layers, source="iris", dataset=dataset)
    errors = check(spec, description(spec), LIMITS)
    assert [error.pointer for error in errors] == ["#/training/loss"]
    assert f"cross_entropy needs {needed} in the last layer, but " in errors[0].detail
    assert detail in errors[0].detail
    named = job(*layers, source="iris", dataset=dataset, training={"loss": "mse"})
    assert errors_of(named) == {}


@pytest.mark.parametrize(
    "after", [[], [{"type": "dropout"}], [FLATTEN], [{"type": "dropout"}, FLATTEN]]
)
def test_labels_on_tanh_are_plus_and_minus_one(after: list[dict[str, Any]]) -> None:
    targets = ["a", "b", "a", "b"]
    source = to_json(inline(targets))
    spec = job(dense(1, "tanh"), *after, source=source)
    assert errors_of(spec) == {}
    encoding = encoding_of(spec, description(spec))
    assert encoding.form == "plus_minus_one"
    assert network_of(spec, description(spec)).decision.threshold == 0.0


def test_a_softmax_per_place_of_an_image_is_no_distribution_of_a_row() -> None:
    conv = {"type": "conv2d", "filters": 3, "kernel_size": 1, "activation": "softmax"}
    spec = job(
        conv,
        FLATTEN,
        source="iris",
        dataset={"preprocessing": {"columns": None, "reshape": [1, 1, 4]}},
        training={"loss": "categorical_cross_entropy"},
    )
    assert "#/training/loss" in errors_of(spec)


def test_an_error_names_the_layer_that_computes_the_outputs() -> None:
    spec = job(dense(2, "softmax"), FLATTEN, source="iris")
    assert list(errors_of(spec)) == ["#/architecture/layers/0/units"]


def test_training_is_the_same_with_and_without_a_reshape_at_the_end() -> None:
    generator = np.random.default_rng(7)
    inputs = generator.normal(size=(12, 4))
    targets = np.eye(3)[generator.integers(0, 3, 12)]
    data = Data(inputs.astype(np.float64), targets)
    training = Training(3, 5, CategoricalCrossEntropy(), Sgd(0.1), seed=3)
    weights = []
    for after in ((), (Flatten(),), (Reshape((1, 3, 1)), Flatten())):
        network = Network((Dense(3, activation=Softmax()), *after), (4,), "float64")
        weights.append(fit(network, data, training).parameters)
    np.testing.assert_array_equal(weights[1], weights[0])
    np.testing.assert_array_equal(weights[2], weights[0])
