"""ONNX export, from raw points to outputs."""

from __future__ import annotations

import json
from functools import reduce

import numpy as np
import onnx
from onnx import TensorProto, ValueInfoProto, helper

from trainlet.datasets import Feature
from trainlet.export import onnx_columns
from trainlet.export.graph import Graph
from trainlet.export.onnx_activations import ACTIVATIONS
from trainlet.export.onnx_layers import LAYERS
from trainlet.export.onnx_outputs import add_outputs
from trainlet.store import Model

OPSET = 17
IR_VERSION = 8
"""Version of ONNX 1.12, which all recent runtimes support."""

FUNCTIONS = {"sin": "Sin", "cos": "Cos"}
TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


def to_onnx(model: Model, name: str, version: int) -> bytes:
    """Return the ONNX file of a model: `points` (n, columns) in double to `outputs` (n, units).

    Classification also has `labels` (n,), multilabel `labels` (n, units) as booleans, and
    standardized targets have `values` (n, units). Categories are a separate input of strings,
    `categories` (n, columns with categories). Features and standardization are computed in double,
    the network in its dtype. The metadata contain columns, labels and task.
    """
    network = model.network
    graph = Graph(network.dtype)
    x = _inputs(graph, model)
    entering = (network.input_shape, *network.shapes)
    named = network.arrays(model.parameters)
    for index, layer in enumerate(network.layers):
        prefix = f"{index}."
        own = {key.removeprefix(prefix): a for key, a in named.items() if key.startswith(prefix)}
        x = LAYERS[type(layer)](graph, layer, x, own, entering[index], entering[index + 1])
        activation = getattr(layer, "activation", None)
        if activation is not None:
            x = ACTIVATIONS[type(activation)](graph, activation, x)
    declared = add_outputs(graph, model.preprocessing, x, network.output_shape[-1])
    return _file(graph, model, declared, name, version)


def _inputs(graph: Graph, model: Model) -> str:
    """Add the preprocessing of raw points; return the inputs of the network."""
    preprocessing, shape = model.preprocessing, model.network.input_shape
    x = _filled(graph, model)
    if preprocessing.features != preprocessing.encoded:
        features = [_feature(graph, x, feature) for feature in preprocessing.computed]
        x = graph.add("Concat", *features, axis=1)
    if preprocessing.mean is not None and preprocessing.scale is not None:
        x = graph.add("Sub", x, graph.constant(preprocessing.mean, np.float64))
        x = graph.add("Div", x, graph.constant(preprocessing.scale, np.float64))
    x = graph.add("Cast", x, to=TYPES[model.network.dtype])
    return x if len(shape) == 1 else graph.add("Reshape", x, graph.shape(0, *shape))


def _filled(graph: Graph, model: Model) -> str:
    """Return the encoded columns with imputed missing values."""
    points = onnx_columns.encoded(graph, model.preprocessing)
    if model.preprocessing.fill is None:
        return points
    fill = graph.constant(model.preprocessing.fill, np.float64)
    return graph.add("Where", graph.add("IsNaN", points), fill, points)


def _feature(graph: Graph, points: str, feature: Feature) -> str:
    """Return a feature as a column (n, 1)."""
    factors = []
    for position, function in feature.factors:
        column = graph.add("Gather", points, graph.shape(position), axis=1)
        if isinstance(function, str):
            factors.append(graph.add(FUNCTIONS[function], column))
        else:
            factors += [column] * function
    return reduce(lambda x, y: graph.add("Mul", x, y), factors)


def _file(
    graph: Graph, model: Model, outputs: list[ValueInfoProto], name: str, version: int
) -> bytes:
    preprocessing = model.preprocessing
    body = helper.make_graph(
        graph.nodes,
        name,
        onnx_columns.inputs(preprocessing),
        outputs,
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    if onnx_columns.texts(preprocessing):
        opsets.append(helper.make_opsetid(onnx_columns.ML_DOMAIN, onnx_columns.ML_OPSET))
    file = helper.make_model(
        body,
        opset_imports=opsets,
        ir_version=IR_VERSION,
        producer_name="trainlet",
        model_version=version,
    )
    about = onnx_columns.about(preprocessing)
    about |= {
        "labels": json.dumps(preprocessing.labels),
        "task": json.dumps(preprocessing.encoding.task),
    }
    helper.set_model_props(file, about)
    onnx.checker.check_model(file, full_check=True)
    return bytes(file.SerializeToString())
