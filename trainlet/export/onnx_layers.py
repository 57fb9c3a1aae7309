"""ONNX nodes of layers.

Values are (samples, height, width, channels). Nodes that need the channels before height and width
have transpositions around them. onnxruntime 1.32 has no double-precision kernel for Conv and
AveragePool, so in float64 their windows are gathered and multiplied or averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from trainlet.export.graph import Graph
from trainlet.network.arrays import Array, Shape
from trainlet.network.layers import (
    ActivationLayer,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    Reshape,
)
from trainlet.network.layers.pooling import Pooling
from trainlet.network.layers.windows import Windows

Arrays = Mapping[str, Array]
Writer = Callable[[Graph, Any, str, Arrays, Shape, Shape], str]
"""Function of graph, layer, input name, arrays, input and output shape to the output name."""


def _dense(graph: Graph, layer: Dense, x: str, arrays: Arrays, *_: Shape) -> str:
    z = graph.add("MatMul", x, arrays["weight"])
    return graph.add("Add", z, arrays["bias"]) if "bias" in arrays else z


def _convolution(
    graph: Graph, layer: Convolution, x: str, arrays: Arrays, entering: Shape, _: Shape
) -> str:
    windows = layer.windows(*entering[:2])
    if graph.dtype == np.float64:
        return _convolution_of_windows(graph, windows, x, arrays)
    kernels = arrays["weight"].transpose(3, 2, 0, 1)
    bias = [arrays["bias"]] if "bias" in arrays else []
    z = graph.add(
        "Conv",
        _channels_first(graph, x),
        kernels,
        *bias,
        kernel_shape=[layer.kernel_size] * 2,
        strides=[layer.stride] * 2,
        dilations=[layer.dilation] * 2,
        pads=list(windows.margins),
    )
    return _channels_last(graph, z)


def _convolution_of_windows(graph: Graph, windows: Windows, x: str, arrays: Arrays) -> str:
    top, left, bottom, right = windows.margins
    if any(windows.margins):
        x = graph.add("Pad", x, graph.shape(0, top, left, 0, 0, bottom, right, 0))
    # (n, rows, i, columns, j, channels) to (n, rows, columns, i j channels)
    turned = graph.add("Transpose", _gathered(graph, windows, x), perm=[0, 1, 3, 2, 4, 5])
    weight = arrays["weight"].reshape(-1, arrays["weight"].shape[-1])
    columns = graph.add("Reshape", turned, graph.shape(0, *windows.output, len(weight)))
    z = graph.add("MatMul", columns, weight)
    return graph.add("Add", z, arrays["bias"]) if "bias" in arrays else z


def _gathered(graph: Graph, windows: Windows, x: str) -> str:
    """Gather every window of an image (n, rows, size, columns, size, channels)."""
    for axis, count in zip((1, 3), windows.output, strict=True):
        starts = np.arange(count)[:, np.newaxis] * windows.stride
        places = starts + np.arange(windows.size) * windows.dilation
        x = graph.add("Gather", x, graph.constant(places, np.int64), axis=axis)
    return x


def _pooling(operation: str) -> Writer:
    def write(
        graph: Graph, layer: Pooling, x: str, arrays: Arrays, entering: Shape, _: Shape
    ) -> str:
        windows = layer.windows(*entering[:2])
        if operation == "AveragePool" and graph.dtype == np.float64:
            return graph.add("ReduceMean", _gathered(graph, windows, x), axes=[2, 4], keepdims=0)
        turned, sides = _channels_first(graph, x), [windows.size] * 2
        steps = [windows.stride] * 2
        return _channels_last(
            graph, graph.add(operation, turned, kernel_shape=sides, strides=steps)
        )

    return write


def _channels_first(graph: Graph, x: str) -> str:
    return graph.add("Transpose", x, perm=[0, 3, 1, 2])


def _channels_last(graph: Graph, x: str) -> str:
    return graph.add("Transpose", x, perm=[0, 2, 3, 1])


def _reshape(graph: Graph, layer: Layer, x: str, arrays: Arrays, _: Shape, leaving: Shape) -> str:
    return graph.add("Reshape", x, graph.shape(0, *leaving))


def _global_average(graph: Graph, layer: Layer, x: str, *_: Any) -> str:
    return graph.add("ReduceMean", x, axes=[1, 2], keepdims=0)


def _batch_normalization(
    graph: Graph, layer: BatchNormalization, x: str, arrays: Arrays, *_: Shape
) -> str:
    centred = graph.add("Sub", x, arrays["running_mean"])
    std = (arrays["running_variance"] + layer.epsilon) ** 0.5
    return _scaled(graph, graph.add("Div", centred, std), arrays)


def _layer_normalization(
    graph: Graph, layer: LayerNormalization, x: str, arrays: Arrays, entering: Shape, _: Shape
) -> str:
    axes = list(range(1, len(entering) + 1))
    centred = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes, keepdims=1))
    square = graph.add("Mul", centred, centred)
    variance = graph.add("ReduceMean", square, axes=axes, keepdims=1)
    std = graph.add("Sqrt", graph.add("Add", variance, layer.epsilon))
    return _scaled(graph, graph.add("Div", centred, std), arrays)


def _scaled(graph: Graph, normal: str, arrays: Arrays) -> str:
    return graph.add("Add", graph.add("Mul", normal, arrays["scale"]), arrays["offset"])


def _same(graph: Graph, layer: Layer, x: str, *_: Any) -> str:
    return x


LAYERS: dict[type[Layer], Writer] = {
    ActivationLayer: _same,
    AveragePooling: _pooling("AveragePool"),
    BatchNormalization: _batch_normalization,
    Convolution: _convolution,
    Dense: _dense,
    Dropout: _same,
    Flatten: _reshape,
    GlobalAveragePooling: _global_average,
    LayerNormalization: _layer_normalization,
    MaxPooling: _pooling("MaxPool"),
    Reshape: _reshape,
}
