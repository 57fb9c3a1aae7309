"""Request parser of the protocol: input tensors and requested outputs, from an untrusted body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import BadRequest

from service.http.strict_json import parse
from service.inference.oip.tensors import DATATYPES, Tensor
from trainlet.suggestion import unknown

HEADER_LENGTH = "Inference-Header-Content-Length"

REQUEST_FIELDS = ("id", "parameters", "inputs", "outputs", "model_name", "model_version")
TENSOR_FIELDS = ("name", "shape", "datatype", "parameters", "data")
OUTPUT_FIELDS = ("name", "parameters")

MAX_DIMENSIONS = 8
MAX_SIZE = 2**31


@dataclass(frozen=True)
class Inference:
    """Input tensors by name, and requested outputs by name with their binary flag.

    Without requested outputs, all are returned; `binary` is their flag.
    """

    id: str | None
    inputs: dict[str, Tensor]
    outputs: dict[str, bool]
    binary: bool


def read_inference(body: bytes, header_length: str | None) -> Inference:
    """Parse a body; HEADER_LENGTH is the length of its JSON in bytes. Raises 400."""
    length = _header_length(header_length, len(body))
    document, rest = parse(body[:length]), memoryview(body)[length:]
    if not isinstance(document, dict):
        raise BadRequest("The request must be an object.")
    _check_fields(document, REQUEST_FIELDS, "the request")
    own_id = document.get("id")
    if own_id is not None and not isinstance(own_id, str):
        raise BadRequest("`id` must be a string.")
    binary = _flag(_parameters(document), "binary_data_output", default=False)
    inputs = _inputs(document.get("inputs"), rest)
    return Inference(own_id, inputs, _outputs(document.get("outputs"), binary=binary), binary)


def _check_fields(thing: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in thing:
        if name not in known:
            raise BadRequest(f"The field {name!r:.80} of {where} {unknown(name, known)}.")


def _header_length(text: str | None, most: int) -> int:
    if text is None:
        return most
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and int(text) <= most):
        raise BadRequest(
            f"{HEADER_LENGTH} must be an integer from 0 to {most}, the length of the body."
        )
    return int(text)


def _parameters(thing: dict[str, Any]) -> dict[str, Any]:
    parameters = thing.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise BadRequest("`parameters` must be an object.")
    return parameters


def _flag(parameters: dict[str, Any], name: str, *, default: bool) -> bool:
    value = parameters.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadRequest(f"`{name}` must be a boolean.")
    return default if value is None else value


def _inputs(inputs: Any, rest: memoryview) -> dict[str, Tensor]:
    """Parse the tensors; each consumes its bytes of the binary data, in order."""
    if not isinstance(inputs, list) or not inputs:
        raise BadRequest("`inputs` must be a list of at least one tensor.")
    tensors: dict[str, Tensor] = {}
    for each in inputs:
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            raise BadRequest("Every input must be an object with a `name`.")
        tensor, rest = _tensor(each, rest)
        if tensor.name in tensors:
            raise BadRequest(f"Input {tensor.name!r:.80} must occur only once.")
        tensors[tensor.name] = tensor
    if len(rest):
        raise BadRequest(f"{len(rest)} bytes after the request belong to no input.")
    return tensors


def _tensor(document: dict[str, Any], rest: memoryview) -> tuple[Tensor, memoryview]:
    name, shape, datatype = document["name"], document.get("shape"), document.get("datatype")
    _check_fields(document, TENSOR_FIELDS, f"input {name!r:.80}")
    if (
        not isinstance(shape, list)
        or not 0 < len(shape) <= MAX_DIMENSIONS
        or not all(type(size) is int and 0 <= size < MAX_SIZE for size in shape)
    ):
        raise BadRequest(f"The shape of {name!r:.80} must be a list of sizes.")
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        known = ", ".join(DATATYPES)
        raise BadRequest(f"The datatype of {name!r:.80} must be one of {known}.")
    size, data = _parameters(document).get("binary_data_size"), document.get("data")
    if size is None:
        if not isinstance(data, list):
            raise BadRequest(f"The data of {name!r:.80} must be a list.")
        return Tensor(name, datatype, tuple(shape), data), rest
    if type(size) is not int or not 0 <= size <= len(rest) or data is not None:
        raise BadRequest(
            f"The binary_data_size of {name!r:.80} must be an integer of at most "
            f"{len(rest)}, the number of remaining bytes, and `data` must be absent."
        )
    return Tensor(name, datatype, tuple(shape), rest[:size]), rest[size:]


def _outputs(outputs: Any, *, binary: bool) -> dict[str, bool]:
    if outputs is None:
        return {}
    if not isinstance(outputs, list) or not all(isinstance(output, dict) for output in outputs):
        raise BadRequest("`outputs` must be a list of objects.")
    requested: dict[str, bool] = {}
    for output in outputs:
        _check_fields(output, OUTPUT_FIELDS, "an output")
        name, parameters = output.get("name"), _parameters(output)
        if not isinstance(name, str) or name in requested:
            raise BadRequest("Every output must have a unique `name`.")
        if parameters.get("classification"):
            raise BadRequest(
                "The classification extension is not supported; request the output `labels`."
            )
        requested[name] = _flag(parameters, "binary_data", default=binary)
    return requested
