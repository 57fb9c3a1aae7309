from __future__ import annotations

from tests.trainlet.export.models import model_of
from trainlet.export import summary


def test_a_summary_adds_up() -> None:
    layers = [
        {"type": "conv2d", "filters": 4, "kernel_size": 3, "activation": "relu"},
        {"type": "batch_normalization"},
        {"type": "flatten"},
        {"type": "dense", "units": 2, "trainable_bias": False},
    ]
    payload = summary(model_of(layers, (6, 5, 2)).network)
    assert [layer["output_shape"] for layer in payload["layers"]] == [
        [4, 3, 4],
        [4, 3, 4],
        [48],
        [2],
    ]
    assert [layer["parameters"] for layer in payload["layers"]] == [76, 16, 0, 98]
    assert [layer["trainable_parameters"] for layer in payload["layers"]] == [76, 8, 0, 96]
    assert payload["layers"][0]["arrays"] == {"weight": [3, 3, 2, 4], "bias": [4]}
    assert [layer["activation"] for layer in payload["layers"]] == ["relu", None, None, "linear"]
    assert (payload["parameters"], payload["trainable_parameters"], payload["bytes"]) == (
        190,
        180,
        760,
    )
