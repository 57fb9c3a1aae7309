"""Job spec, its checks and the resolution of its defaults.

job = from_json(JobSpec, document)
description = describe(job, read)
errors = check(job, description, limits)
job = resolve(job, description)
"""

from trainlet.spec.check import check
from trainlet.spec.fork import fork_errors
from trainlet.spec.job_spec import Architecture, Dataset, JobSpec, StartFrom
from trainlet.spec.resolve import (
    default_loss,
    default_metrics,
    describe,
    describe_dataset,
    encoding_of,
    network_of,
    resolve,
)
from trainlet.spec.sizes import Limits, sample_bytes
from trainlet.spec.step_spec import StepSpec
from trainlet.spec.untrained_spec import UntrainedSpec

__all__ = [
    "Architecture",
    "Dataset",
    "JobSpec",
    "Limits",
    "StartFrom",
    "StepSpec",
    "UntrainedSpec",
    "check",
    "default_loss",
    "default_metrics",
    "describe",
    "describe_dataset",
    "encoding_of",
    "fork_errors",
    "network_of",
    "resolve",
    "sample_bytes",
]
