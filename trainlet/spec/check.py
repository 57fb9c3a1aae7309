"""The faults that need more than one field: one pure function that finds them all."""

from __future__ import annotations

from trainlet.datasets import Description
from trainlet.errors import FieldError, ValidationError
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.learning import batch_faults, training_faults
from trainlet.spec.ranges import range_faults
from trainlet.spec.resolve import network_of, shapes_of
from trainlet.spec.sizes import Limits, inline_faults, size_faults
from trainlet.spec.targets import loss_faults, stratify_faults, target_faults


def check(job: JobSpec, description: Description, limits: Limits) -> list[FieldError]:
    """Find everything wrong with a job whose fields are each right, given what its source holds.

    Paths start at the root of the spec. An empty list means that the job can be trained.
    """
    shapes = shapes_of(job, description)
    complete = len(shapes) > len(job.architecture.layers)
    preparation = job.dataset.preparation.faults(description.encoded)
    split = job.dataset.split.fault(description.rows)
    return [
        *_shape_faults(job, description),
        *(target_faults(job, description, shapes[-1]) if complete else ()),
        *loss_faults(job, description),
        *range_faults(job, description),
        *training_faults(job, description),
        *(fault.under("dataset", "preparation") for fault in preparation),
        *([] if split is None else [split.under("dataset", "split")]),
        *stratify_faults(job, description),
        *(batch_faults(job, description, shapes) if complete else ()),
        *(size_faults(job, description, shapes, limits) if complete else ()),
        *inline_faults(job, description, limits),
    ]


def _shape_faults(job: JobSpec, description: Description) -> list[FieldError]:
    try:
        network_of(job, description)
    except ValidationError as error:
        return [fault.under("architecture") for fault in error.faults]
    return []
