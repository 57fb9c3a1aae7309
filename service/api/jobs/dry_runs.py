"""Dry runs: validate a spec as at submission and estimate the cost of the job."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from service.api.jobs.documents import SPLITS
from service.api.jobs.estimate import Estimate, estimate
from service.api.jobs.warm_start import warm_start
from service.context import Context
from trainlet.config import to_json
from trainlet.datasets import Description
from trainlet.errors import ServiceUnavailableError, ValidationError
from trainlet.export import summary
from trainlet.spec import JobSpec, check, describe, network_of, resolve, sample_bytes

OVERHEAD_BYTES = 2**18
"""Bytes of objects that are not arrays: configurations, recorded calls."""


def checked(spec: JobSpec, ctx: Context) -> Description:
    """Validate a spec and describe its samples.

    Raises ValidationError with every error.
    """
    description = describe(spec, ctx.store.datasets.read)
    errors = check(spec, description, ctx.limits)
    if errors:
        raise ValidationError(errors)
    return description


def stored_as(spec: JobSpec, put: Callable[[bytes], str]) -> JobSpec:
    """Replace the inline data of a spec by the id that `put` returns for them."""
    source = spec.dataset.source.stored(put)
    return replace(spec, dataset=replace(spec.dataset, source=source))


def dry_run(spec: JobSpec, ctx: Context) -> dict[str, Any]:
    """Return the validated spec with the estimated cost of its job.

    Raises ValidationError, or ServiceUnavailableError if too many dry runs are in progress.
    """
    description = checked(spec, ctx)
    resolved, _ = warm_start(resolve(spec, description), description, ctx)
    start = resolved.start_from
    done = start.epoch if start is not None and start.state == "all" else 0
    with ctx.estimates.taken():
        cost = estimate(resolved, description, done or 0)
    network = summary(network_of(resolved, description))
    del network["bytes"]
    return network | {
        "spec": to_json(stored_as(resolved, _named)),
        "splits": dict(zip(SPLITS, resolved.dataset.split.counts(description.rows), strict=True)),
        "memory": _memory(resolved, description, cost),
        "seconds": cost.seconds,
        "measured_steps": cost.steps,
        "queue_position": _place(resolved.priority, ctx),
    }


def _memory(spec: JobSpec, description: Description, cost: Estimate) -> dict[str, int]:
    preparing, samples = sample_bytes(spec, description)
    training = samples + cost.parameter_bytes + cost.buffer_bytes
    return {
        "bytes": max(preparing, training) + OVERHEAD_BYTES,
        "preparing": preparing,
        "samples": samples,
        "parameters": cost.parameter_bytes,
        "buffers": cost.buffer_bytes,
    }


def _named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(priority: str, ctx: Context) -> int | None:
    try:
        return ctx.queue.place(priority)
    except ServiceUnavailableError:
        return None
