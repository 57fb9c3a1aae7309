"""Responses with the arrays of layers, as pages of JSON or an npz file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from flask import Response, request
from numpy.typing import NDArray

from service.api.schemas.queries import LayersQuery
from service.http.bodies import JSON, json_response
from service.http.npz import NPZ, write_npz
from service.http.problems import InvalidQueryError
from trainlet.errors import FieldError, TooLargeError
from trainlet.network import Network
from trainlet.network.inspection import LayerNumbers

MAX_NUMBERS = {JSON: 1_000_000, NPZ: 16_000_000}
"""Maximum number of array elements in one response, by media type."""

Array = NDArray[Any]


def agreed() -> str:
    """Return the media type of the response, by the `Accept` header."""
    return request.accept_mimetypes.best_match((JSON, NPZ)) or JSON


def page(network: Network, samples: int, query: LayersQuery, backward: bool) -> range:
    """Return the layers from `query.first` on that fit in one response.

    Raises ValidationError if the layer does not exist, and TooLargeError if one layer alone is too
    large.
    """
    count = len(network.layers)
    if query.first >= count:
        expected = f"a layer from 0 to {count - 1}"
        raise InvalidQueryError(
            [FieldError(("first",), query.first, expected, f"must be {expected}")]
        )
    sizes = [_size(network, index, samples, backward) for index in range(count)]
    layers = range(query.first, min(count, query.first + query.limit))
    limit = MAX_NUMBERS[agreed()]
    fitting = sum(total <= limit for total in accumulate(sizes[index] for index in layers))
    if not fitting:
        raise too_many(sizes[query.first], f"Layer {query.first}")
    return layers[:fitting]


def too_many(count: int, what: str) -> TooLargeError:
    """Return the error for a response with too many numbers."""
    limit = MAX_NUMBERS[agreed()]
    return TooLargeError(
        f"{what} has {count} numbers; a response may have {limit}. Send fewer points, or use "
        f"Accept: {NPZ} for up to {MAX_NUMBERS[NPZ]}."
    )


def _size(network: Network, index: int, samples: int, backward: bool) -> int:
    activated = getattr(network.layers[index], "activation", None) is not None
    kinds = 1 + activated + backward
    trained = sum(
        prod(slot.declaration.shape)
        for slot in network.layout
        if slot.layer == index and slot.declaration.trainable
    )
    return kinds * samples * prod(network.shapes[index]) + backward * trained


def layer_document(layer: LayerNumbers) -> dict[str, Any]:
    """Return the JSON document of a layer."""
    document = {"layer": layer.index, "type": layer.kind}
    document |= {name: written(array) for name, array in layer.numbers.items()}
    return document | ({"equations": dict(layer.equations)} if layer.equations else {})


def written(array: Array) -> Any:
    """Return an array for JSON; non-finite values become `nan`, `inf` or `-inf`."""
    finite = np.isfinite(array)
    if finite.all():
        return np.ascontiguousarray(array)
    mixed = array.astype(object)
    mixed[~finite] = [str(value) for value in array[~finite].tolist()]
    return mixed.tolist()


def named(layers: Iterable[LayerNumbers]) -> dict[str, Array]:
    """Name the arrays of layers for an npz file: `0.z`, `0.dC/dw`."""
    return {f"{layer.index}.{name}": a for layer in layers for name, a in layer.numbers.items()}


def layers_response(
    head: Mapping[str, Any], layers: list[LayerNumbers], network: Network
) -> Response:
    """Return a page of layers, and the index of the first layer of the next page.

    From `head`, an npz file contains the cost and the parameters only.
    """
    last = layers[-1].index + 1
    following = last if last < len(network.layers) else None
    if agreed() == NPZ:
        scalars = {name: np.array(value) for name, value in head.items() if name == "cost"}
        if following is not None:
            scalars["next"] = np.array(following)
        return npz(scalars | head.get("parameters", {}) | named(layers))
    if "parameters" in head:
        arrays = head["parameters"].items()
        head = dict(head) | {"parameters": {name: written(array) for name, array in arrays}}
    documents = [layer_document(layer) for layer in layers]
    return json_response(
        dict(head) | {"layers": documents, "next": following}, headers={"Vary": "Accept"}
    )


def npz(arrays: Mapping[str, Array]) -> Response:
    """Return arrays as an npz file, which is streamed while it is written."""
    return Response(write_npz(arrays), headers={"Vary": "Accept"}, content_type=NPZ)
