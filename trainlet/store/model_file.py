"""Model files: weights, spec, preprocessing and provenance in safetensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from trainlet.config import from_json, to_json
from trainlet.datasets import FittedPreprocessing
from trainlet.datasets.features import parse, positions
from trainlet.errors import CorruptFileError, ValidationError
from trainlet.network import Network
from trainlet.network.arrays import Array
from trainlet.spec import Architecture, JobSpec
from trainlet.store.array_file import Arrays, pack, unpack, unpack_metadata
from trainlet.store.attempts import History
from trainlet.store.records import to_text

KIND = "trainlet model"
_HEADER_FIELDS = ("job", "spec", "input_shape", "preprocessing", "history", "metrics", "provenance")

ERRORS = (
    *(ValidationError, LookupError, AttributeError, TypeError),
    *(ValueError, OverflowError, RecursionError),
)
"""Errors that malformed documents can cause."""


@dataclass(frozen=True)
class Model:
    """Trained network. `provenance` contains seed, fingerprint, packages and durations.

    `spec` is None for an imported model.
    """

    job: str
    spec: JobSpec | None
    network: Network
    parameters: Array
    preprocessing: FittedPreprocessing
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class ModelHeader:
    """Metadata of a model file; `input_shape` is the shape of a preprocessed sample."""

    spec: JobSpec | None
    architecture: Architecture
    input_shape: tuple[int, ...]
    preprocessing: FittedPreprocessing
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


def write_model(model: Model) -> bytes:
    """Serialize a model; arrays have their public names."""
    network = model.network
    about = {
        "job": model.job,
        "spec": to_json(model.spec),
        "architecture": to_json(Architecture(network.layers, network.dtype)),
        "input_shape": network.input_shape,
        "preprocessing": to_json(model.preprocessing),
        "history": to_text(model.history),
        "metrics": to_text(model.metrics),
        "provenance": model.provenance,
    }
    return pack(KIND, network.arrays(model.parameters), about)


def read_model(data: bytes, job: str) -> Model:
    """Return the model of a job from its file. Raises CorruptFileError at the first error."""
    arrays, about = unpack(KIND, data, *_HEADER_FIELDS)
    if about["job"] != job:
        raise CorruptFileError(f"the file of job {job} belongs to another job")
    return model_of(job, arrays, _about(about))


def read_header(header: bytes) -> ModelHeader:
    """Return the metadata of a file from its header. Raises CorruptFileError."""
    return _about(unpack_metadata(KIND, header, *_HEADER_FIELDS))


def read_any_model(data: bytes) -> tuple[str, Arrays, ModelHeader]:
    """Return the job id, arrays and metadata of a file from any installation.

    Raises CorruptFileError.
    """
    arrays, about = unpack(KIND, data, *_HEADER_FIELDS)
    return str(about["job"]), arrays, _about(about)


def model_of(job: str, arrays: Arrays, about: ModelHeader) -> Model:
    """Build a model. Raises CorruptFileError if the arrays do not match its network."""
    try:
        network = network_of(about)
        _check_shapes(network, arrays)
        parameters = network.flat(arrays)
    except ValidationError as error:
        raise CorruptFileError(f"the model of job {job} is inconsistent: {error}") from None
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise CorruptFileError(
                f"the array {name} contains numbers that are not finite in {network.dtype}"
            )
    for misfit in _misfits(about.preprocessing, network):
        raise CorruptFileError(misfit)
    return Model(
        job,
        about.spec,
        network,
        parameters,
        about.preprocessing,
        about.history,
        about.metrics,
        about.provenance,
    )


def network_of(about: ModelHeader) -> Network:
    """Return the network of a file. Raises ValidationError if its layers do not fit."""
    architecture = about.architecture
    return Network(architecture.layers, about.input_shape, architecture.dtype)


def _about(header: dict[str, Any]) -> ModelHeader:
    try:
        spec = None if header["spec"] is None else from_json(JobSpec, header["spec"])
        return ModelHeader(
            spec,
            from_json(Architecture, header["architecture"]) if spec is None else spec.architecture,
            tuple(int(size) for size in header["input_shape"]),
            from_json(FittedPreprocessing, header["preprocessing"]),
            {name: _numbers(values) for name, values in header["history"].items()},
            dict(zip(header["metrics"], _numbers(list(header["metrics"].values())), strict=True)),
            dict(header["provenance"]),
        )
    except ERRORS as error:
        raise CorruptFileError(f"the metadata of a model file are invalid: {error}") from None


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list):
        raise TypeError("numbers must be in a list")
    return [float(value) for value in values]


def _check_shapes(network: Network, arrays: Arrays) -> None:
    """Compare names and shapes before memory is allocated.

    Raises CorruptFileError, which names the array.
    """
    parts = [(slot.layer, part) for slot in network.layout for part in slot.declaration.parts]
    shapes = {f"{layer}.{part.name}": part.shape for layer, part in parts}
    for name in sorted(shapes.keys() | arrays.keys()):
        if name not in arrays:
            raise CorruptFileError(f"the array {name} is missing; its shape must be {shapes[name]}")
        if name not in shapes:
            raise CorruptFileError(f"the array {name!r:.80} is unknown: no layer has it")
        if arrays[name].shape != shapes[name]:
            shape = arrays[name].shape
            raise CorruptFileError(
                f"the array {name} must have the shape {shapes[name]}, not {shape}"
            )


def _misfits(preprocessing: FittedPreprocessing, network: Network) -> Iterator[str]:
    """Yield the mismatches between the preprocessing and the network's inputs and outputs."""
    count, shape = len(preprocessing.features), network.input_shape
    if len(network.output_shape) != 1:
        yield f"the outputs must be one vector of units, not {network.output_shape}"
    if preprocessing.input_shape != shape or prod(shape) != count:
        yield f"{count} features of shape {preprocessing.input_shape} do not fit the input {shape}"
    yield from _column_misfits(preprocessing)
    if (preprocessing.mean is None) != (preprocessing.scale is None):
        yield "mean and scale must come together"
    units = network.output_shape[-1]
    lengths = {"mean": count, "scale": count, "target_mean": units, "target_scale": units}
    for name, length in lengths.items():
        values = getattr(preprocessing, name)
        if values is not None and len(values) != length:
            yield f"{name} must contain {length} numbers, not {len(values)}"
    labels, encoding = preprocessing.labels, preprocessing.encoding
    if labels is None and encoding.form != "as_given":
        yield f"the encoding {encoding.form} requires labels"
    if labels is not None and len(labels) != encoding.decision.labels(units):
        yield f"{units} units require {encoding.decision.labels(units)} labels, not {len(labels)}"


def _column_misfits(preprocessing: FittedPreprocessing) -> Iterator[str]:
    columns, encoded = preprocessing.columns, preprocessing.encoded
    if len(set(columns)) != len(columns):
        yield "the names of the columns must differ"
    if preprocessing.forms and tuple(form.name for form in preprocessing.forms) != columns:
        yield "forms must describe the columns in their order"
    if preprocessing.fill is not None and len(preprocessing.fill) != len(encoded):
        yield f"fill must contain {len(encoded)} numbers, not {len(preprocessing.fill)}"
    columns_by_name = positions(encoded)
    for feature in preprocessing.features:
        if parse(feature, columns_by_name) is None:
            yield f"{feature!r:.80} is not a feature of the columns"
