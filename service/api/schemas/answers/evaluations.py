"""Evaluations."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, METRIC, NUMBER, TIME, array, told
from service.api.schemas.answers.jobs import JobEpoch
from service.api.schemas.answers.models import ModelVersion


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


class LabelScores(Schema):
    """Scores of one label against the rest."""

    label = told(Raw, "The label.", keywords=LABEL)
    precision = told(Raw, "tp / (tp + fp); 0 if never predicted.", keywords={"type": "number"})
    recall = told(Raw, "tp / (tp + fn); 0 if no sample has it.", keywords={"type": "number"})
    f1 = told(Raw, "Harmonic mean of both.", keywords={"type": "number"})
    support = told(Integer, "Number of samples that have the label.")
    auc = told(
        Raw, "Area under the ROC curve; null if undefined.", keywords={"type": ["number", "null"]}
    )


class WorstRow(Schema):
    """A row that the model is far off."""

    row = told(Integer, "Its place in the source, from 0.")
    point = told(Raw, "The raw point, in the words of the data.", keywords=array({}))
    target = told(Raw, "The true label, labels or values.")
    output = told(Raw, "What the network said.", keywords=array(NUMBER))
    label = told(Raw, "The predicted label or labels; null for values.")
    error = told(Raw, "Sum of squared differences over the units.", keywords=NUMBER)


class Evaluated(Schema):
    """How good a model is on the samples of a source."""

    model = told(Nested, "Which model it is.", ModelVersion, required=False)
    job = told(Nested, "Which job, after which epoch.", JobEpoch, required=False)
    rows = told(Integer, "How many samples.")
    metrics = told(
        Dict, "The loss, unweighted, and metrics.", keywords={"additionalProperties": METRIC}
    )
    labels = told(Raw, "The labels, in order; null for regression.")
    confusion = told(
        Raw,
        "Counts: a row for each true label, a column for each predicted label. For multilabel: for"
        " each label the 2 × 2 matrix of absent and present. Null for regression.",
    )
    per_label = told(
        List, "Scores of each label; null for regression.", Nested(LabelScores), allow_none=True
    )
    calibration = told(
        Nested,
        "Null unless outputs are from 0 to 1; for multilabel each label of each row counts.",
        Calibration,
        allow_none=True,
    )
    worst = told(List, "The rows furthest off, worst first.", Nested(WorstRow))
    warnings = told(List, "What the user should know.", String())


class Evaluation(Schema):
    """An evaluation that was handed to a worker."""

    id = told(String, "The SHA-256 of what was asked.")
    status = told(
        String, "How far it is.", keywords={"enum": ["queued", "running", "succeeded", "failed"]}
    )
    model = told(Nested, "Which model it is.", ModelVersion)
    created_at = told(String, "When it was asked for.", keywords=TIME)
    finished_at = told(String, "When it ended.", allow_none=True, keywords=TIME)
    error = told(String, "Why it failed.", allow_none=True)
    result = told(Nested, "What was found, once it succeeded.", Evaluated, allow_none=True)
    asked = told(Dict, "What was asked, with every default.")
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())
