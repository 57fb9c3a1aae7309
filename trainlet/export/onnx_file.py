"""ONNX: a model as a graph that other runtimes compute, from raw points to outputs."""

from __future__ import annotations

import json

import numpy as np
import onnx
from onnx import TensorProto, helper

from trainlet.export import onnx_columns
from trainlet.export.expressions import Expression, expressions
from trainlet.export.graph import Graph
from trainlet.export.onnx_layers import ACTIVATIONS, LAYERS
from trainlet.store import Model

OPSET = 17
IR_VERSION = 8
"""Old enough for every runtime of the last years: ONNX 1.12."""

OPERATIONS = {"sin": "Sin", "cos": "Cos", "multiply": "Mul"}
TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


def to_onnx(model: Model, name: str, version: int) -> bytes:
    """The ONNX file of a model: `points` (n, columns) in double to `outputs` (n, units).

    Columns of categories come apart, as texts: `categories` (n, such columns).
    Features and standardizing are computed in double, as the service does, the network in its
    own type. Columns and labels stand in the metadata. For multilabel there is a third tensor:
    `labels` (n, labels) tells which labels are present.
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
    graph.nodes.append(helper.make_node("Identity", [x], ["outputs"]))
    _add_values(graph, model)
    _add_labels(graph, model)
    return _file(graph, model, name, version)


def _inputs(graph: Graph, model: Model) -> str:
    """What the network sees of raw points."""
    preparation, shape = model.preparation, model.network.input_shape
    x = _filled(graph, model)
    if preparation.features != preparation.encoded:
        features = [_feature(graph, x, one) for one in expressions(preparation)]
        x = graph.add("Concat", *features, axis=1)
    if preparation.mean is not None and preparation.scale is not None:
        x = graph.add("Sub", x, graph.constant(preparation.mean, np.float64))
        x = graph.add("Div", x, graph.constant(preparation.scale, np.float64))
    x = graph.add("Cast", x, to=TYPES[model.network.dtype])
    return x if len(shape) == 1 else graph.add("Reshape", x, graph.shape(0, *shape))


def _filled(graph: Graph, model: Model) -> str:
    """The encoded columns, with what stands for missing values in their place."""
    points = onnx_columns.encoded(graph, model.preparation)
    if model.preparation.fill is None:
        return points
    fill = graph.constant(model.preparation.fill, np.float64)
    return graph.add("Where", graph.add("IsNaN", points), fill, points)


def _feature(graph: Graph, points: str, expression: Expression) -> str:
    """A feature as a column (n, 1)."""
    operation, *operands = expression
    if operation == "column":
        return graph.add("Gather", points, graph.shape(operands[0]), axis=1)
    if operation == "power":
        return _power(graph, _feature(graph, points, operands[0]), operands[1])
    return graph.add(OPERATIONS[operation], *(_feature(graph, points, one) for one in operands))


def _power(graph: Graph, x: str, exponent: int) -> str:
    power = x
    for _ in range(exponent - 1):
        power = graph.add("Mul", power, x)
    return power


def _add_values(graph: Graph, model: Model) -> None:
    """What outputs stand for in the units of the data, where targets were standardized."""
    mean, scale = model.preparation.target_mean, model.preparation.target_scale
    if mean is None or scale is None:
        return
    wide = graph.add("Cast", "outputs", to=TensorProto.DOUBLE)
    scaled = graph.add("Mul", wide, graph.constant(scale, np.float64))
    names = [scaled, graph.constant(mean, np.float64)]
    graph.nodes.append(helper.make_node("Add", names, ["values"]))


def _add_labels(graph: Graph, model: Model) -> None:
    """Which labels are present, where each has a unit of its own."""
    decision = model.preparation.encoding.decision
    if decision.multilabel:
        names = ["outputs", graph.constant(decision.threshold)]
        graph.nodes.append(helper.make_node("Greater", names, ["labels"]))


def _file(graph: Graph, model: Model, name: str, version: int) -> bytes:
    preparation, network = model.preparation, model.network
    outputs: list[int | str | None] = ["n", *network.output_shape]
    told = [helper.make_tensor_value_info("outputs", TYPES[network.dtype], outputs)]
    if preparation.target_mean is not None:
        told.append(helper.make_tensor_value_info("values", TensorProto.DOUBLE, outputs))
    if preparation.encoding.task == "multilabel":
        told.append(helper.make_tensor_value_info("labels", TensorProto.BOOL, outputs))
    body = helper.make_graph(
        graph.nodes,
        name,
        onnx_columns.inputs(preparation),
        told,
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    if onnx_columns.texts(preparation):
        opsets.append(helper.make_opsetid(onnx_columns.ML_DOMAIN, onnx_columns.ML_OPSET))
    file = helper.make_model(
        body,
        opset_imports=opsets,
        ir_version=IR_VERSION,
        producer_name="trainlet",
        model_version=version,
    )
    about = onnx_columns.about(preparation)
    about |= {
        "labels": json.dumps(preparation.labels),
        "task": json.dumps(preparation.encoding.task),
    }
    helper.set_model_props(file, about)
    onnx.checker.check_model(file, full_check=True)
    return bytes(file.SerializeToString())
