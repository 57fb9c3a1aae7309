"""Standalone export: a Python file that contains a model as data and only needs NumPy."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from trainlet.config import to_json
from trainlet.network.layers import Convolution, Layer
from trainlet.store import Model

PREDICTOR = Path(__file__).with_name("predictor.py")


def to_standalone(model: Model, name: str, version: int) -> str:
    """Return the Python source of a model's predictor.

    It is the module `predictor` with two literals: the model's description as JSON, and the
    parameters, little-endian, as base64.
    """
    about = json.dumps(_about(model, name, version), allow_nan=False)
    arrays = model.network.arrays(model.parameters).values()
    data = b"".join(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays)
    source = PREDICTOR.read_text(encoding="utf-8")
    for variable, text in (("ABOUT", about), ("WEIGHTS", base64.b64encode(data).decode())):
        source = source.replace(f'{variable} = ""\n', f"{variable} = {text!r}\n", 1)
    return source


def _about(model: Model, name: str, version: int) -> dict[str, Any]:
    preprocessing, network = model.preprocessing, model.network
    entering = (network.input_shape, *network.shapes)
    return {
        "name": name,
        "version": version,
        "columns": preprocessing.columns,
        "labels": preprocessing.labels,
        "threshold": preprocessing.encoding.decision.threshold,
        "multilabel": preprocessing.encoding.decision.multilabel,
        "forms": [to_json(form) for form in preprocessing.forms],
        "features": [feature.factors for feature in preprocessing.computed],
        "fill": preprocessing.fill,
        "target_mean": preprocessing.target_mean,
        "target_scale": preprocessing.target_scale,
        "mean": preprocessing.mean,
        "scale": preprocessing.scale,
        "dtype": network.dtype,
        "input_shape": network.input_shape,
        "layers": [
            _layer(layer, shape) for layer, shape in zip(network.layers, entering, strict=False)
        ],
        "arrays": {name: array.shape for name, array in network.arrays(model.parameters).items()},
    }


def _layer(layer: Layer, entering: tuple[int, ...]) -> dict[str, Any]:
    """Return a layer's JSON form without initializers; for a convolution also the padding."""
    about = {
        key: value for key, value in to_json(layer).items() if not key.endswith("_initializer")
    }
    if isinstance(layer, Convolution):
        top, left, bottom, right = layer.windows(*entering[:2]).margins
        about["padding"] = [[0, 0], [top, bottom], [left, right], [0, 0]]
    return dict(about)
