"""What answers look like. Views write them by hand; these schemas document them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Field, Integer, List, Nested, Raw, String

from service.schemas.declared import schema_of
from trainlet.spec import Architecture, JobSpec

TIME = {"format": "date-time"}
LABEL = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf", "-inf"]}]}
"""What JSON cannot write as a number comes as a string."""
OPTIONAL = {"anyOf": [{"type": "number"}, {"type": "null"}]}
METRIC = {"anyOf": [*NUMBER["anyOf"], {"type": "null"}]}


def told(field: type[Field[Any]], text: str, *arguments: Any, **options: Any) -> Any:
    """Make a field that every answer has; `keywords` of JSON Schema may be added."""
    metadata = {"description": text} | options.pop("keywords", {})
    options = {"required": True} | options
    return field(*arguments, metadata=metadata, **options)


def array(items: dict[str, Any]) -> dict[str, Any]:
    """Write a list of `items` in JSON Schema."""
    return {"type": "array", "items": items}


class FaultAnswer(Schema):
    """One fault of a request."""

    pointer = told(String, "Where in the body, as a JSON pointer.", required=False)
    parameter = told(String, "Which parameter of the query string.", required=False)
    value = told(Raw, "What was seen, shortened.")
    allowed = told(String, "What is allowed.")
    detail = told(String, "What is wrong.")


class Problem(Schema):
    """An error (RFC 9457)."""

    type = told(String, "A URI for this kind of problem.")
    title = told(String, "The kind of problem in words.")
    status = told(Integer, "The HTTP status.")
    detail = told(String, "What is wrong here.")
    instance = told(String, "The path that was asked for.", required=False)
    errors = told(List, "Every fault found.", Nested(FaultAnswer), required=False)


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


class Job(JobSummary):
    """A job."""

    reproduces = told(Nested, "For a job that trains another again.", Reproduction, required=False)

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


class ModelSummary(Schema):
    """A trained model without its spec."""

    name = told(String, "Its name.")
    version = told(Integer, "Its version.")
    job = told(String, "The id of the job that made it; null if it was imported.", allow_none=True)
    created_at = told(String, "When it was ready.", keywords=TIME)
    task = told(String, "What it is for.", keywords={"enum": ["classification", "regression"]})
    input_shape = told(List, "The shape of one raw point.", Integer())
    columns = told(List, "The names of a point's numbers, in order.", String())
    labels = told(
        Raw,
        "What it can answer, in order; null for regression.",
        keywords={"anyOf": [array(LABEL), {"type": "null"}]},
    )
    parameters = told(Integer, "How many numbers it has learned or holds fixed.")
    metrics = told(Dict, "How good it is.", keywords={"additionalProperties": METRIC})
    bytes = told(Integer, "The size of its file.")
    sha256 = told(String, "The SHA-256 of its file.")
    aliases = told(List, "The aliases that point to it.", String())
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())


class Model(ModelSummary):
    """A trained model."""

    provenance = told(Dict, "Where, by what and how fast it was trained.")
    spec = told(
        Nested,
        "What was asked for, with every default; null where none came with an import.",
        schema_of(JobSpec),
        allow_none=True,
    )
    architecture = told(Nested, "The network.", schema_of(Architecture))


class Alias(Schema):
    """An alias."""

    name = told(String, "The name of the model.")
    alias = told(String, "The alias.")
    version = told(Integer, "The version that it stands for.")


class ModelPage(Schema):
    """Models, newest first."""

    data = told(
        List, "The newest version of each name, or the versions of one.", Nested(ModelSummary)
    )
    next = told(String, "The cursor of the next page.", allow_none=True)


class Column(Schema):
    """What is known of a column."""

    name = told(String, "Its name.")
    type = told(
        String,
        "What it holds; text: too many different texts to be used.",
        keywords={"enum": ["number", "category", "boolean", "date", "text"]},
    )
    categories = told(Raw, "The texts of a category.", allow_none=True)
    distinct = told(Integer, "How many values differ; null: over 1000.", allow_none=True)
    missing = told(Integer, "How many rows lack a value.")
    minimum = told(Raw, "The smallest number.", keywords=OPTIONAL)
    maximum = told(Raw, "The largest number.", keywords=OPTIONAL)
    mean = told(Raw, "The mean.", keywords=OPTIONAL)
    deviation = told(Raw, "The standard deviation, of the population.", keywords=OPTIONAL)


class DatasetSummary(Schema):
    """An uploaded file without its columns."""

    id = told(String, "The SHA-256 of its content.")
    name = told(String, "A name for people.")
    media_type = told(String, "What kind of file it is.")
    bytes = told(Integer, "Its size.")
    created_at = told(String, "When it was uploaded.", keywords=TIME)
    status = told(
        String,
        "Whether it can be used.",
        keywords={"enum": ["profiling", "ready", "failed"]},
    )
    error = told(String, "Why it cannot be used.", allow_none=True)
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())


class StoredDataset(DatasetSummary):
    """An uploaded file; columns are known once it is ready."""

    form = told(Dict, "What was said of how it is written.")
    rows = told(Integer, "How many samples it holds.", allow_none=True)
    read_as = told(List, "What was found out about its form.", String())
    columns = told(List, "Its columns.", Nested(Column))
    first_rows = told(List, "Its first rows.", Raw())


class DatasetPage(Schema):
    """Uploaded files, newest first."""

    data = told(List, "The files.", Nested(DatasetSummary))
    next = told(String, "The cursor of the next page.", allow_none=True)


class Preview(Schema):
    """Samples as a network would see them."""

    features = told(List, "What the network sees of a sample.", String())
    input_shape = told(List, "The shape of a sample.", Integer())
    labels = told(Raw, "The labels, if the targets can be some.", allow_none=True)
    parts = told(Nested, "The parts of the data.", Parts)
    points = told(List, "Prepared samples of the training part.", Raw())
    targets = told(List, "Their targets as they are in the data.", Raw())
    warnings = told(List, "What the user should know.", String())


class Points(Schema):
    """Raw points to predict."""

    points = told(
        Raw,
        "Points, each a list with one value per column of the model, or an object by column.",
        keywords=array({"anyOf": [array({}), {"type": "object"}]}),
    )


class ModelVersion(Schema):
    """Which model answered."""

    name = told(String, "Its name.")
    version = told(Integer, "Its version.")


class LayerSummary(Schema):
    """A layer."""

    index = told(Integer, "Its place, from 0.")
    type = told(String, "Its type.")
    activation = told(String, "Its activation, if it has one.", allow_none=True)
    output_shape = told(List, "The shape that one sample leaves it with.", Integer())
    parameters = told(Integer, "How many numbers it holds.")
    trainable_parameters = told(Integer, "How many of them training changes.")
    arrays = told(Dict, "The shapes of its arrays, by name.", values=List(Integer()))


class Summary(Schema):
    """The layers of a model."""

    model = told(Nested, "Which model it is.", ModelVersion)
    dtype = told(String, "The numbers that it computes in.")
    input_shape = told(List, "The shape of one prepared sample.", Integer())
    layers = told(List, "The layers, from input to output.", Nested(LayerSummary))
    parameters = told(Integer, "How many numbers it holds.")
    trainable_parameters = told(Integer, "How many of them training changes.")
    bytes = told(Integer, "What its numbers take.")


class Placed(Schema):
    """A label with its output."""

    label = told(Raw, "The label.", keywords=LABEL)
    output = told(Raw, "What the network says of it.", keywords={"type": "number"})


class Prediction(Schema):
    """What a model says of points, in their order."""

    model = told(Nested, "Which model answered.", ModelVersion)
    outputs = told(
        Raw, "The network's outputs, a list per point.", keywords=array(array({"type": "number"}))
    )
    labels = told(
        Raw, "For classification: a label per point.", required=False, keywords=array(LABEL)
    )
    values = told(
        Raw,
        "For regression: a list per point with a number per target column.",
        required=False,
        keywords=array(array({"type": "number"})),
    )
    top = told(
        List,
        "With `?top=`: per point the best labels, best first.",
        List(Nested(Placed)),
        required=False,
    )


class Bin(Schema):
    """Answers of about the same confidence."""

    low = told(Raw, "From this confidence on.", keywords={"type": "number"})
    high = told(Raw, "To this one.", keywords={"type": "number"})
    count = told(Integer, "How many answers.")
    confidence = told(Raw, "Their mean confidence.", keywords={"type": ["number", "null"]})
    accuracy = told(Raw, "How many of them are right.", keywords={"type": ["number", "null"]})


class Calibration(Schema):
    """Whether answers are right as often as their outputs say (Guo et al. 2017, section 2)."""

    expected_error = told(
        Raw, "Mean of |accuracy − confidence|, by answers.", keywords={"type": "number"}
    )
    bins = told(List, "Bins of equal width from 0 to 1.", Nested(Bin))


class WorstRow(Schema):
    """A row that the model is far off."""

    row = told(Integer, "Its place in the source, from 0.")
    point = told(Raw, "The raw point.", keywords=array(NUMBER))
    target = told(Raw, "The label, or the values, wanted.")
    output = told(Raw, "What the network said.", keywords=array(NUMBER))
    label = told(Raw, "What that means; null for values.")
    error = told(Raw, "Sum of squared differences over the units.", keywords=NUMBER)


class Evaluated(Schema):
    """How good a model is on the samples of a source."""

    model = told(Nested, "Which model it is.", ModelVersion)
    rows = told(Integer, "How many samples.")
    metrics = told(
        Dict, "The loss, unweighted, and metrics.", keywords={"additionalProperties": METRIC}
    )
    labels = told(Raw, "The labels, in order; null for regression.")
    confusion = told(
        Raw,
        "Counts: a row for each true label, a column for each answered one; null for regression.",
    )
    calibration = told(
        Nested, "Null unless outputs are shares from 0 to 1.", Calibration, allow_none=True
    )
    worst = told(List, "The rows furthest off, worst first.", Nested(WorstRow))


class Health(Schema):
    """A process that is alive."""

    status = told(String, "Always `ok`.", keywords={"const": "ok"})


class Readiness(Schema):
    """Whether the service can do its work."""

    status = told(String, "Always `ok`: the blob store can be read.", keywords={"const": "ok"})
    redis = told(Boolean, "Whether Redis answers; without it no job is accepted.")
    workers = told(Integer, "How many workers are alive; null without Redis.", allow_none=True)
    version = told(String, "The version of the service.")
