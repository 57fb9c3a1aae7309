"""State dicts of PyTorch, saved as safetensors with the architecture in the metadata.

    safetensors.torch.save_file(module.state_dict(), path, {"architecture": json.dumps(…)})

`architecture` is that of a job's spec. `modules` names the modules with parameters, in order;
without it they are sorted by name, numbers as numbers, which is the order of a Sequential.
`labels`, `task` and `preparation` (columns, features, mean, scale) may be told too.

What is turned: a linear weight (outputs, inputs) becomes (inputs, outputs); a kernel (filters,
inputs, height, width) becomes (height, width, inputs, filters); and the inputs of a linear layer
behind a flattened image, which PyTorch counts channel by channel, are counted place by place.
"""

from __future__ import annotations

import json
import re
from math import prod

import safetensors.numpy
from safetensors import SafetensorError

from trainlet.config import from_json
from trainlet.datasets import FittedPreparation
from trainlet.errors import Corrupt
from trainlet.network import (
    BatchNormalization,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Network,
    Reshape,
)
from trainlet.network.arrays import Array, Shape
from trainlet.spec import Architecture
from trainlet.store.array_file import Arrays
from trainlet.store.model_file import BROKEN, About

NAMES = {
    "weight": "scale",
    "bias": "offset",
    "running_mean": "running_mean",
    "running_var": "running_variance",
}
"""PyTorch's names of a normalization's arrays, to ours."""

IGNORED = "num_batches_tracked"


def read_state_dict(data: bytes, metadata: dict[str, str]) -> tuple[Arrays, About]:
    """Our arrays and what is told of the model. Raises Corrupt, naming what does not fit."""
    try:
        architecture = from_json(Architecture, json.loads(metadata["architecture"]))
        state = _state(data)
        modules = _modules(state, metadata)
        preparation = _preparation(architecture, state, modules, metadata)
        network = Network(architecture.layers, preparation.input_shape, architecture.dtype)
        arrays = _arrays(network, state, modules)
    except BROKEN as error:
        raise Corrupt(f"the state dict does not fit its architecture: {error}") from None
    told = "a state dict of PyTorch"
    about = About(None, architecture, network.input_shape, preparation, {}, {}, {"from": told})
    return arrays, about


def _state(data: bytes) -> Arrays:
    try:
        arrays = safetensors.numpy.load(data)
    except (SafetensorError, LookupError, ValueError, TypeError) as error:
        raise Corrupt(f"the file holds broken arrays: {error}") from None
    found = {name: array for name, array in arrays.items() if not name.endswith(IGNORED)}
    for name, array in found.items():
        if array.dtype.kind != "f" or "." not in name:
            raise Corrupt(f"{name!r:.80} is no parameter of a module in float16, 32 or 64")
    return found


def _modules(state: Arrays, metadata: dict[str, str]) -> list[str]:
    """The modules with parameters, in the order of the layers."""
    names = {name.rpartition(".")[0] for name in state}
    if "modules" not in metadata:
        return sorted(names, key=_natural)
    told = [str(name) for name in json.loads(metadata["modules"])]
    if len(told) != len(names) or set(told) != names:
        raise Corrupt(f"modules must name each of {', '.join(sorted(names, key=_natural))}")
    return told


def _natural(name: str) -> list[tuple[int, str]]:
    return [
        (int(digits), "") if digits else (-1, word)
        for digits, word in re.findall(r"([0-9]{1,9})|([^0-9]+)", name)
    ]


def _preparation(
    architecture: Architecture, state: Arrays, modules: list[str], metadata: dict[str, str]
) -> FittedPreparation:
    told = json.loads(metadata.get("preparation", "{}"))
    labels = json.loads(metadata.get("labels", "null"))
    if labels is not None and "encoding" not in told:
        units = getattr(architecture.layers[-1], "units", 0)
        form = "zero_one" if units == 1 else "one_hot"
        if json.loads(metadata.get("task", "null")) == "multilabel":
            form = "multilabel"
        told["encoding"] = {"form": form, "labels": labels}
    told.setdefault("encoding", {})
    if "columns" not in told:
        count = _columns(architecture.layers[0], state, modules)
        told["columns"] = [f"x{number}" for number in range(1, count + 1)]
    told.setdefault("features", told["columns"])
    return from_json(FittedPreparation, told)


def _columns(first: Layer, state: Arrays, modules: list[str]) -> int:
    if isinstance(first, Reshape):
        return prod(first.shape)
    if isinstance(first, Dense):
        return int(state[f"{modules[0]}.weight"].shape[1])
    raise Corrupt("the first layer tells no number of columns: say them in `preparation`")


def _arrays(network: Network, state: Arrays, modules: list[str]) -> Arrays:
    entering = (network.input_shape, *network.shapes)
    layers = [
        (index, layer)
        for index, layer in enumerate(network.layers)
        if layer.declare(entering[index])
    ]
    if len(layers) != len(modules):
        raise Corrupt(f"{len(layers)} layers have parameters, but {len(modules)} modules do")
    arrays: Arrays = {}
    for (index, layer), module in zip(layers, modules, strict=True):
        prefix = f"{module}."
        own = {name.removeprefix(prefix): a for name, a in state.items() if name.startswith(prefix)}
        image = _flattened(network, entering, index)
        for name, array in own.items():
            ours, turned = _turned(layer, name, array, image)
            arrays[f"{index}.{ours}"] = turned.astype(network.dtype)
    return arrays


def _turned(layer: Layer, name: str, array: Array, image: Shape | None) -> tuple[str, Array]:
    """One of a module's arrays by our name, in our order of axes."""
    if isinstance(layer, Convolution):
        return name, array.transpose(2, 3, 1, 0) if name == "weight" else array
    if not isinstance(layer, Dense):
        return NAMES[name], array
    if name == "weight" and image is not None:
        height, width, channels = image
        places = array.reshape(len(array), channels, height, width).transpose(0, 2, 3, 1)
        array = places.reshape(array.shape)
    return name, array.T


def _flattened(network: Network, entering: tuple[Shape, ...], index: int) -> Shape | None:
    """The shape of the image that a layer sees flattened, if it does."""
    for before in range(index - 1, -1, -1):
        if isinstance(network.layers[before], Flatten) and len(entering[before]) == 3:
            return entering[before]
        if network.layers[before].declare(entering[before]) and not isinstance(
            network.layers[before], BatchNormalization
        ):
            return None
    return None
