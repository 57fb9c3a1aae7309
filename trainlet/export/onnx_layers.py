"""Layers and activations as nodes of ONNX.

Values lie as users see them, (samples, height, width, channels); where ONNX wants the channels
before height and width, they are turned there and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi, sqrt
from typing import Any

from trainlet.export.graph import Graph
from trainlet.network import (
    Activation,
    ActivationLayer,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Elu,
    Flatten,
    Gelu,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    LeakyRelu,
    Linear,
    MaxPooling,
    Relu,
    Reshape,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from trainlet.network.arrays import Array, Shape

Arrays = Mapping[str, Array]
Writer = Callable[[Graph, Any, str, Arrays, Shape, Shape], str]
"""Graph, layer, name of its input, its arrays, shapes of a sample before and behind: output."""


def _dense(graph: Graph, layer: Dense, x: str, arrays: Arrays, *_: Shape) -> str:
    z = graph.add("MatMul", x, arrays["weight"])
    return graph.add("Add", z, arrays["bias"]) if "bias" in arrays else z


def _convolution(
    graph: Graph, layer: Convolution, x: str, arrays: Arrays, entering: Shape, _: Shape
) -> str:
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
        pads=list(layer.windows(*entering[:2]).margins),
    )
    return _channels_last(graph, z)


def _pooling(operation: str) -> Writer:
    def write(graph: Graph, layer: Any, x: str, *_: Any) -> str:
        size, stride = [layer.pool_size] * 2, [layer.stride or layer.pool_size] * 2
        turned = _channels_first(graph, x)
        pooled = graph.add(operation, turned, kernel_shape=size, strides=stride)
        return _channels_last(graph, pooled)

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
    deviation = (arrays["running_variance"] + layer.epsilon) ** 0.5
    return _scaled(graph, graph.add("Div", centred, deviation), arrays)


def _layer_normalization(
    graph: Graph, layer: LayerNormalization, x: str, arrays: Arrays, entering: Shape, _: Shape
) -> str:
    axes = list(range(1, len(entering) + 1))
    centred = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes, keepdims=1))
    square = graph.add("Mul", centred, centred)
    variance = graph.add("ReduceMean", square, axes=axes, keepdims=1)
    deviation = graph.add("Sqrt", graph.add("Add", variance, layer.epsilon))
    return _scaled(graph, graph.add("Div", centred, deviation), arrays)


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


def _gelu(graph: Graph, activation: Gelu, z: str) -> str:
    cubic = graph.add("Mul", graph.add("Mul", z, z), 0.044715)
    factor = graph.add("Mul", graph.add("Add", cubic, 1.0), sqrt(2 / pi))
    t = graph.add("Tanh", graph.add("Mul", factor, z))
    return graph.add("Mul", graph.add("Mul", graph.add("Add", t, 1.0), z), 0.5)


def _softplus(graph: Graph, activation: Softplus, z: str) -> str:
    """max(z, 0) + ln(1 + exp(−|z|)), which overflows nowhere."""
    power = graph.add("Exp", graph.add("Neg", graph.add("Abs", z)))
    return graph.add("Add", graph.add("Relu", z), graph.add("Log", graph.add("Add", power, 1.0)))


ACTIVATIONS: dict[type[Activation], Callable[[Graph, Any, str], str]] = {
    Elu: lambda graph, own, z: graph.add("Elu", z, alpha=own.alpha),
    Gelu: _gelu,
    LeakyRelu: lambda graph, own, z: graph.add("LeakyRelu", z, alpha=own.negative_slope),
    Linear: lambda graph, own, z: z,
    Relu: lambda graph, own, z: graph.add("Relu", z),
    Selu: lambda graph, own, z: graph.add(
        "Selu", z, alpha=1.6732632423543772, gamma=1.0507009873554805
    ),
    Sigmoid: lambda graph, own, z: graph.add("Sigmoid", z),
    Silu: lambda graph, own, z: graph.add("Mul", z, graph.add("Sigmoid", z)),
    Softmax: lambda graph, own, z: graph.add("Softmax", z, axis=-1),
    Softplus: _softplus,
    Tanh: lambda graph, own, z: graph.add("Tanh", z),
}
