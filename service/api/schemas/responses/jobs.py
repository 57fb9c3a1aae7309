"""Response schemas for jobs."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

from service.api.schemas.declared import schema_of
from service.api.schemas.responses.fields import METRIC, NUMBER, TIME, described
from trainlet.spec import JobSpec


class Progress(Schema):
    """Progress of a job."""

    epoch = described(Integer, "Number of finished epochs.")
    epochs = described(Integer, "Number of requested epochs.")
    step = described(Integer, "Number of finished steps; null if not recorded.", allow_none=True)
    fraction = described(
        Raw, "Completed fraction of the work, from 0 to 1.", keywords={"type": "number"}
    )
    metrics = described(
        Dict,
        "Metrics of the last epoch, or the final metrics.",
        keywords={"additionalProperties": METRIC},
    )
    seconds_left = described(
        Raw,
        "Estimated seconds until training finishes; null if unknown.",
        keywords={"type": ["number", "null"]},
    )


class ModelReference(Schema):
    """Model version that a job trains."""

    name = described(String, "Name of the model.")
    version = described(Integer, "Version of the model, assigned when the job was accepted.")
    ready = described(Boolean, "Whether the version is ready for predictions.")


class JobEpoch(Schema):
    """Job and epoch of a network."""

    id = described(String, "Id of the job.")
    epoch = described(Integer, "Number of finished epochs.")
    path = described(String, "Path of the job.")


class Splits(Schema):
    """Number of samples in each set."""

    training = described(Integer, "Samples in the training set.")
    validation = described(Integer, "Samples in the validation set.")
    test = described(Integer, "Samples in the test set.")


class JobSummary(Schema):
    """A job without its spec."""

    id = described(String, "Id of the job.")
    name = described(String, "Name of the job's model.")
    status = described(
        String,
        "Status of the job.",
        keywords={"enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]},
    )
    end_reason = described(String, "Reason why training ended; null until then.", allow_none=True)
    created_at = described(String, "Time when the job was accepted.", keywords=TIME)
    started_at = described(
        String,
        "Time when the first attempt started; null until then.",
        allow_none=True,
        keywords=TIME,
    )
    finished_at = described(
        String, "Time when the job finished; null until then.", allow_none=True, keywords=TIME
    )
    attempt = described(Integer, "Number of times that a worker has claimed the job.")
    queue_position = described(
        Integer, "Position in the queue, 1 is next; null if not queued.", allow_none=True
    )
    cancel_requested_at = described(
        String, "Time of the cancel request; null if there is none.", allow_none=True, keywords=TIME
    )
    progress = described(
        Nested, "Progress of the job; null if unknown at present.", Progress, allow_none=True
    )
    splits = described(
        Nested, "Number of samples in each set; null if unknown.", Splits, allow_none=True
    )
    warnings = described(List, "Warnings about the data or the training.", String())
    reproducible = described(
        Boolean,
        (
            "Whether the same spec gives identical weights on the same kind of machine: true "
            "if all attempts ran on that kind, and no time limit ended training."
        ),
    )
    metadata = described(Dict, "Metadata from the spec.", keys=String(), values=String())
    request_id = described(String, "X-Request-ID of the submission; null if none.", allow_none=True)
    error = described(Dict, "Error as a problem (RFC 9457); null unless failed.", allow_none=True)
    model = described(Nested, "Model version that the job trains.", ModelReference)
    links = described(Dict, "Paths of related resources.", keys=String(), values=String())


class Reproduction(Schema):
    """Comparison of a reproduced job with its original."""

    job = described(String, "Id of the original job.")
    equal = described(
        Boolean,
        "Whether the weights are identical; null until both jobs have them.",
        allow_none=True,
    )
    sha256 = described(
        String, "SHA-256 of the reproduced weights; null until then.", allow_none=True
    )
    differences = described(
        Dict, "Differences between the two machine fingerprints, before and after, by name."
    )


class RepeatedRun(Schema):
    """One run of a job with repeats."""

    seed = described(Integer, "Seed of the run.")
    epochs = described(Integer, "Number of finished epochs.")
    end_reason = described(
        String, "Reason why training ended; null if the run failed.", allow_none=True
    )
    metrics = described(Dict, "Final metrics; null if the run failed.", allow_none=True)
    error = described(String, "Error message; null unless the run failed.", allow_none=True)


class Repeated(Schema):
    """Results of all runs of a job with repeats."""

    runs = described(List, "Runs, ordered by seed.", Nested(RepeatedRun))
    best = described(
        Integer,
        (
            "Index of the published run: the one with the lowest loss on the validation set, "
            "or on the training set if there is none."
        ),
    )
    mean = described(
        Dict, "Mean of each metric over the runs.", keywords={"additionalProperties": METRIC}
    )
    std = described(
        Dict,
        "Standard deviation of each metric over the runs.",
        keywords={"additionalProperties": METRIC},
    )


class Job(JobSummary):
    """A job with its spec."""

    reproduces = described(
        Nested,
        "Comparison with the original job; only for a reproduction.",
        Reproduction,
        required=False,
    )
    repeats = described(
        Nested,
        "Results of all runs; only for a job with repeats, null until it succeeds.",
        Repeated,
        required=False,
        allow_none=True,
    )

    spec = described(Nested, "Spec with every default.", schema_of(JobSpec))


class JobPage(Schema):
    """Jobs, newest first."""

    data = described(List, "Jobs of the page.", Nested(JobSummary))
    next = described(String, "Cursor of the next page; null on the last page.", allow_none=True)


class History(Schema):
    """Metrics of a job: one list per metric, one value per finished epoch."""

    class Meta:
        """Each metric is a separate field."""

        unknown = "include"

    loss = described(List, "Training loss per epoch.", Raw(metadata=NUMBER), required=False)
