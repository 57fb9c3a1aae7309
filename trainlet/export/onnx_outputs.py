"""ONNX nodes of outputs, labels and values."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from trainlet.datasets import FittedPreprocessing
from trainlet.export.graph import Graph


def add_outputs(
    graph: Graph, preprocessing: FittedPreprocessing, x: str, units: int
) -> list[ValueInfoProto]:
    """Add `outputs` and their `values` or `labels`, and declare them."""
    graph.name("outputs", "Identity", x)
    numbers = helper.np_dtype_to_tensor_dtype(graph.dtype)
    declared = [helper.make_tensor_value_info("outputs", numbers, ["n", units])]
    mean, scale = preprocessing.target_mean, preprocessing.target_scale
    if mean is not None and scale is not None:
        wide = graph.add("Cast", "outputs", to=TensorProto.DOUBLE)
        scaled = graph.add("Mul", wide, graph.constant(scale, np.float64))
        graph.name("values", "Add", scaled, graph.constant(mean, np.float64))
        declared.append(helper.make_tensor_value_info("values", TensorProto.DOUBLE, ["n", units]))
    if preprocessing.labels is not None:
        declared.append(_add_labels(graph, preprocessing, units))
    return declared


def _add_labels(graph: Graph, preprocessing: FittedPreprocessing, units: int) -> ValueInfoProto:
    """Add `labels`, by the rule of `TargetEncoding.decision`, and declare them.

    They are (n,) for classification and booleans (n, units) for multilabel.
    """
    decision = preprocessing.encoding.decision
    if decision.multilabel:
        graph.name("labels", "Greater", "outputs", graph.constant(decision.threshold))
        return helper.make_tensor_value_info("labels", TensorProto.BOOL, ["n", units])
    if units > 1:
        chosen = graph.add("ArgMax", "outputs", axis=1, keepdims=0)
    else:
        single = graph.add("Reshape", "outputs", graph.shape(-1))
        chosen = graph.add("Greater", single, decision.threshold)
        chosen = graph.add("Cast", chosen, to=TensorProto.INT64)
    labels = preprocessing.encoding.label_array
    graph.name("labels", "Gather", graph.constant(labels, labels.dtype), chosen, axis=0)
    kind = helper.np_dtype_to_tensor_dtype(labels.dtype)
    return helper.make_tensor_value_info("labels", kind, ["n"])
