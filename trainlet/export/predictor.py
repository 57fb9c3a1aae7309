"""Standalone prediction with a trained network; it only needs NumPy.

    from this_file import labels, predict

    outputs = predict([[1.0, 3.0], [2.0, 2.0]])
    print(labels(outputs))

As a command, it reads a JSON list of points and prints outputs, values and labels:

    echo '[[1.0, 3.0]]' | python this_file.py

Points are raw; the model's preprocessing is applied. Images are (height, width, channels).
Categories are strings, dates are strings such as "2024-05-31", and None is a missing value.
"""

import base64
import json
import sys
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import numpy as np

ABOUT = ""
WEIGHTS = ""

MODEL: dict[str, Any] = json.loads(ABOUT or "{}")


def _arrays() -> dict[str, Any]:
    """Return the parameters by name, as views of one array."""
    dtype = np.dtype(MODEL.get("dtype", "float32"))
    flat = np.frombuffer(base64.b64decode(WEIGHTS), dtype.newbyteorder("<")).astype(dtype)
    result, start = {}, 0
    for name, shape in MODEL.get("arrays", {}).items():
        size = int(np.prod(shape))
        result[name] = flat[start : start + size].reshape(shape)
        start += size
    return result


ARRAYS = _arrays()


def predict(points: Any) -> Any:
    """Return the outputs (n, units) of raw points (n, columns)."""
    points = _encoded(points)
    if MODEL["fill"] is not None:
        points = np.where(np.isnan(points), np.array(MODEL["fill"]), points)
    with np.errstate(all="ignore"):
        x = np.stack([_feature(one, points) for one in MODEL["features"]], axis=1)
        if MODEL["mean"] is not None:
            x = (x - np.array(MODEL["mean"])) / np.array(MODEL["scale"])
        x = x.astype(MODEL["dtype"]).reshape(-1, *MODEL["input_shape"])
        for index, layer in enumerate(MODEL["layers"]):
            x = LAYERS[layer["type"]](layer, f"{index}.", x)
            if "activation" in layer:
                x = ACTIVATIONS[layer["activation"]["type"]](layer["activation"], x)
    return x


def _encoded(points: Any) -> Any:
    """Return points as numbers with one-hot encoded categories."""
    columns, forms = MODEL["columns"], MODEL["forms"]
    points = list(points) if forms else np.asarray(points, np.float64)
    flat = not forms and points.ndim != 2
    if flat or any(len(row) != len(columns) for row in points):
        raise ValueError(f"points must be rows of {len(columns)} values: {', '.join(columns)}")
    if not forms:
        return points
    return np.concatenate(
        [_column(form, [row[place] for row in points]) for place, form in enumerate(forms)], axis=1
    )


def _column(form: Any, column: Any) -> Any:
    if form["type"] == "category":
        known, column = form["categories"], [_category(value) for value in column]
        for value in column:
            if value is not None and value not in known:
                raise ValueError(f"{form['name']} must be one of {known}, not {value!r}")
        hot = [[np.nan if value is None else value == one for one in known] for value in column]
        return np.array(hot, np.float64).reshape(len(column), len(known))
    if form["type"] == "date":
        column = [_days(value) if isinstance(value, str) else value for value in column]
    return np.array(column, np.float64).reshape(len(column), 1)


def _category(value: Any) -> Any:
    """Return a number or boolean as the string of its category."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else value


def _days(text: str) -> float:
    """Return the days since 1970 in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() / 86400


def values(outputs: Any) -> Any:
    """Return the values of outputs in the units of the data."""
    if MODEL["target_mean"] is None:
        return outputs
    return outputs * np.array(MODEL["target_scale"]) + np.array(MODEL["target_mean"])


def labels(outputs: Any) -> Any:
    """Return the label of each row of outputs, or a list of labels for multilabel.

    None for regression.
    """
    known = MODEL["labels"]
    if known is None:
        return None
    above = outputs > MODEL["threshold"]
    if MODEL["multilabel"]:
        return [[label for label, one in zip(known, row, strict=True) if one] for row in above]
    places = above[:, 0].astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
    return [known[place] for place in places]


def _feature(factors: Any, points: Any) -> Any:
    """Return a product of powers of encoded columns, or a function of one."""
    return reduce(np.multiply, (_factor(points[:, place], what) for place, what in factors))


def _factor(values: Any, function: Any) -> Any:
    if isinstance(function, str):
        return FUNCTIONS[function](values)
    return values if function == 1 else values**function


def _affine(x: Any, name: str) -> Any:
    return x + ARRAYS[f"{name}bias"] if f"{name}bias" in ARRAYS else x


def _dense(layer: Any, name: str, x: Any) -> Any:
    return _affine(x @ ARRAYS[f"{name}weight"], name)


def _windows(x: Any, size: int, stride: int, dilation: int = 1) -> Any:
    """Return every window (n, rows, columns, channels, size, size)."""
    reach = (size - 1) * dilation + 1
    view = np.lib.stride_tricks.sliding_window_view(x, (reach, reach), axis=(1, 2))
    return view[:, ::stride, ::stride, :, ::dilation, ::dilation]


def _convolution(layer: Any, name: str, x: Any) -> Any:
    padded = np.pad(x, layer["padding"])
    windows = _windows(padded, layer["kernel_size"], layer["stride"], layer["dilation"])
    z = np.tensordot(windows, ARRAYS[f"{name}weight"], axes=((4, 5, 3), (0, 1, 2)))
    return _affine(z, name)


def _pooled(layer: Any, x: Any) -> Any:
    return _windows(x, layer["pool_size"], layer["stride"] or layer["pool_size"])


def _batch_normalization(layer: Any, name: str, x: Any) -> Any:
    centred = x - ARRAYS[f"{name}running_mean"]
    std = np.sqrt(ARRAYS[f"{name}running_variance"] + x.dtype.type(layer["epsilon"]))
    return centred / std * ARRAYS[f"{name}scale"] + ARRAYS[f"{name}offset"]


def _layer_normalization(layer: Any, name: str, x: Any) -> Any:
    axes = tuple(range(1, x.ndim))
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = np.square(centred).mean(axis=axes, keepdims=True)
    normal = centred / np.sqrt(variance + x.dtype.type(layer["epsilon"]))
    return normal * ARRAYS[f"{name}scale"] + ARRAYS[f"{name}offset"]


def _elu(z: Any, alpha: float, scale: float = 1.0) -> Any:
    return scale * (np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0)))


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _gelu(z: Any) -> Any:
    return 0.5 * z * (1 + np.tanh(0.7978845608028654 * (z + 0.044715 * z * z * z)))


def _softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


FUNCTIONS: dict[str, Any] = {"sin": np.sin, "cos": np.cos}

LAYERS: dict[str, Any] = {
    "activation": lambda layer, name, x: x,
    "average_pool2d": lambda layer, name, x: _pooled(layer, x).mean(axis=(4, 5)),
    "batch_normalization": _batch_normalization,
    "conv2d": _convolution,
    "dense": _dense,
    "dropout": lambda layer, name, x: x,
    "flatten": lambda layer, name, x: x.reshape(len(x), int(np.prod(x.shape[1:]))),
    "global_average_pool2d": lambda layer, name, x: x.mean(axis=(1, 2)),
    "layer_normalization": _layer_normalization,
    "max_pool2d": lambda layer, name, x: _pooled(layer, x).max(axis=(4, 5)),
    "reshape": lambda layer, name, x: x.reshape(len(x), *layer["shape"]),
}

ACTIVATIONS: dict[str, Any] = {
    "elu": lambda about, z: _elu(z, about["alpha"]),
    "gelu": lambda about, z: _gelu(z),
    "leaky_relu": lambda about, z: np.maximum(z, about["negative_slope"] * z),
    "linear": lambda about, z: z,
    "relu": lambda about, z: np.maximum(z, 0),
    "selu": lambda about, z: _elu(z, 1.6732632423543772, 1.0507009873554805),
    "sigmoid": lambda about, z: _sigmoid(z),
    "silu": lambda about, z: z * _sigmoid(z),
    "softmax": lambda about, z: _softmax(z),
    "softplus": lambda about, z: np.logaddexp(z, 0).astype(z.dtype),
    "tanh": lambda about, z: np.tanh(z),
}

if __name__ == "__main__":
    outputs = predict(json.load(sys.stdin))
    document = {"outputs": outputs.tolist(), "values": values(outputs).tolist()}
    print(json.dumps(document | {"labels": labels(outputs)}))
