"""Jobs."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import METRIC, NUMBER, TIME, described
from service.api.schemas.declared import schema_of
from trainlet.spec import JobSpec


class Progress(Schema):
    """How far a job is."""

    epoch = described(Integer, "Finished epochs.")
    epochs = described(Integer, "Epochs asked for.")
    step = described(Integer, "Finished steps; null where that is not recorded.", allow_none=True)
    fraction = described(Raw, "Share of the work that is done.", keywords={"type": "number"})
    metrics = described(
        Dict, "The last epoch's, or the final ones.", keywords={"additionalProperties": METRIC}
    )
    seconds_left = described(Raw, "An estimate.", keywords={"type": ["number", "null"]})


class ModelReference(Schema):
    """The model that a job trains."""

    name = described(String, "Its name.")
    version = described(Integer, "Its version, given when the job was accepted.")
    ready = described(Boolean, "Whether it can predict.")


class JobEpoch(Schema):
    """Which job, and after which of its epochs."""

    id = described(String, "The id of the job.")
    epoch = described(Integer, "Finished epochs.")
    path = described(String, "Where the job is found.")


class Splits(Schema):
    """How many samples each part has."""

    training = described(Integer, "To train on.")
    validation = described(Integer, "To judge every epoch by.")
    test = described(Integer, "To judge the end by.")


class JobSummary(Schema):
    """A job without its spec."""

    id = described(String, "Its id.")
    name = described(String, "The name of its model.")
    status = described(
        String,
        "Where it stands.",
        keywords={"enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]},
    )
    end_reason = described(String, "Why it ended.", allow_none=True)
    created_at = described(String, "When it was accepted.", keywords=TIME)
    started_at = described(String, "When its first attempt began.", allow_none=True, keywords=TIME)
    finished_at = described(String, "When it ended.", allow_none=True, keywords=TIME)
    attempt = described(Integer, "How often a worker has taken it.")
    queue_position = described(Integer, "Its place in the queue, 1 is next.", allow_none=True)
    cancel_requested_at = described(
        String, "When it was told to stop.", allow_none=True, keywords=TIME
    )
    progress = described(
        Nested, "How far it is; null where nobody can tell just now.", Progress, allow_none=True
    )
    splits = described(Nested, "How its samples are split.", Splits, allow_none=True)
    warnings = described(List, "What the user should know.", String())
    reproducible = described(
        Boolean,
        "Whether the same spec gives the same bits again on a machine of the same kind: all"
        " attempts ran on such machines, and no clock ended it.",
    )
    metadata = described(Dict, "As in its spec.", keys=String(), values=String())
    request_id = described(String, "X-Request-ID of its submission.", allow_none=True)
    error = described(Dict, "Why it failed, as a problem.", allow_none=True)
    model = described(Nested, "What it makes.", ModelReference)
    links = described(Dict, "Paths to go on with.", keys=String(), values=String())


class Reproduction(Schema):
    """Whether a job that trains another again came to the same weights."""

    job = described(String, "The job that is trained again.")
    equal = described(
        Boolean, "Whether the weights are the same; null until both are there.", allow_none=True
    )
    sha256 = described(String, "The SHA-256 of the new weights alone.", allow_none=True)
    differences = described(
        Dict, "Where the fingerprints of the two machines differ: before and now, by name."
    )


class RepeatedRun(Schema):
    """One of the trainings of a job."""

    seed = described(Integer, "Its seed.")
    epochs = described(Integer, "Finished epochs.")
    end_reason = described(String, "Why it ended.", allow_none=True)
    metrics = described(Dict, "As of a job that has ended; null if it failed.", allow_none=True)
    error = described(String, "Why it failed.", allow_none=True)


class Repeated(Schema):
    """What became of all trainings of a job."""

    runs = described(List, "The trainings, by seed.", Nested(RepeatedRun))
    best = described(
        Integer,
        "The place of the one that was published: of the lowest loss on the validation part, or"
        " on the training part where there is none.",
    )
    mean = described(Dict, "Of each metric.", keywords={"additionalProperties": METRIC})
    std = described(
        Dict, "The standard deviation of each.", keywords={"additionalProperties": METRIC}
    )


class Job(JobSummary):
    """A job."""

    reproduces = described(
        Nested, "For a job that trains another again.", Reproduction, required=False
    )
    repeats = described(
        Nested,
        "For a job that trains several times: what became of all, once it has succeeded.",
        Repeated,
        required=False,
        allow_none=True,
    )

    spec = described(Nested, "What was asked for, with every default.", schema_of(JobSpec))


class JobPage(Schema):
    """Jobs, newest first."""

    data = described(List, "The jobs.", Nested(JobSummary))
    next = described(String, "The cursor of the next page.", allow_none=True)


class History(Schema):
    """One list a metric, one entry a finished epoch."""

    class Meta:
        """Every metric is a field of its own."""

        unknown = "include"

    loss = described(List, "The training loss.", Raw(metadata=NUMBER), required=False)
