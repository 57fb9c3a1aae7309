"""Outputs in ONNX: beside the units themselves their labels, or values in the units of the data."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from trainlet.datasets import FittedPreparation, Label
from trainlet.export.graph import Graph
from trainlet.network.arrays import Array


def add_outputs(
    graph: Graph, preparation: FittedPreparation, x: str, units: int
) -> list[ValueInfoProto]:
    """Name the outputs, add `values` or `labels` of them, and declare them all."""
    graph.name("outputs", "Identity", x)
    numbers = helper.np_dtype_to_tensor_dtype(graph.dtype)
    declared = [helper.make_tensor_value_info("outputs", numbers, ["n", units])]
    mean, scale = preparation.target_mean, preparation.target_scale
    if mean is not None and scale is not None:
        wide = graph.add("Cast", "outputs", to=TensorProto.DOUBLE)
        scaled = graph.add("Mul", wide, graph.constant(scale, np.float64))
        graph.name("values", "Add", scaled, graph.constant(mean, np.float64))
        declared.append(helper.make_tensor_value_info("values", TensorProto.DOUBLE, ["n", units]))
    if preparation.labels is not None:
        labels = _labels(preparation.labels)
        graph.name(
            "labels",
            "Gather",
            graph.constant(labels, labels.dtype),
            _chosen(graph, preparation, units),
            axis=0,
        )
        kind = helper.np_dtype_to_tensor_dtype(labels.dtype)
        declared.append(helper.make_tensor_value_info("labels", kind, ["n"]))
    return declared


def _chosen(graph: Graph, preparation: FittedPreparation, units: int) -> str:
    """Return the position (n,) of each row's label, decided as `Encoding.decode` does."""
    if units > 1:
        return graph.add("ArgMax", "outputs", axis=1, keepdims=0)
    threshold = 0.0 if preparation.encoding.form == "plus_minus_one" else 0.5
    above = graph.add("Greater", graph.add("Reshape", "outputs", graph.shape(-1)), threshold)
    return graph.add("Cast", above, to=TensorProto.INT64)


def _labels(labels: tuple[Label, ...]) -> Array:
    """Return the labels as booleans, int64 or double if all are such, else as texts."""
    for kind, dtype in ((bool, np.bool_), (int, np.int64), (float, np.float64)):
        if all(type(label) is kind for label in labels):
            try:
                return np.array(labels, dtype)
            except OverflowError:
                break
    return np.array([str(label) for label in labels], object)
