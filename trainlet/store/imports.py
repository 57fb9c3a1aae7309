"""Import of untrusted model files."""

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
"""Maximum size of a header in bytes. Parsed JSON takes many times as much memory."""


def read_foreign_model(data: bytes, limits: Limits) -> Model:
    """Return the model in a trainlet file, or in a PyTorch state dict with its architecture.

    Raises CorruptFileError at the first error, and TooLargeError above the limits.
    """
    length = int.from_bytes(data[:8], "little")
    if length > len(data) - 8:
        raise CorruptFileError("the file is not a safetensors file, or is truncated")
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

    Raises CorruptFileError, or TooLargeError above the limits.
    """
    try:
        network = network_of(about)
    except ValidationError as error:
        raise CorruptFileError(f"the layers do not fit: {error}") from None
    parameters, memory = network.parameter_count, workspace(network)
    if parameters > limits.parameters:
        message = f"the model has {parameters} parameters; at most {limits.parameters} are allowed"
        raise TooLargeError(f"{message} (setting TRAINLET_MAX_PARAMETERS)")
    if memory > limits.memory_bytes:
        message = f"prediction takes {memory} bytes; at most {limits.memory_bytes} are allowed"
        raise TooLargeError(f"{message} (setting TRAINLET_MAX_MEMORY_BYTES)")
    return network
