"""ONNX nodes of activations, by operators that onnxruntime supports in double precision."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

from trainlet.export.graph import Graph
from trainlet.network.activations import (
    Activation,
    Elu,
    Gelu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)


def _elu(graph: Graph, z: str, alpha: float, scale: float = 1.0) -> str:
    """Add λ (max(z, 0) + α expm1(min(z, 0))), with expm1(z) = tanh(z / 2) (exp(z) + 1)."""
    low = graph.add("Min", z, 0.0)
    power = graph.add("Add", graph.add("Exp", low), 1.0)
    expm1 = graph.add("Mul", graph.add("Tanh", graph.add("Mul", low, 0.5)), power)
    high = graph.add("Mul", graph.add("Relu", z), scale)
    return graph.add("Add", high, graph.add("Mul", expm1, scale * alpha))


def _gelu(graph: Graph, activation: Gelu, z: str) -> str:
    cubic = graph.add("Mul", graph.add("Mul", z, z), 0.044715)
    factor = graph.add("Mul", graph.add("Add", cubic, 1.0), sqrt(2 / pi))
    t = graph.add("Tanh", graph.add("Mul", factor, z))
    return graph.add("Mul", graph.add("Mul", graph.add("Add", t, 1.0), z), 0.5)


def _leaky_relu(graph: Graph, activation: LeakyRelu, z: str) -> str:
    """Add max(z, s z), because the attribute of LeakyRelu would round s to float32."""
    return graph.add("Max", z, graph.add("Mul", z, activation.negative_slope))


def _softplus(graph: Graph, activation: Softplus, z: str) -> str:
    """Add max(z, 0) + ln(1 + exp(−|z|)), which never overflows."""
    power = graph.add("Exp", graph.add("Neg", graph.add("Abs", z)))
    return graph.add("Add", graph.add("Relu", z), graph.add("Log", graph.add("Add", power, 1.0)))


ACTIVATIONS: dict[type[Activation], Callable[[Graph, Any, str], str]] = {
    Elu: lambda graph, own, z: _elu(graph, z, own.alpha),
    Gelu: _gelu,
    LeakyRelu: _leaky_relu,
    Linear: lambda graph, own, z: z,
    Relu: lambda graph, own, z: graph.add("Relu", z),
    Selu: lambda graph, own, z: _elu(graph, z, 1.6732632423543772, 1.0507009873554805),
    Sigmoid: lambda graph, own, z: graph.add("Sigmoid", z),
    Silu: lambda graph, own, z: graph.add("Mul", z, graph.add("Sigmoid", z)),
    Softmax: lambda graph, own, z: graph.add("Softmax", z, axis=-1),
    Softplus: _softplus,
    Tanh: lambda graph, own, z: graph.add("Tanh", z),
}
