"""Model files: a trained network and all that is to be said of it, in one safetensors file."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from trainlet.config import from_json, to_json
from trainlet.datasets import FittedPreparation, parse
from trainlet.errors import Corrupt, Invalid
from trainlet.network import Network
from trainlet.network.arrays import Array
from trainlet.spec import Architecture, JobSpec
from trainlet.store.array_file import Arrays, pack, unpack, unpack_metadata
from trainlet.store.attempts import History
from trainlet.store.records import to_text

KIND = "trainlet model"
_TOLD = ("job", "spec", "input_shape", "preparation", "history", "metrics", "provenance")

BROKEN = (
    *(Invalid, LookupError, AttributeError, TypeError),
    *(ValueError, OverflowError, RecursionError),
)
"""What goes wrong with documents that are not what they should be."""


@dataclass(frozen=True)
class Model:
    """All of a trained network. `provenance` tells seed, fingerprint, packages and durations.

    `spec` is None for one that was trained elsewhere.
    """

    job: str
    spec: JobSpec | None
    network: Network
    parameters: Array
    preparation: FittedPreparation
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class About:
    """What a model's file tells before its arrays; `input_shape` is that of a prepared sample."""

    spec: JobSpec | None
    architecture: Architecture
    input_shape: tuple[int, ...]
    preparation: FittedPreparation
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


def write_model(model: Model) -> bytes:
    """The file of a model; its arrays are named as users know them."""
    network = model.network
    about = {
        "job": model.job,
        "spec": to_json(model.spec),
        "architecture": to_json(Architecture(network.layers, network.dtype)),
        "input_shape": network.input_shape,
        "preparation": to_json(model.preparation),
        "history": to_text(model.history),
        "metrics": to_text(model.metrics),
        "provenance": model.provenance,
    }
    return pack(KIND, network.arrays(model.parameters), about)


def read_model(data: bytes, job: str) -> Model:
    """The model of a job in a file. Raises Corrupt at the first thing that is wrong."""
    arrays, about = unpack(KIND, data, *_TOLD)
    if about["job"] != job:
        raise Corrupt(f"the file of job {job} is of another one")
    return model_of(job, arrays, _about(about))


def read_about(header: bytes) -> About:
    """Read what a file tells before its arrays. Raises Corrupt."""
    return _about(unpack_metadata(KIND, header, *_TOLD))


def read_any_model(data: bytes) -> tuple[str, Arrays, About]:
    """The id, the arrays and what else is told in a file, whoever wrote it. Raises Corrupt."""
    arrays, about = unpack(KIND, data, *_TOLD)
    return str(about["job"]), arrays, _about(about)


def model_of(job: str, arrays: Arrays, about: About) -> Model:
    """Put a model together. Raises Corrupt if the arrays are not those of its network."""
    try:
        network = network_of(about)
        # Counted first: the sizes in the file could ask for more memory than there is.
        if network.parameter_count != sum(array.size for array in arrays.values()):
            raise Corrupt(f"the arrays of model {job} are not those of its network")
        parameters = network.flat(arrays)
    except Invalid as error:
        raise Corrupt(f"the model of job {job} does not fit together: {error}") from None
    if not _fits(about.preparation, network) or not np.isfinite(parameters).all():
        raise Corrupt(f"the file of job {job} is not of a model that could be served")
    return Model(
        job,
        about.spec,
        network,
        parameters,
        about.preparation,
        about.history,
        about.metrics,
        about.provenance,
    )


def network_of(about: About) -> Network:
    """The network that a file tells of. Raises Invalid if its layers do not fit."""
    architecture = about.architecture
    return Network(architecture.layers, about.input_shape, architecture.dtype)


def _about(told: dict[str, Any]) -> About:
    try:
        spec = None if told["spec"] is None else from_json(JobSpec, told["spec"])
        return About(
            spec,
            from_json(Architecture, told["architecture"]) if spec is None else spec.architecture,
            tuple(int(size) for size in told["input_shape"]),
            from_json(FittedPreparation, told["preparation"]),
            {name: _numbers(values) for name, values in told["history"].items()},
            dict(zip(told["metrics"], _numbers(list(told["metrics"].values())), strict=True)),
            dict(told["provenance"]),
        )
    except BROKEN as error:
        raise Corrupt(f"a model file does not fit together: {error}") from None


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list):
        raise TypeError("numbers must be in a list")
    return [float(value) for value in values]


def _fits(preparation: FittedPreparation, network: Network) -> bool:
    """Whether what the preparation makes of a point is what the network takes, and back."""
    features, labels = preparation.features, preparation.labels
    encoding = preparation.encoding
    numbers = [values for values in (preparation.mean, preparation.scale) if values is not None]
    units, targets = network.output_shape[-1], (preparation.target_mean, preparation.target_scale)
    return (
        network.input_shape == preparation.input_shape
        and prod(preparation.input_shape) == len(features)
        and len(network.output_shape) == 1
        and (not preparation.forms or len(preparation.forms) == len(preparation.columns))
        and (preparation.fill is None or len(preparation.fill) == len(preparation.encoded))
        and all(parse(feature, preparation.encoded) is not None for feature in features)
        and len(numbers) != 1
        and all(len(values) == len(features) for values in numbers)
        and all(len(values) == units for values in targets if values is not None)
        and (labels is not None or encoding.form == "as_given")
        and (labels is None or len(labels) == encoding.decision.labels(units))
    )
