"""Checks of a job against the job it starts from."""

from __future__ import annotations

from collections.abc import Iterator

from trainlet.errors import FieldError
from trainlet.network import Network
from trainlet.spec.job_spec import JobSpec

SHAPING = ("units", "filters", "kernel_size", "use_bias")
HOLDING = ("trainable", "trainable_bias")


def fork_errors(
    job: JobSpec, network: Network, origin: JobSpec, origin_network: Network, epoch: int
) -> list[FieldError]:
    """Yield the errors of starting a job from the state of `origin` after an epoch.

    Weights need arrays of the same names, shapes and dtype. The whole state also needs the same
    trained arrays, the same optimizer and more epochs.
    """
    whole = job.start_from is not None and job.start_from.state == "all"
    results = list(_array_errors(job, network, origin, origin_network, whole=whole))
    return results + (list(_state_errors(job, origin, epoch)) if whole else [])


def _array_errors(
    job: JobSpec, network: Network, origin: JobSpec, origin_network: Network, *, whole: bool
) -> Iterator[FieldError]:
    mine, theirs = job.architecture, origin.architecture
    if mine.dtype != theirs.dtype:
        yield _error(mine.dtype, theirs.dtype, "architecture", "dtype")
    if network.input_shape != origin_network.input_shape:
        shape, expected = list(network.input_shape), f"{list(origin_network.input_shape)}"
        detail = f"must have the input shape {expected}, as in the job it starts from"
        yield FieldError(("dataset", "preprocessing", "features"), shape, expected, detail)
    if len(mine.layers) != len(theirs.layers):
        yield _error(len(mine.layers), len(theirs.layers), "architecture", "layers")
        return
    names = (*SHAPING, *(HOLDING if whole else ()))
    for index, (layer, other) in enumerate(zip(mine.layers, theirs.layers, strict=True)):
        path = ("architecture", "layers", index)
        if _arrays(network, index, whole=whole) == _arrays(origin_network, index, whole=whole):
            continue
        if layer.kind != other.kind:
            yield _error(layer.kind, other.kind, *path, "type")
            continue
        for name in names:
            if getattr(layer, name, None) != getattr(other, name, None):
                yield _error(getattr(layer, name), getattr(other, name), *path, name)


def _arrays(network: Network, index: int, *, whole: bool) -> list[object]:
    return [
        (part.name, part.shape, whole and slot.declaration.trainable)
        for slot in network.layout
        if slot.layer == index
        for part in slot.declaration.parts
    ]


def _state_errors(job: JobSpec, origin: JobSpec, epoch: int) -> Iterator[FieldError]:
    mine, theirs = job.training.optimizer, origin.training.optimizer
    if mine.kind != theirs.kind:
        yield _error(mine.kind, theirs.kind, "training", "optimizer", "type")
    elif mine.slots != theirs.slots:
        expected = "0" if not theirs.slots else "above 0"
        detail = f"must be {expected}, as in the job it starts from, or start from the weights only"
        momentum = getattr(mine, "momentum", None)
        yield FieldError(("training", "optimizer", "momentum"), momentum, expected, detail)
    if job.training.epochs <= epoch:
        expected = f"more than {epoch}"
        detail = f"must be {expected}, because epochs before the start count too"
        yield FieldError(("training", "epochs"), job.training.epochs, expected, detail)


def _error(value: object, expected: object, *path: str | int) -> FieldError:
    return FieldError(
        path, value, str(expected), f"must be {expected}, as in the job it starts from"
    )
