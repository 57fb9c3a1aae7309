"""Jobs."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import METRIC, NUMBER, TIME, told
from service.api.schemas.declared import schema_of
from trainlet.spec import JobSpec


class Progress(Schema):
    """How far a job is."""

    epoch = told(Integer, "Finished epochs.")
    epochs = told(Integer, "Epochs asked for.")
    step = told(Integer, "Finished steps; null where that is not recorded.", allow_none=True)
    fraction = told(Raw, "Share of the work that is done.", keywords={"type": "number"})
    metrics = told(
        Dict, "The last epoch's, or the final ones.", keywords={"additionalProperties": METRIC}
    )
    seconds_left = told(Raw, "An estimate.", keywords={"type": ["number", "null"]})


class ModelReference(Schema):
    """The model that a job trains."""

    name = told(String, "Its name.")
    version = told(Integer, "Its version, given when the job was accepted.")
    ready = told(Boolean, "Whether it can predict.")


class JobEpoch(Schema):
    """Which job, and after which of its epochs."""

    id = told(String, "The id of the job.")
    epoch = told(Integer, "Finished epochs.")
    path = told(String, "Where the job is found.")


class Parts(Schema):
    """How many samples each part has."""

    training = told(Integer, "To train on.")
    validation = told(Integer, "To judge every epoch by.")
    test = told(Integer, "To judge the end by.")


class JobSummary(Schema):
    """A job without its spec."""

    id = told(String, "Its id.")
    name = told(String, "The name of its model.")
    status = told(
        String,
        "Where it stands.",
        keywords={"enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]},
    )
    end_reason = told(String, "Why it ended.", allow_none=True)
    created_at = told(String, "When it was accepted.", keywords=TIME)
    started_at = told(String, "When its first attempt began.", allow_none=True, keywords=TIME)
    finished_at = told(String, "When it ended.", allow_none=True, keywords=TIME)
    attempt = told(Integer, "How often a worker has taken it.")
    queue_position = told(Integer, "Its place in the queue, 1 is next.", allow_none=True)
    cancel_requested_at = told(String, "When it was told to stop.", allow_none=True, keywords=TIME)
    progress = told(
        Nested, "How far it is; null where nobody can tell just now.", Progress, allow_none=True
    )
    parts = told(Nested, "How its samples are split.", Parts, allow_none=True)
    warnings = told(List, "What the user should know.", String())
    reproducible = told(
        Boolean,
        "Whether the same spec gives the same bits again on a machine of the same kind: all"
        " attempts ran on such machines, and no clock ended it.",
    )
    metadata = told(Dict, "As in its spec.", keys=String(), values=String())
    request_id = told(String, "X-Request-ID of its submission.", allow_none=True)
    error = told(Dict, "Why it failed, as a problem.", allow_none=True)
    model = told(Nested, "What it makes.", ModelReference)
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())


class Reproduction(Schema):
    """Whether a job that trains another again came to the same weights."""

    job = told(String, "The job that is trained again.")
    equal = told(
        Boolean, "Whether the weights are the same; null until both are there.", allow_none=True
    )
    sha256 = told(String, "The SHA-256 of the new weights alone.", allow_none=True)
    differences = told(
        Dict, "Where the fingerprints of the two machines differ: before and now, by name."
    )


class RepeatedRun(Schema):
    """One of the trainings of a job."""

    seed = told(Integer, "Its seed.")
    epochs = told(Integer, "Finished epochs.")
    end_reason = told(String, "Why it ended.", allow_none=True)
    metrics = told(Dict, "As of a job that has ended; null if it failed.", allow_none=True)
    error = told(String, "Why it failed.", allow_none=True)


class Repeated(Schema):
    """What became of all trainings of a job."""

    runs = told(List, "The trainings, by seed.", Nested(RepeatedRun))
    best = told(
        Integer,
        "The place of the one that was published: of the lowest loss on the validation part, or"
        " on the training part where there is none.",
    )
    mean = told(Dict, "Of each metric.", keywords={"additionalProperties": METRIC})
    deviation = told(
        Dict, "The standard deviation of each.", keywords={"additionalProperties": METRIC}
    )


class Job(JobSummary):
    """A job."""

    reproduces = told(Nested, "For a job that trains another again.", Reproduction, required=False)
    repeats = told(
        Nested,
        "For a job that trains several times: what became of all, once it has succeeded.",
        Repeated,
        required=False,
        allow_none=True,
    )

    spec = told(Nested, "What was asked for, with every default.", schema_of(JobSpec))


class JobPage(Schema):
    """Jobs, newest first."""

    data = told(List, "The jobs.", Nested(JobSummary))
    next = told(String, "The cursor of the next page.", allow_none=True)


class History(Schema):
    """One list a metric, one entry a finished epoch."""

    class Meta:
        """Every metric is a field of its own."""

        unknown = "include"

    loss = told(List, "The training loss.", Raw(metadata=NUMBER), required=False)
