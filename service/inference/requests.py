"""Requests: what a client asks of a model, out of a body that nothing is taken for granted of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import BadRequest

from service.bodies import parse
from service.inference.tensors import NUMBERS, Array, from_binary, from_list

HEADER_LENGTH = "Inference-Header-Content-Length"
INPUT = "points"


@dataclass(frozen=True)
class Inference:
    """Points, and the outputs wanted of them: name to whether they are to be binary.

    No names mean all outputs, in binary or not as `binary` says.
    """

    id: str | None
    points: Array
    outputs: dict[str, bool]
    binary: bool


def read_inference(body: bytes, header_length: str | None) -> Inference:
    """Read a body, and what HEADER_LENGTH says of it. Raises 400."""
    length = _header_length(header_length, len(body))
    document, rest = parse(body[:length]), memoryview(body)[length:]
    if not isinstance(document, dict):
        raise BadRequest("the request must be an object")
    own_id = document.get("id")
    if own_id is not None and not isinstance(own_id, str):
        raise BadRequest("id must be text")
    binary = _parameters(document).get("binary_data_output", False) is True
    points = _points(document.get("inputs"), rest)
    return Inference(own_id, points, _outputs(document.get("outputs"), binary), binary)


def _header_length(text: str | None, most: int) -> int:
    if text is None:
        return most
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and int(text) <= most):
        raise BadRequest(f"{HEADER_LENGTH} must be a number up to the body's {most} bytes")
    return int(text)


def _parameters(thing: dict[str, Any]) -> dict[str, Any]:
    parameters = thing.get("parameters", {})
    if not isinstance(parameters, dict):
        raise BadRequest("parameters must be an object")
    return parameters


def _points(inputs: Any, rest: memoryview) -> Array:
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise BadRequest(f"inputs must be a list of one tensor, {INPUT!r}")
    tensor = inputs[0]
    if tensor.get("name") != INPUT:
        raise BadRequest(f"the input is named {INPUT!r}, not {tensor.get('name')!r:.80}")
    shape, datatype = tensor.get("shape"), tensor.get("datatype")
    if not isinstance(shape, list) or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
        raise BadRequest("the shape of an input must be a list of sizes")
    if len(shape) > 8 or not isinstance(datatype, str) or datatype not in NUMBERS:
        raise BadRequest(f"the datatype of an input must be one of {', '.join(NUMBERS)}")
    size = _parameters(tensor).get("binary_data_size")
    if size is None:
        if len(rest):
            raise BadRequest(f"{len(rest)} bytes follow the request that belong to no input")
        return from_list(tensor.get("data"), shape, datatype)
    if type(size) is not int or size != len(rest) or "data" in tensor:
        raise BadRequest(f"binary_data_size must be the {len(rest)} bytes behind the request")
    return from_binary(rest, shape, datatype)


def _outputs(outputs: Any, binary: bool) -> dict[str, bool]:
    if outputs is None:
        return {}
    if not isinstance(outputs, list) or not all(isinstance(output, dict) for output in outputs):
        raise BadRequest("outputs must be a list of objects")
    wanted: dict[str, bool] = {}
    for output in outputs:
        name, parameters = output.get("name"), _parameters(output)
        if not isinstance(name, str) or name in wanted:
            raise BadRequest("every output must have a name of its own")
        if parameters.get("classification"):
            raise BadRequest("the classification extension is not served; ask for `labels`")
        wanted[name] = parameters.get("binary_data", binary) is True
    return wanted
