"""Rejection of invalid state dicts with the array's name and the reason."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from trainlet.errors import CorruptFileError
from trainlet.spec import Limits
from trainlet.store import Model, read_foreign_model

LIMITS = Limits(parameters=10**6, work=10**9, inline_values=10**6)

RESHAPE = {"type": "reshape", "shape": [4, 4, 2]}
CONV = {"type": "conv2d", "filters": 2, "kernel_size": 1, "use_bias": False}
FLATTEN = {"type": "flatten"}
BATCH = {"type": "batch_normalization"}
LAYER = {"type": "layer_normalization"}
DENSE = {"type": "dense", "units": 2, "use_bias": False}


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


KERNEL, LINEAR = ones(2, 2, 1, 1), ones(2, 32)
PLAIN = {"0.weight": KERNEL, "2.weight": LINEAR}
NORM = {"weight": ones(2), "bias": ones(2), "running_mean": ones(2), "running_var": ones(2)}


def named(module: str, arrays: dict[str, Any]) -> dict[str, Any]:
    return {f"{module}.{name}": array for name, array in arrays.items()}


def imported(layers: list[Any], state: dict[str, Any], **payload: Any) -> Model:
    architecture = {"layers": layers}
    texts = {name: json.dumps(value) for name, value in payload.items()}
    texts["architecture"] = json.dumps(architecture)
    return read_foreign_model(safetensors.numpy.save(state, texts), LIMITS)


IMAGE = [RESHAPE, CONV, FLATTEN, DENSE]

REFUSED: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "grouped": (
        [RESHAPE, CONV | {"filters": 4}, FLATTEN, DENSE],
        {"0.weight": ones(4, 1, 1, 1), "2.weight": ones(2, 64)},
        r"0\.weight must have the shape .* grouped",
    ),
    "kernel": (IMAGE, PLAIN | {"0.weight": ones(2, 2, 1, 3)}, r"0\.weight must have the shape"),
    "linear": (IMAGE, PLAIN | {"2.weight": ones(2, 31)}, r"2\.weight must have .*\(2, 32\)"),
    "superfluous": (IMAGE, PLAIN | {"2.bias": ones(2)}, r"2\.bias is unknown"),
    "quantized": (IMAGE, PLAIN | {"2.weight_scale": ones(2)}, r"2\.weight_scale is unknown"),
    "no bias": ([DENSE | {"use_bias": True}], {"0.weight": ones(2, 3)}, r"0\.bias is missing"),
    "no weight": (IMAGE, {"0.weight": KERNEL, "2.bias": ones(2)}, r"2\.(bias|weight) is"),
    "more modules": (IMAGE, PLAIN | {"4.weight": ones(2, 2)}, "2 layers have parameters .* 3"),
    "fewer modules": (IMAGE, {"0.weight": KERNEL}, "2 layers have parameters .* 1 modules do: 0"),
    "infinite": (IMAGE, PLAIN | {"0.weight": KERNEL * np.inf}, r"0\.weight must contain finite"),
    "overflowing": (
        IMAGE,
        PLAIN | {"2.weight": LINEAR.astype(np.float64) * 1e200},
        r"2\.weight must contain finite numbers in float32",
    ),
    "integers": (IMAGE, PLAIN | {"2.weight": LINEAR.astype(np.int8)}, r"'2\.weight' must be .*I8"),
    "statistics": (
        [DENSE, BATCH],
        {"0.weight": ones(2, 3), "1.weight": ones(2), "1.bias": ones(2)},
        r"1\.running_mean is missing .* depends on the batch",
    ),
    "half affine": (
        [DENSE, BATCH],
        {"0.weight": ones(2, 3)} | {k: a for k, a in named("1", NORM).items() if k != "1.bias"},
        r"1\.bias is missing",
    ),
    "several axes": (
        [RESHAPE, CONV, LAYER, FLATTEN, DENSE],
        {
            "0.weight": KERNEL,
            "1.weight": ones(2, 4, 4),
            "1.bias": ones(2, 4, 4),
            "3.weight": LINEAR,
        },
        r"1\.(bias|weight) must have the shape \(2,\).*GroupNorm",
    ),
    "some affine": (
        [DENSE, LAYER, DENSE, LAYER],
        {"0.weight": ones(2, 3), "1.weight": ones(2), "1.bias": ones(2), "2.weight": ones(2, 2)},
        "4 layers have parameters .* 3 modules",
    ),
    "uneven padding": (
        [RESHAPE, CONV | {"kernel_size": 3, "stride": 2, "padding": "same"}, FLATTEN, DENSE],
        {"0.weight": ones(2, 2, 3, 3), "2.weight": ones(2, 8)},
        r"0\.weight cannot be imported: padding same with stride 2",
    ),
    "unflattened": (
        [DENSE | {"units": 8}, {"type": "reshape", "shape": [2, 2, 2]}, CONV, FLATTEN, DENSE],
        {"0.weight": ones(8, 3), "2.weight": KERNEL, "4.weight": ones(2, 8)},
        r"layers/1: reshape to \(2, 2, 2\) cannot be imported",
    ),
    "other image": (
        [RESHAPE, CONV, {"type": "reshape", "shape": [4, 2, 4]}, CONV, FLATTEN, DENSE],
        {"0.weight": KERNEL, "1.weight": ones(2, 4, 1, 1), "2.weight": ones(2, 16)},
        r"layers/2: reshape to \(4, 2, 4\) cannot be imported",
    ),
    "image out": ([RESHAPE, CONV, FLATTEN], {"0.weight": KERNEL}, "outputs are a flattened image"),
    "order": (
        [DENSE, DENSE],
        {"input.weight": ones(2, 2), "hidden.weight": ones(2, 2)},
        "list them in `modules` .hidden, input.",
    ),
    "many columns": (
        [{"type": "reshape", "shape": [65536, 65536, 1]}, CONV, FLATTEN, DENSE],
        PLAIN,
        "at most 1048576 columns",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_name_and_reason(name: str) -> None:
    layers, state, reason = REFUSED[name]
    with pytest.raises(CorruptFileError, match=reason):
        imported(layers, state)


def test_what_the_refused_ones_vary_is_imported() -> None:
    assert imported(IMAGE, PLAIN).network.output_shape == (2,)
    back = [DENSE | {"units": 8}, {"type": "reshape", "shape": [2, 4, 1]}, FLATTEN, DENSE]
    model = imported(back, {"0.weight": ones(8, 3), "3.weight": ones(2, 8)})
    assert model.network.input_shape == (3,)


def test_layer_norms_without_affine_parameters_are_imported() -> None:
    state = {"0.weight": ones(2, 3), "2.weight": ones(2, 2)}
    model = imported([DENSE, LAYER, DENSE], state)
    arrays = model.network.arrays(model.parameters)
    np.testing.assert_array_equal(arrays["1.scale"], [1, 1])
    np.testing.assert_array_equal(arrays["1.offset"], [0, 0])


def test_tied_arrays_are_read_by_the_name_that_the_metadata_report() -> None:
    """As safetensors.torch.save_model writes them: once, and the other name beside."""
    data = safetensors.numpy.save(
        {"0.weight": ones(2, 2) * 3},
        {"1.weight": "0.weight", "architecture": json.dumps({"layers": [DENSE, DENSE]})},
    )
    model = read_foreign_model(data, LIMITS)
    assert (model.parameters == 3).all()
    assert model.parameters.size == 8


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_read_exactly(dtype: str) -> None:
    """bfloat16 is the upper half of float32: 0x3F81 is 1.0078125, 0x0001 the least above 0."""
    bits = {"bfloat16": [0x3F81, 0xC2F7, 0x0001], "float16": [0x3C08, 0xD7B8, 0x0001]}[dtype]
    least = {"bfloat16": 2.0**-133, "float16": 2.0**-24}[dtype]
    data = np.array(bits, "<u2").tobytes()
    about = {"architecture": json.dumps({"layers": [DENSE | {"units": 1}]})}
    header = {
        "__metadata__": about,
        "0.weight": {
            "dtype": {"bfloat16": "BF16", "float16": "F16"}[dtype],
            "shape": [1, 3],
            "data_offsets": [0, 6],
        },
    }
    text = json.dumps(header).encode()
    model = read_foreign_model(len(text).to_bytes(8, "little") + text + data, LIMITS)
    assert model.parameters.tolist() == [1.0078125, -123.5, least]
