"""Checks of a spec that involve more than one field."""

from __future__ import annotations

from trainlet.datasets import Description
from trainlet.errors import FieldError, ValidationError
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.learning import batch_errors, training_errors
from trainlet.spec.ranges import range_errors
from trainlet.spec.resolve import network_of, shapes_of
from trainlet.spec.sizes import Limits, inline_errors, size_errors
from trainlet.spec.targets import loss_errors, stratify_errors, target_errors


def check(job: JobSpec, description: Description, limits: Limits) -> list[FieldError]:
    """Return all errors of a job whose single fields are valid, given its data.

    Paths start at the root of the spec. An empty list means that the job can be trained.
    """
    shapes = shapes_of(job, description)
    complete = len(shapes) > len(job.architecture.layers)
    preprocessing = job.dataset.preprocessing.errors(description.encoded)
    split = job.dataset.split.error(description.rows)
    return [
        *_shape_errors(job, description),
        *(target_errors(job, description, shapes[-1]) if complete else ()),
        *loss_errors(job, description),
        *range_errors(job, description),
        *training_errors(job, description),
        *(error.under("dataset", "preprocessing") for error in preprocessing),
        *([] if split is None else [split.under("dataset", "split")]),
        *stratify_errors(job, description),
        *(batch_errors(job, description, shapes) if complete else ()),
        *(size_errors(job, description, shapes, limits) if complete else ()),
        *inline_errors(job, description, limits),
    ]


def _shape_errors(job: JobSpec, description: Description) -> list[FieldError]:
    try:
        network_of(job, description)
    except ValidationError as error:
        return [field_error.under("architecture") for field_error in error.errors]
    return []
