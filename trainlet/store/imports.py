"""Importing: model files that come from outside, where everything in them is to be doubted."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from trainlet.errors import CorruptFileError, TooLargeError, ValidationError
from trainlet.network import Network, workspace
from trainlet.spec import Limits
from trainlet.store import records
from trainlet.store.array_file import read_metadata
from trainlet.store.model_file import Model, ModelHeader, model_of, network_of, read_any_model
from trainlet.store.pytorch_file import read_state_dict
from trainlet.store.pytorch_modules import read_modules

HEADER_BYTES = 8 * 1024 * 1024
"""A header of more bytes is not read: the parsed form of JSON is many times as large."""


def read_foreign_model(data: bytes, limits: Limits) -> Model:
    """The model in a file of ours, or in a state dict of PyTorch with the architecture beside it.

    Raises CorruptFileError at the first thing that is wrong, TooLargeError for more than the limits
    allow.
    """
    length = int.from_bytes(data[:8], "little")
    if length > len(data) - 8:
        raise CorruptFileError("the file is no safetensors file, or only the beginning of one")
    if length > HEADER_BYTES:
        raise TooLargeError(f"the header of the file has more than {HEADER_BYTES} bytes")
    metadata = read_metadata(data)
    if "kind" not in metadata and "architecture" in metadata:
        came_from, (state, modules, about) = "", read_state_dict(data, metadata)
        arrays = read_modules(_network(about, limits), state, modules)
    else:
        came_from, arrays, about = read_any_model(data)
        _network(about, limits)
    imported = {"sha256": hashlib.sha256(data).hexdigest(), "at": records.now()}
    if re.fullmatch("[0-9a-f]{32}", came_from):
        imported["job"] = came_from
    model = model_of("from outside", arrays, about)
    return replace(model, provenance={"imported": imported, "stated": model.provenance})


def _network(about: ModelHeader, limits: Limits) -> Network:
    """Return the network of a file.

    Raises CorruptFileError, or TooLargeError for more than the limits allow.
    """
    try:
        network = network_of(about)
    except ValidationError as error:
        raise CorruptFileError(f"the layers do not fit: {error}") from None
    parameters, memory = network.parameter_count, workspace(network)
    if parameters > limits.parameters:
        raise TooLargeError(f"{parameters} parameters; this service takes {limits.parameters}")
    if memory > limits.memory_bytes:
        message = f"predicting takes {memory} bytes; this service allows {limits.memory_bytes}"
        raise TooLargeError(f"{message} (setting TRAINLET_MAX_MEMORY_BYTES)")
    return network
