"""State dicts of PyTorch, saved as safetensors with the architecture in the metadata.

    safetensors.torch.save_file(module.state_dict(), path, {"architecture": json.dumps(…)})

`architecture` is that of a job's spec. `modules` lists the modules with parameters in order.
Without it, names that differ only in their numbers are sorted, as in a Sequential. `labels`, `task`
and `preprocessing` (columns, features, mean, scale) are optional.

Floating-point arrays of any size are read, bfloat16 and float16 exactly. `pytorch_modules` converts
them to trainlet's arrays.
"""

from __future__ import annotations

import json
import re
from math import prod
from typing import Any

import numpy as np
import safetensors
from safetensors import SafetensorError

from trainlet.config import from_json
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import CorruptFileError
from trainlet.network.arrays import Array
from trainlet.network.layers import ActivationLayer, Dense, Dropout, Flatten, Layer, Reshape
from trainlet.spec import Architecture
from trainlet.store.array_file import Arrays
from trainlet.store.model_file import ERRORS, ModelHeader

IGNORED = "num_batches_tracked"

MAX_COLUMNS = 2**20

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def read_state_dict(data: bytes, metadata: dict[str, str]) -> tuple[Arrays, list[str], ModelHeader]:
    """Return PyTorch's arrays, their modules in the order of the layers, and the metadata.

    Raises CorruptFileError, which names the mismatch.
    """
    try:
        architecture = from_json(Architecture, json.loads(metadata["architecture"]))
        state = _state(data, metadata)
        modules = _modules(state, metadata)
        preprocessing = _preprocessing(architecture, state, modules, metadata)
    except ERRORS as error:
        raise CorruptFileError(f"the state dict does not fit its architecture: {error}") from None
    message = "a state dict of PyTorch"
    shape = preprocessing.input_shape
    return (
        state,
        modules,
        ModelHeader(None, architecture, shape, preprocessing, {}, {}, {"from": message}),
    )


def _state(data: bytes, metadata: dict[str, str]) -> Arrays:
    """Return every parameter by name, including tied ones."""
    try:
        results = dict(safetensors.deserialize(data))  # type: ignore[no-untyped-call]
    except (SafetensorError, LookupError, ValueError, TypeError) as error:
        raise CorruptFileError(f"the file contains broken arrays: {error}") from None
    arrays = {n: _array(n, one) for n, one in results.items() if not n.endswith(IGNORED)}
    # safetensors.torch.save_model stores tied arrays once and names the others in the metadata.
    return arrays | {n: arrays[kept] for n, kept in metadata.items() if kept in arrays}


def _array(name: str, stored: dict[str, Any]) -> Array:
    if stored["dtype"] not in TYPES or "." not in name:
        message = f"{name!r:.80} must be a parameter of a module in {', '.join(TYPES)}"
        raise CorruptFileError(f"{message}, not {stored['dtype']}")
    array: Array = np.frombuffer(stored["data"], TYPES[stored["dtype"]])
    if stored["dtype"] == "BF16":
        # bfloat16 is the upper half of float32.
        array = (array.astype("<u4") << 16).view("<f4")
    return array.reshape(stored["shape"])


def _modules(state: Arrays, metadata: dict[str, str]) -> list[str]:
    """Return the modules with parameters, in the order of the layers."""
    names = sorted({name.rpartition(".")[0] for name in state}, key=_natural)
    if "modules" not in metadata:
        if len({re.sub("[0-9]+", "", name) for name in names}) > 1:
            message = "the order of the modules is ambiguous: list them in `modules`"
            raise CorruptFileError(f"{message} ({', '.join(names):.300})")
        return names
    message_names = [str(name) for name in json.loads(metadata["modules"])]
    if sorted(message_names, key=_natural) != names:
        raise CorruptFileError(f"modules must list each of {', '.join(names)}")
    return message_names


def _natural(name: str) -> list[tuple[int, str]]:
    return [
        (int(digits), "") if digits else (-1, word)
        for digits, word in re.findall(r"([0-9]{1,9})|([^0-9]+)", name)
    ]


def _preprocessing(
    architecture: Architecture, state: Arrays, modules: list[str], metadata: dict[str, str]
) -> FittedPreprocessing:
    document = json.loads(metadata.get("preprocessing", "{}"))
    labels = json.loads(metadata.get("labels", "null"))
    if labels is not None and "encoding" not in document:
        units = getattr(architecture.layers[-1], "units", 0)
        form = "zero_one" if units == 1 else "one_hot"
        if json.loads(metadata.get("task", "null")) == "multilabel":
            form = "multilabel"
        document["encoding"] = {"form": form, "labels": labels}
    document.setdefault("encoding", {})
    if "columns" not in document:
        count = _columns(architecture.layers, state, modules)
        if count > MAX_COLUMNS:
            raise CorruptFileError(f"there must be at most {MAX_COLUMNS} columns, not {count}")
        document["columns"] = [f"x{number}" for number in range(1, count + 1)]
    document.setdefault("features", document["columns"])
    return from_json(FittedPreprocessing, document)


def _columns(layers: tuple[Layer, ...], state: Arrays, modules: list[str]) -> int:
    for layer in layers:
        if isinstance(layer, Reshape):
            return prod(layer.shape)
        if isinstance(layer, Dense):
            return int(state[f"{modules[0]}.weight"].shape[1])
        if not isinstance(layer, (ActivationLayer, Dropout, Flatten)):
            break
    raise CorruptFileError("the number of columns is unknown: set `columns` in `preprocessing`")
