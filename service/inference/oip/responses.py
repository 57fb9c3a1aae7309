"""Responses of the protocol: model metadata and output tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from flask import Response
from werkzeug.exceptions import BadRequest

from service.http.bodies import JSON, json_response
from service.inference.model_cache import LoadedModel
from service.inference.oip.columns import input_metadata
from service.inference.oip.requests import HEADER_LENGTH, Inference
from service.inference.oip.tensors import Array, datatype_of, to_binary
from service.inference.predict import ModelRef
from trainlet.suggestion import unknown

BINARY = "application/octet-stream"
PLATFORM = "trainlet_safetensors"


def metadata(ref: ModelRef, versions: Sequence[int]) -> Response:
    """Return names, datatypes and shapes of inputs and outputs; -1 is the number of points."""
    model = ref.model
    outputs = tensors(model, np.empty((0, model.output_units), model.dtype))
    return json_response(
        {
            "name": ref.name,
            "versions": [str(version) for version in versions],
            "platform": PLATFORM,
            "inputs": input_metadata(model.preprocessing),
            "outputs": [
                {"name": name, "datatype": datatype_of(array), "shape": [-1, *array.shape[1:]]}
                for name, array in outputs.items()
            ],
        }
    )


def tensors(model: LoadedModel, outputs: Array) -> dict[str, Array]:
    """Return the outputs (n, units), and the labels or the values (n, units).

    `labels` are (n,); for multilabel they are BOOL (n, labels), true if a label is present. Values
    are in the units of the data.
    """
    encoding = model.preprocessing.encoding
    if encoding.task == "multilabel":
        return {"outputs": outputs, "labels": encoding.decision.chosen(outputs)}
    if encoding.labels is None:
        return {"outputs": outputs, "values": model.preprocessing.values_of(outputs)}
    positions = encoding.decision.positions(outputs)
    return {"outputs": outputs, "labels": encoding.label_array[positions]}


def inferred(ref: ModelRef, inference: Inference, outputs: Array) -> tuple[dict[str, str], bytes]:
    """Return headers and content of a response. Raises 400 for an unknown output."""
    result = tensors(ref.model, outputs)
    wanted = inference.outputs or dict.fromkeys(result, inference.binary)
    strange = [name for name in wanted if name not in result]
    if strange:
        detail = f"{strange[0]!r:.80} {unknown(strange[0], result)}"
        raise BadRequest(f"Output {detail}; the outputs are {', '.join(result)}.")
    documents: list[dict[str, Any]] = []
    parts: list[bytes] = []
    for name, binary in wanted.items():
        array = result[name]
        tensor: dict[str, Any] = {
            "name": name,
            "datatype": datatype_of(array),
            "shape": list(array.shape),
        }
        if binary:
            parts.append(to_binary(array))
            documents.append(tensor | {"parameters": {"binary_data_size": len(parts[-1])}})
        else:
            documents.append(tensor | {"data": array.ravel().tolist()})
    document: dict[str, Any] = {"model_name": ref.name, "model_version": str(ref.version)}
    document |= {} if inference.id is None else {"id": inference.id}
    head = orjson.dumps(document | {"outputs": documents})
    if not parts:
        return {"Content-Type": JSON}, head
    headers = {"Content-Type": BINARY, HEADER_LENGTH: str(len(head))}
    return headers, b"".join([head, *parts])
