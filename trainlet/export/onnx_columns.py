"""ONNX nodes of the column encoding.

Categories are strings and one-hot encoded, as in preprocessing.
"""

from __future__ import annotations

import json

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from trainlet.datasets import Column, FittedPreprocessing
from trainlet.export.graph import Graph

ML_DOMAIN = "ai.onnx.ml"
ML_OPSET = 3


def texts(preprocessing: FittedPreprocessing) -> list[Column]:
    """Return the columns with categories."""
    return [form for form in preprocessing.forms if form.type == "category"]


def inputs(preprocessing: FittedPreprocessing) -> list[ValueInfoProto]:
    """Return the inputs of a graph: `points` and, if there are any, `categories`."""
    numbers, strings = (
        len(preprocessing.columns) - len(texts(preprocessing)),
        len(texts(preprocessing)),
    )
    value_info = helper.make_tensor_value_info
    result = [value_info("points", TensorProto.DOUBLE, ["n", numbers])] if numbers else []
    return result + (
        [value_info("categories", TensorProto.STRING, ["n", strings])] if strings else []
    )


def about(preprocessing: FittedPreprocessing) -> dict[str, str]:
    """Return the metadata of the inputs: the columns of each."""
    strings = texts(preprocessing)
    metadata = {"columns": json.dumps(preprocessing.columns)}
    if strings:
        others = [form.name for form in preprocessing.forms if form.type != "category"]
        metadata["points"] = json.dumps(others)
        metadata["categories"] = json.dumps({form.name: form.categories for form in strings})
    return metadata


def encoded(graph: Graph, preprocessing: FittedPreprocessing) -> str:
    """Return the encoded columns (n, encoded) in double; unknown categories give nan."""
    if not texts(preprocessing):
        return "points"
    columns, numbers, strings = [], 0, 0
    for form in preprocessing.forms:
        if form.type == "category":
            if form.categories:
                columns.append(_one_hot(graph, strings, form.categories))
            strings += 1
        else:
            columns.append(graph.add("Gather", "points", graph.shape(numbers), axis=1))
            numbers += 1
    return graph.add("Concat", *columns, axis=1)


def _one_hot(graph: Graph, place: int, categories: tuple[str, ...]) -> str:
    text = graph.add("Gather", "categories", graph.shape(place), axis=1)
    codes = list(range(len(categories)))
    code = graph.add(
        "LabelEncoder",
        text,
        domain=ML_DOMAIN,
        keys_strings=list(categories),
        values_int64s=codes,
        default_int64=-1,
    )
    same = graph.add("Cast", graph.add("Equal", code, graph.shape(*codes)), to=TensorProto.DOUBLE)
    unknown = graph.add("Less", code, graph.shape(0))
    return graph.add("Where", unknown, graph.constant(np.nan, np.float64), same)
