"""Conversion of the arrays of PyTorch modules to trainlet's layers.

A linear weight (outputs, inputs) becomes (inputs, outputs), and a kernel (filters, inputs, height,
width) becomes (height, width, inputs, filters). PyTorch stores images channels first, trainlet
channels last, so arrays after a flattened image are reordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from trainlet.errors import CorruptFileError
from trainlet.network import Network
from trainlet.network.arrays import Array, Shape
from trainlet.network.layers import (
    BatchNormalization,
    Convolution,
    Dense,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    Reshape,
)
from trainlet.store.array_file import Arrays

AFFINE = {"weight": "scale", "bias": "offset"}
TRACKED = {"running_mean": "running_mean", "running_var": "running_variance"}
"""PyTorch's names of a normalization's arrays, mapped to trainlet's."""


def read_modules(network: Network, state: Arrays, modules: list[str]) -> Arrays:
    """Return trainlet's arrays for PyTorch modules, given in the order of the layers.

    Raises CorruptFileError, which names the array, for missing, unknown, misshapen or non-finite
    arrays, and for an architecture that PyTorch would compute in another order.
    """
    orders, entering = _orders(network), (network.input_shape, *network.shapes)
    arrays: Arrays = {}
    for index, module in _pairs(network, state, modules):
        layer, shape = network.layers[index], entering[index]
        if isinstance(layer, Convolution):
            _check_padding(layer, shape, module)
        own = {n.rpartition(".")[2]: a for n, a in state.items() if n.rpartition(".")[0] == module}
        _check(layer, shape, module, own)
        for name, array in own.items():
            turned = _turned(layer, array, orders[index] if len(shape) == 1 else None)
            with np.errstate(over="ignore"):
                turned = turned.astype(network.dtype)
            if not np.isfinite(turned).all():
                raise CorruptFileError(
                    f"{module}.{name} must contain finite numbers in {network.dtype}"
                )
            arrays[f"{index}.{_our_name(layer, name)}"] = turned
    return _defaults(network) | arrays


def _orders(network: Network) -> list[Array]:
    """Return, for the input of each layer, PyTorch's position of each of trainlet's numbers.

    Raises CorruptFileError if a reshape would mix them up.
    """
    shapes, first = (network.input_shape, *network.shapes), True
    order, orders = _channels_first(shapes[0]), []
    for index, (layer, before, after) in enumerate(
        zip(network.layers, shapes, shapes[1:], strict=False)
    ):
        orders.append(order)
        if isinstance(layer, (Flatten, Reshape)):
            if first and len(before) == 1:  # points become images: channels last, as in trainlet
                order = _channels_first(after)
            elif len(after) > 1 and not np.array_equal(order, _channels_first(after)):
                message = "PyTorch stores channels first, so the numbers would be mixed up"
                raise CorruptFileError(
                    f"layers/{index}: reshape to {after} cannot be imported: {message}"
                )
        elif isinstance(layer, (Dense, GlobalAveragePooling)) or len(after) > 1:
            order = _channels_first(after)
        first = first and not isinstance(layer, (Flatten, Reshape)) and not layer.declare(before)
    if not np.array_equal(order, np.arange(len(order))):
        message = "PyTorch stores channels first: end with a dense layer"
        raise CorruptFileError(f"the outputs are a flattened image, and {message}")
    return orders


def _channels_first(shape: Shape) -> Array:
    """Return the position in (channels, …) of each number of (…, channels)."""
    positions = np.arange(prod(shape)).reshape(shape[-1], *shape[:-1])
    return np.moveaxis(positions, 0, -1).ravel()


def _pairs(network: Network, state: Arrays, modules: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the layers with parameters, each with its module.

    A LayerNorm without affine parameters has no arrays. Either all are without, or none.
    """
    entering = (network.input_shape, *network.shapes)
    layers = [i for i, layer in enumerate(network.layers) if layer.declare(entering[i])]
    plain = [i for i in layers if not isinstance(network.layers[i], LayerNormalization)]
    if len(modules) == len(plain) < len(layers):
        layers = plain
    if len(layers) != len(modules):
        kinds = ", ".join(network.layers[index].kind for index in layers)
        message = f"{len(layers)} layers have parameters ({kinds})"
        raise CorruptFileError(
            f"{message}, but {len(modules)} modules do: {', '.join(modules):.300}"
        )
    return zip(layers, modules, strict=True)


def _expected(layer: Layer, shape: Shape) -> dict[str, Shape]:
    """Return the arrays that a module for this layer can have, by name."""
    if isinstance(layer, Dense):
        result = {"weight": (layer.units, *shape), "bias": (layer.units,)}
    elif isinstance(layer, Convolution):
        sides = (layer.kernel_size, layer.kernel_size)
        result = {"weight": (layer.filters, shape[-1], *sides), "bias": (layer.filters,)}
    else:
        names = AFFINE | (TRACKED if isinstance(layer, BatchNormalization) else {})
        return dict.fromkeys(names, shape[-1:])
    if not layer.use_bias:
        del result["bias"]
    return result


def _check(layer: Layer, shape: Shape, module: str, own: Arrays) -> None:
    expected = _expected(layer, shape)
    for name, array in own.items():
        if name not in expected:
            raise CorruptFileError(
                f"{module}.{name} is unknown: {layer.kind} has {', '.join(expected)}"
            )
        if array.shape != expected[name]:
            why = _why(layer, array, expected[name])
            raise CorruptFileError(
                f"{module}.{name} must have the shape {expected[name]}, not {array.shape}{why}"
            )
    optional = set()
    if isinstance(layer, BatchNormalization) and not own.keys() & AFFINE.keys():
        optional = {"weight", "bias"}
    if isinstance(layer, LayerNormalization):
        optional = {"bias"}
    for name in sorted(expected.keys() - own.keys() - optional):
        why = "; set use_bias to false" if name == "bias" and "weight" in own else ""
        if name in TRACKED:
            why = ": a module without running statistics depends on the batch"
        raise CorruptFileError(f"{module}.{name} is missing for {layer.kind}{why}")


def _why(layer: Layer, array: Array, expected: Shape) -> str:
    if isinstance(layer, Convolution) and array.ndim == 4 and array.shape[1] < expected[1]:
        return ": grouped convolutions are not supported"
    if isinstance(layer, LayerNormalization) and array.ndim > 1:
        return ": images have one number per channel, as in GroupNorm(1, channels)"
    return ""


def _check_padding(layer: Convolution, shape: Shape, module: str) -> None:
    """Reject asymmetric padding, which Conv2d does not support."""
    top, left, bottom, right = layer.windows(*shape[:2]).margins
    if layer.stride > 1 and (top, left) != (bottom, right):
        message = f"padding same with stride {layer.stride} adds ({top}, {left}) zeros before and"
        message += f" ({bottom}, {right}) after an image of {shape[0]} × {shape[1]}"
        raise CorruptFileError(
            f"{module}.weight cannot be imported: {message}, which Conv2d does not support"
        )


def _turned(layer: Layer, array: Array, order: Array | None) -> Array:
    if isinstance(layer, Convolution):
        return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array
    if isinstance(layer, Dense):
        return array[:, order].T if array.ndim == 2 else array
    return array if order is None else array[order]


def _our_name(layer: Layer, name: str) -> str:
    return name if isinstance(layer, (Convolution, Dense)) else (AFFINE | TRACKED)[name]


def _defaults(network: Network) -> Arrays:
    """Return scale 1 and offset 0 for normalizations without affine parameters."""
    entering = (network.input_shape, *network.shapes)
    return {
        f"{index}.{name}": np.full(entering[index][-1], value, network.dtype)
        for index, layer in enumerate(network.layers)
        if isinstance(layer, (BatchNormalization, LayerNormalization))
        for name, value in (("scale", 1.0), ("offset", 0.0))
    }
