"""Builder of ONNX graphs with unique value names."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, DTypeLike
from onnx import helper, numpy_helper

from trainlet.network.arrays import Array


class Graph:
    """Collects nodes; numbers among the inputs of a node become constants of `dtype`."""

    def __init__(self, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operation: str, *inputs: str | ArrayLike, **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, names, [output], **attributes))
        return output

    def name(self, output: str, operation: str, *inputs: str, **attributes: Any) -> None:
        """Add a node whose output is an output of the graph with this name."""
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))

    def constant(self, value: ArrayLike, dtype: DTypeLike | None = None) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.constants)}"
        array: Array = np.asarray(value, self.dtype if dtype is None else dtype)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def shape(self, *sizes: int) -> str:
        """Add an integer constant for a shape and return its name."""
        return self.constant(sizes, np.int64)
