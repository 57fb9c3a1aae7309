"""Model files: a trained network and all that is to be said of it, in one safetensors file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlet.config import from_json, to_json
from trainlet.datasets import FittedPreparation, parse
from trainlet.errors import Corrupt, Invalid
from trainlet.network import Network
from trainlet.network.arrays import Array
from trainlet.spec import Architecture, JobSpec
from trainlet.store.array_file import pack, unpack, unpack_metadata
from trainlet.store.attempts import History
from trainlet.store.records import from_text, to_text

KIND = "trainlet model"
_TOLD = ("job", "spec", "input_shape", "preparation", "history", "metrics", "provenance")


@dataclass(frozen=True)
class Model:
    """All of a trained network. `provenance` tells seed, fingerprint, packages and durations."""

    job: str
    spec: JobSpec
    network: Network
    parameters: Array
    preparation: FittedPreparation
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


def write_model(model: Model) -> bytes:
    """The file of a model; its arrays are named as users know them."""
    about = {
        "job": model.job,
        "spec": to_json(model.spec),
        "input_shape": model.network.input_shape,
        "preparation": to_json(model.preparation),
        "history": to_text(model.history),
        "metrics": to_text(model.metrics),
        "provenance": model.provenance,
    }
    return pack(KIND, model.network.arrays(model.parameters), about)


def read_model(data: bytes, job: str) -> Model:
    """The model in a file, whoever wrote it. Raises Corrupt at the first thing that is wrong."""
    arrays, about = unpack(KIND, data, *_TOLD)
    try:
        spec = from_json(JobSpec, about["spec"])
        preparation = from_json(FittedPreparation, about["preparation"])
        architecture = spec.architecture
        shape = tuple(int(size) for size in about["input_shape"])
        network = Network(architecture.layers, shape, architecture.dtype)
        # Counted first: the sizes in the file could ask for more memory than there is.
        if network.parameter_count != sum(array.size for array in arrays.values()):
            raise Corrupt(f"the arrays of job {job} are not those of its network")
        parameters = network.flat(arrays)
        fits = _fits(preparation, network)
    except (Invalid, TypeError, ValueError, RecursionError) as error:
        raise Corrupt(f"the model of job {job} does not fit together: {error}") from None
    if about["job"] != job or not fits or not np.isfinite(parameters).all():
        raise Corrupt(f"the file of job {job} is not of a model that could be served")
    return Model(
        job,
        spec,
        network,
        parameters,
        preparation,
        from_text(about["history"]),
        from_text(about["metrics"]),
        about["provenance"],
    )


def _fits(preparation: FittedPreparation, network: Network) -> bool:
    """Whether what the preparation makes of a point is what the network takes."""
    features = preparation.features
    numbers = [values for values in (preparation.mean, preparation.scale) if values is not None]
    return (
        network.input_shape == (len(features),)
        and all(parse(feature, preparation.columns) is not None for feature in features)
        and len(numbers) != 1
        and all(len(values) == len(features) for values in numbers)
    )


@dataclass(frozen=True)
class About:
    """What a model's file tells before its arrays; `spec` is None for one that came without.

    `input_shape` is that of one prepared sample.
    """

    spec: JobSpec | None
    architecture: Architecture
    task: str
    input_shape: tuple[int, ...]
    preparation: FittedPreparation
    metrics: dict[str, float]
    provenance: dict[str, Any]


def read_about(header: bytes) -> About:
    """Read what a file tells before its arrays. Raises Corrupt."""
    about = unpack_metadata(KIND, header, *_TOLD)
    try:
        spec = from_json(JobSpec, about["spec"])
        preparation = from_json(FittedPreparation, about["preparation"])
        shape = tuple(int(size) for size in about["input_shape"])
    except (Invalid, RecursionError, TypeError, ValueError) as error:
        raise Corrupt(f"a model file has a broken header: {error}") from None
    return About(
        spec,
        spec.architecture,
        spec.dataset.task,
        shape,
        preparation,
        from_text(about["metrics"]),
        about["provenance"],
    )
