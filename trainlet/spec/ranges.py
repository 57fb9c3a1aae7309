"""Checks of data against the range of the network's dtype."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainlet.datasets import Description
from trainlet.errors import FieldError
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.resolve import task_of

PREPROCESSING = ("dataset", "preprocessing")


def range_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    """Yield the errors of preprocessed data and raw targets that overflow the network's dtype."""
    dtype, preprocessing = job.architecture.dtype, job.dataset.preprocessing
    largest = float(np.finfo(dtype).max)
    expected = f"true, or numbers up to {largest:.6g}, the largest {dtype}"
    yield from (error.under("dataset") for error in description.overflows)
    small = job.training.dtype_errors(dtype)
    yield from (error.under("training") for error in small)
    targets = max(map(abs, description.target_range or (0.0,)))
    is_learned = task_of(job, description) == "regression" and not preprocessing.standardize_targets
    if targets > largest and is_learned:
        detail = f"must be {expected}; a target is {targets:.6g}"
        yield FieldError((*PREPROCESSING, "standardize_targets"), "false", expected, detail)
