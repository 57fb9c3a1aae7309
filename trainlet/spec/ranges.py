"""Errors of numbers that the dtype of the network cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainlet.datasets import Description
from trainlet.errors import Fault
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.resolve import task_of

PREPARATION = ("dataset", "preparation")


def range_faults(job: JobSpec, description: Description) -> Iterator[Fault]:
    """Find inputs or target values beyond the largest number of the network's dtype."""
    dtype, preparation = job.architecture.dtype, job.dataset.preparation
    largest = float(np.finfo(dtype).max)
    words = f"true, or numbers up to {largest:.6g}, the largest {dtype}"
    inputs = _largest_input(description)
    if inputs > largest and not preparation.standardize and preparation.features is None:
        detail = f"must be {words}; an input is {inputs:.6g}"
        yield Fault((*PREPARATION, "standardize"), "false", words, detail)
    targets = max(map(abs, description.target_range or (0.0,)))
    is_learned = task_of(job, description) == "regression" and not preparation.standardize_targets
    if targets > largest and is_learned:
        detail = f"must be {words}; a target is {targets:.6g}"
        yield Fault((*PREPARATION, "standardize_targets"), "false", words, detail)


def _largest_input(description: Description) -> float:
    ends = (end for one in description.details for end in (one.minimum, one.maximum))
    known = [abs(end) for end in ends if end is not None]
    return max([description.largest_input or 0.0, *known])
